import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  allocate,
  CURRENCIES,
  decimalOf,
  divideHalfEven,
  MINOR_MAX,
  money,
  negate,
  parseDecimal,
  share,
  subtract,
  sum,
} from "#core/money.ts";

const currency = fc.constantFrom(...CURRENCIES);
const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const positive = fc.bigInt({ min: 0n, max: 10n ** 15n });

describe("money", () => {
  test("adds and takes away without losing a unit", () => {
    fc.assert(
      fc.property(minor, minor, currency, (a, b, of) => {
        const [x, y] = [money(a, of), money(b, of)];
        expect(subtract(add(x, y), y)).toEqual(x);
        expect(add(x, negate(x)).minor).toBe(0n);
      }),
    );
  });

  test("splits a total into shares that sum to it and differ from their fair part by less than a unit", () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 1_000n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(positive, weights, currency, (total, parts, of) => {
        const weightSum = parts.reduce((all, part) => all + part, 0n);
        fc.pre(weightSum > 0n);
        const shares = allocate(money(total, of), parts);
        expect(sum(shares, of).minor).toBe(total);
        for (const [index, part] of parts.entries()) {
          const offBy = (shares[index]?.minor ?? -1n) * weightSum - total * part;
          expect(offBy > -weightSum && offBy <= weightSum).toBe(true);
        }
      }),
    );
  });

  test("rounds a half to the even neighbour and anything else to the nearest", () => {
    expect([1n, 3n, 5n, -1n, -3n].map((numerator) => divideHalfEven(numerator, 2n))).toEqual([
      0n,
      2n,
      2n,
      0n,
      -2n,
    ]);
    fc.assert(
      fc.property(minor, fc.bigInt({ min: 1n, max: 10_000n }), (numerator, denominator) => {
        const twiceOff = 2n * (divideHalfEven(numerator, denominator) * denominator - numerator);
        expect(twiceOff <= denominator && twiceOff >= -denominator).toBe(true);
      }),
    );
  });

  test("takes a share that is never more than half a unit off", () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 0, max: 10_000 }), currency, (total, points, of) => {
        const rate = { numerator: BigInt(points), denominator: 10_000n };
        const twiceOff = 2n * (share(money(total, of), rate).minor * 10_000n - total * BigInt(points));
        expect(twiceOff <= 10_000n && twiceOff >= -10_000n).toBe(true);
      }),
    );
  });

  test("reads back every decimal that it writes", () => {
    fc.assert(
      fc.property(minor, currency, (amount, of) => {
        expect(parseDecimal(decimalOf(money(amount, of)), of)).toEqual({
          ok: true,
          value: money(amount, of),
        });
      }),
    );
  });

  test("holds exactly what 64 bits hold", () => {
    expect(money(MINOR_MAX, "KRW").minor).toBe(2n ** 63n - 1n);
    expect(() => money(MINOR_MAX + 1n, "KRW")).toThrow();
    expect(() => add(money(MINOR_MAX, "KRW"), money(1n, "KRW"))).toThrow();
  });

  test("never adds two currencies", () => {
    expect(() => add(money(1n, "KRW"), money(1n, "EUR"))).toThrow();
  });
});

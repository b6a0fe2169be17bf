import { describe, expect, it } from "vitest";
import { krw, money } from "#core/money.ts";
import { cashTender, givenMax } from "#core/tender/due.ts";

describe("cash given", () => {
  it("may be the notes for what is due and one of the largest more, and not a won above", () => {
    expect(givenMax(krw(7_000))).toEqual(krw(100_000));
    expect(givenMax(krw(50_000))).toEqual(krw(100_000));
    expect(givenMax(krw(50_001))).toEqual(krw(150_000));
    expect(cashTender(krw(7_000), krw(100_000))).toMatchObject({ ok: true, value: { change: krw(93_000) } });
    expect(cashTender(krw(7_000), krw(100_001))).toEqual({
      ok: false,
      error: { code: "CASH_GIVEN_TOO_MUCH" },
    });
  });

  it("is never a barcode that went into the keypad", () => {
    expect(cashTender(krw(7_000), krw(88_012_345))).toEqual({
      ok: false,
      error: { code: "CASH_GIVEN_TOO_MUCH" },
    });
  });

  it.each([
    ["EUR", 40_000n],
    ["USD", 20_000n],
    ["JPY", 20_000n],
  ] as const)("is bounded by the notes of %s", (currency, minor) => {
    expect(givenMax(money(700n, currency))).toEqual(money(minor, currency));
  });
});

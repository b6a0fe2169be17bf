import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import type { ItemId } from "#core/ids.ts";
import { add, krw, sum, zero } from "#core/money.ts";
import type { BasketLine, BasketTotals } from "#core/sale/basket.ts";
import { divideTotals, refundableOf, refundContent, refundParts } from "#core/sale/refund.ts";
import { lineAmount, subtractTotals, totalsOf } from "#core/sale/totals.ts";
import { cashTender, dueOf, exactTender, givenMax } from "#core/tender/due.ts";

const line = fc
  .record({
    price: fc.integer({ min: 0, max: 1_000_000 }),
    quantity: fc.integer({ min: 1, max: 20 }),
    discount: fc.constantFrom(0, 0, 500, 1_000, 3_333, 10_000),
    rate: fc.constantFrom(0, 500, 1_000, 750),
    included: fc.boolean(),
  })
  .map(
    ({ price, quantity, discount, rate, included }): Omit<BasketLine, "lineId"> => ({
      itemId: "item" as ItemId,
      name: { ko: "x", en: "x" },
      category: "c",
      quantity,
      unitPrice: wireMoney(krw(price)),
      discountBasisPoints: discount,
      vat: { rateBasisPoints: rate, priceIncludesVat: included },
      amount: wireMoney(lineAmount(krw(price), quantity, discount)),
    }),
  );
const lines = fc
  .array(line, { minLength: 1, maxLength: 8 })
  .map((all): readonly BasketLine[] => all.map((one, index) => ({ ...one, lineId: `line-${index}` })));

const minor = ({ minor: text }: { minor: string }) => BigInt(text);
function addsUp(totals: BasketTotals): void {
  expect(minor(totals.net) + minor(totals.vat)).toBe(minor(totals.gross));
  for (const rate of totals.vatByRate) expect(minor(rate.net) + minor(rate.vat)).toBe(minor(rate.gross));
  for (const field of ["net", "vat", "gross"] as const)
    expect(totals.vatByRate.reduce((all, rate) => all + minor(rate[field]), 0n)).toBe(minor(totals[field]));
}

describe("totals of a basket", () => {
  it("add up: net and VAT are gross, rates are the whole, lines and discounts are the prices", () => {
    fc.assert(
      fc.property(lines, (basket) => {
        const totals = totalsOf(basket, "KRW");
        addsUp(totals);
        const full = basket.reduce(
          (all, { unitPrice, quantity }) => all + minor(unitPrice) * BigInt(quantity),
          0n,
        );
        const marked = basket.reduce((all, { amount }) => all + minor(amount), 0n);
        expect(minor(totals.discount)).toBe(full - marked);
        expect(minor(totals.discount)).toBeGreaterThanOrEqual(0n);
      }),
    );
  });

  it("are what is marked where prices contain VAT, and the net where they do not", () => {
    fc.assert(
      fc.property(lines, fc.boolean(), (basket, included) => {
        const same = basket.map((one) => ({ ...one, vat: { ...one.vat, priceIncludesVat: included } }));
        const totals = totalsOf(same, "KRW");
        const marked = same.reduce((all, { amount }) => all + minor(amount), 0n);
        expect(minor(included ? totals.gross : totals.net)).toBe(marked);
      }),
    );
  });

  it("rounds VAT half to even, as the law's own examples: 10 % inside 11 won is 1 won, on 5 won 0, on 15 won 2", () => {
    const one = (price: number, priceIncludesVat: boolean) =>
      totalsOf(
        [
          {
            lineId: "l",
            itemId: "i" as ItemId,
            name: { ko: "x", en: "x" },
            category: "c",
            quantity: 1,
            unitPrice: wireMoney(krw(price)),
            discountBasisPoints: 0,
            vat: { rateBasisPoints: 1_000, priceIncludesVat },
            amount: wireMoney(krw(price)),
          },
        ],
        "KRW",
      ).vat.minor;
    expect(one(11, true)).toBe("1");
    expect(one(5, false)).toBe("0");
    expect(one(15, false)).toBe("2");
  });
});

describe("refunds of a sale", () => {
  it("in any split add up to the sale, and never come to less than nothing", () => {
    fc.assert(
      fc.property(
        lines,
        fc.array(fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 5 })), { maxLength: 12 }),
        (sold, steps) => {
          const refunded = new Map<string, number>();
          let left = totalsOf(sold, "KRW");
          const giveBack = (lineId: string, quantity: number) => {
            const content = refundContent(sold, refunded, [{ lineId, quantity }]);
            if (!content.ok) return;
            addsUp(content.value.totals);
            expect(minor(content.value.totals.gross)).toBeGreaterThanOrEqual(0n);
            left = subtractTotals(left, content.value.totals);
            refunded.set(lineId, (refunded.get(lineId) ?? 0) + quantity);
            expect(refundableOf(sold, refunded)).toEqual(moneyOf(left.gross));
          };
          for (const [index, quantity] of steps) giveBack(`line-${index % sold.length}`, quantity);
          for (const { lineId, quantity } of sold) {
            const rest = quantity - (refunded.get(lineId) ?? 0);
            if (rest > 0) giveBack(lineId, rest);
          }
          expect(left).toMatchObject({ gross: { minor: "0" }, vat: { minor: "0" }, net: { minor: "0" } });
          const first = sold[0]?.lineId ?? "";
          expect(refundContent(sold, refunded, [{ lineId: first, quantity: 1 }])).toMatchObject({
            ok: false,
            error: { code: "REFUND_EXCEEDS_PAYMENT" },
          });
        },
      ),
    );
  });

  it("go to the tenders that paid, to none more than it paid, and divide the VAT without losing a won", () => {
    fc.assert(
      fc.property(
        lines,
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 50_000 })), { minLength: 1, maxLength: 5 }),
        (sold, paid) => {
          const totals = totalsOf(sold, "KRW");
          const gross = moneyOf(totals.gross);
          const tenders = paid.map(([isCash, amount], index) => ({
            tenderId: `t${index}`,
            method: isCash ? ("cash" as const) : ("prepaid" as const),
            amount: wireMoney(krw(amount)),
            refunded: zero("KRW"),
          }));
          const parts = refundParts(tenders, gross);
          const all = sum(
            tenders.map(({ amount }) => moneyOf(amount)),
            "KRW",
          );
          expect(parts.ok).toBe(all.minor >= gross.minor);
          if (!parts.ok || parts.value.length === 0) return;
          for (const part of parts.value) {
            const tender = tenders.find(({ tenderId }) => tenderId === part.tenderId);
            expect(part.amount.minor <= minor(tender?.amount ?? { minor: "0" })).toBe(true);
          }
          const amounts = parts.value.map(({ amount }) => amount);
          expect(amounts.reduce(add, zero("KRW"))).toEqual(gross);
          const divided = divideTotals(totals, amounts);
          divided.forEach((part, index) => {
            addsUp(part);
            expect(moneyOf(part.gross)).toEqual(amounts[index]);
          });
          const vat = divided.reduce((total, part) => total + minor(part.vat), 0n);
          expect(vat).toBe(minor(totals.vat));
        },
      ),
    );
  });
});

describe("split tenders", () => {
  it("pay the sale to the last won, never over or under it", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -5, max: 80_000 })), { maxLength: 10 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), steps, (grossMinor, presses) => {
        const gross = krw(grossMinor);
        const taken = [zero("KRW")];
        for (const [isCash, pressed] of presses) {
          const due = dueOf(gross, taken);
          const cash = isCash ? cashTender(due, krw(pressed)) : undefined;
          if (cash?.ok === true) {
            expect(add(cash.value.amount, cash.value.change)).toEqual(krw(pressed));
            taken.push(cash.value.amount);
          }
          const exact = isCash ? undefined : exactTender(due, krw(pressed));
          if (exact?.ok === true) taken.push(exact.value);
          expect(dueOf(gross, taken).minor).toBeGreaterThanOrEqual(0n);
        }
        const due = dueOf(gross, taken);
        const last = cashTender(due, givenMax(due));
        if (due.minor > 0n && last.ok) taken.push(last.value.amount);
        expect(dueOf(gross, taken)).toEqual(zero("KRW"));
      }),
    );
  });
});

// What a basket costs: discounts by line, VAT by rate, whether the prices contain it or not.

import { moneyOf, wireMoney } from "../contract/values.ts";
import { add, basisPoints, type Money, share, subtract, sum, times, zero } from "../money.ts";
import type { BasketLine, BasketTotals, VatSum, VatTreatment } from "./basket.ts";

type Currency = Money["currency"];

/** quantity × price less the discount, which is rounded half to even. The price may contain VAT or not. */
export function lineAmount(unitPrice: Money, quantity: number, discountBasisPoints: number): Money {
  const full = times(unitPrice, BigInt(quantity));
  return subtract(full, share(full, basisPoints(discountBasisPoints)));
}

/** The VAT of an amount as it is marked: inside it, or on top of it. Rounded half to even. */
function vatOf(marked: Money, { rateBasisPoints, priceIncludesVat }: VatTreatment): Money {
  const rate = BigInt(rateBasisPoints);
  return share(marked, {
    numerator: rate,
    denominator: priceIncludesVat ? 10_000n + rate : 10_000n,
  });
}

type Sums = Readonly<{ net: Money; vat: Money; gross: Money }>;

/**
 * Totals of lines. VAT is computed once per treatment on the sum of its lines, as a VAT return does, and given per rate.
 * Always: net + vat = gross, per rate and in all, and the rates add up to the whole.
 */
export function totalsOf(lines: readonly BasketLine[], currency: Currency): BasketTotals {
  const byTreatment = new Map<string, { vat: VatTreatment; marked: Money }>();
  for (const { vat, amount } of lines) {
    const key = `${vat.rateBasisPoints}:${vat.priceIncludesVat}`;
    const marked = byTreatment.get(key)?.marked ?? zero(currency);
    byTreatment.set(key, { vat, marked: add(marked, moneyOf(amount)) });
  }

  const byRate = new Map<number, Sums>();
  for (const { vat: treatment, marked } of byTreatment.values()) {
    const vat = vatOf(marked, treatment);
    const sums = treatment.priceIncludesVat
      ? { net: subtract(marked, vat), vat, gross: marked }
      : { net: marked, vat, gross: add(marked, vat) };
    const before = byRate.get(treatment.rateBasisPoints);
    byRate.set(treatment.rateBasisPoints, before === undefined ? sums : addSums(before, sums));
  }

  const discounts = lines.map((line) =>
    subtract(times(moneyOf(line.unitPrice), BigInt(line.quantity)), moneyOf(line.amount)),
  );
  return wireTotals(byRate, sum(discounts, currency), currency);
}

/** What is left when one basket's totals are taken from another's of the same sale. Rates that come to nothing drop out. */
export function subtractTotals(from: BasketTotals, taken: BasketTotals): BasketTotals {
  const currency = from.gross.currency;
  const byRate = new Map(from.vatByRate.map((rate) => [rate.rateBasisPoints, sumsOf(rate)]));
  for (const rate of taken.vatByRate) {
    const before = byRate.get(rate.rateBasisPoints) ?? nothing(currency);
    byRate.set(rate.rateBasisPoints, subtractSums(before, sumsOf(rate)));
  }
  for (const [rate, { net, vat, gross }] of byRate) {
    if (net.minor === 0n && vat.minor === 0n && gross.minor === 0n) byRate.delete(rate);
  }
  return wireTotals(byRate, subtract(moneyOf(from.discount), moneyOf(taken.discount)), currency);
}

function wireTotals(byRate: ReadonlyMap<number, Sums>, discount: Money, currency: Currency): BasketTotals {
  const all = [...byRate.values()].reduce(addSums, nothing(currency));
  const vatByRate: VatSum[] = [...byRate]
    .sort(([a], [b]) => b - a)
    .map(([rateBasisPoints, { net, vat, gross }]) => ({
      rateBasisPoints,
      net: wireMoney(net),
      vat: wireMoney(vat),
      gross: wireMoney(gross),
    }));
  return {
    net: wireMoney(all.net),
    vat: wireMoney(all.vat),
    gross: wireMoney(all.gross),
    discount: wireMoney(discount),
    vatByRate,
  };
}

const nothing = (currency: Currency): Sums => ({
  net: zero(currency),
  vat: zero(currency),
  gross: zero(currency),
});
const sumsOf = ({ net, vat, gross }: VatSum): Sums => ({
  net: moneyOf(net),
  vat: moneyOf(vat),
  gross: moneyOf(gross),
});
const addSums = (a: Sums, b: Sums): Sums => ({
  net: add(a.net, b.net),
  vat: add(a.vat, b.vat),
  gross: add(a.gross, b.gross),
});
const subtractSums = (a: Sums, b: Sums): Sums => ({
  net: subtract(a.net, b.net),
  vat: subtract(a.vat, b.vat),
  gross: subtract(a.gross, b.gross),
});

// What a refund gives back: lines and quantities of a sale, never more than what remains, to the tenders that paid.
import { moneyOf, type WireMoney, wireMoney } from "../contract/values.ts";
import type { Failure } from "../errors.ts";
import { isZero, type Money, share, smaller, subtract, sum, zero } from "../money.ts";
import { err, ok, type Result } from "../result.ts";
import type { BasketLine, BasketTotals } from "./basket.ts";
import { subtractTotals, totalsOf } from "./totals.ts";

/** Quantities given back so far, by line. */
export type RefundedQuantities = ReadonlyMap<string, number>;
export type RefundedLine = Readonly<{ lineId: string; quantity: number }>;
export type RefundContent = Readonly<{ lines: readonly BasketLine[]; totals: BasketTotals }>;

/**
 * The lines and totals of a refund. Refunds in any split add up to the sale to the last unit, VAT and discounts included.
 * NOT_FOUND for a line the sale does not have, REFUND_EXCEEDS_PAYMENT for more than remains of one.
 */
export function refundContent(
  sold: readonly BasketLine[],
  refunded: RefundedQuantities,
  wanted: readonly RefundedLine[],
): Result<RefundContent, Failure> {
  const asked = new Map<string, number>();
  for (const { lineId, quantity } of wanted) asked.set(lineId, (asked.get(lineId) ?? 0) + quantity);

  const lines: BasketLine[] = [];
  for (const [lineId, quantity] of asked) {
    const line = sold.find((candidate) => candidate.lineId === lineId);
    if (line === undefined) return err({ code: "NOT_FOUND", detail: "line" });
    const before = refunded.get(lineId) ?? 0;
    if (quantity < 1 || before + quantity > line.quantity) return err({ code: "REFUND_EXCEEDS_PAYMENT" });
    lines.push({ ...line, quantity, amount: wireMoney(part(line, before, before + quantity)) });
  }

  const currency = sold[0]?.amount.currency ?? "KRW";
  const after = new Map(refunded);
  for (const [lineId, quantity] of asked) after.set(lineId, (refunded.get(lineId) ?? 0) + quantity);
  const totals = subtractTotals(
    totalsOf(remaining(sold, refunded), currency),
    totalsOf(remaining(sold, after), currency),
  );
  return ok({ lines, totals });
}

/** What may still be given back of a sale. */
export function refundableOf(sold: readonly BasketLine[], refunded: RefundedQuantities): Money {
  const currency = sold[0]?.amount.currency ?? "KRW";
  return moneyOf(totalsOf(remaining(sold, refunded), currency).gross);
}

/** The amount of the units from `from` to `to` of a line, so that all units together are the line. */
function part(line: BasketLine, from: number, to: number): Money {
  const upTo = (units: number) =>
    share(moneyOf(line.amount), { numerator: BigInt(units), denominator: BigInt(line.quantity) });
  return subtract(upTo(to), upTo(from));
}

function remaining(sold: readonly BasketLine[], refunded: RefundedQuantities): readonly BasketLine[] {
  return sold
    .map((line) => {
      const gone = refunded.get(line.lineId) ?? 0;
      return {
        ...line,
        quantity: line.quantity - gone,
        amount: wireMoney(part(line, gone, line.quantity)),
      };
    })
    .filter((line) => line.quantity > 0);
}

/** A tender that paid, with what was given back to it already. */
export type PaidTender = Readonly<{
  tenderId: string;
  method: "cash" | "prepaid";
  amount: WireMoney;
  refunded: Money;
}>;
export type RefundPart = Readonly<{ tenderId: string; method: "cash" | "prepaid"; amount: Money }>;

/**
 * To which tenders an amount goes back: prepaid cards first, so that value does not leave as cash, then cash; never more
 * to a tender than it paid. REFUND_EXCEEDS_PAYMENT where they cannot take it all.
 */
export function refundParts(
  tenders: readonly PaidTender[],
  amount: Money,
): Result<readonly RefundPart[], Failure> {
  const inOrder = [...tenders].sort((a, b) => rank(a.method) - rank(b.method));
  let left = amount;
  const parts: RefundPart[] = [];
  for (const { tenderId, method, amount: paid, refunded } of inOrder) {
    const toThis = smaller(left, subtract(moneyOf(paid), refunded));
    if (toThis.minor <= 0n) continue;
    parts.push({ tenderId, method, amount: toThis });
    left = subtract(left, toThis);
  }
  return isZero(left) ? ok(parts) : err({ code: "REFUND_EXCEEDS_PAYMENT" });
}

const rank = (method: "cash" | "prepaid") => (method === "prepaid" ? 0 : 1);

/**
 * Divides the totals of a refund over its parts, in order, so that each part's gross is its amount and all parts
 * together are the totals. VAT goes with the gross of its rate.
 */
export function divideTotals(totals: BasketTotals, amounts: readonly Money[]): readonly BasketTotals[] {
  let left = totals;
  return amounts.map((amount, index) => {
    if (index === amounts.length - 1) return left;
    const taken = takeGross(left, amount);
    left = subtractTotals(left, taken);
    return taken;
  });
}

function takeGross(from: BasketTotals, amount: Money): BasketTotals {
  let left = amount;
  const vatByRate = from.vatByRate.flatMap((rate) => {
    const gross = smaller(left, moneyOf(rate.gross));
    if (gross.minor <= 0n) return [];
    left = subtract(left, gross);
    const vat = share(moneyOf(rate.vat), { numerator: gross.minor, denominator: BigInt(rate.gross.minor) });
    return [
      {
        rateBasisPoints: rate.rateBasisPoints,
        net: wireMoney(subtract(gross, vat)),
        vat: wireMoney(vat),
        gross: wireMoney(gross),
      },
    ];
  });
  const currency = amount.currency;
  const total = (field: "net" | "vat" | "gross") =>
    wireMoney(
      sum(
        vatByRate.map((rate) => moneyOf(rate[field])),
        currency,
      ),
    );
  return {
    net: total("net"),
    vat: total("vat"),
    gross: total("gross"),
    discount: wireMoney(zero(currency)),
    vatByRate,
  };
}

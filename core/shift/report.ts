// The figures of a shift, as X and Z print them: everything is added up from what was written down, nothing is counted along.
import type { ZReport } from "../contract/shift-report.ts";
import { moneyOf, type WireMoney, wireMoney } from "../contract/values.ts";
import { add, type Currency, type Money, negate, subtract, sum, zero } from "../money.ts";
import type { BasketLine, BasketTotals, VatSum } from "../sale/basket.ts";
import { lineAmount } from "../sale/totals.ts";

export type ShiftSale = Readonly<{
  receiptNumber: number;
  lines: readonly BasketLine[];
  totals: BasketTotals;
}>;
export type ShiftRefund = Readonly<{
  receiptNumber: number;
  amount: WireMoney;
  lines: readonly BasketLine[];
  totals: BasketTotals;
  to: Readonly<{ method: "cash" } | { method: "prepaid"; route: "online" | "offline" }>;
}>;
export type TenderRoute = ZReport["tenders"][number]["route"];
export type ShiftTender = Readonly<{ method: "cash" | "prepaid"; route: TenderRoute; amount: Money }>;
export type CashDirection = "paid-in" | "paid-out" | "safe-drop" | "float-top-up";

/** What happened in a shift. Tenders are those that stand: one that was voided gave its money back. */
export type ShiftFacts = Readonly<{
  currency: Currency;
  float: Money;
  sales: readonly ShiftSale[];
  refunds: readonly ShiftRefund[];
  tenders: readonly ShiftTender[];
  cashMoves: readonly Readonly<{ direction: CashDirection; amount: Money }>[];
}>;

export type ShiftCounters = Readonly<{ lineVoids: number; noSaleOpens: number; reprints: number }>;
export type ShiftFigures = Pick<ZReport, "receipts" | "sales" | "categories" | "vat" | "tenders"> &
  Readonly<{ cash: NonNullable<ZReport["cash"]> }>;

export function shiftFigures(facts: ShiftFacts, counters: ShiftCounters): ShiftFigures {
  const { currency, sales, refunds } = facts;
  const total = (amounts: readonly WireMoney[]) => sum(amounts.map(moneyOf), currency);
  const gross = total(sales.map(({ totals }) => totals.gross));
  const refunded = total(refunds.map(({ amount }) => amount));
  const numbers = [...sales, ...refunds].map(({ receiptNumber }) => receiptNumber);
  return {
    receipts: {
      first: numbers.length === 0 ? null : Math.min(...numbers),
      last: numbers.length === 0 ? null : Math.max(...numbers),
      count: numbers.length,
    },
    sales: {
      gross: wireMoney(gross),
      discount: wireMoney(total(sales.map(({ totals }) => totals.discount))),
      refunds: wireMoney(refunded),
      net: wireMoney(subtract(gross, refunded)),
      ...counters,
    },
    categories: categoriesOf(facts),
    vat: vatOf(facts),
    tenders: tendersOf(facts),
    cash: cashOf(facts),
  };
}

/** By category, as the lines are marked on top of which exclusive VAT comes; refunds taken off. */
function categoriesOf({ sales, refunds, currency }: ShiftFacts): ZReport["categories"] {
  const byCategory = new Map<string, { quantity: number; gross: Money }>();
  const count = (lines: readonly BasketLine[], sign: 1 | -1) => {
    for (const { category, quantity, amount, vat } of lines) {
      const marked = moneyOf(amount);
      const gross = vat.priceIncludesVat ? marked : withVat(marked, vat.rateBasisPoints);
      const before = byCategory.get(category) ?? { quantity: 0, gross: zero(currency) };
      byCategory.set(category, {
        quantity: before.quantity + sign * quantity,
        gross: add(before.gross, sign === 1 ? gross : negate(gross)),
      });
    }
  };
  for (const { lines } of sales) count(lines, 1);
  for (const { lines } of refunds) count(lines, -1);
  return [...byCategory]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([category, { quantity, gross }]) => ({ category, quantity, gross: wireMoney(gross) }));
}

/** A surcharge is a discount below zero: the same rounding as everywhere. */
const withVat = (marked: Money, rateBasisPoints: number) => lineAmount(marked, 1, -rateBasisPoints);

function vatOf({ sales, refunds, currency }: ShiftFacts): ZReport["vat"] {
  const byRate = new Map<number, { net: Money; vat: Money; gross: Money }>();
  const count = (rates: readonly VatSum[], sign: 1 | -1) => {
    for (const { rateBasisPoints, net, vat, gross } of rates) {
      const before = byRate.get(rateBasisPoints) ?? {
        net: zero(currency),
        vat: zero(currency),
        gross: zero(currency),
      };
      const signed = (amount: WireMoney) => (sign === 1 ? moneyOf(amount) : negate(moneyOf(amount)));
      byRate.set(rateBasisPoints, {
        net: add(before.net, signed(net)),
        vat: add(before.vat, signed(vat)),
        gross: add(before.gross, signed(gross)),
      });
    }
  };
  for (const { totals } of sales) count(totals.vatByRate, 1);
  for (const { totals } of refunds) count(totals.vatByRate, -1);
  return [...byRate]
    .sort(([a], [b]) => b - a)
    .map(([rateBasisPoints, { net, vat, gross }]) => ({
      rateBasisPoints,
      net: wireMoney(net),
      vat: wireMoney(vat),
      gross: wireMoney(gross),
    }));
}

const TENDER_ROWS = [
  { method: "cash", route: "counter" },
  { method: "prepaid", route: "online" },
  { method: "prepaid", route: "offline" },
] as const;

function tendersOf({ tenders, refunds, currency }: ShiftFacts): ZReport["tenders"] {
  return TENDER_ROWS.flatMap(({ method, route }) => {
    const taken = tenders.filter((tender) => tender.method === method && tender.route === route);
    const given = refunds.filter(({ to }) => routeOf(to) === route && to.method === method);
    if (taken.length === 0 && given.length === 0) return [];
    return [
      {
        method,
        route,
        count: taken.length + given.length,
        sales: wireMoney(
          sum(
            taken.map(({ amount }) => amount),
            currency,
          ),
        ),
        refunds: wireMoney(
          sum(
            given.map(({ amount }) => moneyOf(amount)),
            currency,
          ),
        ),
      },
    ];
  });
}

const routeOf = (to: ShiftRefund["to"]): TenderRoute => (to.method === "cash" ? "counter" : to.route);

/** float + sales − refunds + paid in − paid out − drops = what must be in the drawer. */
function cashOf({ float, tenders, refunds, cashMoves, currency }: ShiftFacts): NonNullable<ZReport["cash"]> {
  const moved = (direction: CashDirection) =>
    sum(
      cashMoves.filter((move) => move.direction === direction).map(({ amount }) => amount),
      currency,
    );
  const sales = sum(
    tenders.filter(({ method }) => method === "cash").map(({ amount }) => amount),
    currency,
  );
  const back = sum(
    refunds.filter(({ to }) => to.method === "cash").map(({ amount }) => moneyOf(amount)),
    currency,
  );
  const floatInAll = add(float, moved("float-top-up"));
  const paidIn = moved("paid-in");
  const paidOut = moved("paid-out");
  const drops = moved("safe-drop");
  const expected = [back, paidOut, drops].reduce(subtract, sum([floatInAll, sales, paidIn], currency));
  return {
    float: wireMoney(floatInAll),
    sales: wireMoney(sales),
    refunds: wireMoney(back),
    paidIn: wireMoney(paidIn),
    paidOut: wireMoney(paidOut),
    drops: wireMoney(drops),
    expected: wireMoney(expected),
  };
}

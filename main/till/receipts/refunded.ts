// What was given back of a sale so far.
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { SaleId } from "#core/ids.ts";
import { decodeEntry } from "#core/journal/entry.ts";
import { add, type Money, subtract, sum, zero } from "#core/money.ts";
import type { PaidTender, RefundedQuantities } from "#core/sale/refund.ts";
import type { Tender } from "../state.ts";
import { ENTRY_COLUMNS, ENTRY_FROM, signedOf } from "../store/entry-rows.ts";
import type { ReadDb } from "../store/tx.ts";

export type Refunded = Readonly<{
  quantities: RefundedQuantities;
  /** By tender; cash is one, under "cash". */
  amounts: ReadonlyMap<string, Money>;
}>;

export async function refundedOf(db: ReadDb, saleId: SaleId): Promise<Refunded> {
  const rows = await db.all(
    `SELECT ${ENTRY_COLUMNS} ${ENTRY_FROM} JOIN receipts r ON r.epoch = e.epoch AND r.seq = e.seq
     WHERE r.sale_id = ? AND r.kind = 'refund' ORDER BY e.position`,
    [saleId],
  );
  const quantities = new Map<string, number>();
  const amounts = new Map<string, Money>();
  for (const row of rows) {
    const signed = signedOf(row);
    const entry = signed === undefined ? undefined : decodeEntry(signed);
    if (entry?.kind !== "refund-approved") return fail("DATABASE_CORRUPT", "a refund cannot be read");
    const { lines, amount, to } = entry.body;
    for (const { lineId, quantity } of lines)
      quantities.set(lineId, (quantities.get(lineId) ?? 0) + quantity);
    const key = to.method === "cash" ? "cash" : to.tenderId;
    amounts.set(key, add(amounts.get(key) ?? zero(amount.currency), moneyOf(amount)));
  }
  return { quantities, amounts };
}

/** The money of a sale that was not given back yet. */
export function remainingMoney(tenders: readonly Tender[], refunded: Refunded): Money {
  const left = paidTenders(tenders, refunded).map(({ amount, refunded: given }) =>
    subtract(moneyOf(amount), given),
  );
  return left.reduce(add);
}

/** All cash of a sale is one tender to give back to. */
export function paidTenders(tenders: readonly Tender[], { amounts }: Refunded): readonly PaidTender[] {
  const given = (key: string, currency: Money["currency"]) => amounts.get(key) ?? zero(currency);
  const prepaid = tenders
    .filter(({ method }) => method === "prepaid")
    .map(({ tenderId, amount }) => ({
      tenderId,
      method: "prepaid" as const,
      amount,
      refunded: given(tenderId, amount.currency),
    }));
  const cash = tenders.filter(({ method }) => method === "cash").map(({ amount }) => moneyOf(amount));
  const [first] = cash;
  if (first === undefined) return prepaid;
  const all: WireMoney = wireMoney(sum(cash, first.currency));
  return [
    ...prepaid,
    { tenderId: "cash", method: "cash", amount: all, refunded: given("cash", first.currency) },
  ];
}

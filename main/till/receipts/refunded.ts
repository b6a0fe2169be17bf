// What was given back of a sale so far.
import { moneyOf } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { SaleId } from "#core/ids.ts";
import { decodeEntry } from "#core/journal/entry.ts";
import { add, type Money, zero } from "#core/money.ts";
import type { RefundedQuantities } from "#core/sale/refund.ts";
import { ENTRY_COLUMNS, ENTRY_FROM, signedOf } from "../store/entry-rows.ts";
import type { ReadTx } from "../store/tx.ts";

export type Refunded = Readonly<{
  quantities: RefundedQuantities;
  /** By tender; cash is one, under "cash". */
  amounts: ReadonlyMap<string, Money>;
}>;

export async function refundedOf(db: ReadTx, saleId: SaleId): Promise<Refunded> {
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

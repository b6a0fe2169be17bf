// Proves I7 from the rows: what each payout pays is the sum of the items that its batch has, or had until it was refused.
import type { ReadDb } from "#database/database.ts";
import { nullable, textOf } from "#database/row.ts";

const REFUSED = "('refused', 'withdrawn')";

/**
 * Items count in the batch that they are in; in a refused one those count that it has set free. An advance counts twice:
 * as what the payout that it names was sent for, and less in the batch that takes it off.
 */
const DIFFERENCES = `WITH had AS (
    SELECT i.batch_id, i.merchant_id, i.kind, i.gross, i.commission
    FROM settlement_item i JOIN settlement_batch b ON b.id = i.batch_id WHERE b.state NOT IN ${REFUSED}
    UNION ALL SELECT r.batch_id, i.merchant_id, i.kind, i.gross, i.commission
    FROM settlement_release r JOIN settlement_item i ON i.id = r.item_id
    UNION ALL SELECT p.batch_id, i.merchant_id, 'returned', i.gross, i.commission
    FROM settlement_item i JOIN settlement_payout p ON p.id = i.payment_id WHERE i.kind = 'advance'
  ), sums AS (
    SELECT batch_id, merchant_id,
      SUM(CASE WHEN kind IN ('refund', 'advance') THEN commission - gross ELSE gross - commission END) AS due
    FROM had GROUP BY batch_id, merchant_id
  )
  SELECT COALESCE(p.batch_id, s.batch_id) AS batch_id, COALESCE(p.merchant_id, s.merchant_id) AS merchant_id,
    CAST(p.net AS TEXT) AS net, CAST(s.due AS TEXT) AS due
  FROM settlement_payout p FULL JOIN sums s ON s.batch_id = p.batch_id AND s.merchant_id = p.merchant_id
  WHERE p.net IS DISTINCT FROM s.due ORDER BY 1, 2 LIMIT 1`;

const LEFT_IN = `SELECT i.id, i.batch_id FROM settlement_item i JOIN settlement_batch b ON b.id = i.batch_id
  WHERE b.state IN ${REFUSED} ORDER BY i.id LIMIT 1`;

/** The first payout that is not the sum of its items, or item that a refused batch still has, as a sentence. */
export async function wrongPayout(db: ReadDb): Promise<string | undefined> {
  const kept = await db.get(LEFT_IN);
  if (kept !== undefined)
    return `item ${textOf(kept, "id")} is still in batch ${textOf(kept, "batch_id")}, which was refused`;
  const row = await db.get(DIFFERENCES);
  if (row === undefined) return undefined;
  const [net, due] = ["net", "due"].map((column) => nullable(row, column, textOf) ?? "nothing");
  return `batch ${textOf(row, "batch_id")} pays ${textOf(row, "merchant_id")} ${net}, its items are ${due}`;
}

// One capture or refund as settlement sees it. Its row commits in the same transaction as the posting it stands for,
// so that a payment is owed to a merchant exactly when the ledger says so.

import { assert } from "#core/assert.ts";
import type { MerchantId } from "#core/ids.ts";
import type { Money } from "#core/money.ts";
import type { ItemKind } from "#core/settlement/commission.ts";
import type { Instant } from "#core/time.ts";

export type SettlementItem = Readonly<{
  /** Of the capture or the refund itself: unique for ever, so that nothing is owed twice. */
  id: string;
  paymentId: string;
  merchantId: MerchantId;
  kind: ItemKind;
  /** What was captured, or given back: never negative, `kind` says which way it goes. */
  gross: Money;
  /** Of a capture: what is taken off. Of a refund: the part of it that goes back to the merchant. */
  commission: Money;
  happenedAt: Instant;
  recordedAt: Instant;
}>;

/** A statement that must commit with a posting; amounts are bound as decimal text. */
export type BoundInsert = Readonly<{ sql: string; params: readonly (string | number | null)[] }>;

const INSERT = `INSERT INTO settlement_item
  (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at, recorded_at, batch_id)
  VALUES ($1, $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT), $7, CAST($8 AS BIGINT), CAST($9 AS BIGINT), NULL)`;

/** The insert of one item, the same on both databases: to be added to the request that posts it. */
export function settlementItemRow(item: SettlementItem): BoundInsert {
  assert(item.gross.minor >= 0n && item.commission.minor >= 0n, "an item's amounts are zero or more");
  assert(item.gross.currency === item.commission.currency, "an item has one currency");
  return {
    sql: INSERT,
    params: [
      item.id,
      item.paymentId,
      item.merchantId,
      item.kind,
      String(item.gross.minor),
      String(item.commission.minor),
      item.gross.currency,
      String(item.happenedAt),
      String(item.recordedAt),
    ],
  };
}

// One capture or refund as settlement sees it. Its row commits in the same transaction as the posting it stands for,
// so that a payment is owed to a merchant exactly when the ledger says so.
import { assert } from "#core/assert.ts";
import type { MerchantId } from "#core/ids.ts";
import type { Money } from "#core/money.ts";
import type { ItemKind } from "#core/settlement/commission.ts";
import type { Instant } from "#core/time.ts";
import type { Bulk, Statement } from "#database/database.ts";

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

const INSERT = `INSERT INTO settlement_item
  (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at, recorded_at, batch_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`;

const BULK: Bulk = {
  table: "settlement_item",
  columns: {
    id: "text",
    payment_id: "text",
    merchant_id: "text",
    kind: "text",
    gross: "money",
    commission: "money",
    currency: "text",
    happened_at: "integer",
    recorded_at: "integer",
  },
  sql: (rows) =>
    `INSERT INTO settlement_item
       (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at, recorded_at) ${rows}`,
};

/** The insert of one item: a bound change to be added to the ledger request that posts it. */
export function settlementItemRow(item: SettlementItem): Statement {
  assert(item.gross.minor >= 0n && item.commission.minor >= 0n, "an item's amounts are zero or more");
  assert(item.gross.currency === item.commission.currency, "an item has one currency");
  return {
    sql: INSERT,
    bulk: BULK,
    params: [
      item.id,
      item.paymentId,
      item.merchantId,
      item.kind,
      item.gross.minor,
      item.commission.minor,
      item.gross.currency,
      item.happenedAt,
      item.recordedAt,
    ],
  };
}

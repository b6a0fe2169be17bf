// The rows of batches, payouts and open items, read into the words of core/settlement.
import { fail } from "#core/errors.ts";
import type { BatchId, MerchantId, StaffId } from "#core/ids.ts";
import { type Currency, type Money, money } from "#core/money.ts";
import {
  BATCH_MOVES,
  type BatchKind,
  type BatchState,
  type PayoutState,
  type Refusal,
} from "#core/settlement/batch.ts";
import type { ItemKind } from "#core/settlement/commission.ts";
import type { Bucket } from "#core/settlement/matching.ts";
import type { OpenItem } from "#core/settlement/netting.ts";
import type { PayoutAccount } from "#core/settlement/payout-account.ts";
import { type Instant, instant } from "#core/time.ts";
import type { Param, ReadDb, Row, Statement } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import { currencyOf } from "../merchants/store.ts";

export type BatchRecord = Readonly<{
  id: BatchId;
  state: BatchState;
  currency: Currency;
  cutOffAt: Instant;
  messageId: string;
  /** The file as it was sent; it is never written anew. */
  document: string | null;
  deliveredAt: Instant | null;
  /** When restored books learned that it had been sent. */
  adoptedAt: Instant | null;
}>;

export type PayoutRecord = Readonly<{
  id: string;
  batchId: BatchId;
  merchantId: MerchantId;
  creditorName: string;
  account: PayoutAccount;
  captures: number;
  refunds: number;
  captured: Money;
  refunded: Money;
  commission: Money;
  returned: Money;
  net: Money;
  state: PayoutState;
  reason: string | null;
  bankReference: string | null;
  bucket: Bucket | null;
}>;

const BATCH = `id, state, currency, cut_off_at, made_by, made_at, approved_by, approved_at, sent_by, sent_at,
  delivered_at, settled_at, refused_by, refused_at, refusal, message_id, document, adopted_at`;

export async function batchById(db: ReadDb, id: BatchId): Promise<BatchRecord | undefined> {
  const row = await db.get(`SELECT ${BATCH} FROM settlement_batch WHERE id = ?`, [id]);
  return row === undefined ? undefined : batchOf(row);
}

export async function batchOrFail(db: ReadDb, id: BatchId): Promise<BatchRecord> {
  return (await batchById(db, id)) ?? fail("NOT_FOUND", `batch ${id}`);
}

export async function batchByMessage(db: ReadDb, messageId: string): Promise<BatchRecord | undefined> {
  const row = await db.get(`SELECT ${BATCH} FROM settlement_batch WHERE message_id = ?`, [messageId]);
  return row === undefined ? undefined : batchOf(row);
}

/** Marked as sent, but not known to have reached the channel: to be put there again. */
export async function undeliveredBatches(db: ReadDb): Promise<readonly BatchRecord[]> {
  const rows = await db.all(
    `SELECT ${BATCH} FROM settlement_batch WHERE sent_at IS NOT NULL AND delivered_at IS NULL ORDER BY sent_at, id`,
  );
  return rows.map(batchOf);
}

/** Drafts and approved ones, the oldest first. */
export async function unsentBatches(db: ReadDb): Promise<readonly BatchRecord[]> {
  const rows = await db.all(
    `SELECT ${BATCH} FROM settlement_batch WHERE state IN ('draft', 'approved') ORDER BY made_at, id`,
  );
  return rows.map(batchOf);
}

export async function newestBatches(db: ReadDb, count: number): Promise<readonly BatchRecord[]> {
  const rows = await db.all(`SELECT ${BATCH} FROM settlement_batch ORDER BY made_at DESC, id DESC LIMIT ?`, [
    count,
  ]);
  return rows.map(batchOf);
}

/** Batches on their way: only their clearing accounts may hold money. */
export async function openBatchIds(db: ReadDb): Promise<readonly BatchId[]> {
  const rows = await db.all(
    `SELECT id FROM settlement_batch WHERE state NOT IN ('settled', 'rejected', 'refused', 'withdrawn')
     ORDER BY id`,
  );
  return rows.map((row) => textOf(row, "id") as BatchId);
}

export function batchOf(row: Row): BatchRecord {
  return {
    id: textOf(row, "id") as BatchId,
    state: stateOf(row),
    currency: currencyOf(row, "currency"),
    cutOffAt: instant(numberOf(row, "cut_off_at")),
    messageId: textOf(row, "message_id"),
    document: nullable(row, "document", textOf),
    deliveredAt: nullable(row, "delivered_at", instantOf),
    adoptedAt: nullable(row, "adopted_at", instantOf),
  };
}

const instantOf = (row: Row, column: string) => instant(numberOf(row, column));

function stateOf(row: Row): BatchState {
  const kind = kindOf(textOf(row, "state"));
  const made = { madeBy: textOf(row, "made_by") as StaffId, madeAt: instantOf(row, "made_at") };
  if (kind === "draft") return { kind, ...made };
  if (kind === "refused" || kind === "withdrawn") {
    return { kind, ...made, ...(row.approved_by === null ? {} : approvalOf(row)), ...refusalOf(row) };
  }
  const approved = { ...made, ...approvalOf(row) };
  if (kind === "approved") return { kind, ...approved };
  const sent = { ...approved, sentBy: textOf(row, "sent_by") as StaffId, sentAt: instantOf(row, "sent_at") };
  return kind === "settled" ? { kind, ...sent, settledAt: instantOf(row, "settled_at") } : { kind, ...sent };
}

const approvalOf = (row: Row) => ({
  approvedBy: textOf(row, "approved_by") as StaffId,
  approvedAt: instantOf(row, "approved_at"),
});

const refusalOf = (row: Row): Refusal => ({
  refusedBy: textOf(row, "refused_by") as StaffId,
  refusedAt: instantOf(row, "refused_at"),
  reason: textOf(row, "refusal"),
});

function kindOf(text: string): BatchKind {
  return Object.hasOwn(BATCH_MOVES, text)
    ? (text as BatchKind)
    : fail("DATABASE_CORRUPT", `batch state ${text}`);
}

/** The change of a batch's row to a state. */
export function batchUpdate(id: BatchId, state: BatchState): Statement {
  return {
    sql: `UPDATE settlement_batch SET state = ?, approved_by = ?, approved_at = ?, sent_by = ?, sent_at = ?,
            settled_at = ?, refused_by = ?, refused_at = ?, refusal = ? WHERE id = ?`,
    params: [
      state.kind,
      ...("approvedBy" in state ? [state.approvedBy, state.approvedAt] : [null, null]),
      ...("sentBy" in state ? [state.sentBy, state.sentAt] : [null, null]),
      state.kind === "settled" ? state.settledAt : null,
      ...("refusedBy" in state ? [state.refusedBy, state.refusedAt, state.reason] : [null, null, null]),
      id,
    ],
  };
}

export const PAYOUT = `p.id, p.batch_id, p.merchant_id, p.creditor_name, p.account_scheme, p.account_number, p.bic,
  p.currency, p.captures, p.refunds, CAST(p.captured AS TEXT) AS captured, CAST(p.refunded AS TEXT) AS refunded,
  CAST(p.commission AS TEXT) AS commission, CAST(p.returned AS TEXT) AS returned, CAST(p.net AS TEXT) AS net,
  p.state, p.reason, p.bank_reference, p.bucket`;

export async function payoutsOf(db: ReadDb, batchId: BatchId): Promise<readonly PayoutRecord[]> {
  const rows = await db.all(
    `SELECT ${PAYOUT} FROM settlement_payout p WHERE p.batch_id = ? ORDER BY p.merchant_id`,
    [batchId],
  );
  return rows.map(payoutOf);
}

const PAYOUT_STATES = ["waiting", "accepted", "rejected", "paid"] as const satisfies readonly PayoutState[];

export function payoutOf(row: Row): PayoutRecord {
  const currency = currencyOf(row, "currency");
  const amount = (column: string) => money(bigintOf(row, column), currency);
  const state = PAYOUT_STATES.find((known) => known === textOf(row, "state"));
  return {
    id: textOf(row, "id"),
    batchId: textOf(row, "batch_id") as BatchId,
    merchantId: textOf(row, "merchant_id") as MerchantId,
    creditorName: textOf(row, "creditor_name"),
    account: {
      scheme: textOf(row, "account_scheme") === "iban" ? "iban" : "domestic",
      number: textOf(row, "account_number"),
      bic: nullable(row, "bic", textOf),
    },
    captures: numberOf(row, "captures"),
    refunds: numberOf(row, "refunds"),
    captured: amount("captured"),
    refunded: amount("refunded"),
    commission: amount("commission"),
    returned: amount("returned"),
    net: amount("net"),
    state: state ?? fail("DATABASE_CORRUPT", "a payout's state"),
    reason: nullable(row, "reason", textOf),
    bankReference: nullable(row, "bank_reference", textOf),
    bucket: nullable(row, "bucket", textOf) as Bucket | null,
  };
}

export function payoutInsert(payout: PayoutRecord): Statement {
  const { account } = payout;
  const params: readonly Param[] = [
    payout.id,
    payout.batchId,
    payout.merchantId,
    payout.creditorName,
    account.scheme,
    account.number,
    account.bic,
    payout.net.currency,
    payout.captures,
    payout.refunds,
    payout.captured.minor,
    payout.refunded.minor,
    payout.commission.minor,
    payout.returned.minor,
    payout.net.minor,
    payout.state,
  ];
  return {
    sql: `INSERT INTO settlement_payout (id, batch_id, merchant_id, creditor_name, account_scheme, account_number, bic,
            currency, captures, refunds, captured, refunded, commission, returned, net, state)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params,
  };
}

/** Items of one batch: more are taken by the next netting. */
const ITEMS_MAX = 100_000;

/**
 * Items that no batch has, recorded up to an instant, the oldest first. What a refused batch gave back since then counts
 * from that moment, or the clock would net the same again as soon as a person has refused it. An advance comes first and at
 * every cut-off: without it what it was for would be paid twice.
 */
export async function openItems(
  db: ReadDb,
  currency: Currency,
  cutOff: Instant,
): Promise<readonly OpenItem[]> {
  const rows = await db.all(
    `SELECT id, merchant_id, kind, CAST(gross AS TEXT) AS gross, CAST(commission AS TEXT) AS commission, recorded_at
     FROM settlement_item i WHERE batch_id IS NULL AND currency = ? AND (kind = 'advance' OR (recorded_at <= ?
       AND NOT EXISTS (SELECT 1 FROM settlement_release r WHERE r.item_id = i.id AND r.at > ?)))
     ORDER BY CASE kind WHEN 'advance' THEN 0 ELSE 1 END, recorded_at, id LIMIT ${ITEMS_MAX}`,
    [currency, cutOff, cutOff],
  );
  return rows.map((row) => ({
    id: textOf(row, "id"),
    merchantId: textOf(row, "merchant_id") as MerchantId,
    kind: itemKindOf(textOf(row, "kind")),
    gross: money(bigintOf(row, "gross"), currency),
    commission: money(bigintOf(row, "commission"), currency),
    recordedAt: instantOf(row, "recorded_at"),
  }));
}

const ITEM_KINDS = ["capture", "refund", "returned", "advance"] as const satisfies readonly ItemKind[];

function itemKindOf(text: string): ItemKind {
  return ITEM_KINDS.find((known) => known === text) ?? fail("DATABASE_CORRUPT", `item kind ${text}`);
}

const IDS_PER_STATEMENT = 500; // well below what either database binds at once

/** Gives items to a batch. Under the lock none of them can have got another meanwhile. */
export function takeItems(batchId: BatchId, itemIds: readonly string[]): readonly Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < itemIds.length; from += IDS_PER_STATEMENT) {
    const ids = itemIds.slice(from, from + IDS_PER_STATEMENT);
    statements.push({
      sql: `UPDATE settlement_item SET batch_id = ?
            WHERE batch_id IS NULL AND id IN (${ids.map(() => "?").join(", ")})`,
      params: [batchId, ...ids],
    });
  }
  return statements;
}

/** Takes its items from a batch that is refused: no batch has them any more, and which they were stays written down. */
export const releaseItems = (batchId: BatchId, at: Instant): readonly Statement[] => [
  {
    sql: `INSERT INTO settlement_release (item_id, batch_id, at)
          SELECT id, batch_id, CAST(? AS BIGINT) FROM settlement_item WHERE batch_id = ?`,
    params: [at, batchId],
  },
  { sql: "UPDATE settlement_item SET batch_id = NULL WHERE batch_id = ?", params: [batchId] },
];

// Batches as staff see them: a page of all, or one with its payments, its buckets and its story.
import { type Model, Op } from "sequelize";
import type { StoryEvent } from "#core/contract/reports.ts";
import type { BatchPage, BatchPayment, BatchRow } from "#core/contract/settlement.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import { add, money, subtract } from "#core/money.ts";
import type { BatchKind } from "#core/settlement/batch.ts";
import { BUCKETS, type Bucket } from "#core/settlement/matching.ts";
import type { Instant } from "#core/time.ts";
import type { ReadDb } from "#database/database.ts";
import { bigintOf, numberOf } from "#database/row.ts";
import { staffById } from "../staff/store.ts";
import type { SettlementDeps } from "./deps.ts";
import { batchModel } from "./model.ts";
import { fileNameOf } from "./send-batch.ts";
import { type BatchRecord, batchOf, batchOrFail, type PayoutRecord, payoutsOf } from "./store.ts";

export type BatchSearch = Readonly<{
  /** Part of a batch's id or of its message id. */
  query?: string | undefined;
  state?: BatchKind | undefined;
  page: number;
  pageSize: number;
}>;

/** Newest first. */
export async function searchBatches(
  { database }: Pick<SettlementDeps, "database">,
  search: BatchSearch,
): Promise<{ total: number; rows: BatchRow[] }> {
  const part = (search.query ?? "").replaceAll(/[^\w-]/g, "");
  const found = await batchModel(database.sequelize()).findAndCountAll({
    where: {
      ...(search.state === undefined ? {} : { state: search.state }),
      ...(part === ""
        ? {}
        : { [Op.or]: [{ id: { [Op.like]: `%${part}%` } }, { message_id: { [Op.like]: `%${part}%` } }] }),
    },
    order: [
      ["made_at", "DESC"],
      ["id", "DESC"],
    ],
    limit: search.pageSize,
    offset: search.page * search.pageSize,
  });
  const rows: BatchRow[] = [];
  for (const row of found.rows) {
    // The document stays where it is: a list needs none of it.
    const batch = batchOf({ ...(row as Model).get({ plain: true }), document: null });
    rows.push(await rowOf(database.read, batch));
  }
  return { total: found.count, rows };
}

/** One batch with everything that happened to it. Fails with NOT_FOUND. */
export async function batchPage(
  { database }: Pick<SettlementDeps, "database">,
  batchId: BatchId,
): Promise<BatchPage> {
  const { read } = database;
  const batch = await batchOrFail(read, batchId);
  const payouts = await payoutsOf(read, batchId);
  const row = await rowOf(read, batch);
  return {
    ...row,
    batchPayments: payouts.map(paymentOf),
    buckets: await bucketsOf(read, batchId, payouts),
    story: storyOf(batch, row, payouts),
  };
}

async function rowOf(read: ReadDb, batch: BatchRecord): Promise<BatchRow> {
  const { state } = batch;
  const totals = await totalsOf(read, batch);
  const sentAt = "sentAt" in state ? state.sentAt : null;
  return {
    batchId: batch.id,
    state: state.kind,
    createdAt: wireInstant(state.madeAt),
    cutOffAt: wireInstant(batch.cutOffAt),
    ...totals,
    madeBy: await nameOf(read, state.madeBy),
    approvedBy: "approvedBy" in state ? await nameOf(read, state.approvedBy) : null,
    sentAt: sentAt === null ? null : wireInstant(sentAt),
    fileName: sentAt === null ? null : fileNameOf(batch),
  };
}

async function totalsOf(read: ReadDb, { id, currency }: BatchRecord) {
  const items = await read.get("SELECT count(*) AS items FROM settlement_item WHERE batch_id = ?", [id]);
  const totals = await read.get(
    `SELECT count(*) AS payments, CAST(COALESCE(SUM(captured - refunded + returned), 0) AS TEXT) AS gross,
       CAST(COALESCE(SUM(commission), 0) AS TEXT) AS commission, CAST(COALESCE(SUM(net), 0) AS TEXT) AS net
     FROM settlement_payout WHERE batch_id = ?`,
    [id],
  );
  if (items === undefined || totals === undefined) return fail("DATABASE_CORRUPT", "a count has no row");
  const total = (column: string) => wireMoney(money(bigintOf(totals, column), currency));
  return {
    items: numberOf(items, "items"),
    payments: numberOf(totals, "payments"),
    gross: total("gross"),
    commission: total("commission"),
    net: total("net"),
  };
}

/** What commission is taken off: gross − commission = net. */
const grossOf = (payout: PayoutRecord) => add(subtract(payout.captured, payout.refunded), payout.returned);

const NAME_CHARACTERS_MAX = 60;

/** The name of a member of staff; the id of one who is not in the list, such as "system". */
export async function nameOf(read: ReadDb, staffId: string): Promise<string> {
  const staff = await staffById(read, staffId as StaffId);
  return (staff?.name ?? staffId).slice(0, NAME_CHARACTERS_MAX);
}

function paymentOf(payout: PayoutRecord): BatchPayment {
  return {
    endToEndId: payout.id,
    merchantId: payout.merchantId,
    merchantName: payout.creditorName.slice(0, 70),
    captures: payout.captures,
    refunds: payout.refunds,
    gross: wireMoney(grossOf(payout)),
    commission: wireMoney(payout.commission),
    net: wireMoney(payout.net),
    state: payout.state === "paid" ? "settled" : payout.state,
    reason: payout.reason?.slice(0, 120) ?? null,
    bankReference: payout.bankReference?.slice(0, 80) ?? null,
  };
}

const BUCKET_FIELDS = {
  matched: "matched",
  "amount-differs": "amountDiffers",
  "status-differs": "statusDiffers",
  "missing-here": "missingHere",
  "missing-there": "missingThere",
  duplicate: "duplicate",
} as const satisfies Record<Bucket, keyof BatchPage["buckets"]>;

/** Payouts by their bucket, and further lines of the bank for the same payouts. A stranger's line is in no batch. */
async function bucketsOf(
  read: ReadDb,
  batchId: BatchId,
  payouts: readonly PayoutRecord[],
): Promise<BatchPage["buckets"]> {
  const duplicates = await read.get(
    `SELECT count(*) AS lines FROM bank_line l JOIN settlement_payout p ON p.id = l.payout_id
     WHERE p.batch_id = ? AND l.bucket = 'duplicate'`,
    [batchId],
  );
  const entries = BUCKETS.map((bucket) => [
    BUCKET_FIELDS[bucket],
    payouts.filter((payout) => payout.bucket === bucket).length,
  ]);
  return {
    ...(Object.fromEntries(entries) as BatchPage["buckets"]),
    duplicate: duplicates === undefined ? 0 : numberOf(duplicates, "lines"),
  };
}

function storyOf(batch: BatchRecord, row: BatchRow, payouts: readonly PayoutRecord[]): StoryEvent[] {
  const { state } = batch;
  const net = row.net;
  const event = (at: Instant, source: StoryEvent["source"], title: string, detail: string): StoryEvent => ({
    at: wireInstant(at),
    source,
    title,
    detail: detail.slice(0, 300),
    amount: net,
    reference: batch.id,
  });
  const story = [event(state.madeAt, "staff", "netted", `${row.madeBy}: ${row.items} items`)];
  if ("approvedAt" in state) story.push(event(state.approvedAt, "staff", "approved", row.approvedBy ?? ""));
  if ("sentAt" in state) story.push(event(state.sentAt, "bank", "sent", row.fileName ?? ""));
  if (state.kind === "settled") {
    const paid = payouts.filter((payout) => payout.state === "paid").length;
    story.push(event(state.settledAt, "bank", "settled", `${paid} of ${payouts.length} paid`));
  }
  return story;
}

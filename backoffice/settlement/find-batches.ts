// Batches as staff see them: a page of all, or one with its payments, its buckets and its story.
import { type Model, Op } from "sequelize";
import type { StoryEvent } from "#core/contract/reports.ts";
import type { Bar, BatchPage, BatchPayment, BatchRow } from "#core/contract/settlement.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import { add, money, subtract } from "#core/money.ts";
import type { Result } from "#core/result.ts";
import {
  approve,
  type BatchKind,
  type BatchState,
  CLOCK,
  markSent,
  refuse,
  UNRECORDED,
  wasSent,
} from "#core/settlement/batch.ts";
import { BUCKETS, type Bucket } from "#core/settlement/matching.ts";
import type { Instant } from "#core/time.ts";
import type { ReadDb } from "#database/database.ts";
import { bigintOf, numberOf, textOf } from "#database/row.ts";
import { staffById } from "../staff/store.ts";
import type { SettlementDeps } from "./deps.ts";
import { batchModel } from "./model.ts";
import { booksAreWhole } from "./restored-bank.ts";
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

/** One batch with everything that happened to it, and what `reader` may do with it. Fails with NOT_FOUND. */
export async function batchPage(
  deps: Pick<SettlementDeps, "database" | "clock" | "tillsAreIn">,
  batchId: BatchId,
  reader: StaffId,
): Promise<BatchPage> {
  const { clock } = deps;
  const { read } = deps.database;
  const batch = await batchOrFail(read, batchId);
  const payouts = await payoutsOf(read, batchId);
  const row = await rowOf(read, batch);
  const refusal = await refusalOf(read, batch.state);
  return {
    ...row,
    ...((await booksAreWhole(deps)) ? stepsOf(batch.state, reader, clock.now()) : NO_STEPS),
    refusal,
    batchPayments: payouts.map((payout) => paymentOf(payout, batch.state)),
    buckets: await bucketsOf(read, batchId, payouts),
    story: storyOf(batch, row, refusal, payouts, await adoptersOf(read, batch)),
  };
}

/** After a restore, until two people have settled what the bank was sent and all tills are in. */
const NO_STEPS = {
  bars: { approve: "BOOKS_RESTORED", send: "BOOKS_RESTORED" },
  ifRefused: null,
} as const satisfies Pick<BatchPage, "bars" | "ifRefused">;

/** Asks the rules themselves, so that the screen can never offer what they refuse. */
function stepsOf(state: BatchState, by: StaffId, at: Instant): Pick<BatchPage, "bars" | "ifRefused"> {
  const refused = refuse(state, { by, at, reason: "" });
  return {
    bars: { approve: barOf(approve(state, by, at)), send: barOf(markSent(state, by, at)) },
    ifRefused: refused.ok ? refused.value.kind : null,
  };
}

function barOf(step: Result<BatchState>): Bar {
  if (step.ok) return null;
  const { code } = step.error;
  return code === "MAKER_IS_CHECKER" || code === "CHECKER_IS_SENDER" ? code : "BATCH_STATE";
}

async function refusalOf(read: ReadDb, state: BatchState): Promise<BatchPage["refusal"]> {
  if (!("refusedBy" in state)) return null;
  const by = await nameOf(read, state.refusedBy);
  return { by, at: wireInstant(state.refusedAt), reason: state.reason };
}

export async function rowOf(read: ReadDb, batch: BatchRecord): Promise<BatchRow> {
  const { state } = batch;
  const totals = await totalsOf(read, batch);
  const sentAt = wasSent(state) ? state.sentAt : null;
  return {
    batchId: batch.id,
    state: state.kind,
    createdAt: wireInstant(state.madeAt),
    cutOffAt: wireInstant(batch.cutOffAt),
    ...totals,
    nettedBy: makerKindOf(state.madeBy),
    madeBy: await nameOf(read, state.madeBy),
    approvedBy: "approvedBy" in state ? await nameOf(read, state.approvedBy) : null,
    sentBy: wasSent(state) && state.sentBy !== UNRECORDED ? await nameOf(read, state.sentBy) : null,
    sentAt: sentAt === null ? null : wireInstant(sentAt),
    fileName: sentAt === null ? null : fileNameOf(batch),
  };
}

function makerKindOf(madeBy: StaffId): BatchRow["nettedBy"] {
  if (madeBy === CLOCK) return "clock";
  return madeBy === UNRECORDED ? "unrecorded" : "person";
}

async function totalsOf(read: ReadDb, { id, currency }: BatchRecord) {
  // What a refused batch had is in no batch, or in a later one by now.
  const items = await read.get(
    `SELECT (SELECT count(*) FROM settlement_item WHERE batch_id = ?)
       + (SELECT count(*) FROM settlement_release WHERE batch_id = ?) AS items`,
    [id, id],
  );
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

function paymentOf(payout: PayoutRecord, batch: BatchState): BatchPayment {
  return {
    endToEndId: payout.id,
    merchantId: payout.merchantId,
    merchantName: payout.creditorName.slice(0, 70),
    captures: payout.captures,
    refunds: payout.refunds,
    gross: wireMoney(grossOf(payout)),
    commission: wireMoney(payout.commission),
    net: wireMoney(payout.net),
    state: paymentStateOf(payout, batch),
    reason: payout.reason?.slice(0, 120) ?? null,
    bankReference: payout.bankReference?.slice(0, 80) ?? null,
  };
}

/** Of a refused batch nothing waits for the bank. */
function paymentStateOf({ state }: PayoutRecord, batch: BatchState): BatchPayment["state"] {
  if ("refusedBy" in batch) return "unsent";
  return state === "paid" ? "settled" : state;
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

/** The two who stood for a batch that restored books found at the bank. */
async function adoptersOf(read: ReadDb, { adoptedAt }: BatchRecord): Promise<string> {
  if (adoptedAt === null) return "";
  const pair = await read.get(
    "SELECT stated_by, confirmed_by FROM restore_statement WHERE confirmed_at = ?",
    [adoptedAt],
  );
  if (pair === undefined) return "";
  const [statedBy, confirmedBy] = [textOf(pair, "stated_by"), textOf(pair, "confirmed_by")];
  return `${await nameOf(read, statedBy)}, ${await nameOf(read, confirmedBy)}`;
}

function storyOf(
  batch: BatchRecord,
  row: BatchRow,
  refusal: BatchPage["refusal"],
  payouts: readonly PayoutRecord[],
  adopters: string,
): StoryEvent[] {
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
  // Of what was found at the bank nobody knows who netted it; who says that it was sent is told at the end.
  const isFound = row.nettedBy === "unrecorded";
  const story = isFound
    ? []
    : [
        row.nettedBy === "clock"
          ? event(state.madeAt, "staff", "netted-by-clock", "")
          : event(state.madeAt, "staff", "netted", row.madeBy),
      ];
  if ("approvedAt" in state && !isFound)
    story.push(event(state.approvedAt, "staff", "approved", row.approvedBy ?? ""));
  if ("refusedBy" in state)
    story.push(event(state.refusedAt, "staff", state.kind, `${refusal?.by ?? ""}: ${state.reason}`));
  if (wasSent(state)) {
    const sender = row.sentBy === null ? "" : `${row.sentBy}: `;
    story.push(event(state.sentAt, "bank", "sent", `${sender}${row.fileName ?? ""}`));
  }
  if (batch.adoptedAt !== null) story.push(event(batch.adoptedAt, "staff", "adopted", adopters));
  if (state.kind === "settled") {
    const paid = payouts.filter((payout) => payout.state === "paid").length;
    story.push(event(state.settledAt, "bank", "settled", `${paid}/${payouts.length}`));
  }
  return story;
}

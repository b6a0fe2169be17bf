// Matches the bank's lines with our payouts and makes the books follow the statement. It may be run at any time.
import { FailureError } from "#core/errors.ts";
import type { BatchId } from "#core/ids.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { afterBank, type PayoutState } from "#core/settlement/batch.ts";
import { type ExpectedLine, type Match, matchLines } from "#core/settlement/matching.ts";
import { days, elapsed, type Instant, instant } from "#core/time.ts";
import type { ReadDb, Statement } from "#database/database.ts";
import { booleanOf, numberOf } from "#database/row.ts";
import { LINE, type LineRecord, lineOf } from "./bank-lines.ts";
import { type Plan, PlanDeclined, type SettlementDeps, underLock } from "./deps.ts";
import { differenceOf, missingThere } from "./differences.ts";
import { exceptionAnswered, exceptionInsert } from "./exceptions.ts";
import { postLine } from "./post-line.ts";
import { isBeyondReason, lineRefused, REFUSED } from "./refused-line.ts";
import { batchOrFail, batchUpdate, PAYOUT, type PayoutRecord, payoutOf } from "./store.ts";

/** A payout with what matching needs to know of its batch. */
export type OpenPayout = PayoutRecord &
  Readonly<{ sentAt: Instant; batchIsOpen: boolean; givenBack: boolean; missingReported: boolean }>;

export type Matching = Readonly<{ lines: number; matched: number; exceptions: number }>;

/** A payout that is on no statement for so long needs a person. Banks pay within two business days. */
const MISSING_AFTER = days(4);

/** New lines of one commit: it holds the writer for well under a second. */
const LINES_PER_COMMIT_MAX = 2_000;

/**
 * Puts every new line into its bucket, posts each booked line once, marks payouts as paid and settles batches, under
 * the settlement lock and a bounded number of lines to a commit. Lines that came before are looked at again where new
 * ones speak of the same payout, so stopping anywhere and running it again ends the same. A line that the ledger declines
 * is an exception alone: fewer lines are taken together until it is found. The counts are of this run.
 */
export async function matchStatements(
  deps: SettlementDeps,
  linesPerCommit = LINES_PER_COMMIT_MAX,
): Promise<Matching> {
  let total: Matching = { lines: 0, matched: 0, exceptions: 0 };
  let linesMax = linesPerCommit;
  for (;;) {
    const part = await matchSome(deps, linesMax);
    if (part === "declined") {
      linesMax = Math.ceil(linesMax / 2);
      continue;
    }
    total = {
      lines: total.lines + part.lines,
      matched: total.matched + part.matched,
      exceptions: total.exceptions + part.exceptions,
    };
    if (part.lines < linesMax) return total;
    linesMax = Math.min(linesMax * 2, linesPerCommit);
  }
}

/** "declined" where one of several new lines cannot be posted; where few are left, the one at fault is set aside. */
async function matchSome(deps: SettlementDeps, linesMax: number): Promise<Matching | "declined"> {
  let fresh: readonly LineRecord[] = [];
  try {
    return await underLock(deps, async () => {
      const lines = await openLines(deps.database.read, linesMax);
      fresh = lines.filter(isFresh);
      return planMatching(deps, lines, fresh.length < linesMax);
    });
  } catch (error) {
    const largest = largestOf(fresh);
    if (!(error instanceof PlanDeclined) || largest === undefined) throw error;
    if (linesMax > 1) return "declined";
    return underLock(deps, () => planRefusal(deps, largest, error.failure.code));
  }
}

const isFresh = ({ bucket }: LineRecord) => bucket === null;

/** Lines of one payout stay together, and what does not fit among them is the largest. */
const largestOf = (lines: readonly LineRecord[]) =>
  lines.toSorted((a, b) => Number((b.amount?.minor ?? 0n) - (a.amount?.minor ?? 0n)))[0];

const planRefusal = async (deps: SettlementDeps, line: LineRecord, why: string): Promise<Plan<Matching>> => ({
  transfers: [],
  changes: lineRefused(line, why, deps.clock.now()),
  result: { lines: 1, matched: 0, exceptions: 1 },
});

/** What is missing is known only when no line is left to be looked at: with the last part. */
async function planMatching(
  deps: SettlementDeps,
  open: readonly LineRecord[],
  isLast: boolean,
): Promise<Plan<Matching>> {
  const now = deps.clock.now();
  const payouts = new Map((await openPayouts(deps.database.read)).map((payout) => [payout.id, payout]));
  const beyond = open.filter(isBeyondReason).filter(isFresh);
  const lines = new Map(open.filter((line) => !beyond.includes(line)).map((line) => [line.id, line]));
  const work: Work = {
    lines,
    payouts: new Map(payouts),
    transfers: [],
    changes: [],
    matched: 0,
    exceptions: 0,
  };
  for (const match of matchLines([...payouts.values()].map(expectedOf), [...lines.values()])) {
    applyMatch(deps, work, match, now);
  }
  const missing = isLast ? [...work.payouts.values()].filter((payout) => isMissing(payout, now)) : [];
  return {
    transfers: work.transfers,
    changes: [
      ...work.changes,
      ...beyond.flatMap((line) => lineRefused(line, "its amount is beyond reason", now)),
      ...missing.map((payout) => exceptionInsert(missingThere(payout, now))),
      ...payoutChanges(payouts, work.payouts, now),
      ...(await batchChanges(deps, payouts, work.payouts, now)),
    ],
    result: {
      lines: open.filter(isFresh).length,
      matched: work.matched,
      exceptions: work.exceptions + missing.length + beyond.length,
    },
  };
}

/** What a run has made so far. Payouts are as they will be; what came before is kept beside it. */
type Work = {
  readonly lines: ReadonlyMap<string, LineRecord>;
  readonly payouts: Map<string, OpenPayout>;
  readonly transfers: TransferDraft[];
  readonly changes: Statement[];
  matched: number;
  exceptions: number;
};

function applyMatch(deps: SettlementDeps, work: Work, match: Match, now: Instant): void {
  const line = match.statement === undefined ? undefined : work.lines.get(match.statement.id);
  const payout = work.payouts.get(match.expected?.reference ?? line?.reference ?? "");
  const posted = line === undefined ? undefined : postLine(deps.bank, match, line, payout, now);
  if (posted !== undefined) {
    work.transfers.push(...posted.transfers);
    work.changes.push(...posted.changes);
    if (posted.payout !== undefined) work.payouts.set(posted.payout.id, posted.payout);
  }
  if (match.expected !== undefined) setBucket(work.payouts, match);
  if (line === undefined) return;
  work.changes.push(...lineChange(line, match, payout, posted !== undefined));
  if (line.bucket === match.bucket) return;
  const difference = differenceOf(match, line, payout, posted?.returned === true, now);
  if (difference !== undefined) {
    work.changes.push(exceptionInsert(difference));
    work.exceptions += 1;
  }
  if (match.bucket === "matched") {
    if (line.bucket !== null) {
      work.changes.push(exceptionAnswered(`line:${line.id}`, now, "It agrees with what is due by now."));
    }
    work.matched += 1;
  }
}

const expectedOf = (payout: PayoutRecord): ExpectedLine => ({
  reference: payout.id,
  amount: payout.net,
  expects: payout.state === "rejected" ? "nothing" : "payment",
});

function setBucket(after: Map<string, OpenPayout>, { expected, bucket }: Match): void {
  const payout = expected === undefined ? undefined : after.get(expected.reference);
  if (payout !== undefined) after.set(payout.id, { ...payout, bucket });
}

function lineChange(
  line: LineRecord,
  { bucket }: Match,
  payout: OpenPayout | undefined,
  postedNow: boolean,
): readonly Statement[] {
  const payoutId = payout?.id ?? null;
  const posted = line.posted || postedNow;
  if (line.bucket === bucket && line.payoutId === payoutId && line.posted === posted) return [];
  return [
    {
      sql: "UPDATE bank_line SET bucket = ?, payout_id = ?, posted = ? WHERE id = ?",
      params: [bucket, payoutId, posted, line.id],
    },
  ];
}

const isMissing = (payout: OpenPayout, now: Instant) =>
  payout.bucket === "missing-there" &&
  !payout.missingReported &&
  elapsed(payout.sentAt, now) >= MISSING_AFTER;

function payoutChanges(
  before: ReadonlyMap<string, OpenPayout>,
  after: ReadonlyMap<string, OpenPayout>,
  now: Instant,
): readonly Statement[] {
  return [...after.values()].flatMap((payout) => {
    const was = before.get(payout.id);
    if (was?.state === payout.state && was.bucket === payout.bucket) return [];
    const update: Statement = {
      sql: "UPDATE settlement_payout SET state = ?, bucket = ?, bank_reference = ? WHERE id = ?",
      params: [payout.state, payout.bucket, payout.bankReference, payout.id],
    };
    if (payout.state !== "paid" || was?.state === "paid") return [update];
    return [
      update,
      exceptionAnswered(`payout:${payout.id}:missing`, now, "A later statement shows it as paid."),
    ];
  });
}

/** Batches that are open have all their payouts here, so their new state can be told. */
async function batchChanges(
  deps: SettlementDeps,
  before: ReadonlyMap<string, OpenPayout>,
  after: ReadonlyMap<string, OpenPayout>,
  now: Instant,
): Promise<readonly Statement[]> {
  const touched = new Set<BatchId>();
  for (const payout of after.values()) {
    if (payout.batchIsOpen && before.get(payout.id)?.state !== payout.state) touched.add(payout.batchId);
  }
  const changes: Statement[] = [];
  for (const batchId of touched) {
    const batch = await batchOrFail(deps.database.read, batchId);
    const states: PayoutState[] = [...after.values()]
      .filter((payout) => payout.batchId === batchId)
      .map((payout) => payout.state);
    const next = afterBank(batch.state, states, now);
    if (!next.ok) throw new FailureError(next.error);
    if (next.value.kind !== batch.state.kind) changes.push(batchUpdate(batchId, next.value));
  }
  return changes;
}

const OPEN_STATES = "('sent', 'accepted', 'partly')";

/** Payouts that wait for their line, and older ones of which a new line speaks. */
async function openPayouts(db: ReadDb): Promise<readonly OpenPayout[]> {
  const rows = await db.all(
    `SELECT ${PAYOUT}, b.sent_at, b.state IN ${OPEN_STATES} AS batch_is_open,
       EXISTS (SELECT 1 FROM settlement_item i WHERE i.id = 'returned:' || p.id) AS given_back,
       EXISTS (SELECT 1 FROM settlement_exception e WHERE e.id = 'payout:' || p.id || ':missing') AS missing_reported
     FROM settlement_payout p JOIN settlement_batch b ON b.id = p.batch_id
     WHERE b.sent_at IS NOT NULL AND (b.state IN ${OPEN_STATES}
       OR EXISTS (SELECT 1 FROM bank_line l WHERE l.reference = p.id AND l.bucket IS NULL))`,
  );
  return rows.map((row) => ({
    ...payoutOf(row),
    sentAt: instant(numberOf(row, "sent_at")),
    batchIsOpen: booleanOf(row, "batch_is_open"),
    givenBack: booleanOf(row, "given_back"),
    missingReported: booleanOf(row, "missing_reported"),
  }));
}

/** The next new lines, and those that speak of the same payouts as they or open batches do. Refused ones are done with. */
async function openLines(db: ReadDb, linesMax: number): Promise<readonly LineRecord[]> {
  const rows = await db.all(
    `WITH fresh AS (SELECT id, reference FROM bank_line WHERE bucket IS NULL ORDER BY id LIMIT ?)
     SELECT ${LINE} FROM bank_line l WHERE l.id IN (
       SELECT id FROM fresh
       UNION SELECT o.id FROM settlement_batch b JOIN settlement_payout p ON p.batch_id = b.id
         JOIN bank_line o ON o.reference = p.id WHERE b.state IN ${OPEN_STATES} AND o.bucket IS NOT NULL
       UNION SELECT o.id FROM fresh n JOIN bank_line o ON o.reference = n.reference)
       AND COALESCE(l.bucket, '') <> '${REFUSED}'`,
    [linesMax],
  );
  return rows.map(lineOf);
}

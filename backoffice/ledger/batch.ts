// One batch: requests that arrived together, decided in order and committed together.
import { assert } from "#core/assert.ts";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { type ErrorCode, FailureError } from "#core/errors.ts";
import type { AccountId, TransferId } from "#core/ids.ts";
import { accountIdOf } from "#core/ledger/accounts.ts";
import { type Books, openBooks } from "#core/ledger/decide.ts";
import { EMPTY_BALANCE, type Transfer, type TransferDraft } from "#core/ledger/transfer.ts";
import { type Instant, instant } from "#core/time.ts";
import { merged } from "#database/bulk.ts";
import type { Row, Statement, WriteDb } from "#database/database.ts";
import { batchHashOf } from "./hash.ts";
import { openPen, type Pen } from "./pen.ts";
import type { ChangesOf, Check, LedgerAnswer, LedgerRequest, Tombstone } from "./request.ts";
import { type BatchPlace, type DecidedRequest, requestCells } from "./rows.ts";
import {
  balancesStatement,
  batchStatement,
  type Claim,
  claim,
  claimStatement,
  decidedBefore,
  declineStatements,
  lockBooks,
  requestKey,
} from "./store.ts";

export type Asked = LedgerRequest | Tombstone;

/**
 * Requests of one caller that commit in the same transaction, with the statements that depend on their answers. Nothing
 * commits before `proof` resolves, and nothing at all where it rejects.
 */
export type Unit = Readonly<{
  requests: readonly Asked[];
  checks: readonly Check[];
  changes?: ChangesOf;
  proof?: Promise<void>;
}>;

/** `hash` is undefined where every request had been seen before, so that no batch was written. */
export type BatchOutcome = Readonly<{
  answers: readonly (readonly LedgerAnswer[])[];
  hash: string | undefined;
}>;

/** A request stored under this hash is a tombstone: it answers whatever comes. */
const TOMBSTONE_HASH = "tombstone";

/** A unit that cannot commit for a reason of its own, which is the cause; others of its batch may. */
export class UnitRefused extends Error {
  readonly unit: Unit;

  constructor(unit: Unit, cause: unknown) {
    super("a unit of the batch cannot commit", { cause });
    this.unit = unit;
  }
}

/**
 * Runs a batch inside a transaction, whose last statements go through `end`. Throws UnitRefused where a unit's own check
 * finds no row: nothing then commits.
 */
export async function runBatch(
  tx: WriteDb,
  place: BatchPlace,
  prevHash: string,
  units: readonly Unit[],
  end: (statements: readonly Statement[]) => Promise<void>,
): Promise<BatchOutcome> {
  const asked = firstOfEachKey(units.flatMap((unit) => unit.requests));
  const claims = new Map([...asked].map(([key, request], position) => [key, claimOf(request, position)]));
  const [seen, { books, accounts }] = await Promise.all([
    seenBefore(tx, place, asked, claims),
    openBooksFor(tx, [...asked.values()]),
  ]);
  const isNothingNew = seen.size === asked.size;
  const pen = openPen(tx, place, accounts);
  const desk = openDesk(tx, instant(place.recordedAt), books, pen, claims, seen);
  const answers: (readonly LedgerAnswer[])[] = [];
  for (const unit of units) answers.push(await desk.decideUnit(unit));
  if (isNothingNew) {
    await end(desk.rest());
    return { answers, hash: undefined };
  }

  const { balances } = books.state();
  const changed = [...pen.lastEntries].map(([id, lastEntry]) => {
    const balance = balances.get(id) ?? EMPTY_BALANCE;
    return [id, { balance, lastEntry }] as const;
  });
  const requests = desk.decided.toSorted((a, b) => a.position - b.position);
  const content = { requests: requests.map(requestCells), transfers: pen.cells };
  const hash = batchHashOf({ ...place, prevHash, ...content });
  const counts = { requests: requests.length, transfers: pen.cells.length };
  const ended = end([
    ...desk.rest(),
    ...claimed(tx, place, requests, claims),
    ...pen.rest(),
    ...(changed.length === 0 ? [] : [balancesStatement(tx, changed)]),
    ...declineStatements(tx, requests),
    batchStatement(place, { ...counts, prevHash, hash }),
  ]);
  // In the order in which they left: what failed first says why.
  await Promise.all([pen.sent(), ended]);
  return { answers, hash };
}

/**
 * What was decided before about what is asked. PostgreSQL claims what is new at once, as other engines may want the same
 * ids; SQLite's one writer needs only look.
 */
async function seenBefore(
  tx: WriteDb,
  place: BatchPlace,
  asked: ReadonlyMap<string, Asked>,
  claims: ReadonlyMap<string, Claim>,
): Promise<Map<string, DecidedRequest>> {
  if (tx.dialect === "sqlite") return decidedBefore(tx, [...asked.values()]);
  const taken = await claim(tx, place, claims);
  return decidedBefore(
    tx,
    [...taken].flatMap((key) => asked.get(key) ?? []),
  );
}

/** SQLite: the claims of what was new, in the order of their positions. */
function claimed(
  tx: WriteDb,
  place: BatchPlace,
  requests: readonly DecidedRequest[],
  claims: ReadonlyMap<string, Claim>,
): readonly Statement[] {
  if (tx.dialect === "postgres") return [];
  return [
    claimStatement(
      tx,
      place,
      requests.flatMap((request) => claims.get(requestKey(request)) ?? []),
    ),
  ];
}

function firstOfEachKey(requests: readonly Asked[]): ReadonlyMap<string, Asked> {
  const byKey = new Map<string, Asked>();
  for (const request of requests) {
    const key = requestKey(request);
    if (!byKey.has(key)) byKey.set(key, request);
  }
  return byKey;
}

function claimOf(request: Asked, position: number): Claim {
  const { caller, id, happenedAt } = request;
  const isTombstone = request.kind === "tombstone";
  return {
    caller,
    id,
    happenedAt,
    position,
    contentHash: isTombstone ? TOMBSTONE_HASH : request.contentHash,
    answer: isTombstone ? "null" : canonicalJson(request.answer ?? null),
    decline: null,
  };
}

/** The books as far as the drafts name them, locked. */
async function openBooksFor(tx: WriteDb, requests: readonly Asked[]) {
  const drafts = requests.flatMap((request) => (request.kind === "tombstone" ? [] : request.transfers));
  const { accounts, transfers } = await lockBooks(tx, {
    transfers: [...new Set(drafts.flatMap(namedBy))],
    accounts: [...new Set(drafts.flatMap(accountsOf))],
  });
  const balances = new Map([...accounts].map(([id, { balance }]) => [id, balance]));
  return { books: openBooks({ balances, transfers }), accounts };
}

function namedBy(draft: TransferDraft): readonly TransferId[] {
  if ("pending" in draft) return [draft.pending];
  return draft.kind === "single" && draft.corrects !== undefined ? [draft.corrects] : [];
}

function accountsOf(draft: TransferDraft): readonly AccountId[] {
  if (!("debit" in draft)) return [];
  const { debit, credit, amount } = draft;
  return [accountIdOf(debit, amount.currency), accountIdOf(credit, amount.currency)];
}

type Desk = Readonly<{
  decideUnit(unit: Unit): Promise<readonly LedgerAnswer[]>;
  /** The changes that have not left yet, for who sends them with others. */
  rest(): readonly Statement[];
  decided: readonly DecidedRequest[];
}>;

/** Where requests are decided one by one. Bound changes wait until something must see them, then leave together. */
function openDesk(
  tx: WriteDb,
  at: Instant,
  books: Books,
  pen: Pen,
  claims: ReadonlyMap<string, Claim>,
  seen: Map<string, DecidedRequest>,
): Desk {
  const decided: DecidedRequest[] = [];
  let waiting: Statement[] = [];

  const rest = () => {
    const leaving = merged(tx.dialect, waiting);
    waiting = [];
    return leaving;
  };
  const flush = () => tx.runAll(rest());
  const refusedBy = async (checks: readonly Check[]): Promise<ErrorCode | undefined> => {
    const flushed = flush();
    // A pipelined connection keeps the order by itself; SQLite's driver does not.
    if (tx.dialect === "sqlite") await flushed;
    const [, ...found] = await Promise.all([flushed, ...checks.map((check) => checked(tx, check))]);
    return checks.find((_, index) => found[index] === undefined)?.code;
  };
  const decide = (request: Asked, refused: ErrorCode | undefined): Decline | readonly Transfer[] => {
    if (request.kind === "tombstone") return { code: request.code, detail: "superseded before it was seen" };
    if (refused !== undefined) return { code: refused, detail: "a check found no row" };
    const decision = books.decide({ transfers: request.transfers, at });
    return decision.kind === "accepted"
      ? decision.transfers
      : { code: decision.code, detail: decision.detail };
  };
  const decideNew = (request: Asked, claimed: Claim, refused: ErrorCode | undefined): DecidedRequest => {
    const outcome = decide(request, refused);
    const decline = "code" in outcome ? outcome : null;
    if (!("code" in outcome)) {
      for (const transfer of outcome) pen.write(transfer, claimed.happenedAt, claimed.position);
    }
    if (request.kind !== "tombstone") {
      waiting.push(...((decline === null ? request.changes : request.changesIfDeclined) ?? []));
    }
    const made = decline === null ? claimed : { ...claimed, decline };
    decided.push(made);
    return made;
  };

  return {
    async decideUnit(unit) {
      const { requests, checks, changes } = unit;
      const code = checks.length === 0 ? undefined : await refusedBy(checks);
      if (code !== undefined)
        throw new UnitRefused(unit, new FailureError({ code, detail: "a check found no row" }));
      const answers: LedgerAnswer[] = [];
      for (const request of requests) {
        const key = requestKey(request);
        const before = seen.get(key);
        const claimed = claims.get(key);
        assert(claimed !== undefined, "every id was claimed or has been seen");
        if (before === undefined) {
          // Nothing is waited for where nothing must be looked up: that is nearly every request.
          const own = checksOf(request);
          const made = decideNew(request, claimed, own.length === 0 ? undefined : await refusedBy(own));
          seen.set(key, made);
          answers.push(answerFrom(made, false));
        } else answers.push(replayed(request, before));
      }
      if (changes !== undefined) waiting.push(...changes(answers));
      return answers;
    },
    rest,
    decided,
  };
}

const NO_CHECKS: readonly Check[] = [];
const checksOf = (request: Asked) =>
  request.kind === "tombstone" ? NO_CHECKS : (request.checks ?? NO_CHECKS);

type Decline = Readonly<{ code: ErrorCode; detail: string }>;

/** The rows that a check reads stay as they are until the commit: SQLite has one writer, PostgreSQL locks them. */
function checked(tx: WriteDb, { sql, params, lock }: Check): Promise<Row | undefined> {
  return tx.get(tx.dialect === "postgres" && lock !== "none" ? `${sql} FOR UPDATE` : sql, params);
}

function replayed(request: Asked, before: DecidedRequest): LedgerAnswer {
  const same =
    request.kind === "tombstone" ||
    before.contentHash === TOMBSTONE_HASH ||
    before.contentHash === request.contentHash;
  return same
    ? answerFrom(before, true)
    : { kind: "declined", code: "ID_REUSED", detail: "the id was used for another request", replayed: false };
}

function answerFrom({ answer, decline }: DecidedRequest, isReplay: boolean): LedgerAnswer {
  return decline === null
    ? { kind: "accepted", answer: JSON.parse(answer) as JsonValue, replayed: isReplay }
    : { kind: "declined", ...decline, replayed: isReplay };
}

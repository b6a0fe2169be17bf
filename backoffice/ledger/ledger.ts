// The engine: one writer per process, fed by a queue. What arrives while a batch commits is the next batch.
import { assert } from "#core/assert.ts";
import { type ErrorCode, FailureError, fail } from "#core/errors.ts";
import type { Ids } from "#core/ids.ts";
import type { Clock } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { isRefusedByRows } from "#database/failures.ts";
import { type Asked, type BatchOutcome, runBatch, type Unit, UnitRefused } from "./batch.ts";
import { type Anchor, writeCheckpoint } from "./checkpoint.ts";
import { type LaneHead, openLane } from "./lane.ts";
import type { ChangesOf, Check, LedgerAnswer, LedgerRequest, Tombstone } from "./request.ts";

/** Only as many as wait: a quiet ledger commits one by one. At this size a batch takes about a fifth of a second. */
const BATCH_REQUESTS_MAX = 4_096;
/** Requests that may wait: a second of work at full speed, so an answer still comes in time. */
const QUEUE_REQUESTS_MAX = 20_000;
/** A till's sync sends a bounded number of entries; each may make a few transfers. */
const TRANSFERS_PER_REQUEST_MAX = 64;
const NAME_CHARACTERS_MAX = 160;
/**
 * A batch is answered in about so many turns of the event loop, while the next one commits: what its callers ask next
 * then comes in between the statements of that one, not all before the first.
 */
const ANSWER_TURNS = 8;
const ANSWERS_AT_ONCE_MIN = 16;

export type Ledger = Readonly<{
  /**
   * Decides one request, once for ever. Resolves when the decision is durable; a decline is an answer, not an error.
   * Fails with BUSY when the queue is full, and with what the database could not do; then it may be sent again.
   */
  submit(request: LedgerRequest): Promise<LedgerAnswer>;
  /**
   * Decides requests in order, each on its own, in one transaction with the statements that `changes` makes of their
   * answers. A declined request does not undo the others; `checks` without a row, a throw in `changes`, or a `proof` that
   * rejects undo all. The transaction waits for its proof, and others wait behind it: it must not be long in coming.
   */
  submitTogether(
    requests: readonly Asked[],
    changes?: ChangesOf,
    checks?: readonly Check[],
    proof?: Promise<void>,
  ): Promise<readonly LedgerAnswer[]>;
  /** Claims an id never seen as declined with `code`; else gives back what it was answered. */
  tombstone(caller: string, id: string, code: ErrorCode): Promise<LedgerAnswer>;
  /** Writes down the head of every lane, chained to the last checkpoint, and gives its number and hash. */
  checkpoint(): Promise<Anchor>;
  /** Requests that wait for their batch. */
  waiting(): number;
  /** Takes no more requests, and resolves when those taken are decided and a last checkpoint is written. */
  close(): Promise<void>;
}>;

export type LedgerOptions = Readonly<{
  database: Database;
  clock: Clock;
  ids: Ids;
  batchRequestsMax?: number;
  queueRequestsMax?: number;
}>;

export function createLedger(options: LedgerOptions): Ledger {
  const { database, clock, ids } = options;
  const { batchRequestsMax = BATCH_REQUESTS_MAX, queueRequestsMax = QUEUE_REQUESTS_MAX } = options;
  const queue: Waiting[] = [];
  let waitingRequests = 0;
  let head: LaneHead | undefined;
  let working: Promise<void> | undefined;
  let closed = false;

  const enqueue = (unit: Unit): Promise<readonly LedgerAnswer[]> => {
    if (closed) return fail("NOT_READY", "the ledger is closing");
    if (waitingRequests + unit.requests.length > queueRequestsMax)
      return fail("BUSY", "too many requests wait");
    unit.requests.forEach(assertWellFormed);
    return new Promise((resolve, reject) => {
      queue.push({ unit, resolve, reject });
      waitingRequests += unit.requests.length;
      // After this turn of the event loop, so that what arrives in it is one batch.
      working ??= new Promise((started) => setImmediate(started)).then(work);
    });
  };

  const work = async () => {
    while (queue.length > 0) await settle(takeBatch());
    working = undefined;
  };

  const takeBatch = (): readonly Waiting[] => {
    let taken = 0;
    let requests = 0;
    for (const { unit } of queue) {
      if (taken > 0 && requests + unit.requests.length > batchRequestsMax) break;
      requests += unit.requests.length;
      taken += 1;
    }
    waitingRequests -= requests;
    return queue.splice(0, taken);
  };

  /** Never throws: every failure reaches whoever asked. */
  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    for (let left = batch; left.length > 0; ) {
      try {
        const { answers } = await commit(left.map(({ unit }) => unit));
        void answerAll(left, answers); // never throws
        return;
      } catch (error) {
        const others = await withoutRefused(left, error);
        if (others.length === left.length) return settleEach(left, error);
        left = others;
      }
    }
  };

  /** Nobody knows whose fault it is: where it may be one's own, alone it fails alone. */
  const settleEach = async (batch: readonly Waiting[], error: unknown): Promise<void> => {
    if (isMachineFailure(error) || batch.length === 1) {
      for (const { reject } of batch) reject(error);
    } else {
      for (const waiting of batch) await settle([waiting]);
    }
  };

  const commit = async (units: readonly Unit[]): Promise<BatchOutcome> => {
    head ??= await openLane(database, clock, ids);
    const { lane, number, hash } = head;
    const place = { lane, number: number + 1, recordedAt: clock.now() };
    let isAtCommit = false;
    try {
      const outcome = await database.transaction(async (tx) => {
        isAtCommit = false; // The database may run this again.
        return runBatch(tx, place, hash, units, async (statements) => {
          const needsNoProof = units.every(({ proof }) => proof === undefined);
          if (!needsNoProof) {
            await tx.runAll(statements);
            await proved(units);
          }
          isAtCommit = true;
          if (needsNoProof) await tx.runLast(statements);
        });
      }, "read-committed");
      if (outcome.hash !== undefined) head = { lane, number: place.number, hash: outcome.hash };
      return outcome;
    } catch (error) {
      // Else it is unknown whether it was committed, and with it this lane's head: it is never resumed.
      if (isAtCommit && !isRefusedByRows(error)) head = undefined;
      throw error;
    }
  };

  const submitTogether: Ledger["submitTogether"] = async (requests, changes, checks = [], proof) =>
    enqueue({
      requests,
      checks,
      ...(changes === undefined ? {} : { changes }),
      ...(proof === undefined ? {} : { proof }),
    });
  const submitOne = async (request: Asked): Promise<LedgerAnswer> => {
    const [answer] = await submitTogether([request]);
    assert(answer !== undefined, "a request has an answer");
    return answer;
  };

  return {
    submit: submitOne,
    submitTogether,
    tombstone: (caller, id, code) => submitOne(tombstoneOf({ caller, id, code, happenedAt: clock.now() })),
    checkpoint: () => writeCheckpoint(database, clock),
    waiting: () => waitingRequests,
    async close() {
      if (closed) return;
      closed = true;
      await working;
      if (head !== undefined) await writeCheckpoint(database, clock);
    },
  };
}

type Waiting = Readonly<{
  unit: Unit;
  resolve: (answers: readonly LedgerAnswer[]) => void;
  reject: (error: unknown) => void;
}>;

/** For `submitTogether`: closes an id that another request of the same transaction takes the place of. */
export const tombstoneOf = (tombstone: Omit<Tombstone, "kind">): Tombstone => ({
  kind: "tombstone",
  ...tombstone,
});

/** A proof that rejected, whichever and for whatever reason: it says nothing about the machine, or about others. */
class Unproved extends Error {}

async function proved(units: readonly Unit[]): Promise<void> {
  try {
    await Promise.all(units.map(({ proof }) => proof));
  } catch {
    throw new Unproved("a proof does not hold");
  }
}

/** Refuses those who are known not to be able to commit, each for a reason of their own; the others are left. */
async function withoutRefused(batch: readonly Waiting[], error: unknown): Promise<readonly Waiting[]> {
  if (error instanceof UnitRefused) {
    for (const { unit, reject } of batch) if (unit === error.unit) reject(error.cause);
    return batch.filter(({ unit }) => unit !== error.unit);
  }
  if (!(error instanceof Unproved)) return batch;
  const proofs = await Promise.allSettled(batch.map(({ unit }) => unit.proof));
  return batch.filter(({ reject }, index) => {
    const proof = proofs[index];
    if (proof?.status === "rejected") reject(proof.reason);
    return proof?.status !== "rejected";
  });
}

async function answerAll(
  batch: readonly Waiting[],
  answers: readonly (readonly LedgerAnswer[])[],
): Promise<void> {
  const atOnce = Math.max(ANSWERS_AT_ONCE_MIN, Math.ceil(batch.length / ANSWER_TURNS));
  for (const [index, { resolve }] of batch.entries()) {
    if (index > 0 && index % atOnce === 0) await new Promise((turn) => setImmediate(turn));
    resolve(answers[index] ?? []);
  }
}

/** Not about any one request: running the batch again in pieces would fail just the same. */
const MACHINE_FAILURES: ReadonlySet<ErrorCode> = new Set([
  "BUSY",
  "TIMED_OUT",
  "PEER_GONE",
  "NOT_READY",
  "DISK_FULL",
  "DATABASE_CORRUPT",
]);

const isMachineFailure = (error: unknown) =>
  error instanceof FailureError && MACHINE_FAILURES.has(error.failure.code);

function assertWellFormed(request: Asked): void {
  for (const name of [request.caller, request.id]) {
    assert(
      /^[\x21-\x7e]+$/.test(name) && name.length <= NAME_CHARACTERS_MAX,
      "callers and ids are plain text",
    );
  }
  if (request.kind === "tombstone") return;
  assert(
    request.transfers.length <= TRANSFERS_PER_REQUEST_MAX,
    "a request has a bounded number of transfers",
  );
}

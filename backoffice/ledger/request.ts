// What the ledger is asked and what it answers. Everything in a request commits together, or nothing does.
import type { JsonValue } from "#core/canonical-json.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";

/**
 * A SELECT that must return a row, or the request is declined with `code`. It sees what earlier requests of the same
 * batch wrote. On PostgreSQL the rows it reads are locked until the commit, so it selects plain rows; one with an
 * aggregate says `lock: "none"` and is only as good as the snapshot it sees.
 */
export type Check = Statement & Readonly<{ code: ErrorCode; lock?: "none" }>;

export type LedgerRequest = Readonly<{
  kind?: "request";
  /** Whose ids these are: "terminal:t1", "merchant:m1", "staff:s1", "system". */
  caller: string;
  /** Made by the caller, once per attempt, and stored before it was sent. */
  id: string;
  /** Of what was asked, secrets left out: the same id with another hash is ID_REUSED. */
  contentHash: string;
  happenedAt: Instant;
  /** Linked, all or none. May be empty: a change of rows without money, once for ever. */
  transfers: readonly TransferDraft[];
  /** In order; the first that finds no row declines. */
  checks?: readonly Check[];
  /** Committed only if accepted. */
  changes?: readonly Statement[];
  /** Committed only if declined. */
  changesIfDeclined?: readonly Statement[];
  /** Given back when accepted, and to every resend for ever. Holds no secret. */
  answer?: JsonValue;
}>;

/**
 * Claims an id as declined with `code`, if it was never seen; else gives back what it was answered.
 * A late arrival of the real request is then declined, whatever its content.
 */
export type Tombstone = Readonly<{
  kind: "tombstone";
  caller: string;
  id: string;
  happenedAt: Instant;
  code: ErrorCode;
}>;

export type LedgerAnswer =
  | Readonly<{ kind: "accepted"; answer: JsonValue; replayed: boolean }>
  | Readonly<{ kind: "declined"; code: ErrorCode; detail?: string; replayed: boolean }>;

/**
 * Statements that must commit with the requests they depend on. Throwing undoes all of them.
 * It may be called again for the same requests, so it only computes.
 */
export type ChangesOf = (answers: readonly LedgerAnswer[]) => readonly Statement[];

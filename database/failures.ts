// Errors of the two drivers as codes of ours.
import { type ErrorCode, FailureError } from "#core/errors.ts";

// sqlite3 names the primary result code; https://sqlite.org/rescode.html
const SQLITE_FAILURES: Readonly<Record<string, ErrorCode>> = {
  SQLITE_FULL: "DISK_FULL",
  // A disk that refuses to be written says so in one of these ways; what was committed before is safe on it.
  SQLITE_IOERR: "DISK_FULL",
  SQLITE_READONLY: "DISK_FULL",
  SQLITE_CANTOPEN: "DISK_FULL",
  SQLITE_CORRUPT: "DATABASE_CORRUPT",
  SQLITE_NOTADB: "DATABASE_CORRUPT",
  SQLITE_BUSY: "BUSY",
  SQLITE_LOCKED: "BUSY",
};

// https://www.postgresql.org/docs/18/errcodes-appendix.html, and the codes of a socket.
const POSTGRES_FAILURES: Readonly<Record<string, ErrorCode>> = {
  "53100": "DISK_FULL",
  "58030": "DISK_FULL",
  XX001: "DATABASE_CORRUPT",
  XX002: "DATABASE_CORRUPT",
  "53300": "BUSY",
  "55P03": "BUSY",
  "40001": "BUSY",
  "40P01": "BUSY",
  "57014": "TIMED_OUT",
  "25P03": "TIMED_OUT",
  "08000": "PEER_GONE",
  "08003": "PEER_GONE",
  "08006": "PEER_GONE",
  "57P01": "PEER_GONE",
  "57P02": "PEER_GONE",
  "57P03": "NOT_READY",
  ECONNREFUSED: "PEER_GONE",
  ECONNRESET: "PEER_GONE",
  ECONNABORTED: "PEER_GONE",
  EAI_AGAIN: "PEER_GONE",
  EHOSTDOWN: "PEER_GONE",
  EHOSTUNREACH: "PEER_GONE",
  ENETDOWN: "PEER_GONE",
  ENETUNREACH: "PEER_GONE",
  ENOTFOUND: "PEER_GONE",
  ETIMEDOUT: "PEER_GONE",
  EPIPE: "PEER_GONE",
};

// The driver gives these no code.
const POSTGRES_MESSAGES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^timeout exceeded when trying to connect/, "BUSY"],
  [/^Connection terminated|not queryable/, "PEER_GONE"],
];

export const sqliteFailure = (error: unknown) => asFailure(error, SQLITE_FAILURES[codeOf(error)]);

export const postgresFailure = (error: unknown) =>
  asFailure(
    error,
    POSTGRES_FAILURES[codeOf(error)] ??
      POSTGRES_MESSAGES.find(([pattern]) => pattern.test(messageOf(error)))?.[1],
  );

/** Two transactions that could not both be right: the same work may succeed when it runs again. */
export const isRetryable = (error: unknown) => ["40001", "40P01"].includes(codeOf(error));

/** A row with the same key exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    codeOf(error) === "23505" ||
    (codeOf(error) === "SQLITE_CONSTRAINT" && /UNIQUE|PRIMARY KEY/.test(messageOf(error)))
  );
}

/** A statement or the commit was refused for what the rows would be: then nothing of its transaction is committed. */
export const isRefusedByRows = (error: unknown): boolean =>
  codeOf(error) === "SQLITE_CONSTRAINT" ||
  /^23\d{3}$/.test(codeOf(error)) ||
  (error instanceof FailureError && error.failure.code === "STATE_CONFLICT");

function asFailure(error: unknown, code: ErrorCode | undefined): unknown {
  return code === undefined || error instanceof FailureError
    ? error
    : Object.assign(new FailureError({ code, detail: messageOf(error) }), { cause: error });
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// What does not agree with the bank and needs a person: who has it, how old it is, how it ended.
import { fail } from "#core/errors.ts";
import type { BatchId } from "#core/ids.ts";
import { type Money, money } from "#core/money.ts";
import type { Bucket } from "#core/settlement/matching.ts";
import { type DurationMs, elapsed, type Instant, instant } from "#core/time.ts";
import type { Database, ReadDb, Row, Statement } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import { currencyOf } from "../merchants/store.ts";

/** A bucket that is not "matched", or what happens to whole files and payouts. */
export type ExceptionBucket =
  | Exclude<Bucket, "matched">
  | "rejected"
  | "file-refused"
  | "answer-unknown"
  | "statement-changed"
  | "account-missing"
  /** A statement of an account that is not ours. */
  | "account-not-ours"
  /** Taken in, but with faults. */
  | "file-odd"
  /** A booked line that the books cannot take. */
  | "line-refused"
  /** Sent to the bank before a restore, and not taken over by the books. */
  | "sent-unknown";

export type NewException = Readonly<{
  /** Made of what it is about, so that finding the same thing again does not open it twice. */
  id: string;
  at: Instant;
  bucket: ExceptionBucket;
  /** What a person looks for: a payout's id, a line's, a file's name. */
  subject: string;
  batchId: BatchId | null;
  expected: Money | null;
  actual: Money | null;
  detail: string;
}>;

const DETAIL_CHARACTERS_MAX = 300;

/** Opens an exception unless it was ever opened. */
export function exceptionInsert(exception: NewException): Statement {
  const { id, at, bucket, subject, batchId, expected, actual, detail } = exception;
  return {
    sql: `INSERT INTO settlement_exception (id, at, bucket, subject, batch_id, expected, actual, currency, detail, state)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open') ON CONFLICT (id) DO NOTHING`,
    params: [
      id,
      at,
      bucket,
      subject.slice(0, 120),
      batchId,
      expected?.minor ?? null,
      actual?.minor ?? null,
      expected?.currency ?? actual?.currency ?? null,
      detail.slice(0, DETAIL_CHARACTERS_MAX),
    ],
  };
}

/** Ends an exception that later lines have answered; one that a person ended keeps that person's words. */
export function exceptionAnswered(id: string, at: Instant, resolution: string): Statement {
  return {
    sql: `UPDATE settlement_exception SET state = 'resolved', resolution = ?, resolved_by = 'system', resolved_at = ?
          WHERE id = ? AND state = 'open'`,
    params: [resolution, at, id],
  };
}

export type ExceptionRecord = NewException &
  Readonly<{
    age: DurationMs;
    owner: string | null;
    state: "open" | "resolved";
    resolution: string | null;
    resolvedBy: string | null;
  }>;

const COLUMNS = `id, at, bucket, subject, batch_id, CAST(expected AS TEXT) AS expected, CAST(actual AS TEXT) AS actual,
  currency, detail, owner, state, resolution, resolved_by, resolved_at`;

export type ExceptionSearch = Readonly<{
  state: "open" | "resolved" | undefined;
  query: string;
  page: number;
  pageSize: number;
  now: Instant;
}>;

/** A page of exceptions, the oldest open one first. */
export async function searchExceptions(
  db: ReadDb,
  search: ExceptionSearch,
): Promise<Readonly<{ total: number; rows: readonly ExceptionRecord[] }>> {
  const like = `%${search.query.toLowerCase().replace(/[%_\\]/g, "")}%`;
  const states = search.state === undefined ? ["open", "resolved"] : [search.state, search.state];
  const where = "WHERE state IN (?, ?) AND (lower(subject) LIKE ? OR lower(detail) LIKE ?)";
  const params = [...states, like, like];
  const rows = await db.all(
    `SELECT ${COLUMNS} FROM settlement_exception ${where} ORDER BY state, at, id LIMIT ? OFFSET ?`,
    [...params, search.pageSize, search.page * search.pageSize],
  );
  const total = await db.get(`SELECT count(*) AS total FROM settlement_exception ${where}`, params);
  return {
    total: total === undefined ? 0 : numberOf(total, "total"),
    rows: rows.map((row) => exceptionOf(row, search.now)),
  };
}

export async function exceptionOrFail(db: ReadDb, id: string, now: Instant): Promise<ExceptionRecord> {
  const row = await db.get(`SELECT ${COLUMNS} FROM settlement_exception WHERE id = ?`, [id]);
  return row === undefined ? fail("NOT_FOUND", `exception ${id}`) : exceptionOf(row, now);
}

/** Gives an open exception to a person. STATE_CONFLICT where it was resolved, NOT_FOUND where there is none. */
export async function takeException(database: Database, id: string, owner: string, now: Instant) {
  await changeOpen(database, id, now, {
    sql: "UPDATE settlement_exception SET owner = ? WHERE id = ? AND state = 'open'",
    params: [owner, id],
  });
}

/** Ends it with words for those who come after. STATE_CONFLICT where it was resolved, NOT_FOUND where there is none. */
export async function resolveException(
  database: Database,
  resolving: Readonly<{ id: string; by: string; resolution: string; at: Instant }>,
): Promise<void> {
  const { id, by, resolution, at } = resolving;
  await changeOpen(database, id, at, {
    sql: `UPDATE settlement_exception SET state = 'resolved', owner = COALESCE(owner, ?), resolution = ?,
            resolved_by = ?, resolved_at = ? WHERE id = ? AND state = 'open'`,
    params: [by, resolution, by, at, id],
  });
}

async function changeOpen(database: Database, id: string, now: Instant, change: Statement): Promise<void> {
  await database.transaction(async (tx) => {
    if ((await tx.run(change.sql, change.params)) === 1) return;
    await exceptionOrFail(tx, id, now);
    fail("STATE_CONFLICT", `exception ${id} is resolved`);
  });
}

function exceptionOf(row: Row, now: Instant): ExceptionRecord {
  const at = instant(numberOf(row, "at"));
  const amount = (column: string) =>
    row[column] === null ? null : money(bigintOf(row, column), currencyOf(row, "currency"));
  const resolvedAt = nullable(row, "resolved_at", numberOf);
  return {
    id: textOf(row, "id"),
    at,
    bucket: textOf(row, "bucket") as ExceptionBucket,
    subject: textOf(row, "subject"),
    batchId: nullable(row, "batch_id", textOf) as BatchId | null,
    expected: amount("expected"),
    actual: amount("actual"),
    detail: textOf(row, "detail"),
    age: elapsed(at, resolvedAt === null ? now : instant(resolvedAt)),
    owner: nullable(row, "owner", textOf),
    state: textOf(row, "state") === "open" ? "open" : "resolved",
    resolution: nullable(row, "resolution", textOf),
    resolvedBy: nullable(row, "resolved_by", textOf),
  };
}

// One connection of the sqlite3 driver: promises, kept statements, our failure codes.
import { closeSync, openSync } from "node:fs";
import sqlite3 from "sqlite3";
import { FailureError } from "#core/errors.ts";
import type { Param, Row, Statement } from "./database.ts";
import { sqliteFailure } from "./failures.ts";
import { withLiterals } from "./literals.ts";
import { sqliteParams } from "./params.ts";

/** Prepared statements kept per connection; the one used longest ago goes first. */
const STATEMENTS_MAX = 256;
const BUSY_TIMEOUT_MS = 5_000;

/** `recursive_triggers`: without it INSERT OR REPLACE deletes a row and no delete trigger fires. */
export const WRITER_PRAGMAS = [
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = FULL",
  "PRAGMA foreign_keys = ON",
  "PRAGMA recursive_triggers = ON",
  "PRAGMA trusted_schema = OFF",
  "PRAGMA temp_store = MEMORY",
] as const;
const READER_PRAGMAS = ["PRAGMA trusted_schema = OFF"] as const;

export const SCRIPT_STATEMENTS_MAX = 500;
/** A script does not tell what it changed: it looks itself, and ends at the first statement that does not do what it must. */
const SCRIPT_REFUSALS = [
  "CREATE TEMP TABLE unmet (must TEXT NOT NULL)",
  `CREATE TEMP TRIGGER unmet_ends BEFORE INSERT ON unmet
   BEGIN SELECT RAISE(ABORT, 'unmet: ' || NEW.must); END`,
] as const;
const UNMET = /^SQLITE_CONSTRAINT: unmet: (.*)$/s;
const CHECK = "INSERT INTO temp.unmet SELECT ? WHERE changes() <> 1";

const closedFailure = () => new FailureError({ code: "NOT_READY", detail: "the database is closed" });

/** What the statements say and must, with their values written into them: a script has no parameters. */
function scriptOf(statements: readonly Statement[]): string {
  const texts = statements.flatMap((statement) =>
    statement.must === undefined
      ? [withLiterals(statement)]
      : [withLiterals(statement), withLiterals({ sql: CHECK, params: [statement.must] })],
  );
  // A comment at the end of one must not hide what parts it from the next.
  return texts.join("\n;\n");
}

function scriptFailure(error: Error): unknown {
  const unmet = UNMET.exec(error.message)?.[1];
  return unmet === undefined
    ? sqliteFailure(error)
    : new FailureError({ code: "STATE_CONFLICT", detail: unmet });
}

/**
 * The driver resets a statement when it is next run, not when it fails. Until then SQLite takes one that met another
 * process's lock for one that still writes: a COMMIT is refused, and what one statement alone commits is not committed.
 */
function afterReset(statement: sqlite3.Statement, done: () => void): void {
  statement.reset(() => done());
}

export type SqliteMode = "write" | "read";

const OWNER_ONLY = 0o600;

/**
 * SQLite makes a file that every account of the machine may read, and gives its log the same rights. So a new one is
 * made here first; the rights of one that is there are its owner's own affair.
 */
function makeForOwner(path: string): void {
  if (path === ":memory:") return;
  try {
    closeSync(openSync(path, "a", OWNER_ONLY));
  } catch {
    // SQLite meets the same obstacle, and its failure has a code of ours.
  }
}

export class SqliteConnection {
  readonly #driver: sqlite3.Database;
  readonly #statements = new Map<string, Promise<sqlite3.Statement>>();
  #isClosed = false;

  private constructor(driver: sqlite3.Database) {
    this.#driver = driver;
  }

  /** Fails with DATABASE_CORRUPT where the file is no database, BUSY where another process keeps it locked. */
  static async open(path: string, mode: SqliteMode): Promise<SqliteConnection> {
    if (mode === "write") makeForOwner(path);
    const flags = mode === "read" ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE;
    const driver = await new Promise<sqlite3.Database>((resolve, reject) => {
      const opening = new sqlite3.Database(path, flags, (error) =>
        error === null ? resolve(opening) : reject(sqliteFailure(error)),
      );
    });
    driver.configure("busyTimeout", BUSY_TIMEOUT_MS);
    const connection = new SqliteConnection(driver);
    try {
      for (const sql of mode === "write" ? [...WRITER_PRAGMAS, ...SCRIPT_REFUSALS] : READER_PRAGMAS) {
        await connection.all(sql);
      }
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }

  async all(sql: string, params: readonly Param[] = []): Promise<readonly Row[]> {
    const statement = await this.#prepared(sql);
    return new Promise((resolve, reject) => {
      statement.all(sqliteParams(params), (error: Error | null, rows: Row[]) =>
        error === null ? resolve(rows) : afterReset(statement, () => reject(sqliteFailure(error))),
      );
    });
  }

  async run(sql: string, params: readonly Param[] = []): Promise<number> {
    const statement = await this.#prepared(sql);
    return new Promise((resolve, reject) => {
      statement.run(sqliteParams(params), function (error: Error | null) {
        if (error === null) resolve(this.changes);
        else afterReset(statement, () => reject(sqliteFailure(error)));
      });
    });
  }

  /**
   * Runs statements in order as one script; the first failure ends it, STATE_CONFLICT where one must change a row and
   * does not. Each way to the driver's thread and back waits for a turn of a busy event loop, and a script is one of
   * them, however long it is.
   */
  async runAll(statements: readonly Statement[]): Promise<void> {
    for (let from = 0; from < statements.length; from += SCRIPT_STATEMENTS_MAX) {
      await this.#exec(scriptOf(statements.slice(from, from + SCRIPT_STATEMENTS_MAX)));
    }
  }

  /** The same as the last of an open transaction, whose end is in the script. At most SCRIPT_STATEMENTS_MAX. */
  async endWith(statements: readonly Statement[]): Promise<void> {
    await this.#exec([scriptOf(statements), "COMMIT"].join("\n;\n"));
  }

  /** The same in a transaction of its own, whose begin and end are in the script. At most SCRIPT_STATEMENTS_MAX. */
  async commitAll(statements: readonly Statement[]): Promise<void> {
    if (statements.length === 0) return;
    try {
      await this.#exec(["BEGIN IMMEDIATE", scriptOf(statements), "COMMIT"].join("\n;\n"));
    } catch (error) {
      // Some failures, a full disk among them, have rolled back already.
      await this.run("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }

  #exec(script: string): Promise<void> {
    if (this.#isClosed) return Promise.reject(closedFailure());
    return new Promise((resolve, reject) =>
      this.#driver.exec(script, (error) => (error === null ? resolve() : reject(scriptFailure(error)))),
    );
  }

  /** What was asked before is answered; what comes later fails with NOT_READY, and keeps nothing open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const statements = [...this.#statements.keys()];
    await Promise.all(statements.map((sql) => this.#forget(sql)));
    await new Promise<void>((resolve, reject) =>
      this.#driver.close((error) => (error === null ? resolve() : reject(sqliteFailure(error)))),
    );
  }

  /** Not async: whoever asked before a close must have his statement a turn before it is finalized. */
  #prepared(sql: string): Promise<sqlite3.Statement> {
    if (this.#isClosed) return Promise.reject(closedFailure());
    const kept = this.#statements.get(sql);
    if (kept !== undefined) {
      // Moves to the end of the map's order, so that the first key is the one used longest ago.
      this.#statements.delete(sql);
      this.#statements.set(sql, kept);
      return kept;
    }
    const statement = this.#prepare(sql);
    this.#statements.set(sql, statement);
    statement.catch(() => this.#statements.delete(sql));
    const [oldest] = this.#statements.keys();
    if (this.#statements.size > STATEMENTS_MAX && oldest !== undefined) void this.#forget(oldest);
    return statement;
  }

  #prepare(sql: string): Promise<sqlite3.Statement> {
    return new Promise((resolve, reject) => {
      const statement = this.#driver.prepare(sql, (error: Error | null) =>
        error === null ? resolve(statement) : reject(sqliteFailure(error)),
      );
    });
  }

  /** The driver finalizes a statement after the calls that still wait on it. Never rejects. */
  async #forget(sql: string): Promise<void> {
    const statement = await this.#statements.get(sql)?.catch(() => undefined);
    this.#statements.delete(sql);
    if (statement !== undefined) await new Promise<void>((resolve) => statement.finalize(() => resolve()));
  }
}

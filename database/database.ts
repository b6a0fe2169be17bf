// What a database is to the rest of the house: bound SQL on SQLite or PostgreSQL, with one meaning on both.
import type { Sequelize } from "sequelize";

export type Dialect = "sqlite" | "postgres";

/**
 * A bound value. A bigint travels as decimal text, because sqlite3 would bind it as NULL: give it a column to convert
 * it, or write `CAST(? AS BIGINT)` where it is compared or computed with. A number must be finite, and safe if whole.
 */
export type Param = string | number | bigint | boolean | null | Uint8Array;

/** A row as the driver gives it; only the decoders of row.ts read it. Money is selected with `CAST(x AS TEXT)`. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * SQL with `?` placeholders in order, the same text on both databases. `bulk` says how many statements of the same form
 * can be one: see `merged` in bulk.ts. `must` is for `runAll` and the like: what is wrong where not exactly one row is changed.
 */
export type Statement = Readonly<{ sql: string; params?: readonly Param[]; bulk?: Bulk; must?: string }>;

/** How PostgreSQL is to read a column's values; SQLite goes by the table's own types. */
export type ColumnKind = "text" | "integer" | "money" | "boolean";

/**
 * One form of statement for any number of rows. No two of the statements that it stands for may be about the same row.
 * One object per form, made once: statements are merged where theirs is the same.
 */
export type Bulk = Readonly<{
  /** What it writes to: forms that write to different tables may change places. */
  table: string;
  /** The parameters of one statement, by name and in order. */
  columns: Readonly<Record<string, ColumnKind>>;
  /** The statement, given a query that selects all rows with those columns. */
  sql(rows: string): string;
}>;

export type ReadDb = Readonly<{
  dialect: Dialect;
  all(sql: string, params?: readonly Param[]): Promise<readonly Row[]>;
  get(sql: string, params?: readonly Param[]): Promise<Row | undefined>;
}>;

/** Lives as long as its transaction; used after it, it throws. */
export type WriteDb = ReadDb &
  Readonly<{
    /** The number of rows that were changed. */
    run(sql: string, params?: readonly Param[]): Promise<number>;
    /** Runs statements in order without waiting between them where the database can; the changed rows of each. */
    runEach(statements: readonly Statement[]): Promise<readonly number[]>;
    /**
     * The same on one way to the database and back; how many rows were changed is not told. Fails with STATE_CONFLICT at
     * the first statement that does not do what it must.
     */
    runAll(statements: readonly Statement[]): Promise<void>;
    /**
     * The same as the last thing that is asked of the transaction: where the database can, its commit goes the same way.
     * A failure leaves open whether they are committed, and `work` must not fail after it.
     */
    runLast(statements: readonly Statement[]): Promise<void>;
  }>;

/**
 * What concurrent transactions may see of each other. On SQLite there is one writer, so both are serial.
 * On PostgreSQL `serializable` keeps that meaning; `read-committed` is for code that locks the rows it decides from.
 */
export type Isolation = "serializable" | "read-committed";

export type Database = Readonly<{
  dialect: Dialect;
  /** Committed rows only. Inside a transaction read through its `tx`, never through this. */
  read: ReadDb;
  /**
   * Commits what `work` wrote when it resolves, and undoes it when it throws. Serialization failures and deadlocks
   * run `work` again, so it must have no effect outside the database.
   * Fails with BUSY, TIMED_OUT, DISK_FULL, DATABASE_CORRUPT or PEER_GONE; other errors pass through.
   */
  transaction<T>(work: (tx: WriteDb) => Promise<T>, isolation?: Isolation): Promise<T>;
  /**
   * Commits statements that nothing has to be read for, all of them or none, with as few ways to the database as it
   * needs. Fails as a transaction does, and with STATE_CONFLICT where one does not do what it must.
   */
  commit(statements: readonly Statement[]): Promise<void>;
  /** Reads one moment of the committed state, while writers go on: for proofs, reports and exports. */
  snapshot<T>(work: (db: ReadDb) => Promise<T>): Promise<T>;
  /** For models and ordinary reads, opened when first asked for. On SQLite it can only read. */
  sequelize(): Sequelize;
  close(): Promise<void>;
  /** The file of an SQLite database that has one. */
  path?: string;
}>;

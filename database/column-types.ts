// The one table of column types for hand-written SQL, so that a migration reads the same for both databases.
import type { Dialect } from "./database.ts";

export type ColumnTypes = Readonly<{
  dialect: Dialect;
  /** Compared and sorted by code points on both databases. */
  text: string;
  /** Whole numbers: counts, versions, and instants in milliseconds. */
  integer: string;
  /** Money in minor units, ±(2^63 − 1). Bound as decimal text, read with `CAST(x AS TEXT)`. */
  money: string;
  boolean: string;
  bytes: string;
  /** Canonical JSON as text. */
  json: string;
  /** What ends a CREATE TABLE: SQLite's STRICT refuses a value of another type. */
  strict: string;
  /** As `strict`, for a table that SQLite keeps in the order of its primary key, so that the key needs no index. */
  clustered: string;
}>;

const TYPES: Record<Dialect, ColumnTypes> = {
  sqlite: {
    dialect: "sqlite",
    text: "TEXT",
    integer: "INTEGER",
    money: "INTEGER",
    boolean: "INTEGER",
    bytes: "BLOB",
    json: "TEXT",
    strict: " STRICT",
    clustered: " STRICT, WITHOUT ROWID",
  },
  postgres: {
    dialect: "postgres",
    text: 'TEXT COLLATE "C"',
    integer: "BIGINT",
    money: "BIGINT",
    boolean: "BOOLEAN",
    bytes: "BYTEA",
    json: "TEXT",
    strict: "",
    clustered: "",
  },
};

export const columnTypes = (dialect: Dialect): ColumnTypes => TYPES[dialect];

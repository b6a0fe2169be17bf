// How the till's own database is spoken to. Amounts are bound as `bigint` and selected with CAST(x AS TEXT).
import type { Database, ReadDb, WriteDb } from "#database/database.ts";

export type { ReadDb };
export type WriteTx = WriteDb;
export type TillDatabase = Database;

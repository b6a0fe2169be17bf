import type { Database } from "./database.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

/** Opens PostgreSQL for a `postgres://` address, else the SQLite file of that path (or ":memory:"). */
export function openDatabase(urlOrPath: string): Promise<Database> {
  return /^postgres(ql)?:\/\//.test(urlOrPath) ? openPostgres(urlOrPath) : openSqlite(urlOrPath);
}

// Opens the till's own database and brings it to today's form.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { migrate } from "#database/migrate.ts";
import { openSqlite, type SqliteOptions } from "#database/sqlite.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import type { TillDatabase } from "./tx.ts";

/**
 * The database of one till.
 * @param path DIR/till-N/till.db, or ":memory:"
 * Fails with DATABASE_CORRUPT, BUSY, or STATE_CONFLICT where a newer Countersign made it.
 */
export async function openTillDatabase(path: string, options: SqliteOptions = {}): Promise<TillDatabase> {
  if (path !== ":memory:") await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const database = await openSqlite(path, options);
  try {
    await migrate(database, MIGRATIONS);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

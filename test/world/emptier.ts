// Makes a PostgreSQL database that a test has used like a fresh one. Its connections and their plans stay, which cost
// more than most tests do with them.
import type { Database } from "#database/database.ts";
import { textOf } from "#database/row.ts";

/** True where the database is as a fresh one now; false where it is not to be used again. */
export type Emptier = (database: Database) => Promise<boolean>;

/** Learns from a fresh database what it has. */
export async function emptierLike(fresh: Database): Promise<Emptier> {
  const tables = await fresh.read.all(
    "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const filledQuery = tables
    .map((row) => textOf(row, "name"))
    .map((name) => `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM ${name})`)
    .join(" UNION ALL ");
  const filledTables = async (database: Database) =>
    (await database.read.all(filledQuery)).map((row) => textOf(row, "name"));
  const seeds = await Promise.all(
    (await filledTables(fresh)).map(async (name) => {
      const row = await fresh.read.get(`SELECT json_agg(seed)::text AS rows FROM ${name} seed`);
      return { name, rows: textOf(row ?? {}, "rows") };
    }),
  );
  const shape = await shapeOf(fresh);
  return async (database) => {
    try {
      const filled = await filledTables(database);
      await database.transaction(async (tx) => {
        await tx.run("SET LOCAL session_replication_role = replica"); // Neither triggers nor foreign keys ask.
        await tx.run("SET LOCAL lock_timeout = '1s'");
        for (const name of filled) await tx.run(`DELETE FROM ${name}`);
        for (const { name, rows } of seeds) {
          await tx.run(`INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, ?)`, [rows]);
        }
      }, "read-committed");
      return (await shapeOf(database)) === shape;
    } catch {
      return false; // Closed, or still held by something that the test has left running.
    }
  };
}

/** Tables, columns and triggers, enabled or not: some tests forge what the triggers keep. */
async function shapeOf(database: Database): Promise<string> {
  const row = await database.read.get(
    `SELECT md5(string_agg(part, ' ' ORDER BY part)) AS shape FROM (
       SELECT attrelid::regclass || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'public'::regnamespace
       UNION ALL SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger
     ) AS parts (part)`,
  );
  return textOf(row ?? {}, "shape");
}

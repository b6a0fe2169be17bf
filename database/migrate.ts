// Numbered steps from an empty database to today's, each run once, in one transaction with the note that it ran.
import { Umzug } from "umzug";
import { fail } from "#core/errors.ts";
import { type ColumnTypes, columnTypes } from "./column-types.ts";
import type { Database, WriteDb } from "./database.ts";
import { textOf } from "./row.ts";

/** Never edited once released: what it would do differently is a new one. Statements hold no `?`. */
export type Migration = Readonly<{ name: string; up(types: ColumnTypes): readonly string[] }>;

/**
 * Runs the migrations that have not run yet, in the order of the list; their names.
 * Fails with STATE_CONFLICT where the database was made by a newer version of this program.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const types = columnTypes(database.dialect);
  await makeTable(database, types);
  const umzug = new Umzug({
    logger: undefined,
    storage: {
      executed: () => executed(database),
      // The note is written by `once`, with the statements themselves.
      logMigration: async () => undefined,
      unlogMigration: async () => fail("STATE_CONFLICT", "migrations only go forward"),
    },
    migrations: migrations.map((migration) => ({
      name: migration.name,
      up: () => database.transaction((tx) => once(tx, migration, types)),
    })),
  });
  await refuseNewer(database, migrations);
  const run = await umzug.up();
  return run.map(({ name }) => name);
}

async function makeTable(database: Database, types: ColumnTypes): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run(
      `CREATE TABLE IF NOT EXISTS schema_migration (name ${types.text} PRIMARY KEY NOT NULL)${types.strict}`,
    );
  });
}

async function executed(database: Database): Promise<string[]> {
  const rows = await database.read.all("SELECT name FROM schema_migration ORDER BY name");
  return rows.map((row) => textOf(row, "name"));
}

async function refuseNewer(database: Database, migrations: readonly Migration[]): Promise<void> {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = (await executed(database)).find((name) => !known.has(name));
  if (unknown !== undefined) {
    fail("STATE_CONFLICT", `the database was made by a newer version (${unknown})`);
  }
}

/** Several processes may start on one PostgreSQL at once: the lock makes the later ones see the note and pass. */
async function once(tx: WriteDb, { name, up }: Migration, types: ColumnTypes): Promise<void> {
  if (tx.dialect === "postgres") await tx.run("LOCK TABLE schema_migration IN ACCESS EXCLUSIVE MODE");
  if ((await tx.get("SELECT name FROM schema_migration WHERE name = ?", [name])) !== undefined) return;
  for (const sql of up(types)) await tx.run(sql);
  await tx.run("INSERT INTO schema_migration (name) VALUES (?)", [name]);
}

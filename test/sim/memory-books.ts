// The back office's database in memory: backed up to a file, opened again from it, and cut off as by a crash.
import { rmSync } from "node:fs";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { markBooksRestored } from "#backoffice/terminals/restored-books.ts";
import type { Instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { migrate } from "#database/migrate.ts";
import { textOf } from "#database/row.ts";
import { openSqlite } from "#database/sqlite.ts";

/** The process that used the database is gone: whatever it still does comes to nothing. */
export class ServerCrash extends Error {
  constructor() {
    super("the back office was killed");
  }
}

export async function openBooks(): Promise<Database> {
  const database = await openSqlite(":memory:");
  await migrate(database, MIGRATIONS);
  return database;
}

/** As a back-up writes it: a compact copy of what is committed. */
export async function backUp(database: Database, path: string): Promise<void> {
  rmSync(path, { force: true });
  await database.read.all("VACUUM INTO ?", [path]);
}

/** As `countersign restore` goes on from a back-up, only that the copy of the file is a copy into memory. */
export async function restoreFrom(path: string, at: Instant): Promise<Database> {
  const database = await openSqlite(":memory:");
  await database.read.all("ATTACH DATABASE ? AS kept", [path]);
  const schema = await database.read.all(
    "SELECT type, name, sql FROM kept.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
  );
  const tables = schema.filter((row) => row.type === "table");
  await database.transaction(async (tx) => {
    await tx.run("PRAGMA defer_foreign_keys = ON");
    for (const table of tables) await tx.run(textOf(table, "sql"));
    for (const table of tables) {
      const name = `"${textOf(table, "name")}"`;
      await tx.run(`INSERT INTO main.${name} SELECT * FROM kept.${name}`);
    }
    for (const row of schema) if (row.type !== "table") await tx.run(textOf(row, "sql"));
  });
  await database.read.all("DETACH DATABASE kept");
  await migrate(database, MIGRATIONS);
  await database.transaction((tx) => markBooksRestored(tx, at));
  return database;
}

export type MortalDatabase = Readonly<{
  database: Database;
  isDead(): boolean;
  /** Resolves once nothing is under way, also what nobody waits for. */
  idle(): Promise<void>;
}>;

/**
 * One process's hold on the database. `strikes` says whether it is killed now: before a transaction, or after its
 * COMMIT and before anybody hears of it.
 */
export function mortal(inner: Database, strikes: () => boolean): MortalDatabase {
  let dead = false;
  const underWay = new Set<Promise<unknown>>();
  const alive = () => {
    if (dead) throw new ServerCrash();
  };
  const strike = () => {
    dead ||= strikes();
    alive();
  };
  const tracked = async <T>(work: () => Promise<T>): Promise<T> => {
    alive();
    const running = work();
    underWay.add(running);
    try {
      return await running;
    } finally {
      underWay.delete(running);
    }
  };
  const struck = <T>(work: () => Promise<T>): Promise<T> =>
    tracked(async () => {
      strike();
      const result = await work();
      strike();
      return result;
    });
  const database: Database = {
    ...inner,
    read: {
      dialect: inner.dialect,
      all: (sql, params) => tracked(() => inner.read.all(sql, params)),
      get: (sql, params) => tracked(() => inner.read.get(sql, params)),
    },
    transaction: (work, isolation) => struck(() => inner.transaction(work, isolation)),
    commit: (statements) => struck(() => inner.commit(statements)),
  };
  return {
    database,
    isDead: () => dead,
    idle: async () => {
      // What follows a query may ask for the next one only some turns later.
      for (let quiet = 0; quiet < 3; quiet = underWay.size > 0 ? 0 : quiet + 1) {
        await Promise.allSettled(underWay);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

// Runs the same tests on SQLite and on a real PostgreSQL, each file in databases of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import type { Database, Dialect } from "#database/database.ts";
import { type Migration, migrate } from "#database/migrate.ts";
import { openPostgres } from "#database/postgres.ts";
import { openSqlite } from "#database/sqlite.ts";
import { type Emptier, emptierLike } from "./emptier.ts";
import { createTestDatabase, startPostgres, type TestPostgres } from "./postgres.ts";

export type TestDatabases = Readonly<{
  dialect: Dialect;
  /** A fresh, migrated database. It is closed and removed after the file's tests. */
  open(migrations: readonly Migration[]): Promise<Database>;
  /** Another connection to a database of `open`, as a second process would have. */
  again(database: Database): Promise<Database>;
  /** What `openDatabase` takes to open this database in another process. */
  address(database: Database): string;
}>;

/** Declares a suite once per database. */
export function eachDatabase(suite: (databases: TestDatabases) => void): void {
  describe("on SQLite", () => suite(sqliteDatabases()));
  describe("on PostgreSQL", () => suite(postgresDatabases()));
}

function sqliteDatabases(): TestDatabases {
  let folder = "";
  let count = 0;
  const files = opened(async (path) => openSqlite(path));
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-db-"));
  });
  afterAll(async () => {
    await files.closeAll();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    dialect: "sqlite",
    open: async (migrations) => {
      count += 1;
      const path = join(folder, `test-${count}.db`);
      template ??= madeTemplate();
      if (migrations === MIGRATIONS) await copyFile(await template, path);
      return files.make(path, migrations);
    },
    again: files.again,
    address: files.address,
  };
}

/** A file with today's tables: its copy is there in a tenth of the time that they take. */
let template: Promise<string> | undefined;

async function madeTemplate(): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), "countersign-db-")), "template.db");
  const database = await openSqlite(path);
  await migrate(database, MIGRATIONS);
  await database.close();
  return path;
}

function postgresDatabases(): TestDatabases {
  let server: Pick<TestPostgres, "url"> & Partial<TestPostgres> = { url: "" };
  const databases = opened((url) => openPostgres(url));
  beforeAll(async () => {
    // One server serves the whole run where the run has started one; a file run alone starts its own.
    const running = process.env.COUNTERSIGN_TEST_POSTGRES;
    server = running === undefined ? await startPostgres() : { url: running };
  });
  // Of this suite, with its connections; and of suites before it in this process, by address.
  const spare: Database[] = [];
  let ofThisTest: Database[] = [];
  let emptier: Emptier | undefined;
  beforeEach(() => {
    ofThisTest = [];
  });
  // The first hook of a suite runs last: what a test has started on its databases has been stopped by its own hooks.
  afterEach(async () => {
    for (const database of ofThisTest) if (await emptier?.(database)) spare.push(database);
  });
  afterAll(async () => {
    if (server.stop === undefined) spareAddresses.push(...spare.map(databases.address));
    await databases.closeAll();
    await server.stop?.();
  });
  return {
    dialect: "postgres",
    open: async (migrations) => {
      if (migrations !== MIGRATIONS) return databases.make(await createTestDatabase(server.url), migrations);
      const today = process.env.COUNTERSIGN_TEST_TEMPLATE;
      const address = async () => spareAddresses.pop() ?? (await createTestDatabase(server.url, today));
      const database = spare.pop() ?? (await databases.make(await address(), migrations));
      emptier ??= await emptierLike(database);
      ofThisTest.push(database);
      return database;
    },
    again: databases.again,
    address: databases.address,
  };
}

const spareAddresses: string[] = [];

function opened(open: (address: string) => Promise<Database>) {
  const addresses = new Map<Database, string>();
  const address = (database: Database) => {
    const known = addresses.get(database);
    if (known === undefined) throw new Error("not a database of this suite");
    return known;
  };
  const openAt = async (at: string) => {
    const database = await open(at);
    addresses.set(database, at);
    return database;
  };
  return {
    address,
    again: (database: Database) => openAt(address(database)),
    async make(at: string, migrations: readonly Migration[]) {
      const database = await openAt(at);
      await migrate(database, migrations);
      return database;
    },
    async closeAll() {
      for (const database of addresses.keys()) await database.close();
      addresses.clear();
    },
  };
}

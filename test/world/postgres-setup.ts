// vitest globalSetup: one PostgreSQL for the whole run. Test files find it by COUNTERSIGN_TEST_POSTGRES, and in it a
// database, COUNTERSIGN_TEST_TEMPLATE, with today's tables: a copy of it is made in half the time that they take.
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { migrate } from "#database/migrate.ts";
import { openPostgres } from "#database/postgres.ts";
import { createTestDatabase, startPostgres } from "./postgres.ts";

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.COUNTERSIGN_TEST_POSTGRES !== undefined) return undefined;
  const server = await startPostgres();
  process.env.COUNTERSIGN_TEST_POSTGRES = server.url;
  process.env.COUNTERSIGN_TEST_TEMPLATE = await madeTemplate(server.url);
  return server.stop;
}

/** The name of a database that nobody is connected to, as PostgreSQL wants of one that it copies. */
async function madeTemplate(serverUrl: string): Promise<string> {
  const url = await createTestDatabase(serverUrl);
  const database = await openPostgres(url);
  try {
    await migrate(database, MIGRATIONS);
  } finally {
    await database.close();
  }
  return new URL(url).pathname.slice(1);
}

// vitest globalSetup: one PostgreSQL for the whole run. Test files find it by COUNTERSIGN_TEST_POSTGRES.
import { startPostgres } from "./postgres.ts";

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.COUNTERSIGN_TEST_POSTGRES !== undefined) return undefined;
  const server = await startPostgres();
  process.env.COUNTERSIGN_TEST_POSTGRES = server.url;
  return server.stop;
}

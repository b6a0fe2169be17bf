// What is lost is the transaction, never the process: PostgreSQL ends a connection that a transaction holds.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database, WriteDb } from "#database/database.ts";
import { migrate } from "#database/migrate.ts";
import { openPostgres } from "#database/postgres.ts";
import { numberOf } from "#database/row.ts";
import { eventually } from "#test/world/eventually.ts";
import { createTestDatabase, startPostgres, type TestPostgres } from "#test/world/postgres.ts";
import { sampleCount, sampleTables } from "./sample.ts";

const ENDED_MS_MAX = 10_000;

let server: Pick<TestPostgres, "url"> & Partial<TestPostgres>;
let database: Database;
beforeAll(async () => {
  const running = process.env.COUNTERSIGN_TEST_POSTGRES;
  server = running === undefined ? await startPostgres() : { url: running };
  database = await openPostgres(await createTestDatabase(server.url));
  await migrate(database, [sampleTables]);
});
afterAll(async () => {
  await database.close();
  await server.stop?.();
});

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "done",
    (error: { failure?: { code: string }; message: string }) => error.failure?.code ?? error.message,
  );
const pidOf = async (tx: WriteDb) => numberOf((await tx.get("SELECT pg_backend_pid() AS pid")) ?? {}, "pid");
/** Resolves when the server's process for the connection is gone. */
const endConnection = async (pid: number) => {
  const row = await database.read.get(
    `SELECT pg_terminate_backend(CAST(? AS INTEGER), ${ENDED_MS_MAX}) AS ended`,
    [pid],
  );
  expect(row).toEqual({ ended: true });
};
const put = (tx: WriteDb, id: string) => tx.run("INSERT INTO sample (id) VALUES (?)", [id]);

test.each([
  ["between two statements", (tx: WriteDb) => put(tx, "second")],
  ["before its COMMIT", () => Promise.resolve(0)],
])("a connection lost %s ends its transaction with PEER_GONE, and the next one works", async (_, next) => {
  const before = await sampleCount(database);
  const lost = database.transaction(async (tx) => {
    await put(tx, "first");
    await endConnection(await pidOf(tx));
    return next(tx);
  });
  expect(await codeOf(lost)).toBe("PEER_GONE");
  expect(await sampleCount(database)).toBe(before);
  await database.transaction(async (tx) => {
    await put(tx, "after");
    await tx.run("DELETE FROM sample WHERE id = ?", ["after"]);
  });
});

test("a connection lost while a statement runs ends its transaction with PEER_GONE, and the next one works", async () => {
  let pid = 0;
  const lost = database.transaction(async (tx) => {
    await put(tx, "third");
    pid = await pidOf(tx);
    return tx.all("SELECT pg_sleep(60)");
  });
  const code = codeOf(lost);
  await eventually(
    () =>
      database.read.get("SELECT pid FROM pg_stat_activity WHERE pid = ? AND wait_event = 'PgSleep'", [pid]),
    () => "the statement to run",
    ENDED_MS_MAX,
  );
  await endConnection(pid);
  expect(await code).toBe("PEER_GONE");
  expect(await database.transaction((tx) => put(tx, "third"))).toBe(1);
});

test("a connection lost under a snapshot ends it with PEER_GONE", async () => {
  const lost = database.snapshot(async (db) => {
    const row = await db.get("SELECT pg_backend_pid() AS pid");
    await endConnection(numberOf(row ?? {}, "pid"));
    return db.all("SELECT id FROM sample");
  });
  expect(await codeOf(lost)).toBe("PEER_GONE");
  expect(await codeOf(database.snapshot((db) => db.all("SELECT id FROM sample")))).toBe("done");
});

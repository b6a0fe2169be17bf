// How long a till keeps the credentials of a sealed slip.
import { afterEach, expect, test } from "vitest";
import { instant } from "#core/time.ts";
import { migrate } from "#database/migrate.ts";
import { openSqlite } from "#database/sqlite.ts";
import { keepSealed, noteSealed, sealedThrough } from "#main/till/offline/sealed-slips.ts";
import { MIGRATIONS } from "#main/till/store/migrations/all.ts";
import type { TillDatabase } from "#main/till/store/tx.ts";

const open: TillDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

async function aTillDatabase(migrations = MIGRATIONS): Promise<TillDatabase> {
  const database = await openSqlite(":memory:");
  open.push(database);
  await migrate(database, migrations);
  return database;
}

const sealed = { enc: "ZW5j", ciphertext: "Y2lwaGVy", hash: "0".repeat(64) };
const keep = (database: TillDatabase) =>
  database.transaction((tx) => tx.runAll([keepSealed("slip-1", { epoch: "e1", seq: 7 }, sealed)]));
/** What goes with the entries from `fromSeq` on, of which the slip's is the seventh. */
const sent = async (database: TillDatabase, fromSeq = 8) =>
  (await sealedThrough(database.read, "e1", { fromSeq, throughSeq: 8 }, 10)).map(({ tenderId }) => tenderId);
const say = (
  database: TillDatabase,
  news: Readonly<{ judged?: string[]; awaited?: string[]; at: number; prunableBefore?: number }>,
) =>
  database.transaction((tx) =>
    noteSealed(tx, {
      judgedTenders: news.judged ?? [],
      awaitedTenders: news.awaited,
      serverTime: instant(news.at),
      prunableBefore: instant(news.prunableBefore ?? 0),
    }),
  );

test("credentials are sent until their slip was judged, and again where a restored back office asks", async () => {
  const database = await aTillDatabase();
  await keep(database);
  expect(await sent(database)).toEqual(["slip-1"]);
  await say(database, { judged: ["slip-1"], at: 1_000 });
  expect(await sent(database)).toEqual([]);
  await say(database, { awaited: ["slip-1"], at: 2_000 });
  expect(await sent(database)).toEqual(["slip-1"]);
});

test("credentials go along with a slip that is sent again", async () => {
  const database = await aTillDatabase();
  await keep(database);
  await say(database, { judged: ["slip-1"], at: 1_000 });
  expect(await sent(database, 7)).toEqual(["slip-1"]);
});

test("credentials are erased once every back-up knows the judgement, and not a moment before", async () => {
  const database = await aTillDatabase();
  await keep(database);
  await say(database, { judged: ["slip-1"], at: 1_000 });
  await say(database, { at: 2_000, prunableBefore: 1_000 });
  await say(database, { awaited: ["slip-1"], at: 2_000 });
  expect(await sent(database)).toEqual(["slip-1"]);
  await say(database, { judged: ["slip-1"], at: 3_000 });
  await say(database, { at: 4_000, prunableBefore: 3_001 });
  await say(database, { awaited: ["slip-1"], at: 5_000 });
  expect(await sent(database)).toEqual([]);
});

test("what waited under the version before is still sent", async () => {
  const database = await aTillDatabase(MIGRATIONS.slice(0, -1));
  await keep(database);
  await migrate(database, MIGRATIONS);
  expect(await sent(database)).toEqual(["slip-1"]);
});

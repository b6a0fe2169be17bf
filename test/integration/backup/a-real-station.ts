// A back office and its tills as a station has them, with folders that can be backed up and put back.
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach } from "vitest";
import { startBackoffice } from "#backoffice/start.ts";
import { instant } from "#core/time.ts";
import { keyStoreAt } from "#main/till/keys/key-store.ts";
import { makePasswordHasher } from "#main/till/keys/password-hash.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import { connect } from "#main/till/sync/connect.ts";
import { enrol } from "#main/till/sync/enrol.ts";
import { LINE_WAITS } from "#main/till/sync/line-monitor.ts";
import { faultyFetch, randomFrom, soundLine } from "#test/world/faulty-line.ts";
import { openJournal } from "#test/world/small-till.ts";

export const PASSPHRASE = "a passphrase of some length";
export const clock = { now: () => instant(Date.now()) };
const log = pino({ level: "silent" });
const QUICK = { ...LINE_WAITS, idleMs: 200, retryMs: 20, retryMsMax: 100, gatherMs: 1 };

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export type RealTill = Awaited<ReturnType<typeof aRealTill>>;

/** `stop` ends the back office and the tills; `start` starts the back office again where it was. */
export async function aRealStation(names: readonly string[]) {
  const dataDir = await mkdtemp(join(tmpdir(), "countersign-restored-"));
  open.push(() => rm(dataDir, { recursive: true, force: true }));
  const booksDir = join(dataDir, "backoffice");
  const start = (port: number) =>
    startBackoffice({
      mode: "demo",
      dataDir: booksDir,
      pagesDir: join(dataDir, "pages"),
      schemasDir: "backoffice/bank/schemas",
      port,
      host: "127.0.0.1",
      version: "test",
      clock,
      ids: { next: v7 },
      log,
    });
  let running = await start(0);
  let isUp = true;
  const port = Number(new URL(running.url).port);
  const stopBooks = async () => {
    if (isUp) await running.stop();
    isUp = false;
  };
  open.push(stopBooks);
  const tills: RealTill[] = [];
  for (const name of names) tills.push(await aRealTill(running, dataDir, name));
  return {
    dataDir,
    booksDir,
    tills,
    cards: running.cards,
    stopBooks,
    startBooks: async () => {
      running = await start(port);
      isUp = true;
    },
    stop: async () => {
      for (const till of tills) await till.stop();
      await stopBooks();
    },
  };
}

async function aRealTill(
  backoffice: Awaited<ReturnType<typeof startBackoffice>>,
  dataDir: string,
  name: string,
) {
  const dir = join(dataDir, name);
  mkdirSync(dir, { recursive: true });
  const ring = await enrol(
    {
      backofficeUrl: backoffice.url,
      code: await backoffice.enrolmentCode(name),
      keyStore: "file",
      softwareVersion: "test",
    },
    {
      store: keyStoreAt(join(dir, "keys"), null),
      now: clock.now,
      fetch,
      stopping: new AbortController().signal,
    },
  );
  const database = await openTillDatabase(join(dir, "till.db"));
  const journal = await openJournal(ring, database, { clock, nextId: v7 });
  const faults = soundLine();
  const connection = await connect({
    backofficeUrl: backoffice.url,
    ring,
    database,
    journal,
    hasher: makePasswordHasher(),
    log,
    fetch: faultyFetch(faults, randomFrom(3)),
    waits: QUICK,
  });
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await connection.stop();
    await database.close();
  };
  open.push(stop);
  await connection.push();
  return { name, ring, database, journal, faults, connection, stop };
}

/** Polls until it holds: twenty seconds are far more than any of these takes. */
export async function eventually(holds: () => Promise<void>): Promise<void> {
  const until = Date.now() + 20_000;
  for (;;) {
    try {
      await holds();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

// The till's sync and offline desk against the real back office, over a real port.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, expect, test } from "vitest";
import { startBackoffice } from "#backoffice/start.ts";
import type { AttemptId, SaleId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import { keyStoreAt } from "#main/till/keys/key-store.ts";
import { makePasswordHasher } from "#main/till/keys/password-hash.ts";
import { makePinCheck } from "#main/till/keys/pin-check.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import { connect } from "#main/till/sync/connect.ts";
import { enrol } from "#main/till/sync/enrol.ts";
import { LINE_WAITS } from "#main/till/sync/line-monitor.ts";
import { faultyFetch, randomFrom, soundLine } from "#test/world/faulty-line.ts";
import { krwWire } from "#test/world/small-back-office.ts";
import { approvedOnline, openJournal, payOffline } from "#test/world/small-till.ts";

const QUICK = { ...LINE_WAITS, idleMs: 200, retryMs: 20, retryMsMax: 100, gatherMs: 1 };
const log = pino({ level: "silent" });
const clock = { now: () => instant(Date.now()) };

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

test("enrols, brings the snapshot, and lets the staff sign in by it", async () => {
  const { connection, ring, signIns } = await aStation();
  expect(connection.line.state().kind).toBe("online");
  expect(connection.snapshots.catalogue().items.length).toBeGreaterThan(0);
  const check = makePinCheck(ring.enrolment.staffKey, makePasswordHasher());
  const pins = signIns.filter(({ where }) => where === "till");
  for (const person of connection.snapshots.staff()) {
    const shown = pins.find(({ name }) => name === person.name);
    expect(await check(person.verifier, shown?.secret ?? "")).toBe(true);
    expect(await check(person.verifier, "0000000")).toBe(false);
  }
});

test("gets a grant for a card that paid here, spends it while the line is cut, and all of it is stored", async () => {
  const station = await aStation();
  const { connection, journal, faults, card } = station;
  await payOnline(station, 1_000);
  await connection.desk.learn({ number: card.number, password: card.password, ...(await nameOf(station)) });
  await connection.push();
  await eventually(async () => expect(await openGrants(station)).toBe(1));

  faults.isCut = true;
  expect(await offline(station, 1_500)).toBe("escrow");
  expect(await offline(station, 1_500, card.pin)).toBe("risk");
  faults.isCut = false;
  await eventually(async () => {
    await connection.push();
    expect(journal.unsynced().count).toBe(0);
  });
  expect((await journal.verify()).broken).toBeNull();
});

test("closes its own grant for a payment that needs the money, and then it is approved", async () => {
  const station = await aStation();
  const { connection, card } = station;
  await payOnline(station, 1_000);
  await connection.desk.learn({ number: card.number, password: card.password, ...(await nameOf(station)) });
  await connection.push();
  await eventually(async () => expect(await openGrants(station)).toBe(1));
  const { available } = await connection.backOffice.balance({ number: card.number, password: card.password });
  const all = Number(available.minor);
  const first = await connection.backOffice.authorise(anAuthorisation(station, all));
  expect(first).toMatchObject({ kind: "declined", code: "FUNDS_HELD_OFFLINE" });
  if (first.kind === "declined") await connection.desk.closeGrants(first.ownGrants);
  expect(await connection.backOffice.authorise(anAuthorisation(station, all))).toMatchObject({
    kind: "approved",
  });
});

type Station = Awaited<ReturnType<typeof aStation>>;

async function aStation() {
  const dir = await mkdtemp(join(tmpdir(), "countersign-station-"));
  const backoffice = await startBackoffice({
    mode: "demo",
    dataDir: join(dir, "backoffice"),
    pagesDir: join(dir, "pages"),
    schemasDir: join(import.meta.dirname, "../../../backoffice/bank/schemas"),
    port: 0,
    host: "127.0.0.1",
    version: "test",
    clock,
    ids: { next: v7 },
    log,
  });
  open.push(backoffice.stop);
  const ring = await enrol(
    {
      backofficeUrl: backoffice.url,
      code: await backoffice.enrolmentCode("Till 1"),
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
  open.push(database.close);
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
  open.push(connection.stop);
  await connection.push();
  const card = backoffice.cards.find(({ balanceMinor }) => BigInt(balanceMinor) >= 10_000n);
  if (card === undefined) throw new Error("the demo has a card with a balance");
  return { connection, ring, database, journal, faults, card, signIns: backoffice.signIns };
}

const anAuthorisation = ({ card }: Pick<Station, "card">, amount: number) => ({
  attemptId: v7() as AttemptId,
  tenderId: v7(),
  saleId: v7() as SaleId,
  amount: krwWire(amount),
  card: { number: card.number, password: card.password },
});

async function payOnline(station: Station, amount: number): Promise<void> {
  const question = anAuthorisation(station, amount);
  const answer = await station.connection.backOffice.authorise(question);
  if (answer.kind !== "approved") throw new Error(`not approved: ${JSON.stringify(answer)}`);
  const mention = await station.connection.desk.mention(station.card.number);
  const sale = { ...question, number: station.card.number, amount };
  const card = { ...mention, cardId: answer.cardId };
  await station.journal.append([approvedOnline(sale, question.attemptId, card, answer.balanceAfter)], {
    staffId: null,
  });
}

/** What an online approval names: the card and its password's version. */
async function nameOf(station: Station) {
  const answer = await station.connection.backOffice.authorise(anAuthorisation(station, 1));
  if (answer.kind !== "approved") throw new Error("not approved");
  return { cardId: answer.cardId, passwordVersion: answer.passwordVersion };
}

const offline = (station: Station, amount: number, number = station.card.number) =>
  payOffline(station.connection.desk, station.journal, {
    number,
    password: station.card.password,
    amount,
    saleId: v7() as SaleId,
    tenderId: v7(),
  });

const openGrants = async ({ database }: Station) =>
  (await database.read.all("SELECT grant_id FROM grants WHERE state = 'open'")).length;

/** Polls until it holds: ten seconds are far more than any of these takes. */
async function eventually(holds: () => Promise<void>): Promise<void> {
  const until = Date.now() + 10_000;
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

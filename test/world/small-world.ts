// A till at the small back office over a line that can fail: what the tests of the sync and of the offline desk start from.
import { pino } from "pino";
import { v7 } from "uuid";
import type { OfflinePolicy } from "#core/contract/terminal.ts";
import type { AttemptId, CardId, SaleId } from "#core/ids.ts";
import { durationMs, type Instant, instant } from "#core/time.ts";
import { makePasswordHasher } from "#main/till/keys/password-hash.ts";
import { type Connection, connect } from "#main/till/sync/connect.ts";
import { LINE_WAITS } from "#main/till/sync/line-monitor.ts";
import { faultyFetch, type LineFaults, randomFrom, soundLine } from "./faulty-line.ts";
import { krwWire, SmallBackOffice } from "./small-back-office.ts";
import { serveSmallBackOffice } from "./small-back-office-http.ts";
import { approvedOnline, openSmallTill, payOffline, type SmallTill } from "./small-till.ts";

export const CARD = {
  cardId: "card-1" as CardId,
  number: "9410001234567897",
  pin: "123456789012",
  password: "open sesame",
};
export const POLICY: OfflinePolicy = {
  paymentMax: krwWire(30_000),
  cardDayMax: krwWire(50_000),
  terminalMax: krwWire(500_000),
  countMax: 50,
  ageMaxMs: 72 * 3_600_000,
  aboveCap: "manager",
  unverified: "sealed",
  wrongTriesMax: 3,
};
export const QUICK = { ...LINE_WAITS, idleMs: 200, retryMs: 20, retryMsMax: 100, gatherMs: 1 };

const open: (() => Promise<void>)[] = [];

/** Closes what the test opened, the last first. To be called after each test. */
export async function closeWorlds(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

export type World = Readonly<{
  office: SmallBackOffice;
  server: Awaited<ReturnType<typeof serveSmallBackOffice>>;
  faults: LineFaults;
  clock: { at: Instant; now(): Instant };
  till: SmallTill & Readonly<{ desk: Connection["desk"] }>;
  connection: Connection;
}>;

export async function aWorld(
  over: Readonly<{ balance?: bigint; grantMax?: bigint; waits?: typeof LINE_WAITS }> = {},
): Promise<World> {
  const clock = { at: instant(Date.now()), now: () => clock.at };
  const office = new SmallBackOffice({
    now: clock.now,
    nextId: v7,
    policy: POLICY,
    sealKey: X25519_PUBLIC_KEY,
    grantMax: over.grantMax ?? 20_000n,
  });
  office.addCard(CARD, over.balance ?? 200_000n);
  const server = await serveSmallBackOffice(office, clock.now);
  open.push(server.close);
  const till = await openSmallTill({ clock, nextId: v7, enrol: async (request) => office.enrol(request) });
  const faults = soundLine();
  const connection = await connect({
    backofficeUrl: server.url,
    ring: till.ring,
    database: till.database,
    journal: till.journal,
    hasher: makePasswordHasher(),
    log: pino({ level: "silent" }),
    fetch: faultyFetch(faults, randomFrom(7)),
    waits: over.waits ?? QUICK,
  });
  open.push(connection.stop);
  await connection.push();
  return { office, server, faults, clock, till: { ...till, desk: connection.desk }, connection };
}

export async function reconnect(world: World): Promise<Connection> {
  const { ring, database, journal } = world.till;
  const connection = await connect({
    backofficeUrl: world.server.url,
    ring,
    database,
    journal,
    hasher: makePasswordHasher(),
    log: pino({ level: "silent" }),
    fetch: faultyFetch(world.faults, randomFrom(8)),
    waits: QUICK,
  });
  open.push(connection.stop);
  return connection;
}

const X25519_PUBLIC_KEY = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="; // RFC 7748 §6.1, Alice's

export const aSale = (amount: number, over: Partial<{ number: string; password: string }> = {}) => ({
  number: CARD.number,
  password: CARD.password,
  ...over,
  amount,
  saleId: v7() as SaleId,
  tenderId: v7(),
});

export const offline = (world: World, amount: number, over?: Partial<{ number: string; password: string }>) =>
  payOffline(world.till.desk, world.till.journal, aSale(amount, over));

export const anAuthorisation = (amount: number) => ({
  attemptId: v7() as AttemptId,
  tenderId: v7(),
  saleId: v7() as SaleId,
  amount: krwWire(amount),
  card: { number: CARD.number, password: CARD.password },
});

export async function payOnline(world: World, amount: number): Promise<void> {
  const question = anAuthorisation(amount);
  const answer = await world.connection.backOffice.authorise(question);
  if (answer.kind !== "approved") throw new Error(`not approved: ${answer.kind}`);
  const card = { ...(await world.till.desk.mention(CARD.number)), cardId: answer.cardId };
  const sale = { ...question, number: CARD.number, amount };
  const draft = approvedOnline(sale, question.attemptId, card, answer.balanceAfter);
  await world.till.journal.append([draft], { staffId: null });
}

export const grantsAt = (world: World) =>
  world.till.database.read.all("SELECT grant_id FROM grants WHERE state = 'open'");
export const sealedSlips = async (world: World) =>
  (await world.till.database.read.all("SELECT tender_id FROM sealed_slips")).length;
export const startOf = (world: World) => ({ epoch: world.till.journal.head().epoch, seq: 0 });

/** Polls until it holds: five seconds are far more than any of these takes. */
export async function eventually(holds: () => Promise<void>): Promise<void> {
  const until = Date.now() + durationMs(5_000);
  for (;;) {
    try {
      await holds();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

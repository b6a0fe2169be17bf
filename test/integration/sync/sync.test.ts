import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, expect, test } from "vitest";
import type { SyncRequest } from "#core/contract/terminal.ts";
import type { AttemptId, CardId, SaleId } from "#core/ids.ts";
import { durationMs, type Instant, instant } from "#core/time.ts";
import { keyStoreAt } from "#main/till/keys/key-store.ts";
import { makePasswordHasher } from "#main/till/keys/password-hash.ts";
import { tillKeysOf } from "#main/till/keys/till-keys.ts";
import { type Connection, connect } from "#main/till/sync/connect.ts";
import { enrol } from "#main/till/sync/enrol.ts";
import { LINE_WAITS } from "#main/till/sync/line-monitor.ts";
import { makeServerLink } from "#main/till/sync/server-link.ts";
import { makeTransport } from "#main/till/sync/transport.ts";
import { faultyFetch, type LineFaults, randomFrom, soundLine } from "#test/world/faulty-line.ts";
import { krwWire, SmallBackOffice } from "#test/world/small-back-office.ts";
import { serveSmallBackOffice } from "#test/world/small-back-office-http.ts";
import { balanceOf, faultOfBooks } from "#test/world/small-books.ts";
import { approvedOnline, openSmallTill, payOffline, type SmallTill } from "#test/world/small-till.ts";

const CARD = {
  cardId: "card-1" as CardId,
  number: "9410001234567897",
  pin: "123456789012",
  password: "open sesame",
};
const POLICY = {
  paymentMax: krwWire(30_000),
  cardDayMax: krwWire(50_000),
  terminalMax: krwWire(500_000),
  countMax: 50,
  ageMaxMs: 72 * 3_600_000,
  aboveCap: "manager",
  unverified: "sealed",
  wrongTriesMax: 3,
} as const;
const QUICK = { ...LINE_WAITS, idleMs: 200, retryMs: 20, retryMsMax: 100, gatherMs: 1 };

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

test("learns a card online, gets a grant for it, and pays from it while the line is cut", async () => {
  const world = await aWorld();
  await payOnline(world, 5_000);
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  await eventually(async () => expect(await grantsAt(world)).toHaveLength(1));

  world.faults.isCut = true;
  expect(await offline(world, 12_000)).toBe("escrow");
  expect(await offline(world, 25_000)).toBe("risk");
  expect(await offline(world, 30_001)).toBe("needs-manager");
  world.faults.isCut = false;
  await world.connection.push();

  await world.connection.push();
  const { books } = world.office.state;
  expect(faultOfBooks(books)).toBeUndefined();
  expect(balanceOf(books, "merchant")).toBe(42_000n);
  expect(balanceOf(books, "offline-loss")).toBe(0n);
  expect(world.till.journal.unsynced().count).toBe(0);
});

test("knows a learnt card by its number and by its PIN#, and blocks it after three wrong passwords", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.till.desk.learn({ ...CARD, number: CARD.pin, passwordVersion: 1 });
  const [byNumber, byPin] = [
    await world.till.desk.mention(CARD.number),
    await world.till.desk.mention(CARD.pin),
  ];
  expect(byPin).toMatchObject({ cardId: "card-1", cardRef: byNumber.cardRef });
  await world.connection.push();

  world.faults.isCut = true;
  expect(await offline(world, 1_000, { password: "wrong one" })).toBe("PASSWORD_WRONG");
  expect(await offline(world, 1_000, { password: "wrong two", number: CARD.pin })).toBe("PASSWORD_WRONG");
  expect(await offline(world, 1_000, { password: "wrong three" })).toBe("OFFLINE_TRIES");
  expect(await offline(world, 1_000)).toBe("OFFLINE_TRIES");
  world.faults.isCut = false;
  await world.connection.push();
  world.faults.isCut = true;
  expect(await offline(world, 1_000)).not.toBe("OFFLINE_TRIES");
});

test("forgets a verifier when the password changes", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  world.office.changePassword(CARD.cardId, "another one");
  await world.connection.push();
  const row = await world.till.database.read.get("SELECT count(*) AS n FROM verifier_secrets");
  expect(row?.n).toBe(0);
  // Nothing here knows the new password, so the card is taken only with credentials that the server will judge.
  world.faults.isCut = true;
  expect(await offline(world, 1_000)).toBe("risk");
});

test("refuses a card of the hot list first, and any stored value once the till is too old", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  world.office.block(CARD.cardId);
  await world.connection.push();
  world.faults.isCut = true;
  expect(await offline(world, 1_000)).toBe("CARD_BLOCKED");
  world.clock.at = instant(world.clock.at + POLICY.ageMaxMs + 60_000);
  expect(await offline(world, 1_000, { number: "9410009999999999" })).toBe("OFFLINE_TOO_OLD");
});

test("sends sealed credentials with their slip and erases them once judged", async () => {
  const world = await aWorld();
  await world.connection.push();
  world.faults.isCut = true;
  expect(await offline(world, 9_000)).toBe("risk");
  expect(await sealedSlips(world)).toBe(1);
  const stored = JSON.stringify(await world.till.database.read.all("SELECT * FROM sealed_slips"));
  expect(stored).not.toContain(CARD.password);
  const journal = JSON.stringify(await world.till.journal.entriesAfter(startOf(world), 500));
  expect(journal).not.toContain(CARD.number);
  expect(journal).toContain("sealedHash");
  world.faults.isCut = false;
  await world.connection.push();
  expect(await sealedSlips(world)).toBe(0);
  expect([...world.office.state.terminals.values()][0]?.sealed.size).toBe(1);
});

test("closes its own grants for a card that is short, and the card can pay", async () => {
  const world = await aWorld({ balance: 30_000n, grantMax: 20_000n });
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  await eventually(async () => expect(await grantsAt(world)).toHaveLength(1));
  const short = await world.connection.backOffice.authorise(anAuthorisation(25_000));
  expect(short).toMatchObject({ kind: "declined", code: "FUNDS_HELD_OFFLINE" });
  if (short.kind === "declined") await world.till.desk.closeGrants(short.ownGrants);
  expect(await world.connection.backOffice.authorise(anAuthorisation(25_000))).toMatchObject({
    kind: "approved",
  });
});

test("fails closing grants with a code while the line is cut, and keeps the closing for later", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  await eventually(async () => expect(await grantsAt(world)).toHaveLength(1));
  const ids = (await grantsAt(world)).map((row) => String(row.grant_id));
  world.faults.isCut = true;
  await expect(world.till.desk.closeGrants(ids as never)).rejects.toMatchObject({
    failure: { code: "LINE_CUT" },
  });
  expect(await grantsAt(world)).toHaveLength(0);
});

test("pays once though requests and answers are lost and doubled", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  Object.assign(world.faults, { lostThere: 150, lostBack: 250, doubled: 200 });
  for (let sale = 0; sale < 15; sale += 1) expect(["escrow", "risk"]).toContain(await offline(world, 1_000));
  Object.assign(world.faults, soundLine());
  await world.connection.push();
  expect(balanceOf(world.office.state.books, "merchant")).toBe(15_000n);
  expect(faultOfBooks(world.office.state.books)).toBeUndefined();
});

test("sends again from the mark of a back office that was restored from a back-up", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  const backup = world.office.backup();
  expect(["escrow", "risk"]).toContain(await offline(world, 7_000));
  await world.connection.push();
  world.office.restore(backup);
  expect(balanceOf(world.office.state.books, "merchant")).toBe(0n);
  await expect(world.connection.backOffice.authorise(anAuthorisation(1_000))).rejects.toMatchObject({
    failure: { code: "BOOKS_RESTORED" },
  });
  await offline(world, 100);
  await world.connection.push();
  expect(balanceOf(world.office.state.books, "merchant")).toBe(7_100n);
  expect(faultOfBooks(world.office.state.books)).toBeUndefined();
  expect(world.office.state.waitsFor.size).toBe(0);
});

test("takes cash only, over restarts, when another disk wrote on under its name", async () => {
  const world = await aWorld();
  await world.connection.push();
  // The copy of the disk goes on by itself: the server now holds an entry that this one never wrote.
  const terminal = [...world.office.state.terminals.values()][0];
  const [last] = terminal?.entries.slice(-1) ?? [];
  if (last === undefined) throw new Error("nothing was synced");
  terminal?.entries.push({ ...last, seq: last.seq + 1, hash: "f".repeat(64), prevHash: last.hash });
  terminal?.places.set(`${last.epoch}:${last.seq + 1}`, "f".repeat(64));
  await world.connection.stop();
  const again = await reconnect(world);
  await expect(again.push()).rejects.toMatchObject({ failure: { code: "CASH_ONLY" } });
  expect(again.line.state().kind).toBe("cash-only");
  expect(again.desk.limits().cashOnly).toBe(true);
  await again.stop();
  world.faults.isCut = true;
  const restarted = await reconnect(world);
  expect(restarted.line.state().kind).toBe("cash-only");
  expect(await payOffline(restarted.desk, world.till.journal, aSale(1_000))).toBe("CASH_ONLY");
});

test("refuses a snapshot of another signer, terminal, version or time, and keeps the one it has", async () => {
  const world = await aWorld();
  await world.connection.push();
  const version = world.connection.snapshots.version();
  const honest = world.office.snapshot.bind(world.office);
  const older = honest(world.till.ring.enrolment.terminalId, null);
  world.office.changePassword(CARD.cardId, "a new version");
  const tampered = [
    () => older,
    () => ({ ...honest(older.snapshot.terminalId, null), signature: older.signature }),
    () => {
      const now = honest(older.snapshot.terminalId, null);
      return { ...now, snapshot: { ...now.snapshot, version: now.snapshot.version + 5 } };
    },
  ];
  for (const lie of tampered) {
    world.office.snapshot = lie as typeof honest;
    await world.connection.push();
    expect(world.connection.snapshots.version()).toBe(version);
  }
  world.office.snapshot = honest;
  await world.connection.push();
  expect(world.connection.snapshots.version()).toBeGreaterThan(version);
});

test("believes no countersignature that is not the server's", async () => {
  const world = await aWorld();
  await world.connection.push();
  const honest = world.office.mark.bind(world.office);
  world.office.mark = (terminalId) => ({
    ...honest(terminalId),
    signature: Buffer.alloc(64).toString("base64"),
  });
  await offline(world, 1_000);
  await expect(world.connection.push()).rejects.toMatchObject({ failure: { code: "SIGNATURE_WRONG" } });
  expect(world.till.journal.unsynced().count).toBeGreaterThan(0);
});

test("says offline after two failures in a row and online after one answer", async () => {
  const world = await aWorld();
  await eventually(async () => expect(world.connection.line.state().kind).toBe("online"));
  world.faults.isCut = true;
  await eventually(async () => expect(world.connection.line.state().kind).toBe("offline"));
  world.faults.isCut = false;
  await eventually(async () => expect(world.connection.line.state().kind).toBe("online"));
});

test("pulls at once what it is nudged about", async () => {
  const world = await aWorld({ waits: { ...QUICK, idleMs: 60_000 } });
  await eventually(async () => expect(world.server.requests).toContain("GET /v1/terminal/nudges"));
  await world.connection.push();
  const version = world.connection.snapshots.version();
  world.office.changePassword(CARD.cardId, "another one");
  world.server.nudge("snapshot");
  await eventually(async () => expect(world.connection.snapshots.version()).toBeGreaterThan(version));
});

test("still signs validly on a machine whose clock is an hour slow", async () => {
  const world = await aWorld();
  const keys = tillKeysOf(world.till.ring.secrets);
  const { terminalId } = world.till.ring.enrolment;
  const slow = makeServerLink(
    makeTransport({
      baseUrl: world.server.url,
      signer: { terminalId, signText: keys.signText, nonce: () => v7() },
      now: () => instant(Date.now() - 3_600_000),
      fetch,
      stopping: new AbortController().signal,
    }),
  );
  expect(await slow.mark()).toMatchObject({ mark: { terminalId } });
});

test("changes nothing when a batch that was sent is sent again", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await offline(world, 3_000);
  await world.connection.push();
  const { epoch } = world.till.journal.head();
  const entries = (await world.till.journal.entriesAfter(startOf(world), 500)) as SyncRequest["entries"];
  const before = balanceOf(world.office.state.books, "merchant");
  world.office.sync(world.till.ring.enrolment.terminalId, { epoch, entries, sealed: [] });
  expect(balanceOf(world.office.state.books, "merchant")).toBe(before);
});

test("enrols once for a lost answer, and anew with another key", async () => {
  const world = await aWorld();
  const store = keyStoreAt(await mkdtemp(join(tmpdir(), "countersign-enrol-")), null);
  const deps = { store, now: () => world.clock.now(), stopping: new AbortController().signal };
  const request = { backofficeUrl: world.server.url, keyStore: "file", softwareVersion: "test" } as const;
  const lostBack = faultyFetch({ ...soundLine(), lostBack: 1_000 }, () => 0);
  await expect(enrol({ ...request, code: "code-2" }, { ...deps, fetch: lostBack })).rejects.toMatchObject({
    failure: { code: "LINE_CUT" },
  });
  const first = await enrol({ ...request, code: "code-2" }, { ...deps, fetch });
  expect(world.office.state.enrolled).toBe(2);
  const anew = await enrol({ ...request, code: "code-3" }, { ...deps, fetch });
  expect(anew.enrolment.terminalId).not.toBe(first.enrolment.terminalId);
  expect(anew.secrets.pepper).toBe(first.secrets.pepper);
  expect(anew.secrets.signing).not.toBe(first.secrets.signing);
  await expect(enrol({ ...request, code: "guess" }, { ...deps, fetch })).rejects.toMatchObject({
    failure: { code: "ENROLMENT_REFUSED" },
  });
});

type World = Readonly<{
  office: SmallBackOffice;
  server: Awaited<ReturnType<typeof serveSmallBackOffice>>;
  faults: LineFaults;
  clock: { at: Instant; now(): Instant };
  till: SmallTill & Readonly<{ desk: Connection["desk"] }>;
  connection: Connection;
}>;

async function aWorld(
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

async function reconnect(world: World): Promise<Connection> {
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

const aSale = (amount: number, over: Partial<{ number: string; password: string }> = {}) => ({
  number: CARD.number,
  password: CARD.password,
  ...over,
  amount,
  saleId: v7() as SaleId,
  tenderId: v7(),
});

const offline = (world: World, amount: number, over?: Partial<{ number: string; password: string }>) =>
  payOffline(world.till.desk, world.till.journal, aSale(amount, over));

const anAuthorisation = (amount: number) => ({
  attemptId: v7() as AttemptId,
  tenderId: v7(),
  saleId: v7() as SaleId,
  amount: krwWire(amount),
  card: { number: CARD.number, password: CARD.password },
});

async function payOnline(world: World, amount: number): Promise<void> {
  const question = anAuthorisation(amount);
  const answer = await world.connection.backOffice.authorise(question);
  if (answer.kind !== "approved") throw new Error(`not approved: ${answer.kind}`);
  const card = { ...(await world.till.desk.mention(CARD.number)), cardId: answer.cardId };
  const sale = { ...question, number: CARD.number, amount };
  const draft = approvedOnline(sale, question.attemptId, card, answer.balanceAfter);
  await world.till.journal.append([draft], { staffId: null });
}

const grantsAt = (world: World) =>
  world.till.database.read.all("SELECT grant_id FROM grants WHERE state = 'open'");
const sealedSlips = async (world: World) =>
  (await world.till.database.read.all("SELECT tender_id FROM sealed_slips")).length;
const startOf = (world: World) => ({ epoch: world.till.journal.head().epoch, seq: 0 });

/** Polls until it holds: five seconds are far more than any of these takes. */
async function eventually(holds: () => Promise<void>): Promise<void> {
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

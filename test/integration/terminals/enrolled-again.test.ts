// A till sells off line and is enrolled again under a new id before it could send that: nothing of it is lost, nothing is
// sent twice, and what nobody takes is said.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 } from "uuid";
import { afterEach, expect, test } from "vitest";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { markBooksRestored } from "#backoffice/terminals/restored-books.ts";
import { openServerKeys } from "#backoffice/terminals/server-keys.ts";
import { fail } from "#core/errors.ts";
import type { AttemptId, StaffId, TerminalId } from "#core/ids.ts";
import { merchantAccount } from "#core/ledger/accounts.ts";
import { numberOf, textOf } from "#database/row.ts";
import { forgetEarlier } from "#main/till/keys/earlier-keys.ts";
import { RESTORED_SETTING } from "#main/till/store/epochs.ts";
import { enrolmentsOver } from "#main/till/sync/earlier-ends.ts";
import { aStation, type StationWorld } from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aStationTill, type StationTill } from "#test/world/till-of-a-station.ts";

const SYNC = "POST /v1/terminal/journal";
const PERSON = { by: MANAGER as StaffId, reason: "lost in the river" };

const running: StationTill[] = [];
afterEach(async () => {
  for (const till of running.splice(0)) await till.stop();
});

async function paymentsOf({ database }: StationWorld) {
  const rows = await database.read.all(
    "SELECT terminal_id, tender_id, route, CAST(captured AS TEXT) AS captured FROM payment ORDER BY captured",
  );
  return rows.map((row) => ({
    terminalId: textOf(row, "terminal_id"),
    tenderId: textOf(row, "tender_id"),
    route: textOf(row, "route"),
    captured: numberOf(row, "captured"),
  }));
}

const merchantHas = async ({ database }: StationWorld) =>
  Number((await balanceOf(database.read, merchantAccount(MERCHANT), "KRW")).minor);

/** A sale at hand of which the payment has begun. */
const PAYING =
  "INSERT INTO draft_sales (sale_id, label, stage, lines, changed_at) VALUES (?, '', 'paying', '[]', 0)";

/** 1,500 less the operator's 2.5 %. */
const MERCHANTS_PART = 1_462;

eachDatabase((databases) => {
  /** A till that holds 30,000 of a card's 60,000, has sold for 1,500 of it and could not send that. */
  async function aTillWithASlip() {
    const world = await aStation(databases);
    const till = await aStationTill(world);
    running.push(till);
    const { cardId, number, pin } = await anActiveCard(world.cards, 60_000);
    const card = { number, password: PASSWORD };
    await till.now().connection.desk.learn({ ...card, cardId, passwordVersion: 1 });
    // The grant is given with the first sync and accepted with the second.
    expect([await till.push(), await till.push()]).toEqual([null, null]);
    expect(await world.setAside(cardId)).toBe(30_000);
    till.line.isCut = true;
    const slip = await till.sellOffline(card, 1_500);
    expect(slip.how).toBe("escrow");
    return { world, till, card, pin, cardId, slip };
  }

  const quarantine = ({ database }: StationWorld, terminalId: TerminalId) =>
    database.transaction((tx) =>
      tx.run("UPDATE terminal SET state = 'quarantined' WHERE terminal_id = ?", [terminalId]),
    );

  test("posts the slip once, under the old id, and gives the holder back what was set aside there", async () => {
    const { world, till, cardId, slip } = await aTillWithASlip();
    const present = await till.enrolAgain();
    expect(present).not.toBe(till.first);
    expect(await till.push()).toBeNull();
    expect(await paymentsOf(world)).toEqual([
      { terminalId: till.first, tenderId: slip.tenderId, route: "escrow", captured: 1_500 },
    ]);
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
    expect([await world.setAside(cardId), await world.balance(cardId)]).toEqual([0, 58_500]);
    expect(await world.workItems()).toEqual([]);
    const { journal, connection } = till.now();
    expect([journal.unsynced().count, connection.earlier.unsynced().count]).toEqual([0, 0]);
    expect(connection.earlier.leftBehind()).toEqual([]);
    expect((await journal.verify()).broken).toBeNull();
  });

  test("has its catalogue and staff before anything of its backlog is asked about", async () => {
    const { till } = await aTillWithASlip();
    const present = await till.enrolAgain();
    await till.now().connection.firstSnapshot();
    expect(till.now().connection.snapshots.version()).toBeGreaterThan(0);
    const since = till.line.requests.slice(
      till.line.requests.findIndex(({ terminalId }) => terminalId === present),
    );
    const came = since.findIndex(({ what }) => what === "GET /v1/terminal/snapshot");
    expect(new Set(since.slice(0, came).map(({ terminalId }) => terminalId))).toEqual(new Set([present]));
    expect(await till.push()).toBeNull();
    expect(till.now().connection.earlier.unsynced().count).toBe(0);
  });

  test("counts it as not sent, with its age, until the line comes back, and frees nothing of the caps", async () => {
    const { world, till, card, pin } = await aTillWithASlip();
    const sealed = await till.sellOffline({ ...card, number: pin }, 2_000);
    expect(sealed.how).toBe("risk");
    const { offlineUsed, oldestAt } = {
      offlineUsed: till.now().connection.desk.limits().used,
      oldestAt: till.now().journal.unsynced().oldestAt,
    };
    world.clock.advance(60_000);
    await till.enrolAgain({ isCut: true });
    const { connection } = till.now();
    expect(connection.earlier.unsynced()).toEqual({ count: 3, oldestAt });
    await expect.poll(() => connection.desk.limits().used).toEqual(offlineUsed);
    till.line.isCut = false;
    expect(await till.push()).toBeNull();
    expect(connection.earlier.unsynced()).toEqual({ count: 0, oldestAt: null });
    await expect.poll(() => connection.desk.limits().used.minor).toBe(0n);
    // The credentials went with it, sealed for the terminal that took them, and are judged.
    expect((await paymentsOf(world)).map(({ route, captured }) => [route, captured])).toEqual([
      ["escrow", 1_500],
      ["risk", 2_000],
    ]);
  });

  test("sends nothing twice, not after a restart, and asks nothing more under the old id", async () => {
    const { world, till } = await aTillWithASlip();
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    const asked = till.asked(till.first).length;
    expect(await till.push()).toBeNull();
    await till.stop();
    await till.start();
    expect(await till.push()).toBeNull();
    expect(till.asked(till.first)).toHaveLength(asked);
    expect(await paymentsOf(world)).toHaveLength(1);
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
  });

  test("posts it once where the answer to it was lost, and holds up nothing meanwhile, though the clock stands", async () => {
    const { world, till } = await aTillWithASlip();
    const present = await till.enrolAgain({ isCut: true });
    till.line.loseAnswerTo = till.first;
    till.line.isCut = false;
    expect(await till.push()).toBeNull();
    expect(till.line.loseAnswerTo).toBeUndefined();
    expect(till.asked(present)).toContain(SYNC);
    expect(till.now().connection.earlier.unsynced().count).toBeGreaterThan(0);
    const asked = till.asked(till.first).length;
    expect(await till.push()).toBeNull();
    expect(till.asked(till.first)).toHaveLength(asked);
    till.passes(10_000);
    expect(await till.push()).toBeNull();
    expect(till.now().connection.earlier.unsynced().count).toBe(0);
    expect(await paymentsOf(world)).toHaveLength(1);
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
  });

  test("sends it after a crash at any moment of the enrolment", async () => {
    const { world, till } = await aTillWithASlip();
    await till.stop();
    till.line.isCut = false;
    const code = await till.codeOf("Till 1");
    const crash = () => Promise.reject(new Error("the power went"));
    await expect(till.enrolWith(code, { write: crash })).rejects.toThrow("the power went");
    // The old terminal goes on, off line.
    till.line.isCut = true;
    expect(await till.start()).toBe(till.first);
    await till.stop();
    till.line.isCut = false;
    const { pending } = till.store;
    await expect(till.enrolWith(code, { pending: { ...pending, remove: crash } })).rejects.toThrow(
      "the power went",
    );
    expect(await till.start()).not.toBe(till.first);
    expect(await till.push()).toBeNull();
    expect(await paymentsOf(world)).toMatchObject([{ terminalId: till.first, captured: 1_500 }]);
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
  });

  test("sends what each of several enrolments in a row has left, the first one first", async () => {
    const { world, till } = await aTillWithASlip();
    const second = await till.enrolAgain({ isCut: true });
    const third = await till.enrolAgain();
    expect(await till.push()).toBeNull();
    const order = till.line.requests.filter(({ what }) => what === SYNC).map(({ terminalId }) => terminalId);
    expect([...new Set(order.toReversed())].toReversed().slice(-3)).toEqual([till.first, second, third]);
    expect(till.now().connection.earlier.unsynced().count).toBe(0);
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
    expect(await world.workItems()).toEqual([]);
  });

  test("takes back under the old id what a card paid towards a sale that is not complete", async () => {
    const { world, till, card, cardId } = await aTillWithASlip();
    const { saleId } = await till.sellOffline(card, 4_000);
    await till.database.transaction((tx) => tx.run(PAYING, [saleId]));
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    expect(await till.push()).toBeNull();
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
    expect([await world.setAside(cardId), await world.balance(cardId)]).toEqual([0, 58_500]);
    expect(await world.workItems()).toEqual([]);
  });

  test("pays the merchant of a slip whose terminal was written off, at the operator's loss", async () => {
    const { world, till } = await aTillWithASlip();
    await world.terminals.writeOff({ terminalId: till.first, ...PERSON });
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
    expect((await world.workItems()).map(({ kind, minor }) => [kind, minor])).toEqual([
      ["grant-written-off", 30_000],
      ["slip-of-written-off-terminal", 1_500],
    ]);
    const { earlier } = till.now().connection;
    expect([earlier.unsynced().count, earlier.leftBehind()]).toEqual([0, []]);
  });

  test("shows a quarantined terminal's slip once, posts nothing of it, and says what is left and why", async () => {
    const { world, till } = await aTillWithASlip();
    await quarantine(world, till.first);
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    expect(await paymentsOf(world)).toEqual([]);
    const items = await world.workItems();
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(["journal-forked"]));
    expect(items.filter(({ minor }) => minor === 1_500)).toHaveLength(1);
    const left = { terminalId: till.first, code: "TERMINAL_QUARANTINED", count: items.length };
    expect(till.now().connection.earlier.leftBehind()).toMatchObject([left]);
    expect(till.now().connection.earlier.unsynced().count).toBe(0);
    const asked = till.asked(till.first).length;
    till.passes(3_600_000);
    await till.push();
    await till.stop();
    await till.start();
    await till.push();
    expect(till.asked(till.first)).toHaveLength(asked);
    expect(till.now().connection.earlier.leftBehind()).toMatchObject([left]);
  });

  test("shows what a quarantined terminal wrote in each of its epochs", async () => {
    const { world, till } = await aTillWithASlip();
    await till.stop();
    await till.database.transaction((tx) =>
      tx.run("INSERT INTO settings (name, value) VALUES (?, '')", [RESTORED_SETTING]),
    );
    await till.start();
    await quarantine(world, till.first);
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    const items = await world.workItems();
    const [left] = till.now().connection.earlier.leftBehind();
    expect(left?.count).toBe(items.length);
    const epochs = await world.database.read.all("SELECT DISTINCT epoch FROM work_item");
    expect(epochs).toHaveLength(2);
  });

  test("says that the back office knows the old terminal no more, asks once in a run, and sends it to other books", async () => {
    const { world, till } = await aTillWithASlip();
    till.line.refused.set(till.first, "TERMINAL_UNKNOWN");
    await till.enrolAgain();
    await till.push();
    await till.push();
    expect(till.now().connection.earlier.leftBehind()).toMatchObject([
      { terminalId: till.first, code: "TERMINAL_UNKNOWN" },
    ]);
    const asked = till.asked(till.first).length;
    await till.push();
    expect(till.asked(till.first)).toHaveLength(asked);
    await till.stop();
    await till.start();
    await till.push();
    await till.push();
    expect(till.asked(till.first)).toHaveLength(asked + 1);
    // Books of another back-up know it.
    till.line.refused.clear();
    await world.database.transaction((tx) => markBooksRestored(tx, world.clock.now()));
    await till.push();
    await till.push();
    expect(till.now().connection.earlier.leftBehind()).toEqual([]);
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
    expect(await world.terminals.booksRestored()).toBe(false);
  });

  test("asks for a refund of then over the old line once all is there, and hears no answer in a refusal of the terminal", async () => {
    const { till, slip } = await aTillWithASlip();
    await till.enrolAgain({ isCut: true });
    const { earlier } = till.now().connection;
    expect(earlier.lineOf(till.first)).toEqual({ kind: "waiting" });
    till.line.isCut = false;
    expect(await till.push()).toBeNull();
    const line = earlier.lineOf(till.first);
    if (line.kind !== "open") throw new Error("all of it is there");
    till.line.refused.set(till.first, "TERMINAL_WRITTEN_OFF");
    const amount = { minor: "1500", currency: "KRW" } as const;
    const { tenderId } = slip;
    const asked = line.refund({ attemptId: v7() as AttemptId, refundId: v7(), tenderId, amount });
    await expect(asked).rejects.toMatchObject({ failure: { code: "BUSY" } });
    expect(till.asked(till.first).at(-1)).toBe("POST /v1/terminal/refunds");
  });

  test("sends it to a back office that has other keys since", async () => {
    const { world, till } = await aTillWithASlip();
    const keysDir = await mkdtemp(join(tmpdir(), "countersign-server-keys-"));
    Object.assign(world.terminalDeps, { keys: openServerKeys(keysDir) });
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    expect(till.now().connection.earlier.unsynced().count).toBe(0);
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
  });

  test("says what it is refused with again and again, though that may pass, and sends it once it has passed", async () => {
    const { world, till } = await aTillWithASlip();
    till.line.refused.set(till.first, "REQUEST_INVALID");
    await till.enrolAgain();
    const { earlier } = till.now().connection;
    await till.push();
    expect(earlier.leftBehind()).toEqual([]);
    expect(earlier.unsynced().count).toBeGreaterThan(0);
    for (let round = 0; round < 5; round += 1) {
      till.passes(600_000);
      expect(await till.push()).toBeNull();
    }
    expect(earlier.leftBehind()).toMatchObject([{ terminalId: till.first, code: "REQUEST_INVALID" }]);
    expect(earlier.unsynced().count).toBe(0);
    till.line.refused.clear();
    till.passes(600_000);
    expect(await till.push()).toBeNull();
    expect(earlier.leftBehind()).toEqual([]);
    expect(await merchantHas(world)).toBe(MERCHANTS_PART);
  });

  test("counts it as not sent for as long as the line is only cut", async () => {
    const { till } = await aTillWithASlip();
    till.line.refused.set(till.first, "LINE_CUT");
    await till.enrolAgain();
    for (let round = 0; round < 7; round += 1) {
      till.passes(600_000);
      expect(await till.push()).toBeNull();
    }
    const { earlier } = till.now().connection;
    expect(earlier.leftBehind()).toEqual([]);
    expect(earlier.unsynced().count).toBeGreaterThan(0);
  });

  test("says so where its old key cannot be read, and opens all the same", async () => {
    const { till } = await aTillWithASlip();
    till.line.isCut = true;
    await till.stop();
    till.line.isCut = false;
    await till.enrolWith(await till.codeOf("Till 1"));
    const { keyStore: kind, ...ring } = (await till.store.read()) ?? fail("KEY_SEALED");
    const earlier = [{ terminalId: till.first, signing: "AAAA", serverKey: ring.enrolment?.serverKey ?? "" }];
    await till.store.write({ ...ring, earlier }, kind);
    await till.start();
    expect(await till.push()).toBeNull();
    expect(till.now().connection.earlier.leftBehind()).toMatchObject([
      { terminalId: till.first, code: "DATABASE_CORRUPT" },
    ]);
  });

  test("says that the keys are not here, where a till of before this was enrolled again", async () => {
    const { till } = await aTillWithASlip();
    await till.stop();
    till.line.isCut = false;
    await till.enrolWith(await till.codeOf("Till 1"));
    const ring = await till.store.read();
    if (ring === undefined) throw new Error("the till has keys");
    await till.store.write({ secrets: ring.secrets, enrolment: ring.enrolment }, "file");
    await till.start();
    expect(await till.push()).toBeNull();
    const { earlier } = till.now().connection;
    expect(earlier.leftBehind()).toMatchObject([{ terminalId: till.first, code: null }]);
    expect(earlier.lineOf(till.first)).toEqual({ kind: "gone" });
    expect(earlier.unsynced().count).toBe(0);
  });

  test("forgets the old key once no back-up is without what it signed, and not before", async () => {
    const { world, till } = await aTillWithASlip();
    await till.enrolAgain();
    await till.push();
    const over = async () => [...(await enrolmentsOver(till.database.read, await till.start()))];
    await till.stop();
    expect(await over()).toEqual([]);
    world.clock.advance(1);
    await till.push();
    await till.stop();
    expect(await over()).toEqual([till.first]);
    await forgetEarlier(till.store, new Set([till.first]));
    expect((await till.store.read())?.earlier).toBeUndefined();
  });
});

// A terminal whose machine was enrolled again under another id: the books remember it, ask nobody to wait for it, and tell a
// person what it kept. Its own word alone only takes rights away.
import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { closingPage } from "#backoffice/reports/closing.ts";
import { closeDay, type DayDeps } from "#backoffice/reports/day.ts";
import { terminalPage } from "#backoffice/reports/terminal-page.ts";
import { today } from "#backoffice/reports/today.ts";
import type { SaleId, StaffId, TerminalId } from "#core/ids.ts";
import { hours } from "#core/time.ts";
import {
  anAttempt,
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  risk,
  type StationWorld,
  type TestTerminal,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aStationTill, type StationTill } from "#test/world/till-of-a-station.ts";
import { aTillWithGrant, closeGrant } from "./till-with-grant.ts";

/** Noon of the world's first day, in Seoul. */
const DAY = "2026-03-01";
const OPEN = { state: "open", page: 0, pageSize: 9 } as const;

const running: StationTill[] = [];
afterEach(async () => {
  for (const till of running.splice(0)) await till.stop();
});

/** All that it has not sent, as the machine sends it that is another terminal by now. */
async function syncLeft(world: Pick<StationWorld, "terminals">, till: TestTerminal) {
  const entries = till.unsent.splice(0);
  const { epoch, seq } = till.place();
  return world.terminals.sync(till.terminalId, {
    epoch: entries[0]?.epoch ?? epoch,
    entries,
    sealed: [],
    head: { epoch, seq },
    left: true,
  });
}

const daysOf = ({ database, clock, terminals }: StationWorld): DayDeps => ({
  database,
  clock,
  terminals,
  business: { currency: "KRW", utcOffsetMinutes: 540 },
});

async function tillsWaitedFor(world: StationWorld) {
  return (await closingPage(daysOf(world), DAY)).tills.map(({ terminalId }) => terminalId);
}

async function tillsSilent(world: StationWorld) {
  const { attention } = await today({ read: world.database.read, ...daysOf(world) });
  return attention.filter(({ code }) => code === "silent").map(({ id }) => id);
}

eachDatabase((databases) => {
  /** A till that holds 30,000 of a card's 60,000, has a shift open and could not send a slip of 1,500. */
  async function aTillWithAShift() {
    const world = await aStation(databases);
    const till = await aStationTill(world);
    running.push(till);
    const { cardId, number } = await anActiveCard(world.cards, 60_000);
    const card = { number, password: PASSWORD };
    await till.now().connection.desk.learn({ ...card, cardId, passwordVersion: 1 });
    await till
      .now()
      .journal.append([{ kind: "shift-opened", body: { shiftId: "shift-1", number: 1, float: won(0) } }], {
        staffId: MANAGER as StaffId,
      });
    expect([await till.push(), await till.push()]).toEqual([null, null]);
    till.line.isCut = true;
    expect((await till.sellOffline(card, 1_500)).how).toBe("escrow");
    return { world, till, cardId };
  }

  test("sets nothing aside for it again and lets it ask for nothing, whatever its key says later", async () => {
    const { world, till, cardId } = await aTillWithAShift();
    const present = await till.enrolAgain();
    await till.push();
    expect([await world.setAside(cardId), await world.balance(cardId)]).toEqual([0, 58_500]);
    const { mark } = await world.terminals.mark(till.first);
    await world.terminals.sync(till.first, { epoch: mark.epoch, entries: [], sealed: [] });
    expect(await world.terminals.renewGrants(till.first)).toBe(0);
    expect(await world.setAside(cardId)).toBe(0);
    await expect(world.terminals.trading(till.first)).rejects.toThrow("CASH_ONLY");
    await expect(world.terminals.snapshot(till.first, undefined)).rejects.toThrow("CASH_ONLY");
    expect(await world.terminals.trading(present)).toMatchObject({ leftAt: null });
  });

  test("is waited for by no day and called silent by nobody once its till follows it, open shift and all", async () => {
    const { world, till } = await aTillWithAShift();
    expect(await tillsWaitedFor(world)).toEqual([till.first]);
    const present = await till.enrolAgain();
    await till.push();
    const leftAt = new Date(world.clock.now()).toISOString();
    world.clock.advance(hours(30));
    await world.terminals.sync(present, {
      epoch: till.now().journal.head().epoch,
      entries: [],
      sealed: [],
    });
    expect(await tillsWaitedFor(world)).toEqual([]);
    expect(await tillsSilent(world)).toEqual([]);
    expect((await closeDay(daysOf(world), DAY, MANAGER as StaffId)).unsynced).toEqual([]);
    const page = await terminalPage(daysOf(world), till.first);
    expect(page).toMatchObject({ leftAt, isLeftWhole: true, exposure: { riskCap: won(0) } });
    expect(page.story.filter(({ title }) => title === "left")).toMatchObject([{ at: leftAt }]);
    const { rows } = await world.terminals.find({ page: 0, pageSize: 9 });
    expect(rows.map((row) => [row.terminalId, row.leftAt])).toContainEqual([till.first, leftAt]);
    expect(rows.map((row) => [row.terminalId, row.leftAt])).toContainEqual([present, null]);
  });

  test("is waited for while only its own key says that it was left, and again once more comes than its till names", async () => {
    const world = await aStation(databases);
    const till = await aTerminal(world);
    await syncLeft(world, till);
    world.clock.advance(hours(30));
    expect(await tillsWaitedFor(world)).toEqual([till.terminalId]);
    expect(await tillsSilent(world)).toEqual([till.terminalId]);
    // One that was enrolled long ago cannot name it later, as by a restore of its own.
    const other = await aTerminal(world, "Till 2");
    await other.sync();
    other.startEpoch(till.place());
    await expect(other.sync()).rejects.toThrow();
    expect(await tillsWaitedFor(world)).toContain(till.terminalId);

    const next = await aTerminal(world, "Till 3");
    next.unsent.splice(0);
    next.startEpoch(till.place());
    await next.sync();
    expect(await tillsWaitedFor(world)).not.toContain(till.terminalId);
    till.write({ kind: "shift-opened", body: { shiftId: "shift-9", number: 9, float: won(0) } });
    await till.sync();
    world.clock.advance(hours(1));
    expect(await tillsSilent(world)).toContain(till.terminalId);
  });

  test("takes what it still sends, and goes on waiting for it as long as something is missing", async () => {
    const world = await aStation(databases);
    const { cardId } = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    await till.sync();
    const slip = aTender(cardId, 4_000, risk());
    till.write(approved(slip));
    const next = await aTerminal(world, "Till 2");
    next.unsent.splice(0);
    next.startEpoch(till.place());
    await next.sync();
    const { epoch, seq } = till.place();
    // The first sync brings nothing of it yet.
    const nothing = { epoch, entries: [], sealed: [], head: { epoch, seq }, left: true };
    await world.terminals.sync(till.terminalId, nothing);
    world.clock.advance(hours(30));
    expect(await tillsWaitedFor(world)).toContain(till.terminalId);
    await syncLeft(world, till);
    expect(await world.balance(cardId)).toBe(6_000);
    expect(await tillsWaitedFor(world)).not.toContain(till.terminalId);
  });

  test("hears what became of a refund that was decided, and is refused one that never was, for good", async () => {
    const world = await aStation(databases);
    const { cardId } = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    const slip = aTender(cardId, 4_000, risk());
    till.write(approved(slip));
    till.write(completed([slip]));
    await till.sync();
    const refund = async (attemptId: ReturnType<typeof anAttempt>) =>
      world.payments.refundForTerminal(await world.terminals.standing(till.terminalId), {
        attemptId,
        refundId: `r-${attemptId}`,
        tenderId: slip.tenderId,
        amount: won(1_000),
      });
    const [decided, refused, unheard] = [anAttempt(), anAttempt(), anAttempt()];
    const given = await refund(decided);
    expect(given).toMatchObject({ kind: "approved" });
    await world.ledger.tombstone(`terminal:${till.terminalId}`, refused, "PAYMENT_UNKNOWN");
    await syncLeft(world, till);
    expect(await refund(decided)).toEqual(given);
    expect(await refund(refused)).toMatchObject({ kind: "declined", code: "PAYMENT_UNKNOWN" });
    const no = { kind: "declined", attemptId: unheard, code: "STATE_CONFLICT" };
    expect([await refund(unheard), await refund(unheard)]).toEqual([no, no]);
    expect(await world.balance(cardId)).toBe(7_000);
  });

  test("makes one item of what is set aside and held where its keys came late, and a person gives that back", async () => {
    const { world, till, cardId } = await aTillWithAShift();
    const { number } = await anActiveCard(world.cards, 5_000);
    till.line.isCut = false;
    await world.payments.authoriseForTerminal(
      { terminalId: till.first, merchantId: MERCHANT },
      {
        attemptId: anAttempt(),
        tenderId: randomUUID(),
        saleId: randomUUID() as SaleId,
        amount: won(2_000),
        card: { number, password: PASSWORD },
      },
    );
    await till.stop();
    await till.enrolWith(await till.codeOf("Till 1"));
    const { keyStore, ...ring } = (await till.store.read()) ?? { keyStore: "file" as const };
    if (!("secrets" in ring)) throw new Error("the till has keys");
    const { earlier: _sealed, ...without } = ring;
    await till.store.write(without, keyStore);
    await till.start();
    await till.push();
    expect(await world.workItems()).toEqual([]);
    await till.stop();
    await till.store.write(ring, keyStore);
    await till.start();
    expect(await till.push()).toBeNull();
    expect([await world.setAside(cardId), await world.balance(cardId)]).toEqual([28_500, 58_500]);
    expect(await world.workItems()).toEqual([
      { kind: "kept-by-left-terminal", minor: 30_500, bearer: "nobody", code: "STATE_CONFLICT" },
    ]);
    const { mark } = await world.terminals.mark(till.first);
    const again = { epoch: mark.epoch, entries: [], sealed: [], left: true };
    await world.terminals.sync(till.first, again);
    const [item, ...more] = (await world.terminals.workItems(OPEN)).rows;
    expect(more).toEqual([]);
    await world.terminals.resolveWorkItem({
      workItemId: item?.workItemId ?? "",
      by: MANAGER as StaffId,
      resolution: "The machine sells as another till.",
    });
    expect([await world.setAside(cardId), await world.balance(cardId)]).toEqual([0, 58_500]);
    expect(await heldAt(world, till.first)).toBe(0);
    await world.terminals.sync(till.first, again);
    expect(await world.workItems()).toEqual([]);
  });

  test("makes one item of what it goes on to write as its own: its folder was copied, or somebody has its key", async () => {
    const world = await aStation(databases);
    const { cardId } = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    const sell = () => {
      const slip = aTender(cardId, 500, risk());
      till.write(approved(slip));
      till.write(completed([slip]));
    };
    sell();
    await syncLeft(world, till);
    await till.sync();
    expect(await world.workItems()).toEqual([]);
    sell();
    await till.sync();
    sell();
    await till.sync();
    const item = { kind: "left-terminal-in-use", minor: null, bearer: null, code: "CASH_ONLY" };
    expect(await world.workItems()).toEqual([item]);
    const [open] = (await world.terminals.workItems(OPEN)).rows;
    await world.terminals.resolveWorkItem({
      workItemId: open?.workItemId ?? "",
      by: MANAGER as StaffId,
      resolution: "The other machine is enrolled anew.",
    });
    await till.sync();
    expect(await world.workItems()).toEqual([]);
    sell();
    await till.sync();
    expect(await world.workItems()).toEqual([item]);
    expect(await world.balance(cardId)).toBe(8_000);
  });

  test("makes no item while more is to come, nor where its entries close what was open", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, grant, card } = world;
    closeGrant(till, grant, 5_000);
    const { epoch, seq } = till.place();
    await world.terminals.sync(till.terminalId, {
      epoch,
      entries: [],
      sealed: [],
      head: { epoch, seq },
      left: true,
    });
    expect(await world.workItems()).toEqual([]);
    await syncLeft(world, till);
    expect(await world.workItems()).toEqual([]);
    expect(await world.setAside(card.cardId)).toBe(0);
  });
});

async function heldAt({ database }: StationWorld, terminalId: TerminalId): Promise<number> {
  const rows = await database.read.all(
    "SELECT payment_id FROM payment WHERE terminal_id = ? AND state = 'held'",
    [terminalId],
  );
  return rows.length;
}

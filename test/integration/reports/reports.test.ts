// What the console tells of a day and of its tills, on real books.
import { beforeEach, describe, expect, test } from "vitest";
import { closeDay, type DayDeps, dayPage } from "#backoffice/reports/day.ts";
import { listShifts } from "#backoffice/reports/shifts.ts";
import { terminalPage } from "#backoffice/reports/terminal-page.ts";
import { today } from "#backoffice/reports/today.ts";
import type { StaffId } from "#core/ids.ts";
import { hours, minutes } from "#core/time.ts";
import {
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  risk,
  type StationWorld,
  verifierMade,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const BUSINESS = { currency: "KRW", utcOffsetMinutes: 540 } as const;
const DAY = "2026-03-01";

eachDatabase((databases) => {
  let world: StationWorld;
  let deps: DayDeps;
  beforeEach(async () => {
    world = await aStation(databases);
    const { database, clock, terminals } = world;
    deps = { database, clock, terminals, business: BUSINESS };
  });

  const todayNow = () => today({ ...deps, read: world.database.read });
  const run = (sql: string, params: readonly (string | number)[] = []) =>
    world.database.transaction((tx) => tx.run(sql, params));

  /** A payment at risk of more than the card has: the till asked nobody. */
  async function aRiskSale(minor: number, balance: number) {
    const till = await aTerminal(world);
    const card = await anActiveCard(world.cards, balance);
    const tender = aTender(card.cardId, minor, risk());
    till.write(approved(tender));
    till.write(completed([tender]));
    await till.sync();
    return { till, card };
  }

  describe("the day", () => {
    test("sums commission and takings in the station's own currency only", async () => {
      await aRiskSale(4_000, 10_000);
      const before = await dayPage(deps, DAY);
      expect([before.gross, before.commission]).toEqual([won(4_000), won(100)]);
      await run(
        `INSERT INTO settlement_item (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at, recorded_at)
         VALUES ('e1', 'p-euro', 'station-7', 'capture', 5000, 700, 'EUR', ?, ?)`,
        [world.clock.now(), world.clock.now()],
      );
      await run("UPDATE sale SET currency = 'EUR'");
      const after = await dayPage(deps, DAY);
      expect([after.gross, after.cash, after.prepaid]).toEqual([won(0), won(0), won(0)]);
      expect(after.commission).toEqual(won(100));
    });

    test("balances the books currency by currency: what one lacks is not made good by another", async () => {
      const account = (id: string, debits: number, credits: number) =>
        run(
          `INSERT INTO ledger_account (id, floored, debits_posted, credits_posted, debits_pending, credits_pending)
           VALUES (?, ${world.database.dialect === "postgres" ? "false" : "0"}, ?, ?, 0, 0)`,
          [id, debits, credits],
        );
      await account("bank:other/EUR", 0, 5);
      await account("bank:other/KRW", 5, 0);
      expect((await dayPage(deps, DAY)).trialBalance).toEqual([{ minor: "-5", currency: "EUR" }, won(5)]);
    });

    test("books without a posting are in balance", async () => {
      expect((await dayPage(deps, DAY)).trialBalance).toEqual([won(0)]);
    });

    test("a day that is closed waits for a till that was not heard of since", async () => {
      await aTerminal(world, "Till 9");
      world.clock.advance(hours(1));
      const closed = await closeDay(deps, DAY, MANAGER as StaffId);
      expect([closed.state, closed.unsynced.map(({ name }) => name)]).toEqual(["closed-pending", ["Till 9"]]);
    });
  });

  describe("today", () => {
    test("what could still be lost is the whole cap, whatever was taken at risk and synced before", async () => {
      await aRiskSale(4_000, 10_000);
      const [row] = (await todayNow()).exposure;
      expect(row).toMatchObject({ riskCap: won(500_000), riskTakenToday: won(4_000), state: "live" });
    });

    test("asks for a person where a till is silent, since when it is, and not before", async () => {
      const till = await aTerminal(world);
      await till.sync();
      const heardAt = new Date(world.clock.now()).toISOString();
      world.clock.advance(minutes(15));
      expect((await todayNow()).attention).toEqual([]);
      world.clock.advance(1);
      const { exposure, attention } = await todayNow();
      expect(exposure[0]).toMatchObject({ state: "silent", lastSyncAt: heardAt, heardAt });
      expect(attention).toEqual([
        {
          kind: "terminal",
          id: till.terminalId,
          at: heardAt,
          code: "silent",
          subject: "Till 1",
          amount: null,
        },
      ]);
    });

    test("a till that has never synced is silent a quarter of an hour after its enrolment", async () => {
      await aTerminal(world);
      expect((await todayNow()).exposure[0]).toMatchObject({ state: "live", lastSyncAt: null });
      world.clock.advance(minutes(16));
      expect((await todayNow()).exposure[0]).toMatchObject({ state: "silent", lastSyncAt: null });
    });

    test("asks for a person where a till is quarantined, and for nobody where it is written off", async () => {
      const till = await aTerminal(world);
      await till.sync();
      await run("UPDATE terminal SET state = 'quarantined'");
      expect((await todayNow()).attention).toMatchObject([{ kind: "terminal", code: "quarantined" }]);
      await run("UPDATE terminal SET state = 'written-off'");
      world.clock.advance(hours(2));
      expect((await todayNow()).attention).toEqual([]);
    });
  });

  describe("a till's page", () => {
    test("tells its enrolment, its journal, its shifts and what needed a person, in the order of time", async () => {
      const { till } = await aRiskSale(4_000, 1_000);
      world.clock.advance(minutes(1));
      till.write({ kind: "shift-opened", body: { shiftId: "sh-1", number: 14, float: won(100_000) } });
      await till.sync();
      const page = await terminalPage(deps, till.terminalId);
      expect(page).toMatchObject({
        name: "Till 1",
        merchantName: "Station 7",
        softwareVersion: "test",
        openWorkItems: 1,
        exposure: { lost: won(3_000) },
      });
      const titles = page.story.map(({ title }) => title);
      expect(titles.toSorted()).toEqual(["enrolled", "epoch-enrolled", "shift-opened", "slip-short"]);
      expect(titles.at(-1)).toBe("shift-opened");
      expect(page.story.find(({ title }) => title === "enrolled")?.detail).toBe("mina");
    });

    test("names what is set aside there, by card", async () => {
      const { till, card } = await aRiskSale(1_000, 10_000);
      till.write(verifierMade(card.cardId));
      await till.sync();
      await world.terminals.renewGrants(till.terminalId);
      const { grants } = await terminalPage(deps, till.terminalId);
      expect(grants).toMatchObject([
        { cardId: card.cardId, state: "live", amount: won(4_500), spent: won(0) },
      ]);
    });

    test("is NOT_FOUND for a till that is none", async () => {
      await expect(terminalPage(deps, "t-none" as never)).rejects.toThrow("NOT_FOUND");
    });
  });

  test("shifts are found by day, by till and by their number", async () => {
    const till = await aTerminal(world);
    const other = await aTerminal(world, "Till 2");
    const open = async (at: typeof till, number: number) => {
      at.write({ kind: "shift-opened", body: { shiftId: `sh-${number}`, number, float: won(0) } });
      await at.sync();
    };
    await open(till, 14);
    await open(other, 3);
    world.clock.advance(hours(24));
    await open(other, 4);
    const numbers = async (over: object) => {
      const page = await listShifts(world.database.read, { page: 0, pageSize: 25, ...over });
      return [page.total, page.rows.map(({ number }) => number).toSorted((a, b) => a - b)];
    };
    expect(await numbers({})).toEqual([3, [3, 4, 14]]);
    expect(await numbers({ terminalId: other.terminalId })).toEqual([2, [3, 4]]);
    expect(await numbers({ query: "14" })).toEqual([1, [14]]);
    expect(await numbers({ query: "till 2" })).toEqual([2, [3, 4]]);
    const span = { from: world.clock.now(), to: world.clock.now() + 1 };
    expect(await numbers({ span })).toEqual([1, [4]]);
    expect((await listShifts(world.database.read, { page: 1, pageSize: 2 })).rows).toHaveLength(1);
  });
});

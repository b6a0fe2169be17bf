// What a manager is told before a day is closed, on real books.
import { beforeEach, expect, test } from "vitest";
import { closingPage } from "#backoffice/reports/closing.ts";
import { closeDay, type DayDeps, dayPage } from "#backoffice/reports/day.ts";
import { exceptionInsert } from "#backoffice/settlement/exceptions.ts";
import type { StaffId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import { hours, type Instant, minutes } from "#core/time.ts";
import {
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  risk,
  type StationWorld,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

/** Noon of the world's first day, in Seoul. */
const DAY = "2026-03-01";

eachDatabase((databases) => {
  let world: StationWorld;
  let deps: DayDeps;
  beforeEach(async () => {
    world = await aStation(databases);
    const { database, clock, terminals } = world;
    deps = { database, clock, terminals, business: { currency: "KRW", utcOffsetMinutes: 540 } };
  });

  const closing = () => closingPage(deps, DAY);
  const run = (sql: string, params: readonly (string | number)[] = []) =>
    world.database.transaction((tx) => tx.run(sql, params));

  type Item = Readonly<{ kind: string; gross: number; commission: number; at?: Instant; currency?: string }>;
  let items = 0;
  const anItem = async (merchantId: string, { kind, gross, commission, at, currency = "KRW" }: Item) => {
    items += 1;
    await run(
      `INSERT INTO settlement_item (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at, recorded_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [`i${items}`, `p${items}`, merchantId, kind, gross, commission, currency, at ?? world.clock.now(), 1],
    );
  };

  async function aRiskSale(minor: number, balance: number) {
    const till = await aTerminal(world);
    const tender = aTender((await anActiveCard(world.cards, balance)).cardId, minor, risk());
    till.write(approved(tender));
    till.write(completed([tender]));
    await till.sync();
    return till;
  }

  test("sums what is due of the day by merchant, the greatest first, and of all of them", async () => {
    await aRiskSale(4_000, 10_000);
    await anItem("car-wash", { kind: "capture", gross: 20_000, commission: 500 });
    await anItem("car-wash", { kind: "refund", gross: 5_000, commission: 125 });
    const { merchants, totals, furtherMerchants } = await closing();
    expect(merchants).toEqual([
      {
        merchantId: "car-wash",
        merchantName: "car-wash",
        captures: 1,
        refunds: 1,
        captured: won(20_000),
        refunded: won(5_000),
        commission: won(375),
        net: won(14_625),
      },
      {
        merchantId: "station-7",
        merchantName: "Station 7",
        captures: 1,
        refunds: 0,
        captured: won(4_000),
        refunded: won(0),
        commission: won(100),
        net: won(3_900),
      },
    ]);
    expect(totals).toMatchObject([{ captured: won(24_000), commission: won(475), net: won(18_525) }]);
    expect(furtherMerchants).toBe(0);
    // The page of the day says the same once it is closed.
    expect((await closeDay(deps, DAY, MANAGER as StaffId)).commission).toEqual(won(475));
  });

  test("counts what happened in the day, not what was sent back in it or happened before midnight of the station", async () => {
    const midnight = Date.parse(`${DAY}T00:00:00+09:00`);
    const capture = { kind: "capture", gross: 1_000, commission: 0 };
    await anItem("m1", { ...capture, at: (midnight - 1) as Instant });
    await anItem("m1", { ...capture, at: midnight as Instant });
    await anItem("m1", { ...capture, at: (midnight + hours(24) - 1) as Instant });
    await anItem("m1", { ...capture, at: (midnight + hours(24)) as Instant });
    await anItem("m1", { kind: "returned", gross: 9_000, commission: 0 });
    expect((await closing()).merchants).toMatchObject([{ captures: 2, net: won(2_000) }]);
  });

  test("keeps a merchant's currencies apart", async () => {
    await anItem("m1", { kind: "capture", gross: 1_000, commission: 0 });
    await anItem("m1", { kind: "capture", gross: 700, commission: 0, currency: "EUR" });
    const { merchants, totals } = await closing();
    const euro = { minor: "700", currency: "EUR" };
    expect(merchants.map(({ net }) => net).toSorted((a, b) => Number(a.minor) - Number(b.minor))).toEqual([
      euro,
      won(1_000),
    ]);
    expect(totals.map(({ net }) => net)).toEqual([euro, won(1_000)]);
  });

  test("shows the greatest of very many merchants, and counts the others into the total", async () => {
    for (let count = 1; count <= 52; count += 1)
      await anItem(`m${count}`, { kind: "capture", gross: count, commission: 0 });
    const { merchants, furtherMerchants, totals } = await closing();
    expect([merchants.length, merchants[0]?.merchantId, merchants.at(-1)?.merchantId]).toEqual([
      50,
      "m52",
      "m3",
    ]);
    expect([furtherMerchants, totals[0]?.net]).toEqual([2, won((52 * 53) / 2)]);
  });

  test("says of a quiet day whose tills are all in that nothing is open", async () => {
    const till = await aTerminal(world);
    await till.sync();
    expect(await closing()).toEqual({
      businessDate: DAY,
      isOver: false,
      merchants: [],
      furtherMerchants: 0,
      totals: [],
      tills: [],
      workItems: 0,
      exceptions: 0,
    });
  });

  test("names a till whose shift is open, and one that was not heard of: the day waits for the same", async () => {
    const till = await aTerminal(world);
    await till.sync();
    const heardAt = new Date(world.clock.now()).toISOString();
    await aTerminal(world, "Till 2");
    world.clock.advance(minutes(30));
    till.write({ kind: "shift-opened", body: { shiftId: "sh-14", number: 14, float: won(0) } });
    await till.sync();
    const openedAt = new Date(world.clock.now()).toISOString();
    expect(openedAt).not.toBe(heardAt);
    const tills = [
      { name: "Till 1", lastSyncAt: openedAt, isBehind: false, openShift: { number: 14, openedAt } },
      { name: "Till 2", lastSyncAt: null, isBehind: true, openShift: null },
    ];
    expect((await closing()).tills).toMatchObject(tills);
    const closed = await closeDay(deps, DAY, MANAGER as StaffId);
    expect([closed.state, closed.unsynced.map(({ name }) => name)]).toEqual([
      "closed-pending",
      ["Till 1", "Till 2"],
    ]);
  });

  test("a shift that was opened the day before is open in this day too, unless the till has a newer one", async () => {
    const till = await aTerminal(world);
    const open = async (number: number) => {
      till.write({ kind: "shift-opened", body: { shiftId: `sh-${number}`, number, float: won(0) } });
      await till.sync();
    };
    await open(14);
    world.clock.advance(hours(24));
    await till.sync();
    const next = () => closingPage(deps, "2026-03-02");
    expect((await next()).tills).toMatchObject([{ openShift: { number: 14 } }]);
    expect((await dayPage(deps, "2026-03-02")).unsynced).toHaveLength(1);
    await open(15);
    expect((await next()).tills).toMatchObject([{ openShift: { number: 15 } }]);
    await run("UPDATE shift SET closed_at = ? WHERE shift_id = 'sh-15'", [world.clock.now()]);
    // What became of 14 no till will say any more; its own day waits for it.
    expect((await next()).tills).toEqual([]);
    expect((await closing()).tills).toMatchObject([{ openShift: { number: 14 } }]);
  });

  test("counts what needs a person: items of the tills and differences with the bank that are open", async () => {
    await aRiskSale(4_000, 1_000);
    await world.database.transaction(async (tx) => {
      const { sql, params } = exceptionInsert({
        id: "x1",
        at: world.clock.now(),
        bucket: "missing-here",
        subject: "line 1",
        batchId: null,
        expected: null,
        actual: krw(1_000),
        detail: "in no batch",
      });
      await tx.run(sql, params);
    });
    expect(await closing()).toMatchObject({ workItems: 1, exceptions: 1 });
    await run("UPDATE settlement_exception SET state = 'resolved'");
    await run("UPDATE work_item SET state = 'resolved'");
    expect(await closing()).toMatchObject({ workItems: 0, exceptions: 0 });
  });

  test("tells a day that is over from one that goes on, and refuses one to come as the close does", async () => {
    world.clock.advance(hours(12) - 1);
    expect((await closing()).isOver).toBe(false);
    world.clock.advance(1);
    expect((await closing()).isOver).toBe(true);
    const toCome = "2026-03-03";
    await expect(closingPage(deps, toCome)).rejects.toThrow("STATE_CONFLICT");
    await expect(closeDay(deps, toCome, MANAGER as StaffId)).rejects.toThrow("STATE_CONFLICT");
    expect(await world.database.read.all("SELECT business_date FROM business_day")).toEqual([]);
  });
});

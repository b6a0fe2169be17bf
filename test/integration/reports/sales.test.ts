// The list of sales: by days of the station's own time, and leafed through while tills go on selling.
import { randomUUID } from "node:crypto";
import Fastify from "fastify";
import { beforeEach, expect, test } from "vitest";
import { serveExports } from "#backoffice/http/exports.ts";
import { reportsRoutes } from "#backoffice/reports/routes.ts";
import { listSales, type SalesSearch } from "#backoffice/reports/sales.ts";
import { PAGE_ROWS_MAX } from "#core/contract/paging.ts";
import type { StaffId } from "#core/ids.ts";
import type { Tender } from "#core/journal/bodies.ts";
import { hours } from "#core/time.ts";
import type { ReadDb } from "#database/database.ts";
import {
  aStation,
  aTerminal,
  completed,
  type StationWorld,
  type TestTerminal,
  won,
} from "#test/world/a-terminal.ts";
import { eachDatabase } from "#test/world/database.ts";

const inCash = (minor: number): Tender => ({
  method: "cash",
  tenderId: randomUUID(),
  amount: won(minor),
  given: won(minor),
  change: won(0),
});

eachDatabase((databases) => {
  let world: StationWorld;
  let till: TestTerminal;
  beforeEach(async () => {
    world = await aStation(databases);
    till = await aTerminal(world);
  });

  /** Sales of so many amounts, each a won dearer than the one before. */
  async function sells(at: TestTerminal, count: number, from = 1): Promise<void> {
    for (let minor = from; minor < from + count; minor += 1) at.write(completed([inCash(minor)]));
    await at.sync();
  }
  const list = (search: Partial<SalesSearch>) =>
    listSales(world.database.read, { page: 0, pageSize: 25, ...search });

  /** The API of the reports and its tables, asked by a manager. */
  async function aServer(database = world.database) {
    const { clock, terminals } = world;
    const reports = reportsRoutes({
      database,
      clock,
      terminals,
      business: { currency: "KRW", utcOffsetMinutes: 540 },
    });
    const app = Fastify();
    serveExports(app, {
      router: { reports } as never,
      contextOf: async () => ({
        caller: { kind: "staff", staffId: "mina" as StaffId, name: "Mina", role: "manager" },
        requestId: "r1",
        session: { token: null, begin: () => undefined, end: () => undefined },
      }),
    });
    const csv = async (query: string) => {
      const answer = await app.inject(`/v1/console/exports/sales.csv?${query}`);
      return { status: answer.statusCode, rows: answer.body.trim().split("\n").slice(1) };
    };
    return { csv };
  }

  test("holds the sales of the days asked for, from midnight to midnight of the station, in its CSV too", async () => {
    // Sold at noon and at 23:59:59.999 of the first of March in Seoul, then at midnight and a day later.
    await sells(till, 1, 1_000);
    world.clock.advance(hours(12) - 1);
    await sells(till, 1, 2_000);
    world.clock.advance(1);
    await sells(till, 1, 3_000);
    world.clock.advance(hours(24));
    await sells(till, 1, 4_000);
    const { csv } = await aServer();
    const soldFor = async (query: string) => {
      const { rows } = await csv(query);
      return rows.map((row) => Number(/,(\d+),KRW,/.exec(row)?.[1]));
    };
    expect(await soldFor("")).toEqual([4_000, 3_000, 2_000, 1_000]);
    expect(await soldFor("from=2026-03-01&to=2026-03-01")).toEqual([2_000, 1_000]);
    expect(await soldFor("from=2026-03-02&to=2026-03-02")).toEqual([3_000]);
    expect(await soldFor("from=2026-03-02")).toEqual([4_000, 3_000]);
    expect(await soldFor("to=2026-03-02")).toEqual([3_000, 2_000, 1_000]);
    expect(await soldFor("from=2026-03-03&to=2026-03-01")).toEqual([]);
    // The edges of what a date can be, and what is none.
    expect(await soldFor("from=0001-01-01&to=9999-12-31")).toHaveLength(4);
    expect((await csv("from=2026-02-30")).status).not.toBe(200);
  });

  test("gives each row once, whatever tills send between its pages, and all that were there", async () => {
    const other = await aTerminal(world, "Till 2");
    await sells(till, 4);
    world.clock.advance(1_000);
    // Sold at one instant by two tills: the order among them is that of their ids.
    await sells(till, 3, 5);
    await sells(other, 3, 8);
    const before = (await list({})).rows.map(({ saleId }) => saleId);
    const seen: string[] = [];
    let page = await list({ pageSize: 2 });
    for (let round = 0; page.next !== null; round += 1) {
      seen.push(...page.rows.map(({ saleId }) => saleId));
      // One that is newer than all, and one that a till only now sends, from before.
      world.clock.advance(5_000);
      await sells(till, 1, 100 + round);
      world.clock.advance(-hours(1));
      if (round < 3) await sells(other, 1, 200 + round);
      world.clock.advance(hours(1));
      page = await list({ pageSize: 2, after: page.next });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((saleId) => before.includes(saleId))).toEqual(before);
    // What came from before the place that was reached is there as well.
    expect(seen).toHaveLength(before.length + 3);
    expect(page).toMatchObject({ rows: [], next: null });
  });

  test("keeps its filters from page to page, and says no to a place that is none", async () => {
    const other = await aTerminal(world, "Till 2");
    await sells(till, 3);
    await sells(other, 3, 4);
    const first = await list({ pageSize: 2, terminalId: other.terminalId });
    const rest = await list({ pageSize: 2, terminalId: other.terminalId, after: first.next ?? "" });
    expect([first.total, rest.total, rest.rows.length]).toEqual([3, 3, 1]);
    expect(new Set([...first.rows, ...rest.rows].map(({ terminalId }) => terminalId))).toEqual(
      new Set([other.terminalId]),
    );
    for (const after of ["", "nowhere", "2026-03-01/t/e/1", "2026-03-01T00:00:00.000Z/t/e/1/2"])
      await expect(list({ after })).rejects.toThrow("REQUEST_INVALID");
  });

  test("a till that syncs while the CSV is read puts no row into it twice", async () => {
    await sells(till, PAGE_ROWS_MAX + 5);
    const { read } = world.database;
    let pages = 0;
    const selling: ReadDb = {
      ...read,
      all: async (sql, params) => {
        const rows = await read.all(sql, params);
        if (!sql.includes("FROM sale s")) return rows;
        pages += 1;
        world.clock.advance(1_000);
        if (pages === 1) await sells(till, 3, 1_000);
        return rows;
      },
    };
    const { csv } = await aServer({ ...world.database, read: selling });
    const { rows } = await csv("");
    expect(pages).toBe(3);
    expect(rows).toHaveLength(PAGE_ROWS_MAX + 5);
    expect(new Set(rows).size).toBe(rows.length);
  });
});

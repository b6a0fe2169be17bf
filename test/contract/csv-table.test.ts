import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { z } from "zod";
import { columnsOf } from "#backoffice/http/csv-row.ts";
import { csvTable } from "#backoffice/http/csv-table.ts";
import { EXPORT_ROWS_MAX } from "#core/contract/paging.ts";
import { ExceptionRow } from "#core/contract/settlement.ts";
import { WireMoney } from "#core/contract/values.ts";

const PAGE = 200;

const Row = z.object({ id: z.string(), amount: WireMoney.nullable() });
const rowOf = (index: number) => ({ id: `row-${index}`, amount: null });
/** A list of so many rows. */
const listOf = (total: number) => async (page: number) => ({
  total,
  rows: Array.from({ length: Math.max(0, Math.min(PAGE, total - page * PAGE)) }, (_, index) =>
    rowOf(page * PAGE + index),
  ),
});

it("names the columns of an empty list", async () => {
  expect(await text(await csvTable(columnsOf(ExceptionRow), listOf(0)))).toBe(
    `exceptionId,at,bucket,subject,expected.minor,expected.currency,actual.minor,actual.currency,detail,owner,ownerId,state,resolution\n`,
  );
});

it("keeps the columns of an amount that the first row does not have", async () => {
  const rows = [rowOf(0), { id: "row-1", amount: { minor: "500", currency: "KRW" } }];
  const pageOf = async (page: number) => ({ total: 2, rows: page === 0 ? rows : [] });
  expect(await text(await csvTable(columnsOf(Row), pageOf))).toBe(
    "id,amount.minor,amount.currency\nrow-0,,\nrow-1,500,KRW\n",
  );
});

it("refuses a list above the limit, and says what to do", async () => {
  await expect(csvTable(columnsOf(Row), listOf(EXPORT_ROWS_MAX + 1))).rejects.toMatchObject({
    failure: { code: "REQUEST_TOO_LARGE", detail: expect.stringContaining("narrow the dates") },
  });
});

it("gives a list at the limit whole", async () => {
  const table = await text(await csvTable(columnsOf(Row), listOf(EXPORT_ROWS_MAX)));
  expect(table.trimEnd().split("\n")).toHaveLength(EXPORT_ROWS_MAX + 1);
});

it("goes on from where a list says that its next page begins", async () => {
  const asked: (string | undefined)[] = [];
  const pageOf = async (page: number, after: string | undefined) => {
    asked.push(after);
    return page === 2
      ? { total: 2, rows: [], next: null }
      : { total: 2, rows: [rowOf(page)], next: `behind ${page}` };
  };
  await text(await csvTable(columnsOf(Row), pageOf));
  expect(asked).toEqual([undefined, "behind 0", "behind 1"]);
});

it("ends as broken where the list cannot be read on, or grows above the limit meanwhile", async () => {
  const failing = async (page: number) => {
    if (page === 3) throw new Error("the database is gone");
    return listOf(1_000)(page);
  };
  await expect(text(await csvTable(columnsOf(Row), failing))).rejects.toThrow("the database is gone");
  const growing = async (page: number) => ({ ...(await listOf(EXPORT_ROWS_MAX * 2)(page)), total: 1 });
  await expect(text(await csvTable(columnsOf(Row), growing))).rejects.toThrow("REQUEST_TOO_LARGE");
});

it("waits for a slow reader without gathering listeners, and stops asking when he goes", async () => {
  let asked = 0;
  const table: Readable = await csvTable(columnsOf(Row), (page) => {
    asked = page;
    return listOf(EXPORT_ROWS_MAX)(page);
  });
  const listeners = () => ["close", "drain", "error"].map((event) => table.listenerCount(event));
  const read = async (chunks: number) => {
    for (let taken = 0; taken < chunks; await turn()) if (table.read() !== null) taken += 1;
  };
  await read(5);
  const before = listeners();
  await read(50);
  expect(listeners()).toEqual(before);
  table.destroy();
  const askedThen = asked;
  for (let turns = 0; turns < 50; turns += 1) await turn();
  expect(asked - askedThen).toBeLessThanOrEqual(1);
  expect(asked).toBeLessThan(EXPORT_ROWS_MAX / PAGE);
});

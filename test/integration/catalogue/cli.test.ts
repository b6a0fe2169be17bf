// `countersign catalogue` fills the books of a new station from a file, all of it or nothing.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { makeCatalogueCache } from "#backoffice/catalogue/cache.ts";
import { changesOf } from "#backoffice/catalogue/store.ts";
import { DEMO_SETTINGS } from "#backoffice/settings.ts";
import type { ItemId } from "#core/ids.ts";
import { openSqlite } from "#database/sqlite.ts";
import { EXIT, runCli } from "#main/cli/run-cli.ts";
import { anItem, priced } from "#test/world/goods.ts";

let dataDir = "";

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "countersign-goods-"));
  mkdirSync(join(dataDir, "backoffice"));
  writeFileSync(join(dataDir, "backoffice", "settings.json"), JSON.stringify(DEMO_SETTINGS));
});

async function cli(content: string, ...options: readonly string[]) {
  const lines: string[] = [];
  const file = join(dataDir, "goods.json");
  writeFileSync(file, content);
  const status = await runCli(["catalogue", dataDir, file, ...options], (line) => lines.push(line));
  return { status, said: lines.join("\n") };
}

async function inBooks<T>(
  look: (read: Awaited<ReturnType<typeof openSqlite>>["read"]) => Promise<T>,
): Promise<T> {
  const database = await openSqlite(join(dataDir, "backoffice", "backoffice.db"));
  try {
    return await look(database.read);
  } finally {
    await database.close();
  }
}
const sold = () => inBooks(async (read) => (await makeCatalogueCache()(read)).items);

test("fills an empty station, then adds and changes, then takes off what is not in the whole list", async () => {
  const first = await cli(`\uFEFF${JSON.stringify([anItem("tea"), anItem("cake")])}`);
  expect(first).toMatchObject({ status: EXIT.OK, said: expect.stringContaining("2 items added") });
  expect((await cli(JSON.stringify([priced("tea", 9), anItem("gum")]))).said).toContain(
    "1 items added, 1 changed",
  );
  expect(await sold()).toEqual([priced("tea", 9), anItem("cake"), anItem("gum")]);
  expect((await cli(JSON.stringify([anItem("gum")]), "--replace")).said).toContain("2 taken off sale");
  expect(await sold()).toEqual([anItem("gum")]);
  expect(await inBooks((read) => changesOf(read, "tea" as ItemId))).toMatchObject([
    { what: "added", by: null },
    { what: "changed", by: null },
    { what: "removed", by: null },
  ]);
});

test("names the rows that are wrong, and takes in none", async () => {
  const refused = await cli(JSON.stringify([anItem("tea"), anItem("tea"), { itemId: "x" }]));
  expect(refused.status).toBe(EXIT.WRONG);
  expect(refused.said).toMatch(/CATALOGUE_INVALID.*row 3: name.*row 2: itemId tea stands in row 1 already/);
  expect((await cli(JSON.stringify([priced("tea", 1)]))).said).toContain("1 items added");
});

test.each([
  ["no JSON", "itemId,name"],
  ["no list", "{}"],
  ["an empty list", "[]"],
])("refuses %s", async (_what, content) => {
  expect(await cli(content, "--replace")).toMatchObject({
    status: EXIT.WRONG,
    said: expect.stringContaining("REQUEST_INVALID"),
  });
});

test("wants a file that is there, the settings of the station, and no other option", async () => {
  expect((await cli("[]", "--all")).status).toBe(EXIT.USAGE);
  const say: string[] = [];
  expect(await runCli(["catalogue", dataDir, join(dataDir, "none.json")], (line) => say.push(line))).toBe(
    EXIT.WRONG,
  );
  expect(say.join()).toContain("NOT_FOUND");
  dataDir = mkdtempSync(join(tmpdir(), "countersign-goods-"));
  expect((await cli(JSON.stringify([anItem("tea")]))).said).toContain("OPTION_INVALID");
});

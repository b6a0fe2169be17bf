// The catalogue over HTTP, as the console and another system ask for it.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_CATALOGUE } from "#backoffice/demo/catalogue.ts";
import { DEMO_PEOPLE } from "#backoffice/demo/people.ts";
import { type Backoffice, startBackoffice } from "#backoffice/start.ts";
import type { CatalogueItemPage, CataloguePage } from "#core/contract/catalogue.ts";
import { instant } from "#core/time.ts";
import { anItem, priced } from "#test/world/goods.ts";

let backoffice: Backoffice;
let cookie = "";

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), "countersign-catalogue-"));
  backoffice = await startBackoffice({
    mode: "demo",
    dataDir: join(dir, "backoffice"),
    pagesDir: join(dir, "pages"),
    schemasDir: "backoffice/bank/schemas",
    port: 0,
    host: "127.0.0.1",
    version: "1.2.3",
    clock: { now: () => instant(Date.now()) },
    ids: { next: () => v7() },
    log: pino({ level: "silent" }),
  });
  const park = DEMO_PEOPLE.find(({ signInName }) => signInName === "park");
  const code = new TOTP({ secret: Secret.fromBase32(park?.totpSecret ?? "") }).generate();
  const session = await ask("POST", "/v1/console/session", {
    signInName: "park",
    password: park?.password,
    code,
  });
  cookie = (session.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
});
afterAll(() => backoffice.stop());

const ask = (method: string, path: string, body?: object) =>
  fetch(backoffice.url + path, {
    method,
    headers: { cookie, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const answer = async <T>(response: Promise<Response>) => (await (await response).json()) as T;
const PATH = "/v1/console/catalogue";
const search = async (query: string) =>
  (await answer<CataloguePage>(ask("POST", "/v1/console/catalogue-searches", { query }))).rows.map(
    ({ itemId }) => itemId,
  );

test("lists what is sold page by page, with the currency and the categories there are", async () => {
  const page = await answer<CataloguePage>(ask("GET", `${PATH}?page=1&pageSize=10`));
  expect(page.total).toBe(DEMO_CATALOGUE.length);
  expect(page.rows).toEqual(DEMO_CATALOGUE.slice(10, 20));
  expect(page.currency).toBe("KRW");
  expect(page.categories).toEqual([...new Set(DEMO_CATALOGUE.map(({ category }) => category))]);
});

test("finds by a part of either name, by the name of a category, and by the beginning of a code or a barcode", async () => {
  expect(await search("AMERIC")).toEqual(["americano"]);
  expect(await search("아메리")).toEqual(["americano"]);
  expect(await search("음료")).toContain("americano");
  await ask("POST", PATH, anItem("tea", { barcodes: ["2000000000015"] }));
  expect(await search("2000000000015")).toEqual(["tea"]);
  expect(await search("0000000015")).toEqual([]);
});

test("changes a price, says who did it, and takes the item off sale", async () => {
  const changed = await ask("PUT", `${PATH}/cola`, { ...priced("cola", 2_100), itemId: "another" });
  expect(await changed.json()).toEqual({ added: 0, changed: 1, removed: 0 });
  const { item, history } = await answer<CatalogueItemPage>(ask("GET", `${PATH}/cola`));
  expect(item?.price.minor).toBe("2100");
  expect(history).toMatchObject([
    { what: "changed", by: { staffId: "park" }, before: { price: { minor: "1900" } } },
  ]);
  expect((await ask("POST", `${PATH}/cola/removal`, {})).status).toBe(200);
  expect((await answer<CatalogueItemPage>(ask("GET", `${PATH}/cola`))).item).toBeNull();
  expect((await ask("POST", `${PATH}/cola/removal`, {})).status).toBe(404);
  expect((await ask("GET", `${PATH}/never-sold`)).status).toBe(404);
});

test("takes in a list as large as a till holds, and refuses one with the rows that are wrong", async () => {
  const items = Array.from({ length: 20_000 }, (_, at) =>
    anItem(`item-${at}`, { barcodes: [String(30_000_000 + at)] }),
  );
  const taken = await ask("POST", `${PATH}/imports`, { mode: "replace", items });
  expect(await taken.json()).toMatchObject({ added: 20_000 });
  const refused = await ask("POST", `${PATH}/imports`, {
    mode: "merge",
    items: [anItem("a"), anItem("b"), anItem("a")],
  });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    code: "CATALOGUE_INVALID",
    data: { detail: "row 3: itemId a stands in row 1 already" },
  });
  expect(await (await ask("POST", PATH, anItem("one-more"))).json()).toMatchObject({
    code: "CATALOGUE_FULL",
  });
});

test("hands out the list as CSV, an amount in minor units", async () => {
  await ask("POST", `${PATH}/imports`, {
    mode: "replace",
    items: [anItem("tea", { barcodes: ["1", "2"], favourite: 3 })],
  });
  const table = await (await ask("GET", "/v1/console/exports/catalogue.csv")).text();
  expect(table.replace("\uFEFF", "").split("\n")).toEqual([
    "itemId,name.ko,name.en,category,barcodes,price.minor,price.currency,vat.rateBasisPoints,vat.priceIncludesVat,favourite",
    'tea,상품 tea,Item tea,food,"1,2",3000,KRW,1000,true,3',
    "",
  ]);
});

// What is sold, from the console to the till: an item is added and sold, its price is changed, and it is taken off sale.
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  keepPicture,
  LARGE,
  launchBrowser,
  openWatched,
  overflowsOf,
  SMALL,
  showsFocus,
  type WatchedPage,
} from "./browser.ts";
import { go, MAKER, rows, signInToConsole } from "./console-hands.ts";
import { openTestStation, type TestStation } from "./station.ts";
import { CASHIER, items, openShift, primary, signIn } from "./till-hands.ts";

const START_MS_MAX = 120_000;
/** For what another process does at its own time. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const BARCODE = "2000000009995";
/** Where pictures of the pages are kept, to be looked at. */
const PICTURES = process.env.COUNTERSIGN_SCREENSHOTS;

let station: TestStation;
let browser: Browser;
let office: WatchedPage;
let till: WatchedPage;

beforeAll(async () => {
  station = await openTestStation();
  browser = await launchBrowser();
  till = await openWatched(browser, station.tillUrl);
  office = await openWatched(browser, station.consoleUrl);
  await signInToConsole(office.page, station, MAKER);
  await signIn(till.page, CASHIER);
  await openShift(till.page);
}, START_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await station?.stop();
});
afterEach(async ({ task }) => {
  const isFailed = task.result?.state === "fail";
  await keepPicture(office?.page, `${task.name} office`, isFailed);
  await keepPicture(till?.page, `${task.name} till`, isFailed);
});

const dialog = (page: Page): Locator => page.getByRole("dialog");
const history = (page: Page): Locator => page.getByRole("region", { name: "History" });
const tile = (name: RegExp): Locator => items(till.page).getByRole("button", { name });

async function look(page: Page, name: string): Promise<void> {
  for (const viewport of [LARGE, SMALL]) {
    await page.setViewportSize(viewport);
    expect(await overflowsOf(page)).toEqual([]);
    if (PICTURES !== undefined)
      await page.screenshot({ path: join(PICTURES, `${name}-${viewport.width}.png`) });
  }
  await page.setViewportSize(LARGE);
}

test("adds an item with the keyboard alone, after a price that is none was shown as that", async () => {
  const { page } = office;
  await go(page, "Catalogue");
  await look(page, "catalogue");
  await page.getByRole("button", { name: "Add an item" }).focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByLabel("Code").and(page.locator(":focus")).waitFor();
  for (const text of ["yuja-tea", "drinks", "유자차", "Yuja tea", "4.5", "10"]) {
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Tab");
  await page.keyboard.type(BARCODE);
  await page.keyboard.press("Tab");
  await page.keyboard.type("0");
  await page.keyboard.press("Enter");
  await dialog(page).getByText("Not an amount of this currency.").waitFor();
  await look(page, "catalogue-add");
  await dialog(page).getByLabel("Price, KRW").fill("4,500");
  await page.keyboard.press("Enter");
  await dialog(page).waitFor({ state: "detached" });
  await eventually(() => tile(/^Yuja tea/).count()).toBe(1);
});

test("finds it by its barcode, which stands in no address", async () => {
  const { page } = office;
  await page.getByRole("searchbox", { name: "Search" }).fill(BARCODE);
  await eventually(() => rows(page, "Catalogue").count()).toBe(1);
  expect(page.url()).not.toContain(BARCODE);
  await rows(page, "Catalogue").first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Yuja tea" }).waitFor();
});

test("changes its price, which the till asks for at its next sale, and says who did it", async () => {
  const { page } = office;
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await dialog(page).getByLabel("Price, KRW").fill("4800");
  await dialog(page).getByRole("button", { name: "Change", exact: true }).click();
  await history(page).getByText("Price ₩4,500 → ₩4,800").waitFor();
  await history(page).getByText("박노을").first().waitFor();
  await eventually(() => tile(/^Yuja tea.*4,800/).count()).toBe(1);
  await tile(/^Yuja tea/).click();
  await primary(till.page, "Pay ₩4,800").waitFor();
  await look(page, "item");
});

test("says that a barcode is another item's, and keeps what was typed", async () => {
  const { page } = office;
  await go(page, "Catalogue");
  await page.getByRole("searchbox", { name: "Search" }).fill("Cola 355");
  await eventually(() => rows(page, "Catalogue").count()).toBe(1);
  await rows(page, "Catalogue").first().click();
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await dialog(page).getByLabel("Barcodes").fill(BARCODE);
  await dialog(page).getByRole("button", { name: "Change", exact: true }).click();
  await dialog(page).getByRole("alert").getByText("Another item has this barcode.").waitFor();
  expect(await dialog(page).getByLabel("Barcodes").inputValue()).toBe(BARCODE);
  await page.keyboard.press("Escape");
});

test("takes it off sale: the till has it no more, its page stays, and it can be sold again", async () => {
  const { page } = office;
  await page.goto(`${new URL(page.url()).origin}/console/catalogue/yuja-tea`);
  await page.getByRole("button", { name: "Take off sale" }).click();
  await dialog(page).getByRole("button", { name: "Take off sale" }).click();
  await page.getByText("not on sale").waitFor();
  await eventually(() => tile(/^Yuja tea/).count()).toBe(0);
  await page.getByRole("button", { name: "Put on sale again" }).click();
  await dialog(page).getByRole("button", { name: "Add an item" }).click();
  await page.getByRole("button", { name: "Take off sale" }).waitFor();
  await eventually(() => tile(/^Yuja tea/).count()).toBe(1);
});

test("fits 1024×768 in both languages, and shows where the focus is", async () => {
  const { page } = office;
  for (const [language, place] of [
    ["한국어", "상품"],
    ["English", "Catalogue"],
  ] as const) {
    await page.getByRole("button", { name: language }).click();
    await look(page, `item-${language}`);
    await page.keyboard.press("Tab");
    expect(await showsFocus(page)).toBe(true);
    await page.getByRole("link", { name: place, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: place }).waitFor();
    await rows(page, place).first().waitFor();
    await look(page, `catalogue-${language}`);
    await page.goBack();
  }
});

test("has complained of nothing: no error on the console, no breach of the policy", () => {
  expect([...office.complaints, ...till.complaints]).toEqual([]);
});

// A till whose printer has no Korean: the packed processes draw it, and the Devices sheet shows the dots.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { keepPicture, launchBrowser, openWatched, type WatchedPage } from "./browser.ts";
import { openTestStation, type TestStation } from "./station.ts";
import { CASHIER, openShift, paid, sell, signIn } from "./till-hands.ts";

const START_MS_MAX = 120_000;
const AMERICANO_DOTS = 5 * 24;

let station: TestStation;
let browser: Browser;
let watched: WatchedPage;

beforeAll(async () => {
  station = await openTestStation({ printer: "latin" });
  browser = await launchBrowser();
  watched = await openWatched(browser, station.tillUrl);
}, START_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await station?.stop();
});
afterEach(({ task }) => keepPicture(watched?.page, task.name, task.result?.state === "fail"));

test("a Korean receipt comes out of it as dots and figures, and can be read in the sheet", {
  timeout: 60_000,
}, async () => {
  const { page } = watched;
  await signIn(page, CASHIER);
  await openShift(page);
  await sell(page, ["Americano"], "₩4,500");
  // A till prints in the language of the page that was opened last.
  const korean = await openWatched(browser, station.tillUrl, { language: "ko" });
  await korean.page.getByRole("button", { name: /^결제/ }).first().waitFor();
  await payExactCash(page);
  await page.getByText("Receipt printed").waitFor();
  const { receipts, drawerKicks } = await station.simulators.receipts({ printer: "printer", newest: 1 });
  const rows = receipts[0]?.rows ?? [];
  expect(rows.map(({ text }) => text).join("\n")).toMatch(/^[ -~\n]+$/);
  expect(rows.some(({ text }) => text.trim() === "2 x 4,500" || text.includes("4,500"))).toBe(true);
  expect(rows.flatMap(({ pictures = [] }) => pictures).map(({ widthDots }) => widthDots)).toContain(
    AMERICANO_DOTS,
  );
  expect(receipts[0]?.cut).toBe(true);
  expect(drawerKicks).toBe(1);

  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Devices" }).click();
  const paper = page.getByRole("region", { name: "Printed 1" });
  await paper.scrollIntoViewIfNeeded();
  const dots = paper.getByRole("img", { name: "printed as dots" });
  expect(await dots.count()).toBeGreaterThan(10);
  const box = await dots.first().boundingBox();
  expect(box?.height).toBeGreaterThan(10);
  expect(watched.complaints).toEqual([]);
});

async function payExactCash(page: Page): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
  await page.keyboard.press("Enter");
  await paid(page);
}

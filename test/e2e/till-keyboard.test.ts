// The till by keyboard alone: a day's first sale, a scanner that types, and a line that is lost and comes back.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type FakeTill, fakeTill } from "#test/world/fake-till.ts";
import { CASHIER, FAKE_PIN, firstView, won } from "#test/world/fake-till-view.ts";
import { buildTillPage, type ServedPage, serveTillPage } from "#test/world/till-page.ts";
import { launchBrowser } from "./browser.ts";

const WAIT_MS_MAX = 8_000;
const AMERICANO = "8801234500005";
const WATER = "8801234500025";

const pageDir = mkdtempSync(join(tmpdir(), "countersign-page-"));
let browser: Browser;
let context: BrowserContext;
let page: Page;
let till: FakeTill;
let served: ServedPage;

beforeAll(async () => {
  await buildTillPage(pageDir);
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(pageDir, { recursive: true, force: true });
});
beforeEach(async () => {
  till = fakeTill();
  served = await serveTillPage(pageDir, till);
  context = await browser.newContext({ viewport: { width: 1_024, height: 768 } });
  context.setDefaultTimeout(WAIT_MS_MAX);
  await context.addInitScript(() => localStorage.setItem("countersign.language", "en"));
  page = await context.newPage();
  await page.goto(served.url);
});
afterEach(async () => {
  await context.close();
  await served.close();
});

const key = (name: string) => page.keyboard.press(name);
/** Slow enough that no scanner could have sent it. */
const typeByHand = (text: string) => page.keyboard.type(text, { delay: 60 });
/** All at once, as a scanner that types sends them: on a busy machine single presses would come as slowly as a hand's. */
const scan = (barcode: string) =>
  page.evaluate(
    (keys) => {
      for (const key of keys) window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    },
    [...barcode, "Enter"],
  );
const lines = () => page.getByRole("listbox", { name: "Ticket" }).getByRole("option");
const at = {
  shift: { shiftId: "shift-14", number: 14, openedAt: firstView().now, float: won(0) },
  person: CASHIER,
};

async function atTheTill(): Promise<void> {
  till.change(at);
  await page.getByRole("tab", { name: "Favourites" }).waitFor();
}

test("sells three items for a prepaid card without a mouse", { timeout: 60_000 }, async () => {
  await page.getByRole("button", { name: "김민수" }).waitFor();
  await key("1");
  await page.getByRole("heading", { name: "김민수" }).waitFor();
  await page.keyboard.type(FAKE_PIN);
  await key("Enter");
  await page.getByRole("heading", { name: "Open the shift" }).waitFor();
  await page.keyboard.type("1");
  for (let face = 0; face < 8; face += 1) await key("Enter");

  // By its code, from the tiles with a quantity, and by its name.
  await page.getByRole("tab", { name: "Favourites" }).waitFor();
  await typeByHand(AMERICANO);
  await key("Enter");
  await lines().nth(0).waitFor();
  await typeByHand("2");
  await page.getByText("2", { exact: true }).first().waitFor();
  await key("ArrowRight");
  await key("ArrowRight");
  await key("Enter");
  await lines().nth(1).waitFor();
  await key("Escape");
  await typeByHand("oil");
  await page.getByRole("button", { name: /Engine oil/ }).waitFor();
  await key("Enter");
  await lines().nth(2).waitFor();
  expect(await lines().allInnerTexts()).toHaveLength(3);

  await key("F3");
  await page.getByRole("heading", { name: "Swipe the card" }).waitFor();
  await page.keyboard.type("9990001234567890");
  expect(await page.getByRole("status", { name: "Card number" }).innerText()).toBe("•••• •••• •••• 7890");
  await key("Enter");
  await page.getByRole("heading", { name: "The customer types the password" }).waitFor();
  await page.keyboard.type("4321");
  expect(await page.locator("body").innerText()).not.toContain("4321");
  await key("Enter");
  await page.getByRole("region", { name: "Paid" }).waitFor();
  expect(await page.getByRole("region", { name: "Receipt" }).innerText()).toContain("26,500");
  await key("Enter");
  await page.getByRole("heading", { name: "New sale" }).waitFor();
});
test("takes a scanner's burst as a scan, also with a quantity touched before it", {
  timeout: 30_000,
}, async () => {
  await atTheTill();
  await page.getByRole("button", { name: "3", exact: true }).click();
  await page.getByRole("status", { name: "Entry" }).getByText("3").waitFor();
  await scan(WATER);
  await lines().first().waitFor();
  expect((await lines().first().innerText()).replace(/\s+/g, " ")).toContain("Water 500 ml 3 3,600");
  expect(till.view().sale?.stage).toBe("building");
});
test("refuses and forgets what looks like a card in the search", { timeout: 30_000 }, async () => {
  await atTheTill();
  await key("/");
  await page.keyboard.type("9990001234567890");
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("searchbox", { name: "Search or scan" }).inputValue()).toBe("");
  expect(await page.locator("body").innerText()).not.toContain("9990001234567890");
});
test("pays exactly with two presses of Enter", { timeout: 30_000 }, async () => {
  await atTheTill();
  await scan(AMERICANO);
  await lines().first().waitFor();
  await key("Enter");
  await page.getByRole("region", { name: "Cash", exact: true }).waitFor();
  await key("Enter");
  await page.getByRole("region", { name: "Paid" }).waitFor();
  expect(till.view().sale?.tenders.map(({ method, state }) => [method, state])).toEqual([
    ["cash", "approved"],
  ]);
});
test("takes no cash for a code scanned on the pay screen, nor for one typed there", {
  timeout: 30_000,
}, async () => {
  await atTheTill();
  await scan(AMERICANO);
  await lines().first().waitFor();
  await key("F1");
  const cash = page.getByRole("region", { name: "Cash", exact: true });
  await cash.waitFor();
  await scan("88012345");
  await page.getByRole("alert").getByText("Finish the payment, or go back first.").waitFor();
  expect(await cash.getByRole("status", { name: "Given by the customer" }).innerText()).toContain("₩4,500");
  await typeByHand("880123");
  await cash.getByText("At most ₩100,000 for this sum").waitFor();
  expect(await page.getByRole("button", { name: /^Take cash/ }).isDisabled()).toBe(true);
  await key("Enter");
  expect(till.view().sale?.stage).toBe("paying");
  for (let digit = 0; digit < 6; digit += 1) await key("Backspace");
  await typeByHand("5000");
  await key("Enter");
  await page.getByRole("region", { name: "Paid" }).waitFor();
  expect(till.view().sale?.change.minor).toBe("500");
});
test("offers four ways on when no answer came, and goes on offline with 2", { timeout: 30_000 }, async () => {
  till.answerWith("silence");
  await atTheTill();
  await scan(AMERICANO);
  await lines().first().waitFor();
  await key("F3");
  await page.getByRole("heading", { name: "Swipe the card" }).waitFor();
  await till.swipe();
  await page.getByRole("heading", { name: "The customer types the password" }).waitFor();
  await page.keyboard.type("4321");
  await key("Enter");
  await page.getByRole("heading", { name: "No answer yet" }).waitFor();
  for (const name of ["Ask again", "Go on offline", "Other tender", "Give up"])
    expect(await page.getByRole("button", { name }).isEnabled()).toBe(true);
  await key("2");
  await page.getByRole("region", { name: "Paid" }).waitFor();
  expect(till.view().sale?.tenders.at(-1)?.offline).toBe(true);
});
test("says calmly that the till is starting again, and comes back by itself", {
  timeout: 30_000,
}, async () => {
  await atTheTill();
  served.hangUp();
  const bar = page.getByText("The till is starting again. Every sale is stored.");
  await bar.waitFor();
  await bar.waitFor({ state: "detached" });
  till.change({ stationName: "Station 8" });
  await page.getByText("Station 8").waitFor();
});
test("shows where the focus is", { timeout: 30_000 }, async () => {
  await atTheTill();
  await key("Tab");
  const outline = await page.evaluate(() => {
    const focused = document.activeElement;
    return focused === null ? "" : getComputedStyle(focused).outlineStyle;
  });
  expect(outline).toBe("solid");
});

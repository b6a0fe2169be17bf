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
import { scan as scanOn } from "./till-stage.ts";

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
const scan = (barcode: string) => scanOn(page, barcode);
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
test("takes no sum from a card for a code scanned where its amount is asked", {
  timeout: 30_000,
}, async () => {
  await atTheTill();
  await scan(AMERICANO);
  await lines().first().waitFor();
  await key("F1");
  await page.getByRole("region", { name: "Cash", exact: true }).waitFor();
  await key("F3");
  const card = page.getByRole("region", { name: "Prepaid", exact: true });
  const amount = card.getByRole("status", { name: "Amount from the card" });
  await amount.waitFor();
  await scan("200007");
  await page.getByRole("alert").getByText("Finish the payment, or go back first.").waitFor();
  expect(await amount.innerText()).toContain("₩4,500");
  expect(till.view().sale?.prepaid).toBeNull();
  await typeByHand("2000");
  await key("Enter");
  await page.getByRole("heading", { name: "Swipe the card" }).waitFor();
  expect(till.view().sale?.prepaid?.amount).toEqual(won(2_000));
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
test("says what Discount, Price and Quantity want typed before them", { timeout: 30_000 }, async () => {
  await atTheTill();
  await scan(AMERICANO);
  await lines().first().waitFor();
  const typedSoFar = page.getByRole("status", { name: "Entry" });
  for (const [pressed, says] of [
    ["%", "Type 1 to 100, then press Discount"],
    ["=", "Type the price, then press Price"],
    ["*", "Type 1 to 999, then press Quantity"],
  ] as const) {
    await key(pressed);
    await typedSoFar.getByText(says).waitFor();
  }
  expect(await page.getByRole("alert").count()).toBe(0);
});
test("shows the manager what is signed: the item, the percent, and the sum before and after", {
  timeout: 30_000,
}, async () => {
  await atTheTill();
  await scan(AMERICANO);
  await lines().first().waitFor();
  await typeByHand("20");
  await key("%");
  await page.getByRole("heading", { name: /20%/ }).waitFor();
  await key("2");
  const asked = page.getByRole("region", { name: "A manager decides" });
  await asked.waitFor();
  const text = (await asked.innerText()).replace(/\s+/g, " ");
  for (const part of ["Americano × 1", "Discount 20%", "Before ₩4,500", "After ₩3,600"])
    expect(text).toContain(part);
});
test("keeps the keyboard in the menu, walks it with arrows and digits, and gives the focus back", {
  timeout: 30_000,
}, async () => {
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  await atTheTill();
  await scan(AMERICANO);
  await lines().first().waitFor();
  await key("ArrowRight");
  const before = await focused();
  await key("F10");
  const menu = page.getByRole("dialog", { name: "Menu" });
  await menu.waitFor();
  expect(await focused()).toContain("Receipts");
  await key("ArrowDown");
  expect(await focused()).toContain("Card balance");
  for (let tab = 0; tab < 32; tab += 1) {
    await key("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("main") ?? null)).toBeNull();
  }
  // A code scanned here neither chooses nor sells.
  await scan(WATER);
  await key("Escape");
  await menu.waitFor({ state: "detached" });
  expect(await focused()).toBe(before);
  expect(await lines().count()).toBe(1);
  await key("F10");
  await menu.waitFor();
  await key("7");
  await page.getByRole("heading", { name: "X report" }).waitFor();
});
test("closes a shift by its own key, once the cash is counted and a manager has seen the difference", {
  timeout: 30_000,
}, async () => {
  await atTheTill();
  await key("F10");
  await page.getByRole("dialog", { name: "Menu" }).waitFor();
  await key("8");
  const close = page.getByRole("button", { name: /^Close shift/ });
  await page.getByText("Count the cash first. For an empty drawer type 0.").waitFor();
  expect(await close.isDisabled()).toBe(true);
  await key("0");
  await key("F2");
  await page.getByRole("region", { name: "A manager decides" }).waitFor();
  expect(await page.locator("body").innerText()).not.toContain("184,500");
  await page.keyboard.type(FAKE_PIN);
  await key("Enter");
  await page.getByText("Seen by 이서연").waitFor();
  const figures = (await page.getByRole("region", { name: "Close the shift" }).innerText()).replace(
    /\s+/g,
    " ",
  );
  expect(figures).toContain("Expected ₩184,500 Counted ₩0 Difference ₩184,500 short");
  expect(till.view().shift).not.toBeNull();
  await key("Enter");
  await page.getByRole("heading", { name: /^Z 61/ }).waitFor();
  await page.getByText("Expected", { exact: true }).waitFor();
});
test("moves on in a receipt that is longer than its place with the keys of scrolling", {
  timeout: 30_000,
}, async () => {
  await atTheTill();
  await page.locator("[data-item]").first().click();
  await lines().first().waitFor();
  await key("F1");
  await page.getByRole("region", { name: "Cash", exact: true }).waitFor();
  await key("Enter");
  const paper = page.getByRole("region", { name: "Receipt", exact: true });
  await paper.waitFor();
  await page.setViewportSize({ width: 1_024, height: 480 });
  const top = async () => (await paper.locator("pre").boundingBox())?.y ?? 0;
  const before = await top();
  await key("ArrowDown");
  await expect.poll(top).toBeLessThan(before);
  await key("Home");
  await expect.poll(top).toBe(before);
});
test("keeps the line in sight that a message beneath the ticket speaks of", { timeout: 30_000 }, async () => {
  await atTheTill();
  for (let item = 0; item < 10; item += 1) {
    await page.locator("[data-item]").nth(item).click();
    await lines().nth(item).waitFor();
  }
  await typeByHand("8801234599999");
  await key("Enter");
  await page.getByRole("alert").waitFor();
  const list = page.getByRole("listbox", { name: "Ticket" });
  await expect
    .poll(async () => {
      const [box, line] = [await list.boundingBox(), await lines().last().boundingBox()];
      return box !== null && line !== null && line.y + line.height <= box.y + box.height + 1;
    })
    .toBe(true);
});
test("says what is on a parked sale and whose it is", { timeout: 30_000 }, async () => {
  await atTheTill();
  for (let item = 0; item < 3; item += 1) {
    await page.locator("[data-item]").nth(item).click();
    await lines().nth(item).waitFor();
  }
  await key("F5");
  await page.getByRole("button", { name: "Parked 1" }).waitFor();
  await key("F6");
  const row = page.getByRole("button", { name: /^# 1042/ });
  await row.waitFor();
  expect((await row.innerText()).replace(/\s+/g, " ")).toMatch(
    /# 1042 · Americano, .+ \+1 parked .+ · 김민수/,
  );
});
test("asks for no card and no password while the back office cannot be reached", {
  timeout: 30_000,
}, async () => {
  await atTheTill();
  till.change({ line: { ...firstView().line, state: "offline" } });
  await key("F8");
  await page.getByText(/^A balance is asked of the back office/).waitFor();
  expect(await page.getByRole("button", { name: "Next" }).count()).toBe(0);
  till.change({ line: firstView().line });
  await page.getByText("Swipe the card, or type its number or PIN#").waitFor();
});

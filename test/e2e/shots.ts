// `node main/run.mjs shots [--all DIR]`: opens the demo station, plays a part of a day in it, and takes the pictures of the
// docs into docs/images. With --all every picture is taken in both languages and both sizes into DIR, to be looked at.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { LANGUAGES } from "#core/contract/values.ts";
import { LARGE, launchBrowser, openWatched, SMALL } from "./browser.ts";
import { CHECKER, findCard, go, MAKER, rows, signInToConsole } from "./console-hands.ts";
import { openTestStation, type TestStation } from "./station.ts";
import {
  CASHIER,
  cardAt,
  enterPassword,
  items,
  menu,
  nextCustomer,
  openShift,
  paid,
  payPrepaid,
  primary,
  sell,
  signIn,
  status,
  swipe,
} from "./till-hands.ts";

const IMAGES = join("docs", "images");
/** A page of the docs with a few of them still opens at once. */
const PICTURE_BYTES_MAX = 150_000;

type Take = (page: Page, name: string) => Promise<void>;

const { values } = parseArgs({ options: { all: { type: "string" } } });
takeAll(values.all).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});

async function takeAll(folder: string | undefined): Promise<void> {
  const station = await openTestStation();
  try {
    const browser = await launchBrowser();
    try {
      await playDay(station, browser, folder === undefined ? forDocs : toLookAt(folder));
    } finally {
      await browser.close();
    }
  } finally {
    await station.stop();
  }
}

/** English and large, and small enough for the docs. */
async function forDocs(page: Page, name: string): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const path = join(IMAGES, `${name}.png`);
  await settled(page);
  const picture = await page.screenshot({ path });
  process.stdout.write(`${path} ${Math.ceil(picture.length / 1_000)} kB\n`);
  if (picture.length > PICTURE_BYTES_MAX) throw new Error(`${path} has more than ${PICTURE_BYTES_MAX} bytes`);
}

const toLookAt =
  (folder: string): Take =>
  async (page, name) => {
    mkdirSync(folder, { recursive: true });
    for (const viewport of [LARGE, SMALL]) {
      await page.setViewportSize(viewport);
      await settled(page);
      await page.screenshot({ path: join(folder, `${name}-${viewport.width}.png`) });
    }
    await page.setViewportSize(LARGE);
  };

/** Fonts are there, and what was pressed has been shown. */
async function settled(page: Page): Promise<void> {
  // Nothing lies under the mouse.
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (const _frame of [1, 2, 3]) await new Promise((resolve) => requestAnimationFrame(resolve));
    const fading = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations === 1);
    await Promise.allSettled(fading.map(({ finished }) => finished));
  });
}

async function playDay(station: TestStation, browser: Browser, take: Take): Promise<void> {
  const { page } = await openWatched(browser, station.tillUrl);
  await signIn(page, CASHIER);
  await openShift(page);
  await morning(page, station);
  await sale(page, take);
  await pay(page, station, take);
  await offline(page, station, take);
  const office = await openWatched(browser, station.consoleUrl);
  await take(office.page, "console-sign-in");
  await signInToConsole(office.page, station, MAKER);
  await settlement(office.page, station, browser, take);
  await closeShift(page, take);
  await console(office.page, station, take);
}

async function morning(page: Page, station: TestStation): Promise<void> {
  for (const [at, names, total] of [
    [0, ["Americano", "Sandwich"], "₩10,000"],
    [1, ["Caffè latte"], "₩5,000"],
    [6, ["Umbrella", "Water 500 ml"], "₩8,200"],
  ] as const) {
    await sell(page, names, total);
    await payPrepaid(page, station, cardAt(station, at));
    await nextCustomer(page);
  }
  await cash(page, ["Engine oil 1 L"], "₩12,000", "20000");
  await cash(page, ["Sandwich", "Americano", "Water 500 ml"], "₩11,200", "12000");
}

async function cash(page: Page, names: readonly string[], total: string, given: string): Promise<void> {
  await sell(page, names, total);
  await page.keyboard.press("F1");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
  await page.keyboard.type(given);
  await page.keyboard.press("Enter");
  await paid(page);
  await nextCustomer(page);
}

async function sale(page: Page, take: Take): Promise<void> {
  await sell(page, ["Tuna rice triangle"], "₩1,400");
  await page.keyboard.press("F5");
  await primary(page, "Parked 1").waitFor();
  await sell(page, ["Americano", "Americano", "Sandwich", "Engine oil 1 L"], "₩26,500");
  await take(page, "till-sale");
}

async function pay(page: Page, station: TestStation, take: Take): Promise<void> {
  await page.keyboard.press("F3");
  await swipe(page, station, cardAt(station, 0));
  await page.getByRole("heading", { name: "The customer types the password" }).waitFor();
  await page.keyboard.type("12");
  await take(page, "till-pay");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await enterPassword(page, cardAt(station, 0).password);
  await paid(page);
  await page.getByText("Receipt printed").waitFor();
  await take(page, "till-receipt");
  await nextCustomer(page);
}

async function offline(page: Page, station: TestStation, take: Take): Promise<void> {
  await sell(page, ["Sandwich", "Umbrella"], "₩12,500");
  await page.getByRole("button", { name: "Devices" }).click();
  await page.getByRole("button", { name: "Cut the line" }).waitFor();
  await take(page, "till-devices");
  await page.getByRole("button", { name: "Cut the line" }).click();
  await page.getByRole("complementary", { name: "Devices" }).getByRole("button", { name: "Close" }).click();
  await status(page).getByText("Offline", { exact: true }).waitFor();
  await payPrepaid(page, station, cardAt(station, 8));
  await nextCustomer(page);
  await sell(page, ["Engine oil 1 L", "Engine oil 1 L", "Engine oil 1 L", "Umbrella"], "₩43,000");
  await take(page, "till-offline");
  await page.keyboard.press("F3");
  await page.getByRole("button", { name: "₩30,000", exact: true }).click();
  await primary(page, "Pay ₩30,000 by card").waitFor();
  await take(page, "till-pay-offline");
  await primary(page, "Pay ₩30,000 by card").click();
  await swipe(page, station, cardAt(station, 12));
  await enterPassword(page, cardAt(station, 12).password);
  await page.getByRole("region", { name: "To pay" }).getByText("₩13,000", { exact: true }).waitFor();
  await page.keyboard.press("F1");
  await page.keyboard.press("Enter");
  await paid(page);
  await nextCustomer(page);
  await station.simulators.line({ state: "up" });
  await status(page)
    .getByText(/^Synced/)
    .waitFor();
}

/** Two batches: the first is paid; of the second the bank rejects what is due, which becomes an exception. */
async function settlement(page: Page, station: TestStation, browser: Browser, take: Take): Promise<void> {
  const second = await openWatched(browser, station.consoleUrl);
  await signInToConsole(second.page, station, CHECKER);
  await go(page, "Settlement");
  await page.getByRole("button", { name: "Net what is due" }).click();
  await page.getByText("draft", { exact: true }).waitFor();
  await take(page, "console-batch-draft");
  await second.page.goto(page.url());
  await second.page.getByRole("button", { name: "Approve" }).click();
  await station.simulators.bank({ behaviour: { kind: "rejectAll" } });
  await second.page.getByRole("button", { name: "Send to the bank" }).click();
  const batchUrl = page.url();
  await untilSettlementSays(page, "rejected");
  await page.goto(batchUrl);
  await page.getByRole("region", { name: "Payouts" }).getByText("rejected").waitFor();
  await take(page, "console-batch-rejected");

  await station.simulators.bank({ behaviour: { kind: "honest" } });
  await go(page, "Settlement");
  await page.getByRole("button", { name: "Net what is due" }).click();
  await page.getByText("draft", { exact: true }).waitFor();
  const paidUrl = page.url();
  await second.page.goto(paidUrl);
  await second.page.getByRole("button", { name: "Approve" }).click();
  await second.page.getByRole("button", { name: "Send to the bank" }).click();
  await untilSettlementSays(page, "settled");
  await take(page, "console-settlement");
  await page.goto(paidUrl);
  await page.getByRole("region", { name: "Payouts" }).getByText("settled").waitFor();
  await take(page, "console-batch");
}

const ROUNDS_MAX = 30;

async function untilSettlementSays(page: Page, word: string): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await go(page, "Settlement");
    await page.getByRole("button", { name: "Take in bank files" }).click();
    await page.getByRole("status").filter({ hasText: "files" }).waitFor();
    if ((await rows(page, "Settlement").first().textContent())?.includes(word)) return;
  }
  throw new Error(`the batch was never ${word}`);
}

async function closeShift(page: Page, take: Take): Promise<void> {
  await menu(page, "X report");
  await page.getByText("Hidden until the shift is counted").first().waitFor();
  await take(page, "till-x");
  await page.keyboard.press("Escape");
  await items(page).waitFor();
  await page.keyboard.press("F6");
  await page.keyboard.press("Enter");
  await primary(page, "Pay ₩1,400").waitFor();
  await page.keyboard.press("F1");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
  await page.keyboard.press("Enter");
  await paid(page);
  await nextCustomer(page);
  await menu(page, "Close shift");
  // 100,000 float, 37,600 taken in cash.
  for (const [face, pieces] of [
    ["₩50,000", "2"],
    ["₩10,000", "3"],
    ["₩5,000", "1"],
    ["₩1,000", "2"],
    ["₩500", "1"],
    ["₩100", "1"],
  ] as const) {
    await page.getByRole("button", { name: new RegExp(`^Pieces of ${face}:`) }).click();
    await page.keyboard.type(pieces);
  }
  await take(page, "till-shift-close");
  await primary(page, "Close shift · ₩137,600").click();
  await page.getByRole("heading", { level: 1, name: /^Z 1/ }).waitFor();
  await take(page, "till-z");
}

async function console(page: Page, station: TestStation, take: Take): Promise<void> {
  for (const language of LANGUAGES) {
    const suffix = language === "en" ? "" : "-ko";
    await go(page, "Today");
    if (language === "ko") await page.getByRole("button", { name: "한국어" }).click();
    await page.locator("svg.recharts-surface").first().waitFor();
    await take(page, `console-today${suffix}`);
    if (language === "ko") await page.getByRole("button", { name: "English" }).click();
  }
  await go(page, "Sales");
  await rows(page, "Sales").first().waitFor();
  await take(page, "console-sales");
  await rows(page, "Sales").filter({ hasText: "offline" }).first().click();
  await page.getByRole("region", { name: "The whole story" }).waitFor();
  await take(page, "console-sale");
  await go(page, "Cards");
  await rows(page, "Cards").nth(10).waitFor();
  // A whole screen of numbers would be too large a picture.
  await page.setViewportSize({ ...LARGE, height: 640 });
  await take(page, "console-cards");
  await page.setViewportSize(LARGE);
  await (await findCard(page, cardAt(station, 0).number)).click();
  await page.getByRole("region", { name: "History" }).waitFor();
  await take(page, "console-card");
  await go(page, "Terminals");
  await rows(page, "Terminals").first().waitFor();
  await take(page, "console-terminals");
  await go(page, "Day");
  await page.getByText("The books balance.").waitFor();
  await take(page, "console-day");
  await go(page, "Exceptions");
  await take(page, "console-exceptions");
  await go(page, "Staff");
  await rows(page, "Staff").first().waitFor();
  await take(page, "console-staff");
}

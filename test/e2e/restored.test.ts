// After a restore of the books: what the bank was sent meanwhile stands on the Settlement page until two people settle it.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { writeCreditTransfers } from "#backoffice/bank/pain-001.ts";
import { DEMO_SETTINGS } from "#backoffice/settings.ts";
import { markBooksRestored } from "#backoffice/terminals/restored-books.ts";
import { krw } from "#core/money.ts";
import { hours, type Instant, instant } from "#core/time.ts";
import { openSqlite } from "#database/sqlite.ts";
import { aFile, aTransfer, validator } from "#test/unit/bank/bank-world.ts";
import {
  keepPicture,
  LARGE,
  launchBrowser,
  openWatched,
  overflowsOf,
  SMALL,
  type WatchedPage,
} from "./browser.ts";
import { CHECKER, go, MAKER, rows, signInToConsole } from "./console-hands.ts";
import { openTestStation, type TestStation } from "./station.ts";

const START_MS_MAX = 120_000;
const MESSAGE_ID = "CS0190a1b2c3d47e5f8a9b0c1d2e3f4a5b";
const PICTURES = process.env.COUNTERSIGN_SCREENSHOTS;

let station: TestStation;
let browser: Browser;
let first: WatchedPage;
let second: WatchedPage;

beforeAll(async () => {
  station = await openTestStation();
  browser = await launchBrowser();
  await restore(instant(Date.now()));
  first = await openWatched(browser, station.consoleUrl);
  await signInToConsole(first.page, station, MAKER);
}, START_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await station?.stop();
});
afterEach(({ task }) => keepPicture(first?.page, task.name, task.result?.state === "fail"));

/** The books as a restore leaves them: marked, with a file in the bank's folders that was sent after the back-up. */
async function restore(now: Instant): Promise<void> {
  const booksDir = join(station.dataDir, "backoffice");
  const [merchant] = DEMO_SETTINGS.merchants;
  if (merchant === undefined) throw new Error("the demo has a merchant");
  const { scheme, number } = merchant.account;
  const creditor = { name: merchant.name, account: { scheme, number } };
  const transfers = [aTransfer({ endToEndId: `P${MESSAGE_ID.slice(2)}`, amount: krw(48_750), creditor })];
  const file = aFile({ messageId: MESSAGE_ID, paymentInformationId: MESSAGE_ID, createdAt: now, transfers });
  const written = await writeCreditTransfers(file, validator);
  if (!written.ok) throw new Error(written.error.code);
  await writeFile(
    join(booksDir, "bank", "archive", "sent", `${MESSAGE_ID}.pain.001.001.09.xml`),
    written.value,
  );
  const database = await openSqlite(join(booksDir, "backoffice.db"));
  try {
    await database.transaction((tx) => markBooksRestored(tx, now, instant(now - hours(2))));
  } finally {
    await database.close();
  }
}

const panel = (page: Page) => page.getByRole("region", { name: "Restored books" });

async function keep(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

test("says what happened and what the bank has, and lets nobody net", async () => {
  const { page } = first;
  await go(page, "Settlement");
  await panel(page).getByText("These books were restored from a back-up of").waitFor();
  const file = rows(page, "Sent to the bank, not in these books");
  await expect.poll(() => file.textContent()).toMatch(new RegExp(`${MESSAGE_ID}.*taken over.*1₩48,750`));
  expect(await page.getByRole("button", { name: "Net what is due" }).isDisabled()).toBe(true);
  expect(await page.getByRole("button", { name: "Take in bank files" }).isDisabled()).toBe(true);
  await keep(page, "restored-1280");
});

test("fits both sizes in both languages", async () => {
  const { page } = first;
  for (const size of [SMALL, LARGE]) {
    await page.setViewportSize(size);
    for (const language of ["한국어", "English"]) {
      await page.getByRole("button", { name: language }).click();
      expect(await overflowsOf(page)).toEqual([]);
      await keep(page, `restored-${size.width}-${language === "English" ? "en" : "ko"}`);
    }
  }
});

test("lets one state it and another confirm it; the file is the books' again and is off what is due", async () => {
  const { page } = first;
  await panel(page).getByRole("button", { name: "State what the bank was sent" }).click();
  const dialog = page.getByRole("dialog", { name: "State what the bank was sent" });
  await dialog.getByLabel("What you found").fill("The portal shows this one file since the back-up.");
  await dialog.getByRole("button", { name: "State what the bank was sent" }).click();
  await panel(page).getByText("You stated this, so another person must confirm it.").waitFor();
  expect(await panel(page).getByRole("button", { name: "Confirm" }).isDisabled()).toBe(true);
  await keep(page, "restored-stated");

  second = await openWatched(browser, station.consoleUrl);
  await signInToConsole(second.page, station, CHECKER);
  await go(second.page, "Settlement");
  await panel(second.page).getByText("The portal shows this one file since the back-up.").waitFor();
  await panel(second.page).getByRole("button", { name: "Confirm as the second person" }).click();
  await panel(second.page).waitFor({ state: "detached" });
  const [batch] = [rows(second.page, "Settlement").first()];
  await expect.poll(() => batch.textContent()).toMatch(/sent.*₩48,750/);
  await batch.click();
  await second.page.getByText("Found at the bank after a restore 박노을, 최새벽").waitFor();
  await keep(second.page, "restored-adopted");
});

test("has complained of nothing", () => {
  expect([...first.complaints, ...second.complaints]).toEqual([]);
});

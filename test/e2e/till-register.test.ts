// A card that was just sold gets its holder's own password at the till, letters and signs in it, and pays with it.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { keepPicture, launchBrowser, openWatched, type WatchedPage } from "./browser.ts";
import { go, MAKER, signInToConsole } from "./console-hands.ts";
import { openTestStation, type TestStation } from "./station.ts";
import { CASHIER, menu, nextCustomer, openShift, paid, sell, signIn } from "./till-hands.ts";

const START_MS_MAX = 120_000;

let station: TestStation;
let browser: Browser;
let till: WatchedPage;
let office: WatchedPage;
let issued: Readonly<{ number: string; initial: string }>;

beforeAll(async () => {
  station = await openTestStation();
  browser = await launchBrowser();
  till = await openWatched(browser, station.tillUrl);
  office = await openWatched(browser, station.consoleUrl);
  await signIn(till.page, CASHIER);
  await openShift(till.page);
  await signInToConsole(office.page, station, MAKER);
  issued = await issueCard();
}, START_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await station?.stop();
});
afterEach(({ task }) => keepPicture(till?.page, task.name, task.result?.state === "fail"));

/** Issued at the console, which shows number and initial password this once. */
async function issueCard(): Promise<typeof issued> {
  const { page } = office;
  await go(page, "Cards");
  await page.getByRole("button", { name: "Issue cards" }).click();
  const dialog = page.getByRole("dialog", { name: "Issue a batch of cards" });
  await dialog.getByRole("button", { name: "Issue cards" }).click();
  await dialog.getByText("shown this once").waitFor();
  const [number = "", , initial = ""] = await dialog
    .locator("tbody tr")
    .first()
    .locator("code")
    .allTextContents();
  return { number, initial };
}

/** "Kw#5", as a finger types it. */
const OWN = ["Letters", "Capital letter", "K", "w", "Signs", "#", "Digits", "5"];

async function touchOwn(page: Page): Promise<void> {
  for (const name of OWN) await page.getByRole("button", { name, exact: true }).click();
  await page.getByText("●●●●", { exact: true }).waitFor();
}

async function typePassword(page: Page, step: string, password: string): Promise<void> {
  await page.getByText(step).waitFor();
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

test("refuses to register by a wrong initial password, and begins with it again", async () => {
  const { page } = till;
  await menu(page, "Register card password");
  await page.getByText("Swipe the card, or type its number or PIN#").waitFor();
  await station.simulators.swipe({ reader: "card-reader", cardNumber: issued.number });
  await typePassword(page, "1 of 3", "wrong-one");
  await typePassword(page, "2 of 3", "Kw#5");
  await typePassword(page, "3 of 3", "Kw#5");
  await page.getByRole("alert").getByText("Begin again with the password that came with the card.").waitFor();
  await page.getByText("1 of 3").waitFor();
});

test("registers the holder's own password, letters and signs in it, by touch", async () => {
  const { page } = till;
  await typePassword(page, "1 of 3", issued.initial);
  await page.getByText("2 of 3").waitFor();
  await touchOwn(page);
  await page.getByRole("button", { name: /^Next/ }).click();
  await page.getByText("3 of 3").waitFor();
  await touchOwn(page);
  await page.getByRole("button", { name: /^Register/ }).click();
  await page.getByText("The new password is registered.").waitFor();
  expect(await page.locator("body").innerText()).not.toContain(issued.number);
  await page.keyboard.press("Enter");
});

test("pays with the password that was registered, typed by touch", async () => {
  const { page } = till;
  await sell(page, ["Water 500 ml"], "₩1,200");
  await page.keyboard.press("F3");
  await page.getByRole("heading", { name: "Swipe the card" }).waitFor();
  await station.simulators.swipe({ reader: "card-reader", cardNumber: issued.number });
  await page.getByRole("heading", { name: "The customer types the password" }).waitFor();
  await touchOwn(page);
  await page.getByRole("button", { name: /^Pay ₩1,200/ }).click();
  await paid(page);
  await nextCustomer(page);
});

test("has complained of nothing: no error on either console, no breach of the policy", () => {
  expect([...till.complaints, ...office.complaints]).toEqual([]);
});

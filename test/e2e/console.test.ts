// The manager's day at the console: what was sold, a card that is stopped, and money that reaches the bank by two persons.
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  keepPicture,
  launchBrowser,
  openWatched,
  overflowsOf,
  SMALL,
  showsFocus,
  type WatchedPage,
} from "./browser.ts";
import {
  CHECKER,
  codeOf,
  consoleSignIn,
  enterNameAndPassword,
  findCard,
  go,
  MAKER,
  reportFromTill,
  rows,
  signInToConsole,
  table,
} from "./console-hands.ts";
import { openTestStation, type TestStation } from "./station.ts";
import {
  CASHIER,
  cardAt,
  enterPassword,
  nextCustomer,
  openShift,
  paid,
  payPrepaid,
  sell,
  signIn,
  status,
  swipe,
} from "./till-hands.ts";

const START_MS_MAX = 120_000;
/** For what another process does at its own time. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

let station: TestStation;
let browser: Browser;
let till: WatchedPage;
let office: WatchedPage;
let second: WatchedPage;

beforeAll(async () => {
  station = await openTestStation();
  browser = await launchBrowser();
  till = await openWatched(browser, station.tillUrl);
  office = await openWatched(browser, station.consoleUrl);
  const { page } = till;
  await signIn(page, CASHIER);
  await openShift(page);
  await sell(page, ["Americano", "Sandwich"], "₩10,000");
  await payPrepaid(page, station, cardAt(station, 0));
  await nextCustomer(page);
  await sell(page, ["Umbrella"], "₩7,000");
  await page.keyboard.press("F1");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
  await page.keyboard.press("Enter");
  await paid(page);
  await nextCustomer(page);
  await status(page)
    .getByText(/^Synced/)
    .waitFor();
}, START_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await station?.stop();
});
afterEach(({ task }) => keepPicture(office?.page, task.name, task.result?.state === "fail"));

test("lets a manager in with a password and the authenticator's code, and nobody with less", async () => {
  const { page } = office;
  await enterNameAndPassword(page, MAKER, "not the password");
  await page.getByRole("alert").waitFor();
  await enterNameAndPassword(page, MAKER, consoleSignIn(station, MAKER).secret);
  const code = page.getByLabel("Code of your authenticator");
  await code.fill(codeOf(station, CHECKER));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await code.fill(codeOf(station, MAKER));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
});

test("shows the sales just made in the figures of the day", async () => {
  const { page } = office;
  const figures = page.locator("dl").first();
  await eventually(() => figures.textContent()).toMatch(/Takings₩17,000.*Sales2.*Prepaid₩10,000/);
  await page.getByRole("region", { name: "Sales by hour and tender" }).waitFor();
  const sync = page.getByRole("table", { name: "Last sync by till" }).locator("tbody tr");
  await eventually(() => sync.allTextContents()).toEqual([expect.stringMatching(/^Till 1.*in step.* ago/)]);
  await page.getByText("Nothing waits for a person.").waitFor();
});

test("finds a sale by its receipt, exports the list, and opens its whole story", async () => {
  const { page } = office;
  await go(page, "Sales");
  await eventually(() => rows(page, "Sales").count()).toBe(2);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const lines = (await readFile(await (await download).path(), "utf8")).trim().split(/\r?\n/);
  expect(lines).toHaveLength(3);

  await page.getByRole("searchbox", { name: "Search" }).fill("1");
  await eventually(() => rows(page, "Sales").count()).toBe(1);
  expect(new URL(page.url()).searchParams.get("query")).toBe("1");
  await rows(page, "Sales").first().click();
  await page.getByRole("heading", { level: 1, name: "Sale 1" }).waitFor();
  await page.getByRole("region", { name: "Items" }).getByText("Sandwich").waitFor();
  const story = page.getByRole("region", { name: "The whole story" });
  await eventually(() => story.getByRole("listitem").count()).toBeGreaterThan(2);
  expect(await story.textContent()).not.toContain(cardAt(station, 0).number);
});

test("narrows the sales from a day to a day, which stand in the address and in that of the CSV", async () => {
  const { page } = office;
  await go(page, "Sales");
  const [from, to] = [page.getByLabel("from"), page.getByLabel("to", { exact: true })];
  await from.fill("2001-01-01");
  await eventually(() => rows(page, "Sales").count()).toBe(2);
  await to.fill("2001-01-31");
  await page.getByText("Nothing here.").waitFor();
  const days = { from: "2001-01-01", to: "2001-01-31" };
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual(days);
  const csv = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
  expect(csv).toBe(`/v1/console/exports/sales.csv?${new URLSearchParams(days)}`);
  await page.reload();
  expect([await from.inputValue(), await to.inputValue()]).toEqual(["2001-01-01", "2001-01-31"]);
  await to.fill("");
  await eventually(() => rows(page, "Sales").count()).toBe(2);
});

test("shows the payments of a card, and leads from one to its sale", async () => {
  const { page } = office;
  await (await findCard(page, cardAt(station, 0).number)).click();
  const payments = rows(page, "Payments");
  await eventually(() => payments.allTextContents()).toEqual([
    expect.stringMatching(/Till 1.*paid.*₩10,000/),
  ]);
  await payments.first().click();
  await page.getByRole("heading", { level: 1, name: "Sale 1" }).waitFor();
});

test("issues cards, and leafs through more than a page of them", async () => {
  const { page } = office;
  await go(page, "Cards");
  await page.getByRole("button", { name: "Issue cards" }).click();
  const dialog = page.getByRole("dialog", { name: "Issue a batch of cards" });
  await dialog.getByRole("button", { name: "Issue cards" }).click();
  await dialog.getByText("shown this once").waitFor();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await page.getByText("1–25 of 30").waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText("26–30 of 30").waitFor();
  await eventually(() => rows(page, "Cards").count()).toBe(5);
  expect(new URL(page.url()).searchParams.get("page")).toBe("1");
});

test("blocks a card with a reason, and the till refuses it", async () => {
  const card = cardAt(station, 1);
  await (await findCard(office.page, card.number)).click();
  await office.page.getByRole("button", { name: "Block", exact: true }).click();
  const dialog = office.page.getByRole("dialog", { name: "Block" });
  await dialog.getByLabel("Reason").fill("lost by its holder");
  await dialog.getByRole("button", { name: "Block" }).click();
  await office.page.getByText("lost by its holder").waitFor();

  const { page } = till;
  await sell(page, ["Water 500 ml"], "₩1,200");
  await page.keyboard.press("F3");
  await swipe(page, station, card);
  await enterPassword(page, card.password);
  await page.getByRole("alert").getByText("The card is blocked.").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
});

test("shows that the till is connected and what it holds", async () => {
  const { page } = office;
  await go(page, "Terminals");
  const row = rows(page, "Terminals").filter({ hasText: "Till 1" });
  await row.getByText("connected").waitFor();
  // Half of the 90,000 that are left on the card.
  await eventually(() => row.textContent()).toContain("45,000");
});

test("finds a till by its name, and opens its page with what it holds, its shifts and its story", async () => {
  const { page } = office;
  await page.getByRole("searchbox", { name: "Search" }).fill("no such till");
  await page.getByText("Nothing here.").waitFor();
  await page.getByRole("searchbox", { name: "Search" }).fill("till");
  await rows(page, "Terminals").filter({ hasText: "Till 1" }).click();
  await page.getByRole("heading", { level: 1, name: "Till 1" }).waitFor();
  await table(page, "Set aside").getByText("45,000").waitFor();
  await eventually(() => rows(page, "Shifts").count()).toBe(1);
  const story = page.getByRole("region", { name: "The whole story" });
  for (const what of ["Enrolled", "Journal begun", "Shift opened"]) await story.getByText(what).waitFor();
});

test("enrols a till for the merchant that is chosen, and for none where none is", async () => {
  const { page } = office;
  await go(page, "Terminals");
  await page.getByRole("button", { name: "Enrol a till" }).click();
  const dialog = page.getByRole("dialog", { name: "Enrol a till" });
  await dialog.getByLabel("Name of the till").fill("Car wash");
  const submit = dialog.getByRole("button", { name: "Enrolment code" });
  await submit.click();
  expect(await dialog.getByText("Good once").count()).toBe(0);
  await dialog.getByLabel("Merchant").selectOption("Station 7 Car Wash");
  await submit.click();
  await dialog.getByText("Good once").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
});

test("shows a day that balances", async () => {
  const { page } = office;
  await go(page, "Day");
  await page.getByText("The books balance.").waitFor();
});

test("asks before a day is closed: what is closed with it, and what is still open", async () => {
  const { page } = office;
  const close = page.getByRole("button", { name: "Close the day" });
  await close.click();
  const dialog = page.getByRole("dialog", { name: /^Close the day: \w+day, \d+ \w+ \d{4}$/ });
  const merchant = dialog.getByRole("table", { name: "Closed with it" }).locator("tbody tr");
  await eventually(() => merchant.allTextContents()).toEqual([
    expect.stringMatching(/^Station 7Captures 1 · Refunds 010,0000250₩9,750$/),
  ]);
  await dialog.getByRole("region", { name: "Still open" }).getByText("Shift 1 open since").waitFor();
  await dialog.getByRole("button", { name: "Back" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.reload();
  await close.click();
  await dialog.getByRole("button", { name: "Close the day" }).click();
  await page.getByText("closed, pending sync").waitFor();
  expect(await close.count()).toBe(0);
});

/** The payout of 10,000 less two and a half in the hundred. */
async function net(page: Page): Promise<void> {
  await go(page, "Settlement");
  await page.getByRole("button", { name: "Net what is due" }).click();
  await page.getByRole("heading", { level: 1, name: "Batch" }).waitFor();
  await page.getByText("draft", { exact: true }).waitFor();
  await page.getByRole("region", { name: "Payouts" }).getByText("₩9,750").waitFor();
}

test("tells who netted a batch why he may not approve it; a second manager refuses it with a reason", async () => {
  const { page } = office;
  await net(page);
  const approve = page.getByRole("button", { name: "Approve" });
  expect(await approve.isDisabled()).toBe(true);
  await page.getByRole("note").getByText("You made this, so another person must approve it.").waitFor();
  await page.getByRole("button", { name: "Withdraw" }).waitFor();

  second = await openWatched(browser, station.consoleUrl);
  await signInToConsole(second.page, station, CHECKER);
  await second.page.goto(page.url());
  await second.page.getByRole("button", { name: "Refuse" }).click();
  const dialog = second.page.getByRole("dialog", { name: "Refuse the batch" });
  await dialog.getByLabel("Reason").fill("The account of the station is being checked.");
  await dialog.getByRole("button", { name: "Refuse" }).click();
  await second.page.getByText("Refused by").waitFor();
  await second.page.getByRole("region", { name: "Payouts" }).getByText("not sent").waitFor();
  await page.reload();
  await page.getByText("The account of the station is being checked.").first().waitFor();
  expect(await approve.count()).toBe(0);
});

test("pays merchants by two persons: one nets what was refused again, the other approves, and the bank answers", async () => {
  const { page } = office;
  await net(page);
  await second.page.goto(page.url());
  await second.page.getByRole("button", { name: "Approve" }).click();
  await second.page.getByRole("button", { name: "Send to the bank" }).click();
  await eventually(() => second.page.locator("header").textContent()).toMatch(/sent|accepted|settled/);
  expect(second.complaints).toEqual([]);

  const batchUrl = page.url();
  await eventually(async () => {
    await go(page, "Settlement");
    await page.getByRole("button", { name: "Take in bank files" }).click();
    await page.getByRole("status").filter({ hasText: "files" }).waitFor();
    return rows(page, "Settlement").first().textContent();
  }).toContain("settled");
  await page.goto(batchUrl);
  await page.getByRole("region", { name: "Payouts" }).getByText("settled").waitFor();
  const buckets = page.getByRole("region", { name: "Lines of both sides" });
  await eventually(() => buckets.textContent()).toContain("matched1");
});

test("keeps the refused batch in the story of the sale that was in it", async () => {
  const { page } = office;
  await go(page, "Sales");
  await rows(page, "Sales").filter({ hasText: "₩10,000" }).first().click();
  const story = page.getByRole("region", { name: "The whole story" });
  await story.getByText("Payout: in a batch that was refused").waitFor();
  await story.getByText("Payout: settled").waitFor();
});

test("has no exceptions on a good day, from the bank or from the tills", async () => {
  const { page } = office;
  await go(page, "Exceptions");
  await page.getByText("Nothing waits for a person.").waitFor();
  await page.getByText("From the tills").click();
  await table(page, "From the tills").waitFor();
  await page.getByText("Nothing waits for a person.").waitFor();
});

test("an item of a till has an owner once somebody takes it; another takes it over, and the till's page tells of both", async () => {
  const { page } = office;
  await reportFromTill(station);
  await page.reload();
  const item = (at: Page) => rows(at, "From the tills").filter({ hasText: "The card had too little" });
  await item(page).getByRole("button", { name: "Take" }).click();
  await item(page).getByText("박노을").waitFor();
  expect(await item(page).getByRole("button", { name: "Take" }).count()).toBe(0);
  await second.page.goto(page.url());
  await item(second.page).getByText("박노을").waitFor();
  await item(second.page).getByRole("button", { name: "Take" }).click();
  await item(second.page).getByText("최새벽").waitFor();
  await item(page).getByRole("link", { name: "Till 1" }).click();
  const story = page.getByRole("region", { name: "The whole story" });
  await eventually(() => story.getByText("The card had too little: taken").count()).toBe(2);
});

test("fits 1024×768 in both languages on every page, and shows where the focus is", async () => {
  const { page } = office;
  await page.setViewportSize(SMALL);
  for (const [language, name] of [
    ["ko", "콘솔"],
    ["en", "Console"],
  ] as const) {
    await page.getByRole("button", { name: language === "ko" ? "한국어" : "English" }).click();
    const places = page.getByRole("navigation", { name }).getByRole("link");
    for (let at = 0; at < (await places.count()); at++) {
      const place = await places.nth(at).textContent();
      await places.nth(at).click();
      await page.getByRole("heading", { level: 1, name: place ?? "" }).waitFor();
      await page.getByRole("status").filter({ hasText: "…" }).waitFor({ state: "detached" });
      expect([place, ...(await overflowsOf(page))]).toEqual([place]);
      await page.keyboard.press("Tab");
      expect([place, await showsFocus(page)]).toEqual([place, true]);
    }
  }
});

test("has complained of nothing: no error on the console, no breach of the policy", () => {
  expect([...office.complaints, ...second.complaints, ...till.complaints]).toEqual([]);
});

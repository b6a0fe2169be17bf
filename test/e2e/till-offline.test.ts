// The line is cut, and selling goes on; the till is killed in mid payment, and nothing is lost. Real processes all of them.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { DemoCard } from "#core/contract/process.ts";
import { keepPicture, launchBrowser, openWatched, type WatchedPage } from "./browser.ts";
import { findCard, MAKER, signInToConsole } from "./console-hands.ts";
import { openTestStation, type TestStation } from "./station.ts";
import {
  approveAsManager,
  CASHIER,
  cardAt,
  enterPassword,
  nextCustomer,
  openShift,
  paid,
  payPrepaid,
  primary,
  receipt,
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
let watched: WatchedPage;
let office: WatchedPage;

beforeAll(async () => {
  station = await openTestStation();
  browser = await launchBrowser();
  watched = await openWatched(browser, station.tillUrl);
  office = await openWatched(browser, station.consoleUrl);
  await signIn(watched.page, CASHIER);
  await openShift(watched.page);
  await signInToConsole(office.page, station, MAKER);
}, START_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await station?.stop();
});
afterEach(({ task }) => keepPicture(watched?.page, task.name, task.result?.state === "fail"));

test("sets a part of the balance aside for this till once a card has paid here", async () => {
  const { page } = watched;
  const card = cardAt(station, 0);
  await sell(page, ["Americano"], "₩4,500");
  await payPrepaid(page, station, card);
  await nextCustomer(page);
  // Half of the 95,500 that are left.
  await eventually(() => rowOf(card)).toContain("47,750");
});

test("says that the line is cut and what is still taken, and sells on", async () => {
  const { page } = watched;
  await page.getByRole("button", { name: "Devices" }).click();
  await page.getByRole("button", { name: "Cut the line" }).click();
  await status(page).getByText("Offline", { exact: true }).waitFor();
  await eventually(() => status(page).textContent()).toContain("Cards up to ₩30,000 offline · ₩500,000 left");
  expect(await status(page).getAttribute("data-line")).toBe("offline");
  await page.getByRole("complementary", { name: "Devices" }).getByRole("button", { name: "Close" }).click();

  await sell(page, ["Sandwich"], "₩5,500");
  await page.getByRole("button", { name: /^Prepaid *up to ₩30,000 offline/ }).waitFor();
  await payPrepaid(page, station, cardAt(station, 0));
  await page.getByRole("region", { name: "Paid" }).getByText("offline", { exact: true }).waitFor();
  expect(await receipt(page).innerText()).toMatch(/offline/i);
  // Inside what was set aside, so nothing was risked.
  await eventually(() => status(page).textContent()).toMatch(/₩500,000 left/);
  await eventually(() => status(page).textContent()).toMatch(/[1-9]\d* unsynced/);
  await nextCustomer(page);
});

test("counts a card that has nothing set aside here against what may be risked", async () => {
  const { page } = watched;
  await sell(page, ["Umbrella"], "₩7,000");
  await payPrepaid(page, station, cardAt(station, 1));
  await eventually(() => status(page).textContent()).toContain("₩493,000 left");
  await nextCustomer(page);
});

test("takes the whole amount above the limit from what was set aside for the card, and asks no manager", async () => {
  const { page } = watched;
  await sell(page, ["Engine oil 1 L", "Engine oil 1 L", "Engine oil 1 L"], "₩36,000");
  await page.keyboard.press("F3");
  await page.getByText("above ₩30,000 offline only what is set aside for the card").waitFor();
  await primary(page, "Pay ₩36,000 by card").click();
  await swipe(page, station, cardAt(station, 0));
  await enterPassword(page, cardAt(station, 0).password);
  await paid(page);
  await eventually(() => status(page).textContent()).toContain("₩493,000 left");
  await nextCustomer(page);
});

test("offers with one touch what the card pays here where it cannot pay all of it", async () => {
  const { page } = watched;
  await sell(page, ["Engine oil 1 L", "Engine oil 1 L", "Engine oil 1 L"], "₩36,000");
  await page.keyboard.press("F3");
  await primary(page, "Pay ₩36,000 by card").click();
  await swipe(page, station, cardAt(station, 2));
  await enterPassword(page, cardAt(station, 2).password);
  const manager = page.getByRole("region", { name: "A manager decides" });
  await manager.getByText("This card can pay ₩30,000 now. Take the rest another way.").waitFor();
  await manager.getByRole("button", { name: "Take ₩30,000 from this card" }).click();
  const due = page.getByRole("region", { name: "To pay" });
  await due.getByText("₩6,000", { exact: true }).waitFor();
  await page.keyboard.press("F1");
  await page.keyboard.press("Enter");
  await paid(page);
  await eventually(() => status(page).textContent()).toContain("₩463,000 left");
  await nextCustomer(page);
});

test("refuses above the limit in a whole sentence, until a manager decides", async () => {
  const { page } = watched;
  const card = cardAt(station, 6);
  await sell(page, ["Engine oil 1 L", "Engine oil 1 L", "Engine oil 1 L"], "₩36,000");
  await page.keyboard.press("F3");
  await primary(page, "Pay ₩36,000 by card").click();
  await swipe(page, station, card);
  await enterPassword(page, card.password);
  const manager = page.getByRole("region", { name: "A manager decides" });
  await manager.getByText("The amount is above the offline limit for one payment.").waitFor();
  await manager.getByText("The card was not charged.").waitFor();
  await approveAsManager(page);
  await paid(page);
  await nextCustomer(page);
});

test("refuses a wrong password without the line too, and counts the tries", async () => {
  const { page } = watched;
  const card = cardAt(station, 0);
  await sell(page, ["Water 500 ml"], "₩1,200");
  await page.keyboard.press("F3");
  await swipe(page, station, card);
  await enterPassword(page, "9999");
  await page.getByRole("alert").getByText("The password is wrong.").waitFor();
  await page.getByRole("alert").getByText("2 tries left").waitFor();
  const again = page.getByRole("button", { name: "Try again" });
  if (await again.isVisible()) {
    await again.click();
    await page.keyboard.press("F3");
    await primary(page, /by card$/).click();
    await swipe(page, station, card);
  }
  await enterPassword(page, card.password);
  await paid(page);
  await nextCustomer(page);
});

test("sends all of it when the line is back", async () => {
  const { page } = watched;
  await page.getByRole("button", { name: "Devices" }).click();
  await page.getByRole("button", { name: "Restore the line" }).click();
  await page.getByRole("complementary", { name: "Devices" }).getByRole("button", { name: "Close" }).click();
  await status(page).getByText("Online", { exact: true }).waitFor();
  await eventually(() => status(page).textContent()).toMatch(/Synced \d\d:\d\d/);
  // 50,000 less the umbrella, which was paid at risk.
  await eventually(() => rowOf(cardAt(station, 1))).toContain("43,000");
});

test.skipIf(process.platform === "win32")(
  "takes a payment up again that was under way when the till was killed, and charges it once",
  async () => {
    const { page } = watched;
    const card = cardAt(station, 7);
    await sell(page, ["Americano", "Sandwich"], "₩10,000");
    await page.keyboard.press("F3");
    await swipe(page, station, card);
    station.signal("backoffice", "SIGSTOP");
    try {
      await enterPassword(page, card.password);
      await page.getByText("Asking the back office…").waitFor();
      station.signal("till", "SIGKILL");
      await page.getByText("The till is starting again. Every sale is stored.").waitFor();
    } finally {
      station.signal("backoffice", "SIGCONT");
    }
    await page
      .getByRole("heading", { name: "Who is at the till?" })
      .or(page.getByText("No answer yet"))
      .first()
      .waitFor();
    if (await page.getByRole("heading", { name: "Who is at the till?" }).isVisible())
      await signIn(page, CASHIER);
    await page.getByRole("region", { name: "To pay" }).getByText("₩10,000").first().waitFor();
    await page.getByRole("heading", { name: "No answer yet" }).waitFor();
    await status(page).getByText("Online", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Ask again" }).click();
    // What became of it is known now: it has paid, or it never arrived and the card is swiped once more.
    const hasPaid = page.getByRole("region", { name: "Paid" });
    const startsOver = page.getByRole("heading", { name: "Swipe the card" });
    await hasPaid.or(startsOver).waitFor();
    if (await startsOver.isVisible()) {
      await swipe(page, station, card);
      await enterPassword(page, card.password);
    }
    await paid(page);
    await eventually(() => status(page).textContent()).toMatch(/Synced \d\d:\d\d/);
    await eventually(() => rowOf(card)).toContain("40,000");
    await nextCustomer(page);
  },
);

test("has complained of nothing: no error on either console, no breach of the policy", () => {
  expect([...watched.complaints, ...office.complaints]).toEqual([]);
});

/** The card as the console's list shows it now. */
async function rowOf({ number }: DemoCard): Promise<string | null> {
  await office.page.reload();
  return (await findCard(office.page, number)).textContent();
}

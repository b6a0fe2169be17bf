// A shift at the counter, from the PIN to the Z: a real Chromium on the real stack, the card reader on a real serial line.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { closeAll } from "#test/integration/hardware/counter.ts";
import { aPty, hasSocat } from "#test/integration/hardware/pty.ts";
import {
  keepPicture,
  launchBrowser,
  openWatched,
  overflowsOf,
  SMALL,
  showsFocus,
  type WatchedPage,
} from "./browser.ts";
import { openTestStation, type TestStation } from "./station.ts";
import {
  approveAsManager,
  CASHIER,
  cardAt,
  enterPassword,
  items,
  lastPrinted,
  menu,
  nextCustomer,
  openShift,
  paid,
  primary,
  receipt,
  sell,
  signIn,
  status,
  swipe,
  ticket,
  typed,
} from "./till-hands.ts";

const START_MS_MAX = 120_000;
/** For what another process does at its own time. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 15_000 });

let station: TestStation;
let browser: Browser;
let watched: WatchedPage;

beforeAll(async () => {
  // Where no pseudo-terminals are, the same driver is on TCP.
  station = await openTestStation(hasSocat ? { reader: await aPty() } : {});
  browser = await launchBrowser();
  watched = await openWatched(browser, station.tillUrl);
}, START_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await station?.stop();
  await closeAll();
});

afterEach(({ task }) => keepPicture(watched?.page, task.name, task.result?.state === "fail"));

test("refuses a wrong PIN in words, and lets the cashier in with the right one", async () => {
  const { page } = watched;
  await signIn(page, { ...CASHIER, pin: "9999" });
  await eventually(() => page.getByRole("alert").textContent()).toContain("The PIN is wrong.");
  await page.keyboard.type(CASHIER.pin);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Open the shift" }).waitFor();
});

test("opens the shift with a counted float, and shows the line and the devices", async () => {
  const { page } = watched;
  await openShift(page);
  await page.getByText("김하늘 · Cashier · Shift 1").waitFor();
  for (const word of ["Online", "Reader ready", "Printer ready"])
    await eventually(() => plain(status(page).textContent())).toContain(word);
});

test("sells three items by prepaid card without a mouse, swiped on the serial line", async () => {
  const { page } = watched;
  const card = cardAt(station, 0);
  if (hasSocat) expect(await addressOfReader(station)).toMatch(/^serial:/);
  await typed(page, "/");
  await page.keyboard.type("americano");
  await page.getByRole("heading", { name: "Results for “americano”" }).waitFor();
  await items(page)
    .getByRole("button", { name: /^Americano/ })
    .waitFor();
  await page.keyboard.press("Enter");
  await primary(page, "Pay ₩4,500").waitFor();
  await typed(page, "2");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await primary(page, "Pay ₩14,500").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.type("2000070000069");
  await page.keyboard.press("Enter");
  await primary(page, "Pay ₩15,700").waitFor();

  await page.keyboard.press("F3");
  await swipe(page, station, card);
  await enterPassword(page, card.password);
  await paid(page);
  await page.getByText("₩84,300 left on the card").waitFor();
  const paper = await receipt(page).innerText();
  for (const row of ["Americano", "Caffè latte", "Water 500 ml", "15,700"]) expect(paper).toContain(row);
  expect(paper).not.toContain(card.number);
  await page.getByText("Receipt printed").waitFor();
  expect(await lastPrinted(station)).toContain("15,700");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "New sale" }).waitFor();
});

test("takes cash, says the change in large, and opens the drawer", async () => {
  const { page } = watched;
  const { drawerKicks } = await station.simulators.receipts({ printer: "printer" });
  await sell(page, ["Sandwich"], "₩5,500");
  await page.keyboard.press("F1");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
  await page.keyboard.type("10000");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Change" }).waitFor();
  await page.getByRole("region", { name: "Paid" }).getByText("₩4,500", { exact: true }).waitFor();
  await eventually(async () => (await station.simulators.receipts({ printer: "printer" })).drawerKicks).toBe(
    drawerKicks + 1,
  );
  await nextCustomer(page);
});

test("splits a sale over cash and a card whose PIN# is typed", async () => {
  const { page } = watched;
  const card = cardAt(station, 1);
  await sell(page, ["Americano", "Sandwich"], "₩10,000");
  await page.keyboard.press("F1");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
  await page.keyboard.type("3000");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "To pay" }).getByText("₩7,000", { exact: true }).waitFor();
  await page.keyboard.press("F3");
  await primary(page, "Pay ₩7,000 by card").click();
  await page.getByRole("heading", { name: "Swipe the card" }).waitFor();
  await page.keyboard.type(card.pin);
  await page.keyboard.press("Enter");
  await enterPassword(page, card.password);
  await paid(page);
  await page.getByText("₩43,000 left on the card").waitFor();
  const paper = await receipt(page).innerText();
  for (const row of [/Cash +3,000/, /7,000/]) expect(paper).toMatch(row);
  expect(paper).not.toContain(card.pin);
  await nextCustomer(page);
});

test("takes what a card has that is short, and the rest from another one", async () => {
  const { page } = watched;
  const [short, other] = [cardAt(station, 5), cardAt(station, 7)];
  await sell(page, ["Americano", "Sandwich"], "₩10,000");
  await page.keyboard.press("F3");
  await swipe(page, station, short);
  await enterPassword(page, short.password);
  const refusal = page.getByRole("alert");
  await refusal.getByText("The card was not charged.").waitFor();
  await refusal.getByText("This card can pay ₩5,000 now. Take the rest another way.").waitFor();
  await page.getByRole("button", { name: "Take ₩5,000 from this card" }).waitFor();
  await page.keyboard.press("F3");
  await page.getByRole("region", { name: "To pay" }).getByText("₩0 left on the card").waitFor();
  await page.keyboard.press("F3");
  await primary(page, "Pay ₩5,000 by card").click();
  await swipe(page, station, other);
  await enterPassword(page, other.password);
  await paid(page);
  await nextCustomer(page);
});

test("says how many tries are left after a wrong password, and takes the right one", async () => {
  const { page } = watched;
  const card = cardAt(station, 2);
  await sell(page, ["Caffè latte"], "₩5,000");
  await page.keyboard.press("F3");
  await swipe(page, station, card);
  await enterPassword(page, "0000");
  await eventually(() => plain(page.getByRole("alert").textContent())).toMatch(
    /The password is wrong\..*Nothing was charged\..*4 tries left/,
  );
  await enterPassword(page, card.password);
  await paid(page);
});

test("marks a receipt that is printed again", async () => {
  const { page } = watched;
  await page.getByText("Receipt printed").waitFor();
  const first = await lastPrinted(station);
  expect(first).not.toContain("COPY");
  await page.keyboard.press("F9");
  await eventually(() => lastPrinted(station)).toContain("COPY 1");
  await nextCustomer(page);
});

test("sells on with the printer pulled out, and prints that receipt when it is back", async () => {
  const { page } = watched;
  await station.simulators.unplug({ device: "printer" });
  await eventually(() => plain(status(page).textContent())).toContain("Printer not connected");
  await sell(page, ["Water 500 ml"], "₩1,200");
  await page.keyboard.press("F1");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
  await page.keyboard.press("Enter");
  await paid(page);
  await page.getByText(/The sale is stored/).waitFor();
  await station.simulators.plug({ device: "printer" });
  await eventually(() => plain(status(page).textContent())).toContain("Printer ready");
  await page.keyboard.press("F9");
  await eventually(() => lastPrinted(station)).toMatch(/Water 500 ml[\s\S]*1,200/);
  await nextCustomer(page);
});

test("refuses a card number in the item search, and forgets it", async () => {
  const { page } = watched;
  const card = cardAt(station, 3);
  await page.keyboard.press("/");
  await page.keyboard.type(`a ${card.number}`);
  await page.getByRole("alert").getByText("This looked like a card number or password.").waitFor();
  expect(await page.getByRole("searchbox", { name: "Search or scan" }).inputValue()).toBe("");
  expect(await page.locator("body").innerText()).not.toContain(card.number);
  await page.keyboard.press("Escape");
});

test("parks a sale for the next customer and takes it up again", async () => {
  const { page } = watched;
  await sell(page, ["Americano"], "₩4,500");
  await page.keyboard.press("F5");
  await primary(page, "Parked 1").waitFor();
  await sell(page, ["Caffè latte"], "₩5,000");
  await payExactCash(page);
  await page.keyboard.press("F6");
  await page.getByRole("heading", { level: 1, name: "Parked sales" }).waitFor();
  await page.keyboard.press("Enter");
  await primary(page, "Pay ₩4,500").waitFor();
  await eventually(() => ticket(page).textContent()).toContain("Americano");
  await payExactCash(page);
});

test("refunds one line of a receipt to the card that paid, with a manager beside", async () => {
  const { page } = watched;
  const card = cardAt(station, 0);
  await menu(page, "Refund");
  await page.getByRole("heading", { level: 1, name: "Refund by receipt" }).waitFor();
  await page.keyboard.type("1");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "One more: Caffè latte" }).click();
  await primary(page, "Refund ₩5,000").click();
  await approveAsManager(page);
  await page.getByRole("heading", { level: 1, name: /^Refunded · Receipt/ }).waitFor();
  expect(await receipt(page).innerText()).toMatch(/Caffè latte/);
  await page.keyboard.press("Enter");

  await items(page).waitFor();
  await page.keyboard.press("F8");
  await page.getByRole("heading", { level: 1, name: "Card balance" }).waitFor();
  await page.keyboard.type(card.number);
  await page.keyboard.press("Enter");
  await page.getByText("The customer types the password").waitFor();
  await page.keyboard.type(card.password);
  await page.keyboard.press("Enter");
  await page.getByText("₩89,300", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Another card" }).click();
  await page.getByText("Swipe the card, or type its number or PIN#").waitFor();
  await station.simulators.swipe({ reader: "card-reader", cardNumber: card.number });
  await page.getByText("The customer types the password").waitFor();
  await page.keyboard.type(card.password);
  await page.keyboard.press("Enter");
  await page.getByText("₩89,300", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await items(page).waitFor();
});

test("speaks Korean at a touch, and prints in it", async () => {
  const { page } = watched;
  await menu(page, "Language: change to Korean");
  await page.getByRole("button", { name: "닫기" }).click();
  const goods = page.getByRole("region", { name: "상품" });
  await goods.getByRole("button", { name: /^아메리카노/ }).click();
  await primary(page, /^결제 ₩4,500/).click();
  await page.getByRole("heading", { level: 1, name: "받을 금액" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "다음 고객" }).waitFor();
  await eventually(() => lastPrinted(station)).toContain("아메리카노");
  await page.keyboard.press("Enter");
  await goods.waitFor();
  await page.keyboard.press("F10");
  await page.getByRole("button", { name: "언어: 영어로 바꾸기" }).click();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await items(page).waitFor();
});

test("fits 1024×768 in both languages, and shows where the focus is", async () => {
  // English last: a till prints in the language of the page that was opened last.
  for (const language of ["ko", "en"] as const) {
    const small = await openWatched(browser, station.tillUrl, { language, viewport: SMALL });
    const tiles = small.page.locator("[data-item]");
    await tiles.first().waitFor();
    expect(await overflowsOf(small.page)).toEqual([]);
    await small.page.keyboard.press("ArrowRight");
    expect(await showsFocus(small.page)).toBe(true);
    expect(small.complaints).toEqual([]);
    await small.page.context().close();
  }
});

test("counts cash in and out, and shows how the shift stands", async () => {
  const { page } = watched;
  await menu(page, "Cash in and out");
  await page.getByRole("heading", { level: 1, name: "Cash in and out" }).waitFor();
  await page.keyboard.type("20000");
  await primary(page, "Record · ₩20,000").click();
  await items(page).waitFor();
  await menu(page, "X report");
  await page.getByText("Hidden until the shift is counted").first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Sent to the printer").waitFor();
  await page.keyboard.press("Escape");
  await items(page).waitFor();
});

test("closes the shift counted blind, and prints the Z with the head of its journal", async () => {
  const { page } = watched;
  await menu(page, "Close shift");
  await page.getByText("Counted blind: what is expected shows after the close.").waitFor();
  // 100,000 float, 23,700 cash sales and 20,000 paid in.
  for (const [face, pieces] of [
    ["₩50,000", "2"],
    ["₩10,000", "4"],
    ["₩1,000", "3"],
    ["₩500", "1"],
    ["₩100", "2"],
  ] as const) {
    await page.getByRole("button", { name: new RegExp(`^Pieces of ${face}:`) }).click();
    await page.keyboard.type(pieces);
  }
  // Whoever is called away finds the count as it was left.
  await page.keyboard.press("Escape");
  await items(page).waitFor();
  await menu(page, "Close shift");
  await primary(page, "Close shift · ₩143,700").click();
  await page.getByRole("heading", { level: 1, name: "Z 1 · as it prints" }).waitFor();
  await page.getByText("The drawer agrees").waitFor();
  const paper = await receipt(page).innerText();
  expect(paper).toContain("143,700");
  await eventually(() => lastPrinted(station)).toMatch(/143,700[\s\S]*Journal head +[0-9a-f]{16}/);
  await page.keyboard.press("Enter");
  await page
    .getByRole("button", { name: CASHIER.name })
    .or(page.getByText("Open the shift"))
    .first()
    .waitFor();
});

test("has complained of nothing all day: no error on the console, no breach of the policy", () => {
  expect(watched.complaints).toEqual([]);
});

async function payExactCash(page: Page): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByRole("heading", { level: 1, name: "To pay" }).waitFor();
  await page.keyboard.press("Enter");
  await paid(page);
  await nextCustomer(page);
}

async function addressOfReader({ simulators }: TestStation): Promise<string | undefined> {
  for await (const { devices } of await simulators.watch())
    return devices.find(({ kind }) => kind === "card-reader")?.address;
  return undefined;
}

/** Text without the signs and breaks between its parts. */
async function plain(text: Promise<string | null>): Promise<string> {
  return ((await text) ?? "").replace(/[✓–]/g, "").replace(/\s+/g, " ");
}

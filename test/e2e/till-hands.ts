// What a cashier and a customer do at the till's screen, by the names and roles that everybody sees there.
import type { Locator, Page } from "playwright-core";
import type { DemoCard } from "#core/contract/process.ts";
import type { TestStation } from "./station.ts";

export const CASHIER = { name: "김하늘", pin: "1111" } as const;
export const MANAGER = { name: "박노을", pin: "7777" } as const;

/** Fast hands leave more than a scanner does between two keys. */
const KEY_GAP_MS = 60;

export const status = (page: Page): Locator => page.getByRole("region", { name: "Status" });
export const ticket = (page: Page): Locator => page.getByRole("region", { name: "Ticket" });
export const items = (page: Page): Locator => page.getByRole("region", { name: "Items" });
export const receipt = (page: Page): Locator => page.getByRole("region", { name: "Receipt", exact: true });
export const primary = (page: Page, name: RegExp | string): Locator => page.getByRole("button", { name });

/** Keys as a person types them, one after the other. */
export const typed = (page: Page, text: string) => page.keyboard.type(text, { delay: KEY_GAP_MS });

export async function signIn(page: Page, { name, pin }: { name: string; pin: string }): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.keyboard.type(pin);
  await page.keyboard.press("Enter");
}

/** Counts a float of 100,000: two notes of 50,000. */
export async function openShift(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1, name: "Open the shift" }).waitFor();
  await page.getByRole("button", { name: /^Pieces of ₩50,000/ }).click();
  await page.keyboard.type("2");
  await page.getByRole("button", { name: "Open shift · Float ₩100,000" }).click();
  await items(page).getByRole("button").first().waitFor();
}

/** Touches favourites, and waits until the ticket shows the sum. */
export async function sell(page: Page, names: readonly string[], total: string): Promise<void> {
  for (const name of names)
    await items(page)
      .getByRole("button", { name: new RegExp(`^${name}`) })
      .click();
  await primary(page, `Pay ${total}`).waitFor();
}

/** A card drawn through the simulated reader, as its bytes on the line. */
export async function swipe(page: Page, { simulators }: TestStation, card: DemoCard): Promise<void> {
  await page.getByRole("heading", { name: "Swipe the card" }).waitFor();
  await simulators.swipe({ reader: "card-reader", cardNumber: card.number });
}

/** The customer at the keypad. */
export async function enterPassword(page: Page, password: string): Promise<void> {
  await page.getByRole("heading", { name: "The customer types the password" }).waitFor();
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

/** Prepaid for all that is due, from the ticket to the receipt. */
export async function payPrepaid(page: Page, station: TestStation, card: DemoCard): Promise<void> {
  await page.keyboard.press("F3");
  await swipe(page, station, card);
  await enterPassword(page, card.password);
  await paid(page);
}

export const paid = (page: Page) => page.getByRole("region", { name: "Paid" }).waitFor();

/** Puts the finished sale away. */
export async function nextCustomer(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Next customer" }).click();
  await items(page).waitFor();
}

/** From the menu on F10. */
export async function menu(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F10");
  await page.getByRole("dialog", { name: "Menu" }).getByRole("button", { name, exact: true }).click();
}

export async function approveAsManager(page: Page, { name, pin } = MANAGER): Promise<void> {
  const panel = page.getByRole("region", { name: "A manager decides" });
  await panel.getByRole("button", { name }).click();
  await panel.getByRole("button", { name: "Approve" }).waitFor();
  await page.keyboard.type(pin);
  await page.keyboard.press("Enter");
}

/** A card of the demo by its balance and place; each test takes its own. */
export function cardAt({ cards }: TestStation, place: number): DemoCard {
  const card = cards[place];
  if (card === undefined) throw new Error(`the demo has no card ${place}`);
  return card;
}

/** What the printer printed last, as text decoded back from its bytes. */
export async function lastPrinted({ simulators }: TestStation): Promise<string> {
  const { receipts } = await simulators.receipts({ printer: "printer" });
  return (receipts[0]?.rows ?? []).map(({ text }) => text).join("\n");
}

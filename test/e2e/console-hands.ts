// What a manager does at the console, by the names and roles that everybody sees there.
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import type { Locator, Page } from "playwright-core";
import { workItem } from "#backoffice/terminals/work-item.ts";
import { krw } from "#core/money.ts";
import { openSqlite } from "#database/sqlite.ts";
import type { TestStation } from "./station.ts";

/** The two managers of the demo: one makes, the other approves. */
export const MAKER = "park";
export const CHECKER = "choi";

/** The code that an authenticator shows now for a person of the demo. */
export function codeOf({ signIns }: TestStation, name: string): string {
  const { totpSecret } = consoleSignIn({ signIns }, name);
  return new TOTP({ secret: Secret.fromBase32(totpSecret ?? "") }).generate();
}

export function consoleSignIn({ signIns }: Pick<TestStation, "signIns">, name: string) {
  const found = signIns.find((one) => one.where === "console" && one.name === name);
  if (found === undefined) throw new Error(`the demo has no console sign-in ${name}`);
  return found;
}

/** Name, password, then the authenticator's code. */
export async function signInToConsole(page: Page, station: TestStation, name: string): Promise<void> {
  await enterNameAndPassword(page, name, consoleSignIn(station, name).secret);
  await page.getByLabel("Code of your authenticator").fill(codeOf(station, name));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
}

export async function enterNameAndPassword(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** One of the nine words on the left. */
export async function go(page: Page, place: string): Promise<void> {
  await page
    .getByRole("navigation", { name: "Console" })
    .getByRole("link", { name: place, exact: true })
    .click();
  await page.getByRole("heading", { level: 1, name: place }).waitFor();
}

export const table = (page: Page, name: string): Locator => page.getByRole("table", { name });
export const rows = (page: Page, name: string): Locator => table(page, name).locator("tbody tr");

/** The row of a card, found by its last four digits. */
export async function findCard(page: Page, number: string): Promise<Locator> {
  await go(page, "Cards");
  await page.getByRole("searchbox", { name: "Search" }).fill(number);
  const row = rows(page, "Cards").filter({ hasText: number.slice(-4) });
  await row.waitFor();
  return row;
}

/** As if the first till had taken at risk what a card had not. */
export async function reportFromTill({ dataDir }: Pick<TestStation, "dataDir">): Promise<void> {
  const books = await openSqlite(join(dataDir, "backoffice", "backoffice.db"));
  const terminal = await books.read.get("SELECT terminal_id FROM terminal WHERE name = 'Till 1'");
  const { sql, params } = workItem(
    { terminalId: String(terminal?.terminal_id), epoch: "epoch-1", seq: 41 },
    { now: Date.now() },
    {
      kind: "slip-short",
      amount: krw(9_500),
      policy: "risk caps",
      bearer: "operator",
      code: "FUNDS_INSUFFICIENT",
      detail: "9,500 of 12,500",
    },
  );
  await books.transaction((tx) => tx.run(sql, params));
  await books.close();
}

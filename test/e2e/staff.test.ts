// A person's time with us: taken on at the console, chooses a password, sells at the till, is helped, and leaves.
import type { Browser, Page, Route } from "playwright-core";
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
import { consoleSignIn, enterNameAndPassword, go, MAKER, rows, signInToConsole } from "./console-hands.ts";
import { openTestStation, type TestStation } from "./station.ts";
import { signIn } from "./till-hands.ts";

const START_MS_MAX = 120_000;
/** For what another process does at its own time. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const OPERATOR = "operator";
const OWN_PASSWORD = "seven rivers run";

let station: TestStation;
let browser: Browser;
let office: WatchedPage;
let till: WatchedPage;
let anna: WatchedPage;
/** What the operator was shown once. */
let firstPassword = "";
let pin = "";

beforeAll(async () => {
  station = await openTestStation();
  browser = await launchBrowser();
  till = await openWatched(browser, station.tillUrl);
  office = await openWatched(browser, station.consoleUrl);
  anna = await openWatched(browser, station.consoleUrl);
  await signInToConsole(office.page, station, OPERATOR);
}, START_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await station?.stop();
});
afterEach(async ({ task }) => {
  const isFailed = task.result?.state === "fail";
  await keepPicture(office?.page, `${task.name} office`, isFailed);
  await keepPicture(anna?.page, `${task.name} anna`, isFailed);
});

const shown = (page: Page, label: string) =>
  page.getByRole("dialog").locator("dl > div").filter({ hasText: label }).locator("dd").first();
const story = (page: Page) => page.getByRole("region", { name: "History" });

async function openPerson(page: Page, name: string): Promise<void> {
  await go(page, "Staff");
  await page.getByRole("searchbox", { name: "Search" }).fill(name);
  await eventually(() => rows(page, "Staff").count()).toBe(1);
  await rows(page, "Staff").first().click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Presses the button of an act, gives the reason, and sends it. */
async function act(page: Page, name: string, reason: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name, exact: true }).click();
}

/** While the answer is on its way: it would be shown to nobody, and what was before it is gone. */
const strayPresses = (page: Page) => async (route: Route) => {
  await page.keyboard.press("Escape");
  await page.mouse.click(4, 4);
  await route.continue();
};

test("adds a person, whose first secrets are shown once", async () => {
  const { page } = office;
  await go(page, "Staff");
  const opener = page.getByRole("button", { name: "Add a person" });
  const dialog = page.getByRole("dialog", { name: "Add a person" });
  // By mouse as by keyboard, the focus goes back to what opened a dialog.
  for (const open of [() => opener.click(), () => opener.press("Enter")]) {
    await open();
    await dialog.getByRole("textbox", { name: "Name", exact: true }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Escape");
    await opener.and(page.locator(":focus")).waitFor();
  }
  await opener.click();
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Anna");
  await dialog.getByLabel("Signs in as").fill("anna");
  await dialog.getByLabel("Reason").fill("new at the counter");
  await page.route("**/v1/console/staff", strayPresses(page), { times: 1 });
  await dialog.getByRole("button", { name: "Add a person" }).click();
  await page.getByRole("dialog", { name: "Shown this once: Anna" }).waitFor();
  firstPassword = (await shown(page, "One-time password").textContent()) ?? "";
  pin = (await shown(page, "PIN for the tills").textContent()) ?? "";
  expect(pin).toMatch(/^\d{6}$/);
  // Neither Esc nor a click beside it loses what cannot be shown again.
  await page.keyboard.press("Escape");
  await page.mouse.click(4, 4);
  await page.getByRole("button", { name: "Done" }).click();
  // Also through two dialogs the focus goes back to what opened the first.
  await page.getByRole("button", { name: "Add a person" }).and(page.locator(":focus")).waitFor();
  await rows(page, "Staff").filter({ hasText: "Anna" }).waitFor();
  expect(await page.content()).not.toContain(firstPassword);
});

test("lets her in by her one-time password to nothing but the choice of her own", async () => {
  const { page } = anna;
  await enterNameAndPassword(page, "anna", firstPassword);
  await page.getByText("This password is good for one sign-in.").waitFor();
  await page.getByRole("textbox", { name: "New password", exact: true }).fill("short-one");
  await page.getByLabel("New password again").fill("not the same");
  await page.getByText("The two are not the same.").waitFor();
  await page.getByRole("textbox", { name: "New password", exact: true }).fill(firstPassword);
  await page.getByLabel("New password again").fill(firstPassword);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("This cannot be the new password.").waitFor();
  await page.getByRole("textbox", { name: "New password", exact: true }).fill(OWN_PASSWORD);
  await page.getByLabel("New password again").fill(OWN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  // A cashier is shown what a cashier may see.
  await page.getByRole("heading", { level: 1, name: "Cards" }).waitFor();
  const places = page.getByRole("navigation", { name: "Console" }).getByRole("link");
  expect(await places.allTextContents()).toEqual(["Cards", "Terminals"]);
});

test("the till has heard of her, and takes her PIN", async () => {
  await signIn(till.page, { name: "Anna", pin });
  await till.page.getByRole("heading", { level: 1, name: "Open the shift" }).waitFor();
});

test("changes the own password with the old one, and tells of it in the story", async () => {
  const { page } = anna;
  const change = async (old: string, next: string) => {
    await page.getByRole("button", { name: "Password", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Change password" });
    await dialog.getByLabel("Current password").fill(old);
    await dialog.getByRole("textbox", { name: "New password", exact: true }).fill(next);
    await dialog.getByLabel("New password again").fill(next);
    await dialog.getByRole("button", { name: "Change password" }).click();
    return dialog;
  };
  const refused = await change("not my password", "eight rivers run");
  await refused.getByRole("alert").getByText("The name, the password or the code is wrong.").waitFor();
  await refused.getByRole("button", { name: "Cancel" }).click();
  const changed = await change(OWN_PASSWORD, "eight rivers run");
  await changed.getByText("Your password is changed.").waitFor();
  await changed.getByRole("button", { name: "Close" }).last().click();
  await openPerson(office.page, "Anna");
  await eventually(() => story(office.page).getByText("Own password chosen").count()).toBe(2);
});

test("gives a PIN that is chosen, and a password that ends where she is signed in", async () => {
  const { page } = office;
  await page.getByRole("button", { name: "New PIN" }).click();
  await page.getByRole("dialog").getByLabel("PIN for the tills").fill("135790");
  await page.getByRole("dialog").getByLabel("Reason").fill("seen over her shoulder");
  await page.getByRole("dialog").getByRole("button", { name: "New PIN" }).click();
  await story(page).getByText("seen over her shoulder").waitFor();
  await act(page, "New password", "wrote it on a note");
  await page.getByRole("dialog", { name: "Shown this once: Anna" }).waitFor();
  expect(await shown(page, "One-time password").textContent()).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4})+$/);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("one-time, not used yet").waitFor();
  await anna.page.reload();
  await anna.page.getByRole("button", { name: "Sign in" }).waitFor();
});

test("unlocks a manager who mistyped, with a reason", async () => {
  const { page } = anna;
  for (let tries = 1; tries <= 5; tries += 1) {
    await enterNameAndPassword(page, MAKER, `wrong ${tries}`);
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Sign in" }).and(page.locator(":enabled")).waitFor();
  }
  await page.getByRole("alert").getByText("This person is locked at the console.").waitFor();
  await go(office.page, "Staff");
  await office.page.getByLabel("State").selectOption("locked");
  expect(new URL(office.page.url()).searchParams.get("state")).toBe("locked");
  await rows(office.page, "Staff").filter({ hasText: MAKER }).getByText(/until/).waitFor();
  await rows(office.page, "Staff").filter({ hasText: MAKER }).click();
  await act(office.page, "Unlock", "asked at the desk");
  await story(office.page).getByText("asked at the desk").waitFor();
  await enterNameAndPassword(page, MAKER, consoleSignIn(station, MAKER).secret);
  await page.getByLabel("Code of your authenticator").waitFor();
});

test("ends her access: the till drops her, the list keeps her under her state, and her story says why", async () => {
  const { page } = office;
  await openPerson(page, "Anna");
  await act(page, "End access", "moved away");
  await story(page).getByText("moved away").waitFor();
  expect(await page.getByRole("button", { name: "New PIN" }).count()).toBe(0);
  await eventually(() => till.page.getByRole("button", { name: "Anna" }).count()).toBe(0);
  await till.page.getByRole("button", { name: "김하늘" }).waitFor();
  await go(page, "Staff");
  await page.getByLabel("State").selectOption({ label: "ended" });
  await eventually(() => rows(page, "Staff").count()).toBe(1);
  await rows(page, "Staff").getByText("Anna", { exact: true }).waitFor();
});

test("offers nobody to change the own access", async () => {
  const { page } = office;
  await openPerson(page, "운영자");
  await page.getByText("This is you.").waitFor();
  expect(await page.getByRole("main").getByRole("button").count()).toBe(0);
});

test("fits 1024×768 in both languages, and shows where the focus is", async () => {
  const { page } = office;
  await page.setViewportSize(SMALL);
  await openPerson(page, "김하늘");
  for (const language of ["한국어", "English"]) {
    await page.getByRole("button", { name: language }).click();
    expect(await overflowsOf(page)).toEqual([]);
    await page.keyboard.press("Tab");
    expect(await showsFocus(page)).toBe(true);
  }
});

test("has complained of nothing: no error on the console, no breach of the policy", () => {
  expect([...office.complaints, ...till.complaints, ...anna.complaints]).toEqual([]);
});

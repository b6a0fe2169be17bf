// A real Chromium, and pages that note whatever goes wrong in them.
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Language } from "#core/contract/values.ts";
import { findBrowser } from "#main/browser.mjs";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Two cores carry a station, a browser and another test file beside them. */
const STEP_MS_MAX = 15_000;

export const LARGE = { width: 1_280, height: 800 } as const;
export const SMALL = { width: 1_024, height: 768 } as const;

export type WatchedPage = Readonly<{
  page: Page;
  /** Errors on the page's console, uncaught ones, and violations of its policy. Empty on a page that is well. */
  complaints: readonly string[];
}>;

export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error("no Chromium, Chrome or Edge: set COUNTERSIGN_CHROMIUM");
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** A browser of its own: cookies and language are shared with no other page. */
export async function openWatched(
  browser: Browser,
  url: string,
  { language = "en", viewport = LARGE }: { language?: Language; viewport?: typeof LARGE | typeof SMALL } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport, reducedMotion: "reduce", acceptDownloads: true });
  context.setDefaultTimeout(STEP_MS_MAX);
  await context.addInitScript((chosen) => {
    if (localStorage.getItem("countersign.language") === null)
      localStorage.setItem("countersign.language", chosen);
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI}`),
    );
  }, language);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !isRefusal(message.text(), message.location().url))
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => void complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

/** A browser notes every answer of 4xx. A refused sign-in is one, and no fault of the page. */
const isRefusal = (text: string, url: string) =>
  /status of (400|401|403|404|409|422|423|429)/.test(text) && new URL(url).pathname.startsWith("/v1/");

const PICTURES = process.env.COUNTERSIGN_SCREENSHOTS;

/** Keeps the screen of a test that failed, where COUNTERSIGN_SCREENSHOTS names a folder. */
export async function keepPicture(page: Page | undefined, name: string, isFailed: boolean): Promise<void> {
  if (page === undefined || PICTURES === undefined || !isFailed) return;
  await page.screenshot({ path: join(PICTURES, `${name.replace(/[^a-z0-9]+/gi, "-").slice(0, 60)}.png`) });
}

/** What runs over the edge of the screen sideways: the page itself, or a control on it. */
export function overflowsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    await document.fonts.ready;
    const { scrollWidth } = document.documentElement;
    const faults = scrollWidth > innerWidth ? [`the page is ${scrollWidth - innerWidth} px too wide`] : [];
    for (const element of document.querySelectorAll<HTMLElement>("button, a, h1, h2, input, select")) {
      const box = element.getBoundingClientRect();
      const text = element.innerText || element.getAttribute("aria-label") || element.tagName;
      const isShown = box.width > 0 && box.height > 0;
      if (isShown && (box.right > innerWidth + 1 || box.left < -1))
        faults.push(`“${text}” runs over the edge`);
    }
    return faults;
  });
}

/** Whether what has the focus shows it: an outline, a shadow or a border that the same control lacks without it. */
export function showsFocus(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return false;
    const look = () => {
      // A field shows the focus of the input in it on its frame.
      const shown = [element, element.parentElement].filter((one) => one !== null);
      return shown
        .map((one) => getComputedStyle(one))
        .map((style) => `${style.outlineStyle} ${style.outlineWidth} ${style.boxShadow} ${style.borderColor}`)
        .join(" | ");
    };
    const focused = look();
    element.blur();
    const blurred = look();
    element.focus();
    return focused !== blurred;
  });
}

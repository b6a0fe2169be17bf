// Every screen of the till in a real browser, in both languages and both sizes: nothing runs over the edge, nothing is cut
// off, the policy is never broken. COUNTERSIGN_SCREENSHOTS=DIR keeps the pictures, in light and dark.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LANGUAGES } from "#core/contract/values.ts";
import { fakeTill } from "#test/world/fake-till.ts";
import { buildTillPage, serveTillPage } from "#test/world/till-page.ts";
import { LARGE, launchBrowser, SMALL } from "./browser.ts";
import { SCENES } from "./till-scenes.ts";

const PICTURES = process.env.COUNTERSIGN_SCREENSHOTS;
const SIZES = [LARGE, SMALL] as const;
const SCHEMES = PICTURES === undefined ? (["light"] as const) : (["light", "dark"] as const);
/** Far longer than any scene takes. */
const SCENE_MS_MAX = 8_000;
/** One row, whatever it has to say. */
const STATUS_BAR_PX = 44;

const pageDir = mkdtempSync(join(tmpdir(), "countersign-page-"));
let browser: Browser;

beforeAll(async () => {
  await buildTillPage(pageDir);
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(pageDir, { recursive: true, force: true });
});

describe.each(SCHEMES)("%s", (colorScheme) => {
  test.each(LANGUAGES)(
    "stands whole on every screen in both sizes: %s",
    { timeout: 240_000 },
    async (language) => {
      const till = fakeTill();
      const served = await serveTillPage(pageDir, till);
      const context = await browser.newContext({ viewport: SIZES[0], colorScheme, reducedMotion: "reduce" });
      await context.addInitScript((chosen) => localStorage.setItem("countersign.language", chosen), language);
      context.setDefaultTimeout(SCENE_MS_MAX);
      // A try to compile code is reported here even where it was caught.
      await context.addInitScript(() =>
        document.addEventListener("securitypolicyviolation", (event) =>
          console.error(`the policy was broken: ${event.violatedDirective} ${event.blockedURI}`),
        ),
      );
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      page.on("pageerror", (error) => void complaints.push(error.message));
      const faults: string[] = [];
      try {
        await page.goto(served.url);
        for (const scene of SCENES) {
          await scene.play({ page, till, language }).catch(async (error: unknown) => {
            if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, "failed.png") });
            throw new Error(`${scene.name}: ${String(error)}\n${complaints.join("\n")}`);
          });
          // The size looked at last is the one in which the next scene plays.
          const looks = page.viewportSize()?.width === SIZES[0].width ? SIZES : SIZES.toReversed();
          for (const size of looks) {
            await page.setViewportSize(size);
            await settle(page);
            faults.push(
              ...(await faultsOf(page)).map((fault) => `${scene.name}, ${size.width} px: ${fault}`),
            );
            await keepLook(page, `${colorScheme}-${language}-${size.width}`, scene.name);
          }
        }
      } finally {
        await context.close();
        await served.close();
      }
      expect({ faults, complaints }).toEqual({ faults: [], complaints: [] });
    },
  );
});

async function keepLook(page: Page, folder: string, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(join(PICTURES, folder), { recursive: true });
  await page.screenshot({ path: join(PICTURES, folder, `${name}.png`) });
}

/** Fonts are there and what was pressed has been shown. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await document.fonts.ready;
  });
}

/** What runs over the edge of the screen, keys below the 44 px that a finger hits, what is wider than the button that holds it, and a foot that pushes all up. */
function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate((footHeight) => {
    const faults: string[] = [];
    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth - innerWidth} px too wide`);
    if (scrollHeight > innerHeight) faults.push(`the page is ${scrollHeight - innerHeight} px too high`);
    const foot = document.querySelector<HTMLElement>("section[data-line]")?.offsetHeight;
    if (foot !== footHeight) faults.push(`the status bar is ${foot} px high and moves what is above it`);
    for (const element of document.querySelectorAll<HTMLElement>("button, h1, h2, strong, output, kbd")) {
      const text = (element.innerText || element.getAttribute("aria-label") || element.tagName).replace(
        /\s+/g,
        " ",
      );
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const isKey = element.matches("main fieldset > div > button, main fieldset[data-page] > button");
      if (isKey && (box.width < 44 || box.height < 44)) faults.push(`“${text}” is too small for a finger`);
      if (box.right > innerWidth + 1 || box.left < -1) faults.push(`“${text}” runs over the edge`);
      const isCut =
        element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline";
      const isLow = element.scrollHeight > element.clientHeight + 1 && element.tagName === "BUTTON";
      if (isLow) faults.push(`“${text}” is higher than its button`);
      if (isCut)
        faults.push(`“${text}” is wider than its place (${element.scrollWidth} > ${element.clientWidth})`);
    }
    for (const amount of document.querySelectorAll<HTMLElement>("main [data-size]")) {
      const box = amount.getBoundingClientRect();
      for (const place of [amount.parentElement, amount.closest("section")]) {
        const room = place?.getBoundingClientRect();
        if (room !== undefined && (box.left < room.left - 1 || box.right > room.right + 1))
          faults.push(`“${amount.innerText}” runs out of its place`);
      }
    }
    return faults;
  }, STATUS_BAR_PX);
}

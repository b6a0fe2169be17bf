// The Electron shell itself, driven by Playwright: what its page can reach, and that the till answers in it.
// Runs where Electron's binary and a display are present; elsewhere each title says why it was skipped.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasDisplay } from "#main/browser.mjs";
import { findElectron } from "#main/electron-binary.mjs";
import type { StartOptions } from "#main/options.mjs";

const binary = findElectron();
const missing = whyNot();
const START_MS_MAX = 60_000;

describe.skipIf(missing !== undefined)(
  `the Electron shell${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let app: ElectronApplication;
    let page: Page;
    let dataDir = "";

    beforeAll(async () => {
      dataDir = mkdtempSync(join(tmpdir(), "countersign-electron-"));
      const options: StartOptions = {
        dataDir,
        shell: "electron",
        port: undefined,
        mode: "demo",
        backoffice: "bundled",
        printer: "korean",
      };
      app = await _electron.launch({
        executablePath: binary ?? "",
        args: ["."],
        env: { ...(process.env as Record<string, string>), COUNTERSIGN_OPTIONS: JSON.stringify(options) },
        timeout: START_MS_MAX,
      });
      page = await app.firstWindow({ timeout: START_MS_MAX });
      await page.waitForLoadState("load");
    }, START_MS_MAX);
    afterAll(async () => {
      await app?.close();
      rmSync(dataDir, { recursive: true, force: true });
    });

    test("shows the page under its own scheme, and the till answers in it", async () => {
      expect(page.url()).toBe("app://till/");
      await expect.poll(() => page.getByText("DEMO").count(), { timeout: START_MS_MAX }).toBeGreaterThan(0);
      const shell = page.locator('meta[name="countersign-shell"]');
      expect(await shell.getAttribute("content")).toBe("electron");
    });
    test("writes station.json without an address for the till: nobody else may open it", async () => {
      await expect.poll(() => readStation(dataDir)?.shell, { timeout: START_MS_MAX }).toBe("electron");
      expect(readStation(dataDir)?.addresses).not.toHaveProperty("till");
    });
    test("the page has neither Node nor Electron", async () => {
      const reached = await page.evaluate(() =>
        ["require", "process", "module", "Buffer", "ipcRenderer", "electron"].filter(
          (name) => name in globalThis,
        ),
      );
      expect(reached).toEqual([]);
    });
    test("the page reaches no network", async () => {
      const outcome = await page.evaluate(() =>
        fetch("http://127.0.0.1:7071/healthz").then(
          () => "reached",
          () => "refused",
        ),
      );
      expect(outcome).toBe("refused");
    });
    test("the page opens no window and goes nowhere", async () => {
      expect(await page.evaluate(() => window.open("https://example.com/") === null)).toBe(true);
      await page.evaluate(() => {
        location.href = "https://example.com/";
      });
      expect(page.url()).toBe("app://till/");
      expect(app.windows()).toHaveLength(1);
    });
    test("the page is granted no permission", async () => {
      const state = await page.evaluate(() => Notification.requestPermission());
      expect(state).toBe("denied");
    });
    test("the window's page is sandboxed and isolated", async () => {
      const preferences = await app.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        const contents = window?.webContents as unknown as {
          getLastWebPreferences(): Record<string, unknown>;
        };
        return contents.getLastWebPreferences();
      });
      expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false });
    });
  },
);

function whyNot(): string | undefined {
  if (binary === undefined) return "Electron's binary is not installed";
  if (!hasDisplay()) return "there is no display";
  if (process.platform === "linux" && process.getuid?.() === 0)
    return "Electron keeps its sandbox from the root user";
  return undefined;
}

function readStation(dataDir: string): { shell: string; addresses: Record<string, string> } | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, "station.json"), "utf8"));
  } catch {
    return undefined;
  }
}

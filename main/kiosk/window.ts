// Shows the till in a browser's application window: no tabs, no address bar, a profile of its own.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { findBrowser, hasDisplay } from "../browser.mjs";

export type BrowserWindow = Readonly<{ close(): void }>;

/**
 * Opens the window, or says why there is none.
 * @param address with a token that is good once
 */
export function openWindow(
  address: string,
  dataDir: string,
  say: (line: string) => void,
): BrowserWindow | undefined {
  const browser = findBrowser();
  if (!hasDisplay()) return undefined;
  if (browser === undefined) {
    say(
      "No Chromium, Chrome or Edge was found (COUNTERSIGN_CHROMIUM may name one): open the address yourself.",
    );
    return undefined;
  }
  if (process.platform === "linux" && process.getuid?.() === 0) {
    say(
      "A browser keeps its sandbox from the root user, so no window is opened: open the address as a plain user.",
    );
    return undefined;
  }
  const child = spawn(
    browser,
    [
      `--app=${address}`,
      `--user-data-dir=${join(dataDir, "kiosk-profile")}`,
      "--no-first-run",
      "--no-default-browser-check",
      "--disable-sync",
      "--disable-extensions",
    ],
    { stdio: "ignore" },
  );
  let isClosing = false;
  child.on("error", () => say("The browser could not be started: open the address yourself."));
  child.on("exit", () => {
    if (!isClosing) say("The window was closed. The station goes on; its address stays good until Ctrl-C.");
  });
  return {
    close: () => {
      isClosing = true;
      child.kill();
    },
  };
}

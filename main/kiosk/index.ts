// The kiosk shell: the very same till under plain Node and any browser of the Chromium family.
// `main/start.mjs` loads this bundle into its own process, which is so the parent of all others.
import { join, resolve } from "node:path";
import { ERRORS, FailureError } from "#core/errors.ts";
import type { StartOptions } from "../options.mjs";
import { launchWithFork } from "../process/spawn.ts";
import { announcement } from "../station/announce.ts";
import { openStation } from "../station/open-station.ts";
import type { Surroundings } from "../station/run-station.ts";
import { startKiosk } from "./server.ts";
import { type BrowserWindow, openWindow } from "./window.ts";

const DATA_DIR_DEFAULT = ".countersign";

/**
 * Starts the station and resolves when it answers, with the way to stop it.
 * @param options the command line's; `shell` is "kiosk", or "none" for no window
 */
export async function runKiosk(
  options: StartOptions,
  say: (line: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const dataDir = resolve(options.dataDir ?? DATA_DIR_DEFAULT);
  // This file is a bundle in dist, beside all that it starts and serves.
  const distDir = import.meta.dirname;
  const shell = options.shell === "none" ? "none" : "kiosk";
  const surroundings: Surroundings = {
    launch: launchWithFork,
    distDir,
    // Keys that Electron sealed cannot be opened here; the till then says KEY_SEALED.
    keyStore: "file",
    offerToTill: () => undefined,
    say,
  };
  let addressOnce = "";
  const { mode, backoffice, port, printer } = options;
  const open = await openStation(
    { dataDir, mode, backoffice, printer, port, shell, startedAt: new Date() },
    surroundings,
    async (station, tillPort) => {
      const pageDir = join(distDir, "pages", "till");
      const kiosk = await startKiosk({ port: tillPort, pageDir, openPage: station.openPage });
      if (shell === "kiosk") addressOnce = kiosk.addressOnce();
      return { tillAddress: kiosk.address, stop: kiosk.stop };
    },
  );
  for (const line of announcement(open.file, dataDir)) say(line);

  const window: BrowserWindow | undefined =
    shell === "kiosk" ? openWindow(addressOnce, dataDir, say) : undefined;
  return {
    stop: async () => {
      window?.close();
      await open.stop();
    },
  };
}

/** A failed start in a sentence for the terminal, or undefined for a defect. */
export function explain(error: unknown): string | undefined {
  if (!(error instanceof FailureError)) return undefined;
  const { code, detail } = error.failure;
  return `${ERRORS[code].says}${detail === undefined ? "" : ` ${detail}`} (${code})`;
}

// The back office's process where a station brings its own: on loopback, on the station's data folder.
import { join } from "node:path";
import { pino } from "pino";
import { type Backoffice, startBackoffice } from "#backoffice/start.ts";
import type { BackofficeConfig } from "#core/contract/process.ts";
import { runChild } from "../process/run-child.ts";
import { SOFTWARE_VERSION, systemClock, systemIds } from "./surroundings.ts";

/** The demo's tills by their folder. A real station's tills get their codes from the console. */
const DEMO_TILLS = { "till-1": "Till 1" } as const;

runChild("backoffice", async (config) => {
  const backoffice = await startBackoffice({
    mode: config.mode,
    dataDir: config.dataDir,
    pagesDir: config.pagesDir,
    // The build puts the banks' schemas beside this bundle.
    schemasDir: join(import.meta.dirname, "schemas"),
    port: config.port,
    host: "127.0.0.1",
    databaseUrl: process.env.DATABASE_URL,
    version: SOFTWARE_VERSION,
    clock: systemClock,
    ids: systemIds,
    log: pino({ name: "backoffice" }),
  });
  return {
    ready: {
      process: "backoffice",
      url: backoffice.url,
      enrolmentCodes: await codesFor(backoffice, config),
      signIns: [...backoffice.signIns],
      cards: [...backoffice.cards],
    },
    stop: backoffice.stop,
  };
});

async function codesFor(backoffice: Backoffice, { mode }: BackofficeConfig): Promise<Record<string, string>> {
  if (mode !== "demo") return {};
  const enrolled = new Set(await backoffice.enrolledTerminals());
  const codes: Record<string, string> = {};
  for (const [folder, name] of Object.entries(DEMO_TILLS))
    if (!enrolled.has(name)) codes[folder] = await backoffice.enrolmentCode(name);
  return codes;
}

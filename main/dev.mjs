// `npm run dev -- [options of start]`: the station, built again and restarted whenever a source file changes.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { buildStale } from "./build.mjs";
import { ensureInstalled, ROOT } from "./install.mjs";

const WATCHED = ["core", "database", "hardware", "main", "renderer", "backoffice"];
/** Editors write several files at once, and some of them twice. */
const SETTLE_MS = 200;

const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);

await dev();

async function dev() {
  if (!(await ensureInstalled(say))) {
    process.exitCode = 1;
    return;
  }
  await rebuild();
  let station = startStation();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let isBusy = false;
  const onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (isBusy) return onChange();
      isBusy = true;
      const built = await rebuild();
      if (built.includes("processes")) {
        await stopped(station);
        station = startStation();
      } else if (built.length > 0) say("built: load the page again");
      isBusy = false;
    }, SETTLE_MS);
  };
  for (const folder of WATCHED) watch(join(ROOT, folder), { recursive: true }, onChange);
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
    process.on(signal, () => void stopped(station).then(() => process.exit(0)));
  }
}

/** @returns {Promise<readonly string[]>} what was built; nothing where the sources do not build yet */
async function rebuild() {
  try {
    return await buildStale(say);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return [];
  }
}

function startStation() {
  return spawn(process.execPath, [join(ROOT, "main", "start.mjs"), ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: "inherit",
    detached: process.platform !== "win32",
  });
}

/** @param {import("node:child_process").ChildProcess} station */
function stopped(station) {
  return new Promise((resolve) => {
    if (station.exitCode !== null || station.signalCode !== null) return resolve(undefined);
    station.once("exit", resolve);
    station.kill("SIGINT");
  });
}

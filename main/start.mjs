// `npm start`: installs what is missing, builds what is stale, and opens the station. Node's own modules only,
// until node_modules is right.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { hasDisplay } from "./browser.mjs";
import { buildStale } from "./build.mjs";
import { findElectron } from "./electron-binary.mjs";
import { ensureInstalled, ROOT } from "./install.mjs";
import { HELP, parseOptions } from "./options.mjs";

const EXIT_FAILED = 1;
const EXIT_USAGE = 64;
/** After a second Ctrl-C nothing is waited for. */
const EXIT_INTERRUPTED = 130;

const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);

await start();

async function start() {
  const parsed = parseOptions(process.argv.slice(2), process.env);
  if (parsed.kind === "help") {
    say(HELP);
    return;
  }
  if (parsed.kind === "refused") {
    process.stderr.write(`${parsed.says}\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  if (!(await ensureInstalled(say))) {
    process.exitCode = EXIT_FAILED;
    return;
  }
  try {
    await buildStale(say);
  } catch (error) {
    process.stderr.write(`The build failed.\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT_FAILED;
    return;
  }
  const shell = chooseShell(parsed.options);
  if (shell === "refused") process.exitCode = EXIT_FAILED;
  else if (shell === "electron") startElectron(parsed.options);
  else await startKiosk({ ...parsed.options, shell });
}

/**
 * @param {import("./options.mjs").StartOptions} options
 * @returns {import("./options.mjs").Shell | "refused"}
 */
function chooseShell({ shell }) {
  if (shell === "electron" && findElectron() === undefined) {
    say("Electron's binary is not installed. `npx install-electron` fetches it; --shell kiosk needs none.");
    return "refused";
  }
  if (shell !== undefined) return shell;
  return findElectron() !== undefined && hasDisplay() ? "electron" : "kiosk";
}

/** @param {import("./options.mjs").StartOptions} options */
function startElectron(options) {
  const binary = findElectron() ?? "";
  const child = spawn(binary, [ROOT], {
    stdio: "inherit",
    env: { ...process.env, COUNTERSIGN_OPTIONS: JSON.stringify(options) },
  });
  // The terminal sends Ctrl-C to Electron as well; this process only waits for it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    say(`Electron could not be started: ${error.message}`);
    process.exitCode = EXIT_FAILED;
  });
  child.on("exit", (code) => {
    process.exitCode = code ?? EXIT_FAILED;
  });
}

/** @param {import("./options.mjs").StartOptions} options */
async function startKiosk(options) {
  // From here on this process is the shell, and so the parent of all others.
  const { runKiosk, explain } = createRequire(import.meta.url)(join(ROOT, "dist", "kiosk.cjs"));
  /** @type {Promise<{ stop(): Promise<void> }>} */
  const running = runKiosk(options, say);
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(EXIT_INTERRUPTED);
    isStopping = true;
    say("stopping");
    running
      .then((station) => station.stop())
      .then(
        () => process.exit(0),
        () => process.exit(EXIT_FAILED),
      );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  try {
    await running;
  } catch (error) {
    process.stderr.write(`${explain(error) ?? (error instanceof Error ? error.stack : String(error))}\n`);
    process.exit(EXIT_FAILED);
  }
}

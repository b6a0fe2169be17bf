// `npm run package -- [options of electron-builder]`: builds what is stale and makes installers of the desktop app.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildStale } from "./build.mjs";
import { findElectron } from "./electron-binary.mjs";
import { ensureInstalled, ROOT } from "./install.mjs";

const EXIT_FAILED = 1;
const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);

if (await ensureInstalled(say)) {
  await buildStale(say);
  if (findElectron() === undefined) say("Electron's binary is not here: electron-builder downloads it now.");
  const cli = join(ROOT, "node_modules", "electron-builder", "cli.js");
  const builder = spawn(process.execPath, [cli, "--publish", "never", ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: "inherit",
  });
  builder.on("exit", (status) => {
    process.exitCode = status ?? EXIT_FAILED;
  });
} else process.exitCode = EXIT_FAILED;

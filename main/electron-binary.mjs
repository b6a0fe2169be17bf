// Whether Electron can run here, found out without asking Electron: its first `require` would download its binary.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The binary's place under dist/ where path.txt does not name it. */
const DEFAULT_PLACES = /** @type {Readonly<Record<string, string>>} */ ({
  darwin: "Electron.app/Contents/MacOS/Electron",
  win32: "electron.exe",
});

/**
 * The path of Electron's binary, or undefined where it is not installed.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined}
 */
export function findElectron(env = process.env) {
  const folder = packageFolder();
  if (folder === undefined) return undefined;
  const pathFile = join(folder, "path.txt");
  const place = existsSync(pathFile)
    ? readFileSync(pathFile, "utf8").trim()
    : (DEFAULT_PLACES[process.platform] ?? "electron");
  const binary = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, "dist"), place);
  return existsSync(binary) ? binary : undefined;
}

function packageFolder() {
  try {
    return dirname(createRequire(import.meta.url).resolve("electron/package.json"));
  } catch {
    return undefined;
  }
}

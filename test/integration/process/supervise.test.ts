// The shell keeps its processes running, and none outlives it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeAll, expect, test } from "vitest";
import { clientOf } from "#main/process/rpc.ts";
import { launchWithFork } from "#main/process/spawn.ts";
import { type Supervised, supervise } from "#main/process/supervise.ts";
import { bundled } from "./bundled.ts";
import type { echoContract } from "./echo-contract.ts";

let entry = "";
let mother = "";
const supervisors: Supervised<"device-host">[] = [];
beforeAll(async () => {
  entry = await bundled("test/integration/process/echo-child.ts");
  mother = await bundled("test/integration/process/mother.ts");
});
afterEach(async () => {
  await Promise.all(supervisors.splice(0).map((supervised) => supervised.stop()));
});

test("a process that is killed is restarted, and answers a new client", async () => {
  const { supervised, exits } = anEchoSupervisor();
  await supervised.start(() => ({ process: "device-host", devices: {} }));
  supervised.kill();
  await expect.poll(() => exits.length).toBe(1);
  await expect.poll(() => supervised.channels() !== undefined, { timeout: 5_000 }).toBe(true);
  expect(await clientOn(supervised)?.say({ text: "back" })).toEqual({ text: "back" });
});
test("waits longer before each restart of a process that keeps dying", async () => {
  const { supervised, exits } = anEchoSupervisor();
  supervised.keepTrying(() => ({ process: "device-host", devices: { printer: "tcp://refuse:1" } }));
  await expect.poll(() => exits.length, { timeout: 10_000 }).toBe(3);
  expect(exits).toEqual([250, 500, 1_000]);
});
test("a first start that fails is told with its code and not tried again", async () => {
  const { supervised, exits } = anEchoSupervisor();
  const start = supervised.start(() => ({ process: "device-host", devices: { printer: "tcp://refuse:1" } }));
  await expect(start).rejects.toMatchObject({ failure: { code: "DEVICE_FAILED" } });
  expect(exits).toEqual([]);
});
test("a process that was told to stop is not restarted", async () => {
  const { supervised, exits } = anEchoSupervisor();
  await supervised.start(() => ({ process: "device-host", devices: {} }));
  await supervised.stop();
  expect(exits).toEqual([]);
  expect(supervised.channels()).toBeUndefined();
});
test("a process ends when its parent is killed", async () => {
  const parent = spawn(process.execPath, [mother, entry], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(printed.toString());
  expect(isRunning(pid)).toBe(true);
  parent.kill("SIGKILL");
  await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
});

function anEchoSupervisor() {
  const exits: number[] = [];
  const supervised = supervise({
    name: "device-host",
    launch: () => launchWithFork(entry, { name: "echo", output: () => undefined }),
    offer: () => undefined,
    onReady: () => undefined,
    onExit: (_exit, restartInMs) => void exits.push(restartInMs),
  });
  supervisors.push(supervised);
  return { supervised, exits };
}

function clientOn(supervised: Supervised<"device-host">) {
  const channels = supervised.channels();
  return channels && clientOf<typeof echoContract>(channels.open("devices"));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

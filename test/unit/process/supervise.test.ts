import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Frame } from "#core/contract/wire.ts";
import type { Exit } from "#main/process/spawn.ts";
import { supervise } from "#main/process/supervise.ts";
import { makeWire } from "#main/process/wire.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Each run becomes ready after `toReadyMs` and ends `steadyMs` later; the waits before the next ones. */
async function waitsOf(runs: number, toReadyMs: number, steadyMs: number): Promise<readonly number[]> {
  const waits: number[] = [];
  const supervised = supervise({
    name: "device-host",
    launch: () => {
      let exited: (exit: Exit) => void = () => undefined;
      const exit = new Promise<Exit>((resolve) => {
        exited = resolve;
      });
      const ends = makeWire<Frame>(
        (frame) => {
          if (frame.kind !== "start") return;
          setTimeout(() => ends.arrived({ kind: "ready", ready: { process: "device-host" } }), toReadyMs);
          setTimeout(() => exited({ code: 1, signal: null }), toReadyMs + steadyMs);
        },
        () => undefined,
      );
      const kill = () => exited({ code: null, signal: "SIGKILL" });
      return { pid: undefined, wire: ends.wire, exit, kill };
    },
    offer: () => undefined,
    onReady: () => undefined,
    onExit: (_exit, restartInMs) => waits.push(restartInMs),
  });
  supervised.keepTrying(() => ({ process: "device-host", devices: {} }));
  while (waits.length < runs) await vi.advanceTimersByTimeAsync(1_000);
  supervised.kill();
  await supervised.stop();
  return waits;
}

test("waits longer each time for a process that is slow to start and ends soon after", async () => {
  const [first = 0, second = 0, third = 0] = await waitsOf(3, 40_000, 1_000);
  expect(second).toBeGreaterThan(first);
  expect(third).toBeGreaterThan(second);
});

test("begins the waits anew for a process that was well for a while", async () => {
  const [first, second, third] = await waitsOf(3, 1_000, 31_000);
  expect([second, third]).toEqual([first, first]);
});

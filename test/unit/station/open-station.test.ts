import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Frame } from "#core/contract/wire.ts";
import type { Child, Exit, Launch } from "#main/process/spawn.ts";
import { makeWire } from "#main/process/wire.ts";
import { lockFolder } from "#main/station/lock.ts";
import { type Front, openStation } from "#main/station/open-station.ts";

test("whoever stops a station that is stopping already waits until the folder is free", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-data-"));
  const window = closing();
  const open = await aStation(dataDir, async () => ({ tillAddress: undefined, stop: window.close }));
  const first = open.stop();
  let isStopped = false;
  const second = open.stop().then(() => {
    isStopped = true;
  });
  await window.asked;
  // Long enough for all that waits for nothing.
  await new Promise((resolve) => setImmediate(resolve));
  expect(isStopped).toBe(false);
  expect(existsSync(join(dataDir, "station.json"))).toBe(true);
  window.closed();
  await Promise.all([first, second]);
  expect(existsSync(join(dataDir, "station.json"))).toBe(false);
  await (await lockFolder(dataDir)).release();
});

test("a till that is not enrolled yet bears the demo's name in the demo only", async () => {
  const configs: Frame[] = [];
  for (const mode of ["demo", "production"] as const) {
    const dataDir = mkdtempSync(join(tmpdir(), "countersign-data-"));
    const front = async () => ({ tillAddress: undefined, stop: async () => undefined });
    const open = await aStation(dataDir, front, mode, (frame) => configs.push(frame));
    await open.stop();
  }
  const names = configs.flatMap((frame) =>
    frame.kind === "start" && frame.config.process === "till" ? [frame.config.stationName] : [],
  );
  expect(names).toEqual(["Station 7", "Countersign"]);
});

const aStation = (
  dataDir: string,
  front: () => Promise<Front>,
  mode: "demo" | "production" = "production",
  started: (frame: Frame) => void = () => undefined,
) =>
  openStation(
    {
      dataDir,
      mode,
      backoffice: "https://books.example",
      port: undefined,
      shell: "none",
      startedAt: new Date(0),
    },
    {
      launch: launchStandIn(started),
      distDir: dataDir,
      keyStore: "file",
      offerToTill: () => undefined,
      say: () => undefined,
    },
    front,
  );

/** A process that is ready as soon as it is started, and ends when it is told to. */
const launchStandIn =
  (started: (frame: Frame) => void): Launch =>
  (_entry, { name }): Child => {
    let end: (exit: Exit) => void = () => undefined;
    const exit = new Promise<Exit>((resolve) => {
      end = resolve;
    });
    const die = () => {
      ends.ended();
      end({ code: 0, signal: null });
    };
    const ends = makeWire<Frame>((frame) => {
      if (frame.kind === "stop") die();
      if (frame.kind !== "start") return;
      started(frame);
      ends.arrived({ kind: "ready", ready: readyOf(name) });
    }, die);
    return { pid: undefined, wire: ends.wire, exit, kill: die };
  };

function readyOf(name: string): Extract<Frame, { kind: "ready" }>["ready"] {
  if (name === "till") return { process: "till", enrolled: false };
  if (name === "device-host") return { process: "device-host" };
  return { process: "simulators", devices: {}, backofficeUrl: "http://127.0.0.1:1" };
}

/** A window that takes its time to close. */
function closing() {
  let ask: () => void = () => undefined;
  let closed: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const gone = new Promise<void>((resolve) => {
    closed = resolve;
  });
  return {
    asked,
    closed: () => closed(),
    close: () => {
      ask();
      return gone;
    },
  };
}

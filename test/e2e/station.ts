// The whole demo station for one test file: real processes on free ports and a data folder of its own, opened by the same
// code as `npm start`. The card reader may stand on a serial line instead of a TCP port.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DemoCard, DemoSignIn, ProcessConfig, ProcessName } from "#core/contract/process.ts";
import type { simulatorsContract } from "#core/contract/simulators.ts";
import type { Frame } from "#core/contract/wire.ts";
import { FailureError, fail } from "#core/errors.ts";
import { startKiosk } from "#main/kiosk/server.ts";
import { clientOf } from "#main/process/rpc.ts";
import { type Child, launchWithFork } from "#main/process/spawn.ts";
import { type OpenStation, openStation } from "#main/station/open-station.ts";

/** The two ends of a serial line: the till's driver opens `near`, the simulated reader stands at `far`. */
export type SerialLine = Readonly<{ near: string; far: string }>;

export type TestStation = Readonly<{
  dataDir: string;
  /** Good for any number of browsers while the station runs. */
  tillUrl: string;
  consoleUrl: string;
  cards: readonly DemoCard[];
  signIns: readonly DemoSignIn[];
  /** The line of the Devices sheet: swipes, plugs, paper, the line to the back office, the bank. */
  simulators: ReturnType<typeof clientOf<typeof simulatorsContract>>;
  /** SIGKILL ends it, and the station starts it again by itself; SIGSTOP and SIGCONT let it hang for a while. */
  signal(name: ProcessName, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  stop(): Promise<void>;
}>;

const PORT_MIN = 20_000;
const PORT_MAX = 32_000; // Below the range that systems give out by themselves.
const TRIES_MAX = 20;

export type StationDevices = Readonly<{
  /** Puts the card reader on a serial line. */
  reader?: SerialLine | undefined;
  /** A printer without Korean characters. */
  printer?: "latin";
}>;

/** Opens a station. Everything it made is gone after `stop`. */
export async function openTestStation(devices: StationDevices = {}): Promise<TestStation> {
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-e2e-"));
  const children = new Map<ProcessName, Child>();
  const open = await openOnFreePorts(dataDir, children, devices);
  const { station, file } = open;
  const line = station.openPage("simulators");
  return {
    dataDir,
    tillUrl: file.addresses.till ?? "",
    consoleUrl: file.addresses.console,
    cards: file.cards,
    signIns: file.signIns,
    simulators: clientOf<typeof simulatorsContract>(line ?? fail("PEER_GONE", "simulators")),
    signal: (name, signal) => {
      const pid = children.get(name)?.pid;
      if (pid !== undefined) process.kill(pid, signal);
    },
    stop: async () => {
      line?.close();
      await open.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Files of a tier run side by side, so each looks for ports that nobody has. */
async function openOnFreePorts(
  dataDir: string,
  children: Map<ProcessName, Child>,
  devices: StationDevices,
): Promise<OpenStation> {
  for (let count = 1; ; count++) {
    const port = PORT_MIN + 4 * Math.floor((Math.random() * (PORT_MAX - PORT_MIN)) / 4);
    try {
      return await openAt(port, dataDir, children, devices);
    } catch (error) {
      const isTaken = error instanceof FailureError && error.failure.code === "PORT_TAKEN";
      if (!isTaken || count === TRIES_MAX) throw error;
    }
  }
}

function openAt(
  port: number,
  dataDir: string,
  children: Map<ProcessName, Child>,
  { reader, printer }: StationDevices,
): Promise<OpenStation> {
  const distDir = resolve("dist");
  const printed: string[] = [];
  return openStation(
    { dataDir, mode: "demo", backoffice: "bundled", printer, port, shell: "none", startedAt: new Date() },
    {
      launch: (entry, options) => {
        const child = launchWithFork(entry, options);
        children.set(options.name as ProcessName, child);
        return reader === undefined ? child : onSerial(child, reader, port + 2);
      },
      distDir,
      keyStore: "file",
      offerToTill: () => undefined,
      say: (text) => void printed.push(text),
    },
    async (station, tillPort) => {
      const pageDir = join(distDir, "pages", "till");
      const kiosk = await startKiosk({ port: tillPort, pageDir, openPage: station.openPage });
      return { tillAddress: kiosk.address, stop: kiosk.stop };
    },
  ).catch((error: unknown) => {
    if (error instanceof FailureError && error.failure.code === "PORT_TAKEN") throw error;
    throw new Error(`the station did not open\n${printed.join("\n")}`, { cause: error });
  });
}

/** Tells the simulated reader and the driver the two ends of the line, where the demo would tell them a TCP port. */
function onSerial(child: Child, reader: SerialLine, linePort: number): Child {
  const rewired = (config: ProcessConfig): ProcessConfig => {
    switch (config.process) {
      case "simulators":
        return {
          ...config,
          resume: config.resume ?? {
            process: "simulators",
            devices: { cardReader: `serial:${reader.far}` },
            backofficeUrl: `http://127.0.0.1:${linePort}`,
          },
        };
      case "device-host":
        return { ...config, devices: { ...config.devices, cardReader: `serial:${reader.near}` } };
      case "till":
      case "backoffice":
        return config;
    }
  };
  const send = (frame: Frame) =>
    child.wire.send(frame.kind === "start" ? { ...frame, config: rewired(frame.config) } : frame);
  return { ...child, wire: { ...child.wire, send } };
}

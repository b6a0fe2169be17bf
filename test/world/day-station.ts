// A station for a whole day, made of real processes: one back office with its bank, and for each till its simulators,
// its device host and its own process. Tills reach the back office through a line that can be cut for each alone.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ReadyOf } from "#core/contract/process.ts";
import type { simulatorsContract } from "#core/contract/simulators.ts";
import { clientOf } from "#main/process/rpc.ts";
import { join as joinWires } from "#main/process/wire.ts";
import { type StationProcess, stationProcess } from "./station-process.ts";

export type SimulatorsClient = ReturnType<typeof clientOf<typeof simulatorsContract>>;

export type DayTill = Readonly<{
  /** From 1. */
  number: number;
  name: string;
  process: StationProcess<"till">;
  deviceHost: StationProcess<"device-host">;
  simulators: SimulatorsClient;
}>;

export type DayStation = Readonly<{
  dir: string;
  backofficeUrl: string;
  backoffice: StationProcess<"backoffice">;
  signIns: ReadyOf<"backoffice">["signIns"];
  /** Starts a till of its own with a one-time code of the console. */
  addTill(number: number, enrolmentCode: string): Promise<DayTill>;
  stop(): Promise<void>;
}>;

type Stoppable = Readonly<{ stop(): Promise<void> }>;

/** Starts the back office; tills are added when it has made their codes. */
export async function openDayStation(
  options: Readonly<{ dir: string; distDir: string }>,
): Promise<DayStation> {
  const { dir, distDir } = options;
  const started: Stoppable[] = [];
  const stop = async () => {
    for (const one of started.splice(0).toReversed()) await one.stop();
  };
  const backoffice = stationProcess({ name: "backoffice", logName: "backoffice", dir, distDir });
  started.push(backoffice);
  // The first start takes a free port; a restart takes the same one again, as the tills' lines lead there.
  let port = 0;
  try {
    const ready = await backoffice.start(() => ({
      process: "backoffice",
      mode: "demo",
      dataDir: folder(dir, "backoffice"),
      pagesDir: join(distDir, "pages"),
      port,
    }));
    port = Number(new URL(ready.url).port);
    return {
      dir,
      backofficeUrl: ready.url,
      backoffice,
      signIns: ready.signIns,
      addTill: async (number, enrolmentCode) => {
        const { till, parts } = await startTill(options, number, enrolmentCode, ready.url);
        started.push(...parts);
        return till;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startTill(
  { dir, distDir }: Readonly<{ dir: string; distDir: string }>,
  number: number,
  enrolmentCode: string,
  backofficeUrl: string,
): Promise<{ till: DayTill; parts: readonly Stoppable[] }> {
  const parts: Stoppable[] = [];
  const make = <Name extends "simulators" | "device-host">(name: Name) => {
    const made = stationProcess({ name, logName: `${name}-${number}`, dir, distDir });
    parts.push(made);
    return made;
  };
  try {
    const simulators = make("simulators");
    const scene = await simulators.start(() => ({
      process: "simulators",
      dataDir: folder(dir, `simulators-${number}`),
      backofficeUrl,
      // One bank is enough: that of the first till works on the back office's folder, the others find nothing to do.
      bankDir: number === 1 ? join(dir, "backoffice", "bank") : folder(dir, `simulators-${number}/bank`),
    }));
    const deviceHost = make("device-host");
    await deviceHost.start(() => ({ process: "device-host", devices: scene.devices }));
    const name = `Till ${number}`;
    const process = stationProcess({
      name: "till",
      logName: `till-${number}`,
      dir,
      distDir,
      offer: (channels) =>
        channels.accept("devices", (session) => {
          const host = deviceHost.channels();
          if (host === undefined) session.close();
          else joinWires(session, host.open("devices"));
        }),
    });
    parts.push(process);
    await process.start(() => ({
      process: "till",
      mode: "demo",
      dataDir: folder(dir, `till-${number}`),
      stationName: "Station 7",
      tillName: name,
      backofficeUrl: scene.backofficeUrl,
      enrolmentCode,
      keyStore: "file",
    }));
    const channel = simulators.channels()?.open("simulators");
    if (channel === undefined) throw new Error(`the simulators of ${name} ended at once`);
    return {
      till: { number, name, process, deviceHost, simulators: clientOf<typeof simulatorsContract>(channel) },
      parts,
    };
  } catch (error) {
    for (const part of parts.toReversed()) await part.stop();
    throw error;
  }
}

function folder(dir: string, name: string): string {
  const path = join(dir, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

// One start of a station on its data folder: take the folder, bring the processes up, and tell where it answers.
import { mkdirSync } from "node:fs";
import type { StationFile } from "#core/contract/process.ts";
import { type Lock, lockFolder } from "./lock.ts";
import { choosePorts, isDefault } from "./ports.ts";
import { runStation, type Station, type StationOptions, type Surroundings } from "./run-station.ts";
import { removeStationFile, writeStationFile } from "./station-file.ts";

export type OpenOptions = Readonly<{
  dataDir: string;
  mode: StationOptions["mode"];
  backoffice: string;
  /** The characters of the demo's printer; Korean where none is given. */
  printer?: StationOptions["printer"] | undefined;
  /** The port of `--port`, or undefined for the default or the next free one. */
  port: number | undefined;
  shell: StationFile["shell"];
  /** When it started, for station.json. */
  startedAt: Date;
}>;

/** What the shell itself serves: the kiosk its page, Electron a window. */
export type Front = Readonly<{ tillAddress: string | undefined; stop(): Promise<void> }>;

export type OpenStation = Readonly<{
  station: Station;
  file: StationFile;
  /** Resolves once nothing of it runs any more and the folder is free; asked again, when the first is through. */
  stop(): Promise<void>;
}>;

/**
 * Starts everything, the shell's own front last, and then writes station.json.
 * Fails with DATA_IN_USE, PORT_TAKEN, or the code of the process that could not start; nothing is left running then.
 */
export async function openStation(
  options: OpenOptions,
  surroundings: Surroundings,
  startFront: (station: Station, port: number) => Promise<Front>,
): Promise<OpenStation> {
  const { dataDir, mode, backoffice, shell, startedAt, printer } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const undo: (() => Promise<void> | void)[] = [];
  const undoAll = async () => {
    for (const step of undo.toReversed()) await step();
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= undoAll();
    return stopping;
  };
  try {
    const lock: Lock = await lockFolder(dataDir);
    undo.push(() => lock.release());
    removeStationFile(dataDir);
    undo.push(() => removeStationFile(dataDir));

    const ports = await choosePorts(options.port);
    if (options.port === undefined && !isDefault(ports))
      surroundings.say(
        `Port 7070 or 7071 is taken, so it is ${ports.till} and ${ports.backoffice} this time.`,
      );
    const station = await runStation({ dataDir, mode, backoffice, printer, ports }, surroundings);
    undo.push(() => station.stop());
    const front = await startFront(station, ports.till);
    undo.push(() => front.stop());

    const file: StationFile = {
      mode,
      pid: process.pid,
      startedAt: startedAt.toISOString(),
      shell,
      addresses: {
        ...(front.tillAddress === undefined ? {} : { till: front.tillAddress }),
        backoffice: station.backofficeUrl,
        console: `${station.backofficeUrl}/console/`,
      },
      signIns: station.signIns,
      cards: station.cards,
    };
    writeStationFile(dataDir, file);
    return { station, file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

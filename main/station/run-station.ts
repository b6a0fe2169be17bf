// Brings a station up in the right order and keeps it so: back office, simulated devices, device host, till.
// The shell (kiosk or Electron) that calls this is the only parent of all of them and relays between them.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type {
  BackofficeConfig,
  DeviceHostConfig,
  Mode,
  ProcessName,
  ReadyOf,
  SimulatorsConfig,
  TillConfig,
} from "#core/contract/process.ts";
import type { PageChannel } from "#core/contract/wire.ts";
import { FailureError } from "#core/errors.ts";
import type { Channels, TextWire } from "../process/channels.ts";
import type { Child, Launch } from "../process/spawn.ts";
import { type Supervised, supervise } from "../process/supervise.ts";
import { join as joinWires } from "../process/wire.ts";
import { readDevices } from "./device-file.ts";
import { LOOPBACK, type StationPorts } from "./ports.ts";
import { openLog, type ProcessLog } from "./process-logs.ts";

export type StationOptions = Readonly<{
  dataDir: string;
  mode: Mode;
  /** "bundled", or the address of a back office elsewhere. */
  backoffice: string;
  printer?: SimulatorsConfig["printer"];
  ports: StationPorts;
}>;

/** What differs between the shells. */
export type Surroundings = Readonly<{
  launch: Launch;
  distDir: string;
  keyStore: TillConfig["keyStore"];
  /** What the till may ask of this shell, such as its key store. */
  offerToTill: (channels: Channels) => void;
  /** A line for the person at the terminal. */
  say: (line: string) => void;
}>;

export type Station = Readonly<{
  backofficeUrl: string;
  /** The sign-ins and cards of the demo; empty in production. */
  signIns: ReadyOf<"backoffice">["signIns"];
  cards: ReadyOf<"backoffice">["cards"];
  /** A page's line to a process, or undefined while that is not up. */
  openPage(channel: PageChannel): TextWire | undefined;
  stop(): Promise<void>;
}>;

/** What the set-up screen shows until the back office names the station. */
const STATION_NAME = { demo: "Station 7", production: "Countersign" } as const satisfies Record<Mode, string>;
const TILL_FOLDER = "till-1";
const TILL_NAME = "Till 1";

/** Starts every process. Fails with the code of the one that could not start; nothing is left running then. */
export async function runStation(options: StationOptions, surroundings: Surroundings): Promise<Station> {
  const { dataDir, mode } = options;
  const supervisors: Supervised<ProcessName>[] = [];
  const supervised = <Name extends ProcessName>(name: Name, hooks: Hooks<Name> = {}): Supervised<Name> => {
    const made = superviseOne(name, dataDir, surroundings, hooks);
    supervisors.push(made as Supervised<never>);
    return made;
  };
  const stop = async () => {
    // The till first: what it has in hand still finds its devices and its back office.
    for (const one of supervisors.toReversed()) await one.stop();
  };

  try {
    const books = new Books(options);
    const backoffice = books.isBundled
      ? supervised("backoffice", { onReady: (ready) => books.learn(ready) })
      : undefined;
    const simulators = mode === "demo" ? supervised("simulators") : undefined;
    const deviceHost = supervised("device-host");
    const till = supervised("till", {
      offer: (channels) => {
        channels.accept("devices", (session) => relay(session, deviceHost.channels()));
        surroundings.offerToTill(channels);
      },
    });

    if (backoffice !== undefined) await startBooks(backoffice, options, surroundings);

    let demo: ReadyOf<"simulators"> | undefined;
    demo = await simulators?.start(() => simulatorsConfig(options, books, demo));
    const lineUrl = demo?.backofficeUrl ?? books.url;

    const devices = demo?.devices ?? readDevices(dataDir);
    const hostConfig: DeviceHostConfig = { process: "device-host", devices };
    // A driver that crashes at once must not keep the till from selling.
    deviceHost.keepTrying(() => hostConfig);

    await till.start(() => tillConfig(options, surroundings, lineUrl, books.enrolmentCode()));

    return {
      backofficeUrl: books.url,
      signIns: books.latest?.signIns ?? [],
      cards: books.latest?.cards ?? [],
      openPage: (channel) => (channel === "till" ? till : simulators)?.channels()?.open(channel),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where the back office is, and what it said when it was last ready. */
class Books {
  readonly isBundled: boolean;
  readonly url: string;
  latest: ReadyOf<"backoffice"> | undefined;

  constructor({ backoffice, ports }: StationOptions) {
    this.isBundled = backoffice === "bundled";
    this.url = this.isBundled ? `http://${LOOPBACK}:${ports.backoffice}` : backoffice;
  }

  learn(ready: ReadyOf<"backoffice">): void {
    this.latest = ready;
  }

  enrolmentCode(): string | undefined {
    return this.latest?.enrolmentCodes[TILL_FOLDER];
  }
}

async function startBooks(
  backoffice: Supervised<"backoffice">,
  options: StationOptions,
  { distDir, say }: Surroundings,
): Promise<void> {
  const config = backofficeConfig(options, distDir);
  try {
    await backoffice.start(() => config);
  } catch (error) {
    // A till that was enrolled before sells without its back office; a first start needs it.
    const isKnownTill = existsSync(join(options.dataDir, TILL_FOLDER, "till.db"));
    if (!isKnownTill) throw error;
    const code = error instanceof FailureError ? error.failure.code : "INTERNAL";
    say(`The back office did not start (${code}). The till sells offline; it is tried again.`);
    backoffice.keepTrying(() => config);
  }
}

type Hooks<Name extends ProcessName> = Readonly<{
  offer?: (channels: Channels) => void;
  onReady?: (ready: ReadyOf<Name>) => void;
}>;

function superviseOne<Name extends ProcessName>(
  name: Name,
  dataDir: string,
  { launch, distDir, say }: Surroundings,
  { offer = () => undefined, onReady = () => undefined }: Hooks<Name>,
): Supervised<Name> {
  const log: ProcessLog = openLog(dataDir, name);
  const launchOne = () => launch(join(distDir, `${name}.cjs`), { name, output: log.write });
  // Loads its code while those before it in the order are still starting.
  let early: Child | undefined = launchOne();
  const supervised = supervise({
    name,
    launch: () => {
      const child = early;
      early = undefined;
      return child === undefined || child.wire.isClosed() ? launchOne() : child;
    },
    offer,
    onReady,
    onExit: ({ code, signal }, restartInMs) =>
      say(`The ${name} ended (${signal ?? `status ${code}`}) and is started again in ${restartInMs} ms.`),
  });
  return {
    ...supervised,
    start: (config) =>
      supervised.start(config).catch((error: unknown) => {
        say(`The ${name} did not start. The end of ${join(dataDir, "logs", `${name}.log`)}:\n${log.tail()}`);
        throw error;
      }),
    stop: async () => {
      early?.kill();
      await supervised.stop();
    },
  };
}

function relay(session: TextWire, peer: Channels | undefined): void {
  if (peer === undefined) session.close();
  else joinWires(session, peer.open("devices"));
}

function folder(dataDir: string, name: string): string {
  const path = join(dataDir, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

function backofficeConfig({ dataDir, mode, ports }: StationOptions, distDir: string): BackofficeConfig {
  return {
    process: "backoffice",
    mode,
    dataDir: folder(dataDir, "backoffice"),
    pagesDir: join(distDir, "pages"),
    port: ports.backoffice,
  };
}

function simulatorsConfig(
  { dataDir, printer }: StationOptions,
  books: Books,
  resume: ReadyOf<"simulators"> | undefined,
): SimulatorsConfig {
  return {
    process: "simulators",
    dataDir: folder(dataDir, "simulators"),
    backofficeUrl: books.url,
    bankDir: join(dataDir, "backoffice", "bank"),
    cards: [...(books.latest?.cards ?? [])],
    printer,
    ...(resume === undefined ? {} : { resume }),
  };
}

function tillConfig(
  { dataDir, mode }: StationOptions,
  { keyStore }: Surroundings,
  backofficeUrl: string,
  enrolmentCode: string | undefined,
): TillConfig {
  return {
    process: "till",
    mode,
    dataDir: folder(dataDir, TILL_FOLDER),
    stationName: STATION_NAME[mode],
    tillName: TILL_NAME,
    backofficeUrl,
    ...(enrolmentCode === undefined ? {} : { enrolmentCode }),
    keyStore,
  };
}

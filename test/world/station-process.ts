// One real process of a test's station: started as the shell starts it, killed without warning, and waited for.
import type { ConfigOf, ProcessName, ReadyOf } from "#core/contract/process.ts";
import type { Channels } from "#main/process/channels.ts";
import { launchWithFork } from "#main/process/spawn.ts";
import { supervise } from "#main/process/supervise.ts";
import { openLog } from "#main/station/process-logs.ts";
import { eventually } from "./eventually.ts";

/** A restart after a crash waits at most ten seconds for its turn and then needs a few of its own. */
const UP_MS_MAX = 60_000;

export type StationProcess<Name extends ProcessName> = Readonly<{
  start(config: () => ConfigOf<Name>): Promise<ReadyOf<Name>>;
  channels(): Channels | undefined;
  /** SIGKILL. It is started again by itself. */
  kill(): void;
  /** Resolves once the process that runs now, or the one that is started next, is ready. */
  up(): Promise<ReadyOf<Name>>;
  stop(): Promise<void>;
}>;

export type StationProcessOptions<Name extends ProcessName> = Readonly<{
  name: Name;
  /** Of its log file: "till-2". */
  logName: string;
  dir: string;
  distDir: string;
  offer?: (channels: Channels) => void;
}>;

export function stationProcess<Name extends ProcessName>({
  name,
  logName,
  dir,
  distDir,
  offer = () => undefined,
}: StationProcessOptions<Name>): StationProcess<Name> {
  const log = openLog(dir, logName);
  let latest: ReadyOf<Name> | undefined;
  const supervised = supervise<Name>({
    name,
    launch: () => launchWithFork(`${distDir}/${name}.cjs`, { name, output: log.write }),
    offer,
    onReady: (ready) => {
      latest = ready;
    },
    onExit: () => {
      latest = undefined;
    },
  });
  return {
    start: supervised.start,
    channels: supervised.channels,
    kill: () => {
      // From here nothing of the run that is being ended counts as an answer.
      latest = undefined;
      supervised.kill();
    },
    up: () =>
      eventually(
        () => (supervised.channels() === undefined ? undefined : latest),
        () => `${logName} to be up; its log ends:\n${log.tail()}`,
        UP_MS_MAX,
      ),
    stop: supervised.stop,
  };
}

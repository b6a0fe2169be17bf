// Keeps one process of the station running: starts it, waits until it is ready, restarts it with bounded back-off.
import type { ConfigOf, ProcessName, ReadyOf } from "#core/contract/process.ts";
import type { Frame } from "#core/contract/wire.ts";
import { FailureError } from "#core/errors.ts";
import { waitBeforeTry } from "./backoff.ts";
import { type Channels, channelsOver } from "./channels.ts";
import type { Child, Exit } from "./spawn.ts";

/** How long a process may take from its start until it is ready; the first start migrates and seeds. */
const READY_MS_MAX = 60_000;
/** How long a process may take to stop before it is killed; longer than its own bound. */
const STOP_MS_MAX = 7_000;
/** Having been ready for so long counts as healthy: the back-off begins anew. */
const STEADY_MS = 30_000;

export type Supervised<Name extends ProcessName> = Readonly<{
  /** Starts it for the first time. Fails with the code the process gave, PEER_GONE or TIMED_OUT; it is then not retried. */
  start(config: () => ConfigOf<Name>): Promise<ReadyOf<Name>>;
  /** As `start`, but a failure is retried like any later exit, and the caller goes on. */
  keepTrying(config: () => ConfigOf<Name>): void;
  /** The channels of the process while it is ready. */
  channels(): Channels | undefined;
  /** Tells it to stop, and kills it when it does not. */
  stop(): Promise<void>;
  /** Ends it at once; it is then restarted. For demonstrations of a crash and for tests. */
  kill(): void;
}>;

export type SupervisorOptions<Name extends ProcessName> = Readonly<{
  name: Name;
  launch: () => Child;
  /** What this process may ask of the shell: called for every new run, before it starts. */
  offer: (channels: Channels) => void;
  onReady: (ready: ReadyOf<Name>) => void;
  onExit: (exit: Exit, restartInMs: number) => void;
}>;

export function supervise<Name extends ProcessName>(options: SupervisorOptions<Name>): Supervised<Name> {
  let child: Child | undefined;
  let readyChannels: Channels | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** When this run became ready; undefined until it is. */
  let readyAtMs: number | undefined;
  let isStopping = false;
  let tries = 0;

  const runOnce = (config: ConfigOf<Name>): Promise<ReadyOf<Name>> => {
    const run = options.launch();
    child = run;
    readyAtMs = undefined;
    const channels = channelsOver(run.wire, "parent");
    options.offer(channels);
    run.wire.onClose(() => {
      if (readyChannels === channels) readyChannels = undefined;
    });
    return untilReady(run, options.name, config).then((ready) => {
      readyChannels = channels;
      readyAtMs = performance.now();
      options.onReady(ready);
      return ready;
    });
  };

  const restartOnExit = (run: Child | undefined, config: () => ConfigOf<Name>) => {
    void run?.exit.then((exit) => {
      if (isStopping) return;
      if (readyAtMs !== undefined && performance.now() - readyAtMs > STEADY_MS) tries = 0;
      const waitMs = waitBeforeTry(tries);
      tries += 1;
      options.onExit(exit, waitMs);
      timer = setTimeout(() => attempt(config), waitMs);
    });
  };

  const attempt = (config: () => ConfigOf<Name>) => {
    // A run that does not become ready is ended by `untilReady`, and its exit is what leads to the next.
    runOnce(config()).catch(() => undefined);
    restartOnExit(child, config);
  };

  return {
    start: async (config) => {
      const ready = await runOnce(config());
      restartOnExit(child, config);
      return ready;
    },
    keepTrying: attempt,
    channels: () => readyChannels,
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      if (child !== undefined) await stopChild(child);
    },
    kill: () => child?.kill(),
  };
}

function untilReady<Name extends ProcessName>(
  run: Child,
  name: Name,
  config: ConfigOf<Name>,
): Promise<ReadyOf<Name>> {
  return new Promise<ReadyOf<Name>>((resolve, reject) => {
    const giveUp = (error: FailureError) => {
      clearTimeout(timer);
      run.kill();
      reject(error);
    };
    const timer = setTimeout(
      () => giveUp(new FailureError({ code: "TIMED_OUT", detail: name })),
      READY_MS_MAX,
    );
    run.wire.onMessage((frame) => {
      if (frame.kind === "failed") giveUp(failureFrom(frame.failure));
      if (frame.kind !== "ready" || frame.ready.process !== name) return;
      clearTimeout(timer);
      resolve(frame.ready as ReadyOf<Name>);
    });
    void run.exit.then(({ code, signal }) =>
      giveUp(new FailureError({ code: "PEER_GONE", detail: `${name} ended (${signal ?? code})` })),
    );
    run.wire.send({ kind: "start", config });
  });
}

function failureFrom({ code, detail }: Extract<Frame, { kind: "failed" }>["failure"]): FailureError {
  return new FailureError(detail === undefined ? { code } : { code, detail });
}

async function stopChild(run: Child): Promise<void> {
  run.wire.send({ kind: "stop" });
  const timer = setTimeout(() => run.kill(), STOP_MS_MAX);
  await run.exit;
  clearTimeout(timer);
}

// The life of a child process: wait for its start, say that it is ready or why not, stop when told or left alone.
import type { ConfigOf, ProcessName, ReadyOf } from "#core/contract/process.ts";
import type { Frame } from "#core/contract/wire.ts";
import { type Failure, FailureError } from "#core/errors.ts";
import { type Channels, channelsOver } from "./channels.ts";
import { parentWire } from "./parent.ts";
import type { Wire } from "./wire.ts";

/** What a composition root hands back: what to tell the shell, and how to end without losing anything. */
export type Running<Name extends ProcessName> = Readonly<{ ready: ReadyOf<Name>; stop(): Promise<void> }>;
export type StartProcess<Name extends ProcessName> = (
  config: ConfigOf<Name>,
  channels: Channels,
) => Promise<Running<Name>>;

/** After this a process that does not end by itself is ended; what it acknowledged is on disk. */
const STOP_MS_MAX = 5_000;
/** A child whose parent says nothing was started by hand or by mistake. */
const START_MS_MAX = 30_000;

const EXIT_FAILED = 1;
const EXIT_USAGE = 64;

/** Runs this process as the child `name`. Called once, by its file in main/entries. */
export function runChild<Name extends ProcessName>(name: Name, start: StartProcess<Name>): void {
  const wire = parentWire(process);
  if (wire === undefined) {
    console.error(`The ${name} is started by Countersign itself: npm start`);
    process.exit(EXIT_USAGE);
  }
  const channels = channelsOver(wire, "child");
  let running: Promise<Running<Name>> | undefined;
  let isStopping = false;
  const stopOnce = () => {
    if (isStopping) return;
    isStopping = true;
    stopAndExit(running);
  };
  const waiting = setTimeout(() => process.exit(EXIT_USAGE), START_MS_MAX);

  wire.onMessage((frame) => {
    if (frame.kind === "stop") stopOnce();
    if (frame.kind !== "start" || running !== undefined) return;
    clearTimeout(waiting);
    running = startAs(name, frame, channels, start);
    running.then(
      ({ ready }) => wire.send({ kind: "ready", ready } as Frame),
      (error: unknown) => refuse(wire, error),
    );
  });
  wire.onClose(stopOnce);
  process.once("SIGTERM", stopOnce);
  // Where Ctrl-C reaches the children as well, the shell alone decides who stops when.
  process.on("SIGINT", () => undefined);
}

async function startAs<Name extends ProcessName>(
  name: Name,
  frame: Extract<Frame, { kind: "start" }>,
  channels: Channels,
  start: StartProcess<Name>,
): Promise<Running<Name>> {
  if (frame.config.process !== name)
    throw new FailureError({ code: "REQUEST_INVALID", detail: `this is the ${name}` });
  // The process of a config says which config it is; the check above is that proof.
  return start(frame.config as ConfigOf<Name>, channels);
}

function refuse(wire: Wire<Frame>, error: unknown): void {
  console.error(error);
  wire.send({ kind: "failed", failure: failureOf(error) });
  // The wire is closed by the parent, which ends this process; should it not, this does.
  setTimeout(() => process.exit(EXIT_FAILED), STOP_MS_MAX);
}

function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  return { code: "INTERNAL", detail: error instanceof Error ? error.message.slice(0, 2_000) : "unknown" };
}

function stopAndExit(running: Promise<{ stop(): Promise<void> }> | undefined): void {
  setTimeout(() => process.exit(EXIT_FAILED), STOP_MS_MAX);
  void (async () => {
    try {
      await (await running)?.stop();
      process.exit(0);
    } catch (error) {
      console.error(error);
      process.exit(EXIT_FAILED);
    }
  })();
}

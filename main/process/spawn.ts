// Starts a child process of the station. The launcher is Node's fork here; Electron's is in main/electron.
import { fork } from "node:child_process";
import type { Readable } from "node:stream";
import { type Frame, frameSchema } from "#core/contract/wire.ts";
import { makeWire, type Wire, type WireEnds } from "./wire.ts";

/** Why a process is no more. `code` is its exit status; `signal` the signal that ended it. */
export type Exit = Readonly<{ code: number | null; signal: string | null }>;

export type Child = Readonly<{
  pid: number | undefined;
  wire: Wire<Frame>;
  /** Resolves when the process has ended; never rejects. */
  exit: Promise<Exit>;
  /** Ends it at once, without its graceful stop. */
  kill(): void;
}>;

/** What a process prints goes to `output`, in pieces as they come. */
export type Launch = (entry: string, options: LaunchOptions) => Child;
export type LaunchOptions = Readonly<{ name: string; output: (chunk: Buffer) => void }>;

/** Starts `entry` (a CommonJS bundle) under this same Node. */
export const launchWithFork: Launch = (entry, { output }) => {
  const child = fork(entry, [], {
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: ["--enable-source-maps"],
    // Ctrl-C goes to the whole group of a terminal; the shell alone decides who stops when.
    detached: process.platform !== "win32",
  });
  const ends = makeWire<Frame>(
    // Without a callback a send to a process that was just killed would crash this one.
    (frame) => void child.send(frame, () => undefined),
    () => {
      if (child.connected) child.disconnect();
    },
  );
  child.on("message", (message) => take(ends, message));
  child.on("disconnect", () => ends.ended());
  forward(child.stdout, output);
  forward(child.stderr, output);
  const exit = new Promise<Exit>((resolve) => {
    child.on("error", () => {
      ends.ended();
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
    child.on("exit", (code, signal) => {
      ends.ended();
      resolve({ code, signal });
    });
  });
  return { pid: child.pid, wire: ends.wire, exit, kill: () => void child.kill("SIGKILL") };
};

/** A child that speaks out of turn is ended, and restarted by its supervisor. */
export function take(ends: WireEnds<Frame>, message: unknown): void {
  const frame = frameSchema.safeParse(message);
  if (frame.success) ends.arrived(frame.data);
  else ends.wire.close();
}

export function forward(
  stream: Readable | NodeJS.ReadableStream | null,
  output: (chunk: Buffer) => void,
): void {
  stream?.on("data", (chunk: Buffer | string) => output(Buffer.from(chunk)));
  // A pipe breaks when the process is killed; its exit is what counts.
  stream?.on("error", () => undefined);
}

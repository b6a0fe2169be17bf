// Starts a child in Electron's utility process. With the runAsNode fuse off, Node's fork would not work.
import { type Frame, frameSchema } from "#core/contract/wire.ts";
import { type Exit, forward, type Launch, take } from "../process/spawn.ts";
import { makeWire } from "../process/wire.ts";

/** The parts of a utility process used here; tests pass a plain object. */
export type UtilityProcessLike = Readonly<{
  pid: number | undefined;
  stdout: NodeJS.ReadableStream | null;
  stderr: NodeJS.ReadableStream | null;
  on(event: "message", listen: (message: unknown) => void): unknown;
  on(event: "exit", listen: (code: number) => void): unknown;
  postMessage(message: unknown): void;
  kill(): boolean;
}>;

export type ForkUtility = (
  entry: string,
  args: string[],
  options: { serviceName: string; stdio: "pipe"; env: Record<string, string> },
) => UtilityProcessLike;

/**
 * Builds the launcher.
 * @param env what a child may know of this process's environment; the rest may hold what is none of its business
 */
export function launchWith(fork: ForkUtility, env: Record<string, string>): Launch {
  return (entry, { name, output }) => {
    const child = fork(entry, [], { serviceName: `Countersign ${name}`, stdio: "pipe", env });
    const ends = makeWire<Frame>(
      (frame) => child.postMessage(frameSchema.parse(frame)),
      // A utility process has no line to hang up but its own life.
      () => void child.kill(),
    );
    child.on("message", (message) => take(ends, message));
    forward(child.stdout, output);
    forward(child.stderr, output);
    const exit = new Promise<Exit>((resolve) => {
      child.on("exit", (code) => {
        ends.ended();
        resolve({ code, signal: null });
      });
    });
    return {
      get pid() {
        return child.pid;
      },
      wire: ends.wire,
      exit,
      kill: () => void child.kill(),
    };
  };
}

/** Names of the environment that a child needs: where things are, and how to speak to the display and the logs. */
const ENV_NAMES =
  /^(PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|TEMP|TMP|TMPDIR|LANG|LC_.*|TZ|COUNTERSIGN_.*|DATABASE_URL)$/i;

export function childEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && ENV_NAMES.test(name) ? [[name, value] as const] : [],
    ),
  );
}

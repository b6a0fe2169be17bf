// A part of the bench that must not share a process with what measures it: the same program, started again.
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CaptureServerOptions, startCaptureServer } from "./capture-server.ts";

const FLAG = "--part";
const READY_MS_MAX = 300_000;
const STOP_MS_MAX = 20_000;

type Ready = Readonly<{ url: string; bareUrl: string }>;
export type Part = Readonly<{ ready: Ready; stop(): Promise<void> }>;

export type PartName = "capture-server";

/** Starts a part and waits until it says where it answers. */
export async function startPart(name: PartName, options: CaptureServerOptions): Promise<Part> {
  const child = fork(__filename, [FLAG, name], { serialization: "advanced", execArgv: backofficeFlags() });
  try {
    const ready = await readyOf(child, options);
    return { ready, stop: () => ended(child) };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** What `npm run backoffice` tells Node. */
function backofficeFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  return (scripts.backoffice ?? "").split(" ").filter((word) => word.startsWith("--"));
}

function readyOf(child: ChildProcess, options: CaptureServerOptions): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("a part of the bench was not ready")), READY_MS_MAX);
    child.once("message", (ready) => {
      clearTimeout(timer);
      resolve(ready as Ready);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`a part of the bench ended with ${code}`));
    });
    child.send(options);
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.send("stop");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  await exit;
  clearTimeout(timer);
}

/** True where this process was started to be a part; it then serves until it is told to stop. */
export function isPart(args: readonly string[]): boolean {
  return args[0] === FLAG;
}

/** Waits for its options, serves, and ends with its parent. */
export function runPart(): void {
  process.once("message", (options) => {
    startCaptureServer(options as CaptureServerOptions).then(
      ({ url, bareUrl, stop }) => {
        const end = () => void stop().then(() => process.exit(0));
        process.on("message", end);
        process.on("disconnect", end);
        process.send?.({ url, bareUrl });
      },
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
}

// What the processes print: one file each in DIR/logs, bounded, and the last of it kept for a failed start.
import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** Per file; the one before it is kept as `.1`. */
const LOG_BYTES_MAX = 8 * 1_048_576;
const TAIL_BYTES = 2_000;

export type ProcessLog = Readonly<{ write(chunk: Buffer): void; tail(): string }>;

/** Opens the log of one process, going on after what is there. */
export function openLog(dataDir: string, name: string): ProcessLog {
  const folder = join(dataDir, "logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}.log`);
  let sizeBytes = sizeOf(path);
  let tail = "";
  return {
    write: (chunk) => {
      tail = (tail + chunk.toString()).slice(-TAIL_BYTES);
      try {
        if (sizeBytes > LOG_BYTES_MAX) {
          renameSync(path, `${path}.1`);
          sizeBytes = 0;
        }
        appendFileSync(path, chunk, { mode: 0o600 });
        sizeBytes += chunk.length;
      } catch {
        // A full disk must not end the shell: selling goes on, and the till itself says DISK_FULL.
      }
    },
    tail: () => tail,
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

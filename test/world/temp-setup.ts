// vitest globalSetup: the run has a temporary folder of its own, and what its tests leave there goes with it.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What `os.tmpdir` goes by, here and on Windows. */
const NAMES = ["TMPDIR", "TEMP", "TMP"] as const;
/** PostgreSQL, which root runs as somebody else, has its data further down. */
const MAY_PASS = 0o711;
/** A process that is on its way out may still write. */
const TRIES = 5;

export default function setup(): () => void {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  // A short name: a socket's path has some hundred characters.
  const folder = mkdtempSync(join(tmpdir(), "cs-test-"));
  chmodSync(folder, MAY_PASS);
  for (const name of NAMES) process.env[name] = folder;
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: TRIES });
  };
}

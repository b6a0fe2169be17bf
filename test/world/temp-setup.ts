// vitest globalSetup: the run has a temporary folder of its own, and one for its bundles, and what its tests leave there goes
// with them.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What `os.tmpdir` goes by, here and on Windows. */
const NAMES = ["TMPDIR", "TEMP", "TMP"] as const;
/** PostgreSQL, which root runs as somebody else, has its data further down. */
const MAY_PASS = 0o711;
/** Where `bundled` puts what it makes: inside the project, so that it finds the native modules. */
export const BUNDLES = "COUNTERSIGN_TEST_BUNDLES";
const CACHE = ".cache";
/** A process that is on its way out may still write. */
const TRIES = 5;

export default function setup(): () => void {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  // A short name: a socket's path has some hundred characters.
  const folder = mkdtempSync(join(tmpdir(), "cs-test-"));
  chmodSync(folder, MAY_PASS);
  for (const name of NAMES) process.env[name] = folder;
  mkdirSync(CACHE, { recursive: true });
  const bundles = mkdtempSync(join(process.cwd(), CACHE, "bundles-"));
  process.env[BUNDLES] = bundles;
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    for (const made of [folder, bundles]) rmSync(made, { recursive: true, force: true, maxRetries: TRIES });
  };
}

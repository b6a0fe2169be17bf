// A first start that ends while it writes a key must not keep every later one from starting.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openKeyring } from "#backoffice/cards/keyring.ts";
import { openServerKeys } from "#backoffice/terminals/server-keys.ts";
import { bundled } from "#test/integration/process/bundled.ts";

let childFile = "";
let folder = "";
beforeAll(async () => {
  childFile = await bundled("test/integration/card/key-making-child.ts");
  folder = mkdtempSync(join(tmpdir(), "countersign-half-a-key-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(process.platform === "win32").each([
  ["card-lookup", (dir: string) => openKeyring(dir, "card-lookup").current.bytes.length],
  ["server", (dir: string) => openServerKeys(dir).serverKey.length],
])("a process that ends between making the file of a %s key and writing it leaves none", (what, open) => {
  const dir = join(folder, what);
  // A process that may not write a single byte of a file opens it all the same.
  const ended = spawnSync("sh", [
    "-c",
    'ulimit -f 0; exec "$0" "$@"',
    process.execPath,
    childFile,
    what,
    dir,
  ]);
  expect(ended.status).not.toBe(0);
  expect(readdirSync(dir).filter((name) => !name.startsWith("."))).toEqual([]);
  expect(open(dir)).toBeGreaterThan(0);
  expect(open(dir)).toBe(open(dir));
});

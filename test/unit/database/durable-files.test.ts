import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDurably, moveDurably, syncFile, writeDurably } from "#database/durable-files.ts";
import { fileHash } from "#database/file-hash.ts";

const isUnix = process.platform !== "win32";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-durable-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rightsOf = (path: string) => statSync(path).mode & 0o777;

test("replaces a file whole, for its owner only, and what a crash left of an earlier try", async () => {
  const path = join(folder, "keys.json");
  writeFileSync(join(folder, ".keys.json.part"), "half of a lon", { mode: 0o644 });
  await writeDurably(path, "first");
  await writeDurably(path, "second");
  expect(readFileSync(path, "utf8")).toBe("second");
  expect(readdirSync(folder)).toEqual(["keys.json"]);
  if (isUnix) expect(rightsOf(path)).toBe(0o600);
});

test("a file that cannot be replaced is still there", async () => {
  const path = join(folder, "kept");
  writeFileSync(path, "kept");
  // The unfinished name is taken by what cannot be written to.
  mkdirSync(join(folder, ".kept.part"));
  await expect(writeDurably(path, "new")).rejects.toThrow();
  expect(readFileSync(path, "utf8")).toBe("kept");
});

test("makes a new file whole, and never takes the place of one that is there", () => {
  const path = join(folder, "lookup.1.key");
  createDurably(path, "one");
  if (isUnix) expect(rightsOf(path)).toBe(0o600);
  expect(() => createDurably(path, "two")).toThrow(/STATE_CONFLICT/);
  expect(readFileSync(path, "utf8")).toBe("one");
  expect(readdirSync(folder)).toEqual(["lookup.1.key"]);
});

test("moves a file over another, and flushes one that somebody else wrote", async () => {
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  writeFileSync(from, "new");
  writeFileSync(to, "old");
  await syncFile(from);
  await moveDurably(from, to);
  expect([readFileSync(to, "utf8"), readdirSync(folder)]).toEqual(["new", ["to"]]);
});

test("the hash of a file is that of its bytes", async () => {
  const bytes = Buffer.alloc(200_000, "countersign");
  writeFileSync(join(folder, "file"), bytes);
  expect(await fileHash(join(folder, "file"))).toBe(createHash("sha256").update(bytes).digest("hex"));
});

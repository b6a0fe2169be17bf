// `npm run …` bundles its program anew each time, and two may start at once.
import { execFile } from "node:child_process";
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const DIST = join(ROOT, "dist");
const BUNDLE = join(DIST, "run-countersign.cjs");
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(ROOT, "main/run.mjs"), ...args]);
const help = () => run("countersign", "--help");

test("a program that is being read is replaced, not written over, and leaves nothing beside it", async () => {
  await help();
  const reading = openSync(BUNDLE, "r");
  try {
    const outcomes = await Promise.all([help(), help(), help()]);
    for (const { stdout } of outcomes) expect(stdout).toContain("verify");
    expect(fstatSync(reading).ino).not.toBe(statSync(BUNDLE).ino);
    expect(readFileSync(reading, "utf8")).toMatch(/sourceMappingURL=run-countersign\.cjs\.map\s*$/);
  } finally {
    closeSync(reading);
  }
  expect(readdirSync(DIST).filter((name) => /^run-countersign\.cjs(\.map)?\.\d+$/.test(name))).toEqual([]);
});

test.each([
  ["sim", "--ops"],
  ["countersign", "verify"],
])("%s says what it takes when it is asked, and refuses what it does not take", async (name, option) => {
  const [helped, refused] = await Promise.allSettled([run(name, "--help"), run(name, "--nonsense")]);
  expect(helped).toMatchObject({ value: { stdout: expect.stringContaining(option) } });
  expect(refused).toMatchObject({ reason: { code: 64 } });
});

// A power cut while the till's append runs as one script: what was told is there once, and what was under way whole or not.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cutTheScripts } from "#test/crash/power-script.ts";
import { randomFrom } from "#test/day/random.ts";

const dir = mkdtempSync(join(tmpdir(), "countersign-script-cuts-"));
/** Where a copy falls is the machine's affair; one of a few runs finds a script before its COMMIT. */
const RUNS_MAX = 6;

afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("loses nothing that was told, and leaves no half of a commit, wherever the script is cut", async () => {
  let beforeCommit = 0;
  for (let run = 1; run <= RUNS_MAX && beforeCommit === 0; run += 1) {
    const found = await cutTheScripts({ dir: join(dir, `${run}`), cuts: 15, random: randomFrom(run) });
    expect(found.broken).toEqual({ I1: [], I2: [], I3: [], I4: [], I5: [] });
    expect([found.lost, found.duplicated]).toEqual([0, 0]);
    expect(found.acknowledged).toBeGreaterThan(0);
    beforeCommit += found.points.beforeCommit;
  }
  expect(beforeCommit).toBeGreaterThan(0);
});

// The tiers of the tests: what each runs, and how a tier becomes a count of passed and failed.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "./browser.mjs";
import { buildStale } from "./build.mjs";
import { ROOT } from "./install.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: number, output: string }} Outcome
 * @typedef {{ name: string, run: () => Promise<Outcome> }} Tier
 */

/** A tier that hangs is ended and counts as failed. */
const TIER_MS_MAX = 15 * 60_000;
const KILL_AFTER_MS = 5_000;

const BIOME = "node_modules/@biomejs/biome/bin/biome";
const TSC = "node_modules/typescript/bin/tsc";
const VITEST = "node_modules/vitest/vitest.mjs";

// Format, lint and the order of imports: apart, each would read every file for itself.
const LINT = program("format, lint", [BIOME, "check", "--error-on-warnings", "."]);
const TYPES = program("types", [TSC, "-p", "."]);
// Test files share a thread or process where none changes what the next one finds: half of a unit test's time is loading.
const TOGETHER = ["--no-isolate", "--pool=threads"];
const UNIT = vitest("unit", TOGETHER);
const TIDY = vitest("tidy", TOGETHER);

/**
 * `npm test`, in this order: what fails quickest comes first. The tiers of one step run side by side, as each of them
 * leaves half of two cores idle.
 */
export const ALL_TIERS = [
  [TIDY, LINT, TYPES],
  [{ name: "build", run: build }],
  [UNIT],
  [vitest("property")],
  [vitest("contract")],
  [vitest("integration", ["--no-isolate"])],
  [vitest("e2e")],
  [vitest("electron")],
  [
    program("day", [
      "main/run.mjs",
      "day",
      "--seed",
      "7",
      "--tills",
      "3",
      "--cards",
      "20",
      "--sales",
      "60",
      "--kills",
      "3",
    ]),
    program("crash", ["main/run.mjs", "crash", "--kills", "3"]),
  ],
  [
    program("sim", ["main/run.mjs", "sim", "--ops", "2000", "--seed", "1"]),
    // The small model of the server, as a second opinion on the tills.
    program("sim-small", ["main/run.mjs", "sim", "--server", "small", "--ops", "1000", "--seed", "1"]),
  ],
];

/** `npm run check`: what a person waits for before a commit. */
export const QUICK_TIERS = [[UNIT, LINT, TYPES, TIDY]];

/**
 * Runs steps one after the other, prints a line for each tier, all output of those that failed, and the closing line.
 * @param {readonly (readonly Tier[])[]} steps
 * @returns {Promise<number>} the exit status
 */
export async function runTiers(steps) {
  let passed = 0;
  let failed = 0;
  for (const step of steps) {
    for (const outcome of await Promise.all(step.map(runTier))) {
      passed += outcome.passed;
      failed += outcome.failed;
    }
  }
  print("");
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * @param {Tier} tier
 * @returns {Promise<Outcome>}
 */
async function runTier(tier) {
  const startedAtMs = performance.now();
  const outcome = await tier.run().catch((error) => failure(String(error?.stack ?? error)));
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  if (outcome.failed > 0) print(`${outcome.output.trimEnd()}\n`);
  const skipped = outcome.skipped === 0 ? "" : `, ${outcome.skipped} skipped`;
  print(
    `${tier.name.padEnd(12)} ${`${seconds} s`.padStart(8)}   ${outcome.passed} passed, ${outcome.failed} failed${skipped}`,
  );
  return outcome;
}

const print = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);

/**
 * A program that counts as one test: its exit status decides.
 * @param {string} name
 * @param {readonly string[]} args of Node
 * @returns {Tier}
 */
function program(name, args) {
  return {
    name,
    run: async () => {
      const { status, output } = await runNode(args);
      return status === 0 ? success() : failure(output);
    },
  };
}

/**
 * The vitest files of one folder of test/. A folder that is not there is a failure: a tier does not vanish unseen.
 * @param {string} name
 * @param {readonly string[]} options of vitest
 * @returns {Tier}
 */
function vitest(name, options = []) {
  return {
    name,
    run: async () => {
      if (!existsSync(join(ROOT, "test", name))) return failure(`test/${name} is missing.`);
      const folder = mkdtempSync(join(tmpdir(), "countersign-tier-"));
      const report = join(folder, "report.json");
      try {
        const args = [
          VITEST,
          "run",
          `test/${name}/`,
          ...options,
          "--reporter=default",
          "--reporter=json",
          `--outputFile.json=${report}`,
        ];
        const { status, output } = await runNode(args, { COUNTERSIGN_TIER: name });
        return counted(report, status, output);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/**
 * @param {string} report
 * @param {number | null} status
 * @param {string} output
 * @returns {Outcome}
 */
function counted(report, status, output) {
  if (!existsSync(report)) return failure(output);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  // A file that cannot be loaded, or an error outside a test, fails the run without a failed test.
  const failed = status === 0 ? numFailedTests : Math.max(1, numFailedTests);
  return { passed: numPassedTests, failed, skipped: numPendingTests + (numTodoTests ?? 0), output };
}

async function build() {
  await buildStale(() => undefined);
  return success();
}

/** @returns {Outcome} */
const success = () => ({ passed: 1, failed: 0, skipped: 0, output: "" });
/**
 * @param {string} output
 * @returns {Outcome}
 */
const failure = (output) => ({ passed: 0, failed: 1, skipped: 0, output });

/**
 * Runs Node on some arguments and keeps what it prints.
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} extraEnv
 * @returns {Promise<{ status: number | null, output: string }>}
 */
function runNode(args, extraEnv = {}) {
  const browser = findBrowser();
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...extraEnv,
      ...(browser === undefined ? {} : { COUNTERSIGN_CHROMIUM: browser }),
    },
  });
  let output = "";
  const take = (/** @type {Buffer} */ chunk) => {
    output += chunk.toString();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const timer = setTimeout(() => {
    output += `\nended after ${TIER_MS_MAX / 1_000} s\n`;
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS).unref();
  }, TIER_MS_MAX);
  return new Promise((resolve) => {
    const end = (/** @type {number | null} */ status) => {
      clearTimeout(timer);
      resolve({ status, output });
    };
    child.on("error", (error) => {
      output += error.message;
      end(null);
    });
    child.on("close", end);
  });
}

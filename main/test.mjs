// `npm test`: fetches what the tests need, runs every tier, and ends with one line `N passed, N failed`.
import { ensureInstalled, ensureTestPrograms } from "./install.mjs";

const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);

if (await ensureInstalled(say)) {
  ensureTestPrograms(say);
  const { ALL_TIERS, runTiers } = await import("./tiers.mjs");
  process.exitCode = await runTiers(ALL_TIERS);
} else {
  say("0 passed, 1 failed");
  process.exitCode = 1;
}

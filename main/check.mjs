// `npm run check`: format, lint, types, tidy and unit tests, in the time of a breath.
import { ensureInstalled } from "./install.mjs";

const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);

if (await ensureInstalled(say)) {
  const { QUICK_TIERS, runTiers } = await import("./tiers.mjs");
  process.exitCode = await runTiers(QUICK_TIERS);
} else {
  say("0 passed, 1 failed");
  process.exitCode = 1;
}

// `npm run sim -- --server real --ops 100000 --seed 1 --json FILE`: prints the seed first, so that any run can be run again.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { programOptions } from "#test/world/program-options.ts";
import { type SimOptions, simulate } from "./simulation.ts";

const EXIT_VIOLATED = 1;
const USAGE = `Usage: npm run sim -- [options]

  --ops N          operations (default: 10000)
  --seed N         what happens follows from it alone (default: another each time)
  --server S       real: the back office as it is; small: a model of it, for long runs (default: real)
  --tills N        (default: 4)
  --cards N        (default: 12)
  --json FILE      writes the findings as JSON`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function optionsOf(args: readonly string[]): { sim: SimOptions; jsonPath: string | undefined } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      server: { type: "string", default: "real" },
      ops: { type: "string", default: "10000" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      tills: { type: "string", default: "4" },
      cards: { type: "string", default: "12" },
      json: { type: "string" },
    },
  });
  const whole = (name: "ops" | "seed" | "tills" | "cards", max: number): number => {
    const text = values[name];
    const number = Number(text);
    if (!/^\d{1,9}$/.test(text) || number > max)
      throw new TypeError(`--${name} must be a number up to ${max}`);
    return number;
  };
  const { server } = values;
  if (server !== "real" && server !== "small") throw new TypeError("--server must be real or small");
  return {
    sim: {
      server,
      ops: whole("ops", 10_000_000),
      seed: whole("seed", 999_999_999),
      tills: Math.max(1, whole("tills", 50)),
      cards: Math.max(1, whole("cards", 1_000)),
    },
    jsonPath: values.json,
  };
}

async function main(): Promise<void> {
  const options = programOptions(USAGE, optionsOf);
  if (options === undefined) return;
  const { sim, jsonPath } = options;
  say(
    `seed ${sim.seed}: ${sim.ops} operations on ${sim.tills} tills, ${sim.cards} cards and the ${sim.server} server`,
  );
  const began = performance.now();
  const secondsSince = () => Math.round((performance.now() - began) / 100) / 10;
  const report = await simulate(sim, (done) => say(`${done} operations after ${secondsSince()} s`));
  const seconds = secondsSince();
  if (jsonPath !== undefined)
    await writeFile(jsonPath, `${JSON.stringify({ ...report, seconds }, null, 2)}\n`);
  const { payments, syncs } = report;
  say(
    `${payments.online} online, ${payments.escrow} from escrow, ${payments.risk} at risk, ${payments.refused} refused, ` +
      `${report.refunds} refunds; ${syncs.done} syncs, ${syncs.failed} failed; ${report.crashes} crashes, ${report.restores} restores`,
  );
  say(
    `${report.entries} entries verified; lost inside escrow ${report.escrowLossMinor}, at risk ${report.riskLossMinor}, ` +
      `after restores ${report.restoredLossMinor} (cap per window ${report.riskCapMinor}); ${seconds} s`,
  );
  const counted = Object.entries(report.serverCounts).map(([name, count]) => `${name} ${count}`);
  if (counted.length > 0) say(`server: ${counted.join(", ")}`);
  for (const violation of report.violations)
    say(`violated ${violation} (seed ${report.seed}, ${report.ops} operations, ${report.server} server)`);
  say(`${report.violations.length} violations`);
  if (report.violations.length > 0) process.exitCode = EXIT_VIOLATED;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = EXIT_VIOLATED;
});

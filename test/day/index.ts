// `npm run day -- --seed 7 --tills 3 --cards 50 --sales 400 --kills 3 --json FILE [--data DIR]`: a narrated day at
// Station 7, and the audit of what it left behind. `--audit DIR` audits again what an earlier day has kept.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { programOptions } from "#test/world/program-options.ts";
import { audit, type DayReport } from "./auditor.ts";
import { ROLES } from "./cards-of-the-day.ts";
import { liveDay } from "./day.ts";
import { DayRecord } from "./record.ts";
import { SCENE_CUSTOMERS } from "./scenes.ts";

const EXIT_OFF = 1;
const USAGE = `Usage: npm run day -- [options]

  --seed N         what happens follows from it (default: another each time)
  --tills N        (default: 3)
  --cards N        (default: 20)
  --sales N        (default: 60)
  --kills N        processes that are killed in the middle of their work (default: 3)
  --json FILE      writes the figures as JSON
  --data DIR       keeps all that the day made: databases, receipts, files to and from the bank
  --audit DIR      audits a day again that was kept`;
const RECORD_FILE = "day-record.json";
const FINDINGS_FILE = "findings.txt";
/** One thing that is off often shows in hundreds of places. */
const FINDINGS_SHOWN = 30;

const print = (line: string) => void process.stdout.write(`${line}\n`);
const say = (line: string) => print(`${new Date().toISOString().slice(11, 19)}  ${line}`);

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      tills: { type: "string", default: "3" },
      cards: { type: "string", default: "20" },
      sales: { type: "string", default: "60" },
      kills: { type: "string", default: "3" },
      json: { type: "string" },
      data: { type: "string" },
      audit: { type: "string" },
    },
  });
  const whole = (name: "seed" | "tills" | "cards" | "sales" | "kills", min: number, max: number): number => {
    const number = /^\d{1,9}$/.test(values[name]) ? Number(values[name]) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new TypeError(`--${name} must be a number from ${min} to ${max}`);
  };
  const dataDir = values.data === undefined ? undefined : resolve(values.data);
  if (dataDir !== undefined && existsSync(join(dataDir, RECORD_FILE)))
    throw new TypeError(`--data ${dataDir} holds a day already`);
  const sales = whole("sales", SCENE_CUSTOMERS + 7, 100_000);
  return {
    seed: whole("seed", 0, 999_999_999),
    tills: whole("tills", 2, 16),
    cards: whole("cards", ROLES.length + 2, 2_000),
    sales,
    // Each kill that hits a sale needs a sale of its own.
    kills: whole("kills", 0, sales - SCENE_CUSTOMERS),
    jsonPath: values.json,
    dataDir,
    auditDir: values.audit === undefined ? undefined : resolve(values.audit),
  };
}

type Options = ReturnType<typeof optionsOf>;

async function main(): Promise<void> {
  const options = programOptions(USAGE, optionsOf);
  if (options === undefined) return;
  const { auditDir } = options;
  if (auditDir !== undefined) {
    const record = DayRecord.parse(JSON.parse(readFileSync(join(auditDir, RECORD_FILE), "utf8")));
    conclude(options, auditDir, await audit(auditDir, record, 0));
    return;
  }
  const dir = options.dataDir ?? mkdtempSync(join(tmpdir(), "countersign-day-"));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const isWell = await liveAndAudit(options, dir);
  if (options.dataDir !== undefined) print(`Everything is kept in ${dir}`);
  else if (isWell) rmSync(dir, { recursive: true, force: true });
  else print(`What it left behind is kept in ${dir}`);
}

async function liveAndAudit(options: Options, dir: string): Promise<boolean> {
  const { seed, tills, cards, sales, kills } = options;
  say(`seed ${seed}: ${tills} tills, ${cards} cards, ${sales} sales, ${kills} kills`);
  const beganMs = performance.now();
  let record: DayRecord | undefined;
  const keep = () =>
    writeFileSync(join(dir, RECORD_FILE), `${JSON.stringify(record, null, 1)}\n`, { mode: 0o600 });
  try {
    await liveDay({ ...options, dir, distDir: __dirname, say }, (made) => {
      record = made;
    });
  } catch (error) {
    // What was told until then is worth reading too.
    record?.problems.push(error instanceof Error ? String(error.stack).slice(0, 2_000) : String(error));
  }
  if (record === undefined) throw new Error("the day did not begin");
  keep();
  const seconds = () => Math.round((performance.now() - beganMs) / 100) / 10;
  return conclude(options, dir, await audit(dir, record, seconds()));
}

function conclude({ jsonPath }: Options, dir: string, { report, findings }: DayReport): boolean {
  if (jsonPath !== undefined) writeFileSync(jsonPath, `${JSON.stringify(report, null, 2)}\n`);
  const { sales, offline, journal, bank } = report;
  print(
    `\n${sales.total} sales: ${sales.cash} in cash, ${sales.prepaidOnline} by card on line, ${sales.prepaidOffline} ` +
      `by card without a line, ${sales.refused} refused. ${report.kills} kills.`,
  );
  print(`${report.acknowledged} acknowledged, ${report.lost} lost, ${report.duplicated} duplicated.`);
  print(
    `${journal.verified} of ${journal.entries} journal entries verified; trial balance ${report.trialBalanceMinor}.`,
  );
  print(
    `Lost inside escrow ${offline.escrowLossMinor} won, at risk ${offline.riskLossMinor} of at most ${offline.riskCapMinor}.`,
  );
  print(
    `${bank.files} bank files, ${bank.schemaValid} valid; ${bank.matched} of ${bank.lines} lines matched, ${bank.exceptions} exceptions.`,
  );
  print(
    `The auditor compared ${report.audit.accounts} accounts: ${report.audit.mismatches} mismatches. ${report.seconds} s.`,
  );
  for (const finding of findings.slice(0, FINDINGS_SHOWN)) print(`OFF: ${finding}`);
  const more = findings.length - FINDINGS_SHOWN;
  if (more > 0) print(`and ${more} more, in ${join(dir, FINDINGS_FILE)}`);
  if (findings.length > 0) writeFileSync(join(dir, FINDINGS_FILE), `${findings.join("\n")}\n`);
  if (findings.length > 0) process.exitCode = EXIT_OFF;
  else print(`All is well (seed ${report.seed}).`);
  return findings.length === 0;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = EXIT_OFF;
});

// `npm run crash -- --kills 50 --json FILE [--cuts N] [--tills 2] [--seed N] [--data DIR]`: real processes killed at
// random moments while they sell, then power cuts of both databases at every moment of a commit, and of
// the till's script wherever it is caught. What was acknowledged
// must be there, once. Ends with a status other than 0 where anything is off.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { randomFrom } from "#test/day/random.ts";
import type { DayRecord } from "#test/day/record.ts";
import { programOptions } from "#test/world/program-options.ts";
import { type Judgement, judge, nothingBroken } from "./judge.ts";
import { cutTheJournal } from "./power-journal.ts";
import { cutTheLedger } from "./power-ledger.ts";
import { cutTheScripts } from "./power-script.ts";
import { conclude, type Findings } from "./report.ts";
import { sellUnderFire } from "./under-fire.ts";

const EXIT_OFF = 1;
const RECORD_FILE = "crash-record.json";
/** Of each store, for one kill of a process: enough to hit every kind of moment in a short run too. */
const CUTS_PER_KILL = 6;
const USAGE = `Usage: npm run crash -- [options]

  --kills N        processes that are killed while they sell (default: 5)
  --cuts N         power cuts of each store (default: ${CUTS_PER_KILL} for each kill, at least 60)
  --seed N         (default: another each time)
  --tills N        (default: 2)
  --json FILE      writes the figures as JSON
  --data DIR       keeps what the run made`;

const print = (line: string) => void process.stdout.write(`${line}\n`);
const say = (line: string) => print(`${new Date().toISOString().slice(11, 19)}  ${line}`);

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      kills: { type: "string", default: "5" },
      cuts: { type: "string" },
      tills: { type: "string", default: "2" },
      json: { type: "string" },
      data: { type: "string" },
    },
  });
  const whole = (name: "seed" | "kills" | "cuts" | "tills", min: number, max: number): number => {
    const text = values[name] ?? "";
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new TypeError(`--${name} must be a number from ${min} to ${max}`);
  };
  const kills = whole("kills", 0, 10_000);
  const dataDir = values.data === undefined ? undefined : resolve(values.data);
  if (dataDir !== undefined && existsSync(join(dataDir, RECORD_FILE)))
    throw new TypeError(`--data ${dataDir} holds a run already`);
  return {
    seed: whole("seed", 0, 999_999_999),
    kills,
    cuts: values.cuts === undefined ? Math.max(60, kills * CUTS_PER_KILL) : whole("cuts", 0, 1_000_000),
    tills: whole("tills", 1, 8),
    jsonPath: values.json,
    dataDir,
  };
}

type Options = ReturnType<typeof optionsOf>;

async function main(): Promise<void> {
  const options = programOptions(USAGE, optionsOf);
  if (options === undefined) return;
  const dir = options.dataDir ?? mkdtempSync(join(tmpdir(), "countersign-crash-"));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const isWell = await runAll(options, dir);
  if (options.dataDir === undefined && isWell) rmSync(dir, { recursive: true, force: true });
  else print(`What it left behind is kept in ${dir}`);
  if (!isWell) process.exitCode = EXIT_OFF;
}

async function runAll(options: Options, dir: string): Promise<boolean> {
  const { seed, kills, cuts, tills } = options;
  say(
    `seed ${seed}: ${kills} kills over ${tills} tills and the back office, ${cuts} power cuts of each store`,
  );
  const beganMs = performance.now();
  const random = randomFrom(seed);
  const findings: Findings = {
    seed,
    killed: kills === 0 ? undefined : await killed(options, dir),
    journal: await cutTheJournal({ dir: join(dir, "power-journal"), cuts, random: random.fork("journal") }),
    script: await cutTheScripts({ dir: join(dir, "power-script"), cuts, random: random.fork("script") }),
    ledger: await cutTheLedger({ dir: join(dir, "power-ledger"), cuts, random: random.fork("ledger") }),
    seconds: Math.round((performance.now() - beganMs) / 100) / 10,
  };
  return conclude(findings, options.jsonPath, print);
}

async function killed(
  options: Options,
  dir: string,
): Promise<Readonly<{ kills: number; judgement: Judgement }>> {
  let record: DayRecord | undefined;
  try {
    await sellUnderFire({ ...options, dir, distDir: __dirname, say }, (made) => {
      record = made;
    });
  } catch (error) {
    // What was told until then is worth judging too.
    record?.problems.push(error instanceof Error ? String(error.stack).slice(0, 2_000) : String(error));
  }
  if (record === undefined) throw new Error("the station did not begin");
  writeFileSync(join(dir, RECORD_FILE), `${JSON.stringify(record, null, 1)}\n`, { mode: 0o600 });
  return { kills: record.kills.length, judgement: await judged(dir, record) };
}

/** A station that cannot even be read has lost what it acknowledged. */
async function judged(dir: string, record: DayRecord): Promise<Judgement> {
  try {
    return await judge(dir, record);
  } catch (error) {
    const why = error instanceof Error ? String(error.stack).slice(0, 2_000) : String(error);
    const broken = { ...nothingBroken(), I2: [...record.problems, `it cannot be judged: ${why}`] };
    const told = record.receipts.length + record.refunds.length + record.tenders.length;
    const sales = { total: 0, cash: 0, prepaidOnline: 0, prepaidOffline: 0, refused: record.refused };
    return {
      sales,
      acknowledged: told,
      lost: told,
      duplicated: 0,
      journalEntries: 0,
      accounts: 0,
      broken,
    };
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = EXIT_OFF;
});

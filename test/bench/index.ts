// `npm run bench -- [--quick] [--only NAME] [--json FILE] [--markdown FILE]`: how fast it is, as ratios to plain ways of
// doing the same in the same run. It reports; it never fails for being slow.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { programOptions } from "#test/world/program-options.ts";
import { benchAppend } from "./append.ts";
import { benchApproval } from "./approval.ts";
import { benchHttp } from "./http.ts";
import { benchLedger } from "./ledger.ts";
import { type BenchRow, FULL, QUICK, type Scale } from "./measure.ts";
import { isPart, runPart } from "./part.ts";
import { benchPasswords } from "./passwords.ts";
import { lineOf, writeMarkdown } from "./report.ts";
import { benchStation } from "./station.ts";
import { benchSync } from "./sync.ts";

const EXIT_FAILED = 1;

const SECTIONS: Readonly<Record<string, (scale: Scale) => Promise<readonly BenchRow[]>>> = {
  ledger: ({ rounds, transfersPerRound }) => benchLedger({ rounds, transfers: transfersPerRound }),
  http: benchHttp,
  approval: benchApproval,
  passwords: benchPasswords,
  append: benchAppend,
  sync: benchSync,
  station: benchStation,
};

const USAGE = `Usage: npm run bench -- [options]

  --quick          shows in a minute that everything is measured, not how fast it is
  --only NAME      ${Object.keys(SECTIONS).join(", ")}; may be given several times
  --json FILE      writes the figures as JSON
  --markdown FILE  writes them into the table of a page`;

const print = (line: string) => void process.stdout.write(`${line}\n`);

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true },
      json: { type: "string" },
      markdown: { type: "string" },
    },
  });
  for (const name of values.only ?? [])
    if (SECTIONS[name] === undefined)
      throw new TypeError(`--only takes ${Object.keys(SECTIONS).join(", ")}; not "${name}"`);
  return {
    scale: values.quick ? QUICK : FULL,
    quick: values.quick,
    names: values.only ?? Object.keys(SECTIONS),
    jsonPath: values.json,
    markdownPath: values.markdown,
  };
}

async function main(): Promise<void> {
  const options = programOptions(USAGE, optionsOf);
  if (options === undefined) return;
  const rows: BenchRow[] = [];
  for (const name of options.names) {
    const measured = (await SECTIONS[name]?.(options.scale)) ?? [];
    rows.push(...measured);
    for (const row of measured) print(lineOf(row));
  }
  if (options.jsonPath !== undefined) writeFileSync(options.jsonPath, `${JSON.stringify(rows, null, 2)}\n`);
  if (options.markdownPath !== undefined) writeMarkdown(options.markdownPath, rows, options.quick);
}

if (isPart(process.argv.slice(2))) runPart();
else
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = EXIT_FAILED;
  });

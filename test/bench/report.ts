// The figures as people read them: a line each on the terminal, and the table of docs/performance.md.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, release, totalmem, type } from "node:os";
import type { BenchRow } from "./measure.ts";

const BEGIN = "<!-- results: written by the bench -->";
const END = "<!-- end of results -->";
const GIB = 1_024 ** 3;

export type Verdict = "met" | "missed" | "—";

export function verdictOf({ ratio, target, better }: BenchRow): Verdict {
  if (ratio === null || target === null) return "—";
  return (better === "higher" ? ratio >= target : ratio <= target) ? "met" : "missed";
}

const number = (value: number) =>
  value.toLocaleString("en-GB", { maximumFractionDigits: value < 100 ? 2 : 0 });

const sign = ({ better }: BenchRow) => (better === "higher" ? "≥" : "≤");

export function lineOf(row: BenchRow): string {
  const { name, value, unit, baseline, ratio, target } = row;
  const compared = baseline === null || ratio === null ? "" : `, ${ratio} × ${number(baseline)}`;
  const wanted = target === null ? "" : ` (target ${sign(row)} ${target}: ${verdictOf(row)})`;
  return `${name}: ${number(value)} ${unit}${compared}${wanted}`;
}

/** Writes the machine and the table between the two marks of a document, or a document of nothing else. */
export function writeMarkdown(path: string, rows: readonly BenchRow[], quick: boolean): void {
  const results = [BEGIN, "", machine(quick), "", ...table(rows), "", END].join("\n");
  const before = existsSync(path) ? readFileSync(path, "utf8") : `${BEGIN}\n${END}\n`;
  const from = before.indexOf(BEGIN);
  const to = before.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${path} has no place for the results`);
  writeFileSync(path, before.slice(0, from) + results + before.slice(to + END.length));
}

function machine(quick: boolean): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / GIB);
  const model = first?.model.trim() ?? "";
  const cpu = `${cpus().length} × ${model === "" || model === "unknown" ? "unnamed CPU" : model}`;
  const day = new Date().toISOString().slice(0, 10);
  const kind = quick ? " This was a quick run, which shows that the bench works and little more." : "";
  return `Measured on ${day}: ${cpu}, ${memory} GiB, ${type()} ${release()} ${arch()}, Node ${process.version}.${kind}`;
}

function table(rows: readonly BenchRow[]): readonly string[] {
  return [
    "| figure | value | unit | baseline | ratio | target | |",
    "|---|---:|---|---:|---:|---:|---|",
    ...rows.map((row) => {
      const { name, value, unit, baseline, ratio, target } = row;
      const cells = [
        name,
        number(value),
        unit,
        baseline === null ? "" : number(baseline),
        ratio === null ? "" : String(ratio),
        target === null ? "" : `${sign(row)} ${target}`,
        verdictOf(row),
      ];
      return `| ${cells.join(" | ")} |`;
    }),
  ];
}

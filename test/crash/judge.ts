// What the killed station left behind, held against what its people were told. The reading and the reckoning are the
// independent auditor's, who shares no code with the ledger or the till; `countersign verify` has to agree.

import { EXIT, runCli } from "#main/cli/run-cli.ts";
import { compare, holderFindings, lossFindings, officeFigures, salesOf } from "#test/day/auditor.ts";
import type { Bank } from "#test/day/auditor-bank.ts";
import { readJournals } from "#test/day/auditor-journals.ts";
import { readBooks } from "#test/day/auditor-ledger.ts";
import { modelOf } from "#test/day/auditor-model.ts";
import { acknowledgements, caps, numbering, synced } from "#test/day/auditor-promises.ts";
import type { DayRecord } from "#test/day/record.ts";

/** DESIGN §13. What is off, by the invariant that it breaks. */
export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5";
export type Broken = Record<Invariant, string[]>;

export type Judgement = Readonly<{
  sales: Readonly<{
    total: number;
    cash: number;
    prepaidOnline: number;
    prepaidOffline: number;
    refused: number;
  }>;
  acknowledged: number;
  lost: number;
  duplicated: number;
  journalEntries: number;
  accounts: number;
  broken: Broken;
}>;

/** Nothing was settled while processes were killed, so no bank has spoken. */
const NO_BANK: Bank = {
  files: 0,
  schemaValid: 0,
  asked: new Map(),
  refused: new Set(),
  paid: new Map(),
  lines: 0,
  findings: [],
};

export const nothingBroken = (): Broken => ({ I1: [], I2: [], I3: [], I4: [], I5: [] });

/** @param dir the data folder of a station whose processes have ended */
export async function judge(dir: string, record: DayRecord): Promise<Judgement> {
  const journals = await readJournals(dir, record.tills);
  const books = await readBooks(dir);
  const model = await modelOf(dir, record, journals, NO_BANK);
  const kept = acknowledgements(record, journals);
  const compared = compare(books, model);
  // A cap bounds what is at risk at one moment, which `caps` replays; it opens again with each sync, so that over many
  // spells without a line all that was taken at risk bounds what is lost.
  const takenAtRisk = [...journals.slips.values()]
    .filter(({ route }) => route === "risk")
    .reduce((sum, { amount }) => sum + amount, 0n);
  const told = await verified(dir);
  const broken: Broken = {
    I1: [
      ...books.findings,
      ...(books.trialBalance === 0n ? [] : [`the books are out of balance by ${books.trialBalance}`]),
      ...compared.findings,
      ...holderFindings(record, model),
      ...told.books,
    ],
    I2: [...record.problems, ...kept.findings],
    I3: [...model.findings, ...(kept.duplicated === 0 ? [] : [`${kept.duplicated} effects are there twice`])],
    I4: [
      ...journals.findings,
      ...numbering(record, journals),
      ...(await synced(dir, journals)),
      ...told.journals,
    ],
    I5: [
      ...lossFindings(model, takenAtRisk, await officeFigures(dir)),
      ...(await caps(dir, record, journals)),
    ],
  };
  return {
    sales: salesOf(record, journals),
    acknowledged: kept.acknowledged,
    lost: kept.lost,
    duplicated: kept.duplicated,
    journalEntries: journals.entries.length,
    accounts: compared.accounts,
    broken,
  };
}

/** `countersign verify DIR`, as an operator would run it. */
async function verified(dir: string): Promise<Readonly<{ books: string[]; journals: string[] }>> {
  const lines: string[] = [];
  const status = await runCli(["verify", dir], (line) => void lines.push(line));
  if (status === EXIT.OK) return { books: [], journals: [] };
  const isOfBooks = (line: string) => line.startsWith("books:");
  return {
    books: lines.filter(isOfBooks).map((line) => `countersign verify: ${line}`),
    journals: lines.filter((line) => !isOfBooks(line)).map((line) => `countersign verify: ${line}`),
  };
}

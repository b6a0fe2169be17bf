// The independent auditor. It takes what the people of the day were told, reads the databases and the bank's files as
// they lie there, reckons by itself what must be in them, and names everything that is not so.
import { join } from "node:path";
import { readBank } from "./auditor-bank.ts";
import { count, rowsOf, text, whole } from "./auditor-files.ts";
import { type Journals, readJournals } from "./auditor-journals.ts";
import { type Books, readBooks } from "./auditor-ledger.ts";
import { type Model, modelOf, settlementFindings } from "./auditor-model.ts";
import { acknowledgements, caps, numbering, synced } from "./auditor-promises.ts";
import type { DayRecord } from "./record.ts";

/** As `--json` writes it. */
export type Report = Readonly<{
  seed: number;
  tills: number;
  sales: Readonly<{
    total: number;
    cash: number;
    prepaidOnline: number;
    prepaidOffline: number;
    refused: number;
  }>;
  kills: number;
  acknowledged: number;
  lost: number;
  duplicated: number;
  trialBalanceMinor: string;
  journal: Readonly<{ entries: number; verified: number }>;
  offline: Readonly<{ escrowLossMinor: string; riskLossMinor: string; riskCapMinor: string }>;
  bank: Readonly<{ files: number; schemaValid: number; lines: number; matched: number; exceptions: number }>;
  audit: Readonly<{ accounts: number; mismatches: number }>;
  seconds: number;
}>;

export type DayReport = Readonly<{ report: Report; findings: readonly string[] }>;

/** @param schemasDir where the schemas of the bank's messages lie; beside the program unless given */
export async function audit(
  dir: string,
  record: DayRecord,
  seconds: number,
  schemasDir = join(__dirname, "schemas"),
): Promise<DayReport> {
  const journals = await readJournals(dir, record.tills);
  const books = await readBooks(dir);
  const bank = await readBank(dir, schemasDir);
  const model = await modelOf(dir, record, journals, bank);
  const kept = acknowledgements(record, journals);
  const compared = compare(books, model);
  const office = await officeFigures(dir);
  const riskCap = BigInt(record.tills.length * record.policy.terminalMaxWon);
  const findings = [
    ...record.problems,
    ...journals.findings,
    ...books.findings,
    ...bank.findings,
    ...model.findings,
    ...kept.findings,
    ...compared.findings,
    ...numbering(record, journals),
    ...(await synced(dir, journals)),
    ...(await caps(dir, record, journals)),
    ...(await settlementFindings(dir, record, journals, bank)),
    ...holderFindings(record, model),
    ...lossFindings(model, riskCap, office),
    ...batchFindings(record, bank.lines, office),
    ...(books.trialBalance === 0n ? [] : [`the books are out of balance by ${books.trialBalance}`]),
  ];
  return {
    findings,
    report: {
      seed: record.seed,
      tills: record.tills.length,
      sales: salesOf(record, journals),
      kills: record.kills.length,
      acknowledged: kept.acknowledged,
      lost: kept.lost,
      duplicated: kept.duplicated,
      trialBalanceMinor: String(books.trialBalance),
      journal: { entries: journals.entries.length, verified: journals.verified },
      offline: {
        escrowLossMinor: String(model.escrowLoss),
        riskLossMinor: String(model.riskLoss),
        riskCapMinor: String(riskCap),
      },
      bank: {
        files: bank.files,
        schemaValid: bank.schemaValid,
        lines: bank.lines,
        matched: office.matched,
        exceptions: office.exceptions,
      },
      audit: { accounts: compared.accounts, mismatches: compared.findings.length },
      seconds,
    },
  };
}

/** Every account that either side knows: as stated, as its transfers add up, and as the model has it. */
export function compare({ stated, added }: Books, { accounts }: Model) {
  const findings: string[] = [];
  const names = new Set([...stated.keys(), ...added.keys(), ...accounts.keys()]);
  for (const name of names) {
    const [books, sum] = [stated.get(name), added.get(name)];
    const expected = accounts.get(name) ?? 0n;
    const posted = books?.posted ?? 0n;
    if (posted !== expected) findings.push(`${name} holds ${posted} won, and should hold ${expected}`);
    else if (posted !== (sum?.posted ?? 0n))
      findings.push(`${name} says ${posted} won, its transfers say ${sum?.posted ?? 0n}`);
    else if (books !== undefined && books.pendingOut + books.pendingIn !== 0n)
      findings.push(`${name} has ${books.pendingOut} on hold to go and ${books.pendingIn} to come`);
    else if (/^(card|escrow|clearing):/.test(name) && posted < 0n) findings.push(`${name} is below zero`);
  }
  return { accounts: names.size, findings };
}

/** Sales by how they were paid in the end; a sale with any part taken without a line counts there. */
export function salesOf(record: DayRecord, { receipts, slips }: Journals): Report["sales"] {
  const routes = new Map<string, Set<string>>();
  for (const { saleId, route, completed } of slips.values()) {
    if (completed) routes.set(saleId, (routes.get(saleId) ?? new Set()).add(route));
  }
  const sales = { cash: 0, prepaidOnline: 0, prepaidOffline: 0 };
  for (const { saleId, kind } of receipts) {
    if (kind !== "sale") continue;
    const of = routes.get(saleId) ?? new Set();
    if (of.has("escrow") || of.has("risk")) sales.prepaidOffline += 1;
    else if (of.has("online")) sales.prepaidOnline += 1;
    else sales.cash += 1;
  }
  const { refused } = record;
  return { total: sales.cash + sales.prepaidOnline + sales.prepaidOffline + refused, ...sales, refused };
}

/** What the console told each holder in the evening. */
export function holderFindings(record: DayRecord, { holders }: Model): readonly string[] {
  return record.balances
    .filter(({ cardId, availableWon }) => (holders.get(cardId) ?? 0n) !== BigInt(availableWon))
    .map(
      ({ cardId, availableWon }) =>
        `the holder of ${cardId} was told ${availableWon}, it is ${holders.get(cardId)}`,
    );
}

type OfficeFigures = Readonly<{
  matched: number;
  exceptions: number;
  /** Of work items: what the back office itself says was lost, by kind. */
  lost: bigint;
  strange: readonly string[];
}>;

/** What belongs to a day with races and thieves; every other kind of work item is a defect. */
const EXPECTED_KINDS = new Set(["slip-short", "slip-refused"]);

export async function officeFigures(dir: string): Promise<OfficeFigures> {
  const path = join(dir, "backoffice", "backoffice.db");
  const [lines] = await rowsOf(
    path,
    "SELECT count(*) AS n FROM bank_line WHERE bucket = 'matched' AND posted = 1",
  );
  const [exceptions] = await rowsOf(path, "SELECT count(*) AS n FROM settlement_exception");
  const items = await rowsOf(
    path,
    "SELECT kind, CAST(amount AS TEXT) AS amount, detail, code FROM work_item",
  );
  return {
    matched: lines === undefined ? 0 : count(lines, "n"),
    exceptions: exceptions === undefined ? 0 : count(exceptions, "n"),
    lost: items
      .filter((row) => EXPECTED_KINDS.has(text(row, "kind")))
      .reduce((sum, row) => sum + whole(row, "amount"), 0n),
    strange: items
      .filter((row) => !EXPECTED_KINDS.has(text(row, "kind")))
      .map((row) => `work item ${text(row, "kind")}, ${text(row, "code")}: ${text(row, "detail")}`),
  };
}

export function lossFindings(model: Model, riskCap: bigint, office: OfficeFigures): readonly string[] {
  const named = [...model.payments.values()].reduce((sum, { lost }) => sum + lost, 0n);
  return [
    ...office.strange,
    ...(model.escrowLoss === 0n ? [] : [`${model.escrowLoss} won were lost inside escrow`]),
    ...(model.riskLoss <= riskCap ? [] : [`${model.riskLoss} won were lost, the caps are ${riskCap}`]),
    ...(named === office.lost ? [] : [`payments lost ${named} won, work items name ${office.lost}`]),
  ];
}

function batchFindings(record: DayRecord, lines: number, office: OfficeFigures): readonly string[] {
  const rejected = record.batches.reduce((sum, batch) => sum + batch.rejected.length, 0);
  return [
    ...(office.matched === lines ? [] : [`${office.matched} of ${lines} lines of the bank are matched`]),
    ...(office.exceptions === rejected
      ? []
      : [`${office.exceptions} exceptions, the bank refused ${rejected} payments`]),
    ...(record.batches.length >= 2 ? [] : ["the day did not settle twice"]),
  ];
}

// What was promised to cashiers and holders, held against what is there: receipts, tenders, numbers without a gap,
// drawers, and the caps that bound what can be lost without a line.
import { join } from "node:path";
import { count, rowsOf, text } from "./auditor-files.ts";
import type { Journals, Slip } from "./auditor-journals.ts";
import type { DayRecord } from "./record.ts";

export type Kept = Readonly<{
  acknowledged: number;
  lost: number;
  duplicated: number;
  findings: readonly string[];
}>;

/** Everything that a screen showed as done is in the journal, once, and with the same amount. */
export function acknowledgements(record: DayRecord, journals: Journals): Kept {
  const findings: string[] = [];
  let lost = 0;
  let duplicated = journals.approvedTwice.length;
  for (const tender of journals.approvedTwice) findings.push(`tender ${tender} was approved twice`);
  const told = [
    ...record.receipts.map(({ grossWon, ...rest }) => ({ ...rest, kind: "sale", amountWon: grossWon })),
    ...record.refunds.map((refund) => ({ ...refund, kind: "refund" })),
  ];
  for (const { till, epoch, receiptNumber, saleId, amountWon, kind } of told) {
    const found = journals.receipts.filter(
      (receipt) =>
        receipt.till === till && receipt.epoch === epoch && receipt.receiptNumber === receiptNumber,
    );
    const [receipt] = found;
    if (found.length > 1) duplicated += 1;
    const isIt = receipt?.kind === kind && receipt.saleId === saleId && receipt.gross === BigInt(amountWon);
    if (!isIt) lost += 1;
    if (found.length !== 1 || !isIt)
      findings.push(`${kind} ${receiptNumber} of till ${till} is there ${found.length} times`);
  }
  for (const { tenderId, amountWon, till } of record.tenders) {
    const slip = journals.slips.get(tenderId);
    if (slip?.amount === BigInt(amountWon)) continue;
    lost += 1;
    findings.push(`tender ${tenderId} of till ${till} was shown as approved and is not there`);
  }
  for (const { tenderId } of record.voided)
    if (journals.slips.get(tenderId)?.voided !== true)
      findings.push(`tender ${tenderId} was taken back and stands`);
  const sales = new Set<string>();
  for (const { saleId, kind, till } of journals.receipts) {
    if (kind === "sale" && sales.has(saleId)) {
      duplicated += 1;
      findings.push(`sale ${saleId} of till ${till} was completed twice`);
    }
    if (kind === "sale") sales.add(saleId);
  }
  if (sales.size !== record.receipts.length)
    findings.push(
      `${sales.size} sales are in the journals, ${record.receipts.length} were told to customers`,
    );
  return { acknowledged: told.length + record.tenders.length, lost, duplicated, findings };
}

/** Receipts and Z reports count from 1 without a gap in each epoch; drawers differ by what was put into them. */
export function numbering(record: DayRecord, journals: Journals): readonly string[] {
  const findings: string[] = [];
  const next = new Map<string, number>();
  const follow = (what: string, number: number) => {
    const expected = (next.get(what) ?? 0) + 1;
    if (number !== expected) findings.push(`${what}: ${number} follows ${expected - 1}`);
    next.set(what, number);
  };
  for (const { till, epoch, receiptNumber } of journals.receipts)
    follow(`receipt of till ${till}, epoch ${epoch}`, receiptNumber);
  for (const { till, epoch, zNumber } of journals.zs) follow(`Z of till ${till}, epoch ${epoch}`, zNumber);
  for (const { till, zNumber, differenceWon } of record.shifts) {
    const z = journals.zs.find((each) => each.till === till && each.zNumber === zNumber);
    if (z?.difference !== BigInt(differenceWon))
      findings.push(
        `Z ${zNumber} of till ${till} differs by ${z?.difference}, ${differenceWon} were put there`,
      );
  }
  return findings;
}

/** The back office has every entry as the till wrote it. */
export async function synced(dir: string, journals: Journals): Promise<readonly string[]> {
  const rows = await rowsOf(
    join(dir, "backoffice", "backoffice.db"),
    "SELECT terminal_id, epoch, seq, hash FROM journal_entry",
  );
  const stored = new Map(
    rows.map((row) => [
      `${text(row, "terminal_id")} ${text(row, "epoch")} ${count(row, "seq")}`,
      text(row, "hash"),
    ]),
  );
  const findings: string[] = [];
  for (const { till, epoch, seq, hash, kind } of journals.entries) {
    const there = stored.get(`${till.terminalId} ${epoch} ${seq}`);
    if (there === undefined) findings.push(`entry ${seq} (${kind}) of ${till.name} has not been synced`);
    else if (there !== hash)
      findings.push(`entry ${seq} (${kind}) of ${till.name} is another at the back office`);
  }
  if (stored.size !== journals.entries.length)
    findings.push(`${stored.size} entries at the back office, ${journals.entries.length} at the tills`);
  return findings;
}

const KOREA_MS = 9 * 3_600_000;
const dayOf = (at: string) => new Date(Date.parse(at) + KOREA_MS).toISOString().slice(0, 10);

/**
 * Replays what each till took at risk, in the order of its journal: no slip is above the cap of a payment, nor brings its
 * card above the cap of the day, unless a manager took it upon himself; and what the back office had not heard of yet
 * is never above the terminal's cap.
 */
export async function caps(dir: string, record: DayRecord, journals: Journals): Promise<readonly string[]> {
  const { paymentMaxWon, cardDayMaxWon, terminalMaxWon } = record.policy;
  const heardAt = await receivedAt(dir);
  const findings: string[] = [];
  const spentOf = new Map<string, bigint>();
  const standing: { till: number; amount: bigint; heardMs: number; tenderId: string }[] = [];
  const risks = journals.entries.filter(({ kind }) => RISKS.has(kind));
  for (const entry of risks) {
    const tenderId = tenderIdOf(entry.body);
    const slip = tenderId === undefined ? undefined : journals.slips.get(tenderId);
    if (slip === undefined || slip.method !== "prepaid") continue;
    const amount = riskOf(entry.kind, entry.body, slip);
    if (amount === 0n) continue;
    const key = `${entry.till.till} ${slip.cardRef} ${dayOf(entry.at)}`;
    const spent = (spentOf.get(key) ?? 0n) + amount;
    spentOf.set(key, spent);
    if (amount < 0n) {
      const at = standing.findIndex((each) => each.tenderId === slip.tenderId);
      if (at >= 0) standing.splice(at, 1);
      continue;
    }
    const heardMs =
      heardAt.get(`${entry.till.terminalId} ${entry.epoch} ${entry.seq}`) ?? Number.POSITIVE_INFINITY;
    standing.push({ till: entry.till.till, amount, heardMs, tenderId: slip.tenderId });
    const unheard = standing
      .filter(({ till, heardMs: ms }) => till === entry.till.till && ms > Date.parse(entry.at))
      .reduce((sum, each) => sum + each.amount, 0n);
    const name = `${entry.kind} of ${amount} won at ${entry.till.name}`;
    if (unheard > BigInt(terminalMaxWon)) findings.push(`${name}: ${unheard} won at risk there`);
    if (slip.byManager) continue;
    if (amount > BigInt(paymentMaxWon)) findings.push(`${name} is above the cap of a payment`);
    if (spent > BigInt(cardDayMaxWon)) findings.push(`${name} brings its card to ${spent} won today`);
  }
  return findings;
}

const RISKS = new Set(["tender-approved", "tender-voided", "refund-approved"]);

type Body = Journals["entries"][number]["body"];
type Named = Readonly<{ tenderId?: string; route?: string; minor?: string }>;

function tenderIdOf(body: Body): string | undefined {
  const of = (body.tender ?? body.to ?? {}) as Named;
  return of.tenderId;
}

/** What an entry adds to the risk: a slip outside escrow and an offline refund add, a slip taken back takes away. */
function riskOf(kind: string, body: Body, slip: Slip): bigint {
  if (kind === "refund-approved")
    return (body.to as Named).route === "offline" ? BigInt((body.amount as Named).minor ?? "0") : 0n;
  if (slip.route !== "risk") return 0n;
  return kind === "tender-approved" ? slip.amount : -slip.amount;
}

async function receivedAt(dir: string): Promise<ReadonlyMap<string, number>> {
  const rows = await rowsOf(
    join(dir, "backoffice", "backoffice.db"),
    "SELECT terminal_id, epoch, seq, received_at FROM journal_entry WHERE kind IN ('tender-approved', 'refund-approved')",
  );
  return new Map(
    rows.map((row) => [
      `${text(row, "terminal_id")} ${text(row, "epoch")} ${count(row, "seq")}`,
      count(row, "received_at"),
    ]),
  );
}

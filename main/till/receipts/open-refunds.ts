// Refunds that have no answer: whose terminal's they are, and whether an answer can still come.
import type { Epoch, SaleId, TerminalId } from "#core/ids.ts";
import { numberOf, textOf } from "#database/row.ts";
import type { EarlierLine } from "../ports.ts";
import type { ReadDb } from "../store/tx.ts";
import type { TillWork } from "../till-work.ts";

const OPEN = "a.purpose = 'refund' AND a.state IN ('asked', 'unknown')";

/** `waiting` until there is an answer; `gone` where nobody is left who could ask for it. */
export type OpenRefund = "waiting" | "gone";

/** A refund of this sale that has no answer; null where there is none. */
export async function openRefundOf(work: TillWork, saleId: SaleId): Promise<OpenRefund | null> {
  const rows = await work.database.read.all(
    `SELECT DISTINCT p.terminal_id FROM attempts a JOIN epochs p ON p.epoch = a.epoch
     WHERE a.sale_id = ? AND ${OPEN}`,
    [saleId],
  );
  if (rows.length === 0) return null;
  return rows.some((row) => lineFor(work, terminalOf(row)).kind === "gone") ? "gone" : "waiting";
}

/** Refunds that may still be answered are shown until they are: of one that nobody can ask for, its receipt says so. */
export async function countOpenRefunds(work: TillWork): Promise<void> {
  const rows = await work.database.read.all(
    `SELECT p.terminal_id, COUNT(*) AS open FROM attempts a JOIN epochs p ON p.epoch = a.epoch
     WHERE ${OPEN} GROUP BY p.terminal_id`,
  );
  const counts = rows.map((row) =>
    lineFor(work, terminalOf(row)).kind === "gone" ? 0 : numberOf(row, "open"),
  );
  const openAttempts = counts.reduce((sum, count) => sum + count, 0);
  // No page is told what it knows.
  if (work.state.get().openAttempts !== openAttempts) work.state.set({ openAttempts });
}

/** Whose line is wanted for a refund that has no answer. */
export async function terminalsToAsk(db: ReadDb): Promise<ReadonlySet<TerminalId>> {
  const rows = await db.all(
    `SELECT DISTINCT p.terminal_id FROM attempts a JOIN epochs p ON p.epoch = a.epoch WHERE ${OPEN}`,
  );
  return new Set(rows.map(terminalOf));
}

export type RefundToAsk = Readonly<{ terminalId: TerminalId; place: { epoch: Epoch; seq: number } }>;

/** At most a hundred; first those of the present terminal, which an earlier one must not hold up. */
export async function refundsToAsk({ database, identity }: TillWork): Promise<readonly RefundToAsk[]> {
  const rows = await database.read.all(
    `SELECT a.epoch, a.seq, p.terminal_id FROM attempts a JOIN epochs p ON p.epoch = a.epoch
     WHERE ${OPEN} ORDER BY p.terminal_id = ? DESC, p.ordinal, a.seq LIMIT 100`,
    [identity.terminalId],
  );
  return rows.map((row) => ({
    terminalId: terminalOf(row),
    place: { epoch: textOf(row, "epoch") as Epoch, seq: numberOf(row, "seq") },
  }));
}

/** A refund is answered to the terminal that asked first, and to no other: to that one the payment is unknown. */
export const lineFor = ({ identity, backOffice, earlier }: TillWork, terminalId: TerminalId): EarlierLine =>
  terminalId === identity.terminalId
    ? { kind: "open", refund: backOffice.refund }
    : earlier.lineOf(terminalId);

const terminalOf = (row: Parameters<typeof textOf>[0]) => textOf(row, "terminal_id") as TerminalId;

// What happened in a shift, read from the projections and the entries they name.

import { fail } from "#core/errors.ts";
import { decodeEntry } from "#core/journal/entry.ts";
import type { Currency } from "#core/money.ts";
import { money } from "#core/money.ts";
import type {
  CashDirection,
  ShiftCounters,
  ShiftFacts,
  ShiftRefund,
  ShiftSale,
  TenderRoute,
} from "#core/shift/report.ts";
import type { Row } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import { ENTRY_COLUMNS, ENTRY_FROM, signedOf } from "../store/entry-rows.ts";
import type { ReadDb } from "../store/tx.ts";

export type ShiftRow = Readonly<{
  shiftId: string;
  number: number;
  state: "open" | "counted" | "closed";
  openedAt: string;
  openedBy: string | null;
  float: bigint;
  counters: ShiftCounters;
}>;

const shiftOf = (row: Row): ShiftRow => ({
  shiftId: textOf(row, "shift_id"),
  number: numberOf(row, "number"),
  state: textOf(row, "state") as ShiftRow["state"],
  openedAt: textOf(row, "opened_at"),
  openedBy: nullable(row, "opened_by", textOf),
  float: bigintOf(row, "float_minor"),
  counters: {
    lineVoids: numberOf(row, "line_voids"),
    noSaleOpens: numberOf(row, "no_sale_opens"),
    reprints: numberOf(row, "reprints"),
  },
});

/** The shift that is open; undefined between shifts. */
export async function openShiftRow(db: ReadDb): Promise<ShiftRow | undefined> {
  const row = await db.get(
    `SELECT shift_id, number, state, opened_at, opened_by, CAST(float AS TEXT) AS float_minor,
       line_voids, no_sale_opens, reprints FROM shifts WHERE state = 'open'`,
  );
  return row === undefined ? undefined : shiftOf(row);
}

/** How many counts of the open shift were written down and not allowed. */
export async function countsSinceZ(db: ReadDb): Promise<number> {
  const row = await db.get(
    `SELECT COUNT(*) AS counts FROM entries WHERE kind = 'shift-counted' AND position > COALESCE(
       (SELECT position FROM entries WHERE kind = 'z-closed' ORDER BY position DESC LIMIT 1), 0)`,
  );
  return row === undefined ? 0 : numberOf(row, "counts");
}

export async function shiftFacts(db: ReadDb, shift: ShiftRow, currency: Currency): Promise<ShiftFacts> {
  const { shiftId } = shift;
  const amount = (row: Row) => money(bigintOf(row, "minor"), currency);
  const receipts = await db.all(
    `SELECT ${ENTRY_COLUMNS} ${ENTRY_FROM} JOIN receipts r ON r.epoch = e.epoch AND r.seq = e.seq
     WHERE r.shift_id = ? ORDER BY e.position`,
    [shiftId],
  );
  const tenders = await db.all(
    `SELECT method, route, CAST(amount AS TEXT) AS minor FROM tenders
     WHERE shift_id = ? AND state = 'approved'`,
    [shiftId],
  );
  const moves = await db.all(
    "SELECT direction, CAST(amount AS TEXT) AS minor FROM cash_moves WHERE shift_id = ?",
    [shiftId],
  );
  const sales: ShiftSale[] = [];
  const refunds: ShiftRefund[] = [];
  for (const row of receipts) {
    const signed = signedOf(row);
    const entry = signed === undefined ? undefined : decodeEntry(signed);
    if (entry?.kind === "sale-completed") sales.push(entry.body);
    else if (entry?.kind === "refund-approved") refunds.push(entry.body);
    else fail("DATABASE_CORRUPT", "a receipt's entry cannot be read");
  }
  return {
    currency,
    float: money(shift.float, currency),
    sales,
    refunds,
    tenders: tenders.map((row) => ({
      method: textOf(row, "method") as "cash" | "prepaid",
      route: textOf(row, "route") as TenderRoute,
      amount: amount(row),
    })),
    cashMoves: moves.map((row) => ({
      direction: textOf(row, "direction") as CashDirection,
      amount: amount(row),
    })),
  };
}

// X at any time, which changes nothing, and the report that a Z writes down for ever.

import type { ZReport } from "#core/contract/shift-report.ts";
import { wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import { type Money, money } from "#core/money.ts";
import type { ReceiptDocument } from "#core/receipt/document.ts";
import { reportReceipt } from "#core/receipt/report-receipt.ts";
import { shiftFigures } from "#core/shift/report.ts";
import { calendarDay, instant, isoOf } from "#core/time.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import { receiptPlace, staffName } from "../receipts/receipt-place.ts";
import type { ReadDb } from "../store/tx.ts";
import { heldAnchors } from "../sync/anchors.ts";
import { type TillWork, unsyncedOf } from "../till-work.ts";
import { openShiftRow, type ShiftRow, shiftFacts } from "./shift-facts.ts";

export type Closing = Readonly<{
  counted: Money;
  difference: Money;
  countedBy: string;
  approvedBy: string | null;
}>;

/** The report of a shift as the database holds it at this moment; with `closing` it is the Z. */
export async function reportOf(
  work: TillWork,
  db: ReadDb,
  shift: ShiftRow,
  closing: Closing | null,
): Promise<ZReport> {
  const { identity, journal } = work;
  const figures = shiftFigures(await shiftFacts(db, shift, identity.currency), shift.counters);
  const running = await db.get(
    `SELECT last_z_number, previous_z_hash, CAST(perpetual_gross AS TEXT) AS perpetual FROM figures`,
  );
  if (running === undefined) return fail("DATABASE_CORRUPT", "no running figures");
  const { count, oldestAt } = unsyncedOf(work);
  const head = journal.head();
  return {
    kind: closing === null ? "X" : "Z",
    stationName: identity.stationName,
    terminalName: identity.terminalName,
    epoch: head.epoch,
    zNumber: closing === null ? null : numberOf(running, "last_z_number") + 1,
    shiftNumber: shift.number,
    businessDate: calendarDay(instant(Date.parse(shift.openedAt)), identity.utcOffsetMinutes),
    openedAt: shift.openedAt,
    closedAt: closing === null ? null : isoOf(journal.now()),
    openedBy: staffName(work, shift.openedBy) ?? "",
    countedBy: closing === null ? null : staffName(work, closing.countedBy),
    approvedBy: closing === null ? null : staffName(work, closing.approvedBy),
    ...figures,
    counted: closing === null ? null : wireMoney(closing.counted),
    difference: closing === null ? null : wireMoney(closing.difference),
    perpetualGross: wireMoney(money(bigintOf(running, "perpetual"), identity.currency)),
    sync: { unsynced: count, oldestAt: oldestAt === null ? null : isoOf(oldestAt) },
    previousZHash: nullable(running, "previous_z_hash", textOf),
    headHash: head.hash,
    booksCheckpoint: (await heldAnchors(db))[0] ?? null,
  };
}

/**
 * Cashiers count blind: until the drawer is counted, what it should hold is hidden from them, and so are the sums of
 * which cash is a part. A Z shows all, as the count is written down by then and its difference says it anyway.
 */
export function forEyesOf(work: TillWork, report: ZReport): ZReport {
  if (report.kind === "Z" || work.state.get().person?.role === "manager") return report;
  return {
    ...report,
    sales: { ...report.sales, gross: null, refunds: null, net: null },
    categories: [],
    vat: [],
    tenders: [],
    cash: null,
    perpetualGross: null,
  };
}

/** X of the open shift. SHIFT_CLOSED. */
export async function xReport(work: TillWork): Promise<ZReport> {
  const shift = (await openShiftRow(work.database.read)) ?? fail("SHIFT_CLOSED");
  return forEyesOf(work, await reportOf(work, work.database.read, shift, null));
}

/** X of the open shift for paper. SHIFT_CLOSED. */
export async function reportDocument(work: TillWork): Promise<ReceiptDocument> {
  return reportReceipt(receiptPlace(work), await xReport(work));
}

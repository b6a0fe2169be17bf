// Receipts of this till, found by number and shown as they printed.
import { type WireMoney, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { SaleId } from "#core/ids.ts";
import type { Entry, EntryDraft } from "#core/journal/entry.ts";
import { money, smaller } from "#core/money.ts";
import type { ReceiptDocument } from "#core/receipt/document.ts";
import { refundReceipt, saleReceipt } from "#core/receipt/sale-receipt.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import { refundableOf } from "#core/sale/refund.ts";
import type { Row } from "#database/database.ts";
import { bigintOf, numberOf, textOf } from "#database/row.ts";
import { entryAt } from "../store/entry-rows.ts";
import type { ReadDb } from "../store/tx.ts";
import { actor, type TillWork } from "../till-work.ts";
import { type OpenRefund, openRefundOf } from "./open-refunds.ts";
import { receiptPlace, staffName } from "./receipt-place.ts";
import { refundedOf, remainingMoney } from "./refunded.ts";

const PAGE_ROWS = 20;
/** Twenty million receipts: no till has more, and the offset stays a whole number. */
const PAGE_MAX = 1_000_000;

export type ReceiptRow = Readonly<{
  epoch: string;
  receiptNumber: number;
  saleId: SaleId;
  seq: number;
  copies: number;
}>;
export type ReceiptEntry = Extract<Entry, { kind: "sale-completed" | "refund-approved" }>;

const rowOf = (row: Row): ReceiptRow => ({
  epoch: textOf(row, "epoch"),
  receiptNumber: numberOf(row, "receipt_number"),
  saleId: textOf(row, "sale_id") as SaleId,
  seq: numberOf(row, "seq"),
  copies: numberOf(row, "copies"),
});

/**
 * A receipt by its number: of this epoch, or of the latest epoch before a restore that had it.
 * `saleId` picks among receipts of one number. NOT_FOUND.
 */
export async function receiptRow(
  db: ReadDb,
  receiptNumber: number,
  saleId?: string | undefined,
): Promise<ReceiptRow> {
  const row = await db.get(
    `SELECT r.epoch, r.receipt_number, r.sale_id, r.seq, r.copies
     FROM receipts r JOIN epochs p ON p.epoch = r.epoch
     WHERE r.receipt_number = ? AND (? IS NULL OR r.sale_id = ?) ORDER BY p.ordinal DESC LIMIT 1`,
    [receiptNumber, saleId ?? null, saleId ?? null],
  );
  return row === undefined ? fail("NOT_FOUND", "receipt") : rowOf(row);
}

export const receiptEntry = (db: ReadDb, row: ReceiptRow): Promise<ReceiptEntry> =>
  entryAt(db, row, "sale-completed", "refund-approved");

function documentOf(work: TillWork, entry: ReceiptEntry, copy: number): ReceiptDocument {
  const { body, at, epoch, staffId } = entry;
  const { receiptNumber } = body;
  const when = { at, epoch, receiptNumber, staffName: staffName(work, staffId), copy };
  return entry.kind === "sale-completed"
    ? saleReceipt(receiptPlace(work), when, entry.body)
    : refundReceipt(receiptPlace(work), when, entry.body);
}

export type FoundReceipt = Readonly<{
  saleId: SaleId;
  document: ReceiptDocument;
  lines: readonly BasketLine[];
  refundable: WireMoney;
  /** A refund of it that was asked for and has no answer. */
  openRefund: OpenRefund | null;
}>;

/** A receipt with what may still be given back of it. NOT_FOUND. */
export async function findReceipt(
  work: TillWork,
  input: { receiptNumber: number; saleId?: string | undefined },
): Promise<FoundReceipt> {
  const { read } = work.database;
  const row = await receiptRow(read, input.receiptNumber, input.saleId);
  const entry = await receiptEntry(read, row);
  const { lines } = entry.body;
  const nothing = wireMoney(money(0n, work.identity.currency));
  const refundable = entry.kind === "sale-completed" ? await refundableNow(read, entry) : nothing;
  const document = documentOf(work, entry, row.copies);
  return {
    saleId: row.saleId,
    document,
    lines,
    refundable,
    openRefund: await openRefundOf(work, row.saleId),
  };
}

/** What the lines that remain are worth, and never more than the money that was not given back. */
async function refundableNow(
  db: ReadDb,
  { body }: Extract<ReceiptEntry, { kind: "sale-completed" }>,
): Promise<WireMoney> {
  const refunded = await refundedOf(db, body.saleId);
  return wireMoney(
    smaller(refundableOf(body.lines, refunded.quantities), remainingMoney(body.tenders, refunded)),
  );
}

/** A receipt to be printed again, marked with the number of the copy and written down as such. NOT_FOUND. */
export async function copyOf(
  work: TillWork,
  input: { receiptNumber: number; saleId?: string | undefined },
): Promise<ReceiptDocument> {
  const staffId = actor(work);
  const row = await receiptRow(work.database.read, input.receiptNumber, input.saleId);
  const copy = row.copies + 1;
  const isOfThisEpoch = row.epoch === work.journal.head().epoch;
  const reprinted: EntryDraft = {
    kind: "receipt-reprinted",
    body: {
      receiptNumber: row.receiptNumber,
      copy,
      ...(isOfThisEpoch ? {} : { epoch: row.epoch as ReceiptEntry["epoch"] }),
    },
  };
  await work.journal.append([reprinted], { staffId });
  return documentOf(work, await receiptEntry(work.database.read, row), copy);
}

export type ReceiptList = Readonly<{
  total: number;
  rows: readonly Readonly<{
    saleId: SaleId;
    receiptNumber: number;
    at: string;
    total: WireMoney;
    refunded: WireMoney;
    kind: "sale" | "refund";
    synced: boolean;
  }>[];
}>;

/** Receipts, newest first; with digits as the query, those whose number begins with them. */
export async function listReceipts(
  work: TillWork,
  { query, page }: { query: string; page: number },
): Promise<ReceiptList> {
  const { database, identity, journal } = work;
  const digits = /^#?\s*(\d{1,9})$/.exec(query.trim())?.[1];
  if (digits === undefined && query.trim() !== "") return { total: 0, rows: [] };
  const pattern = `${digits ?? ""}%`;
  const counted = await database.read.get(
    "SELECT COUNT(*) AS total FROM receipts WHERE CAST(receipt_number AS TEXT) LIKE ?",
    [pattern],
  );
  const rows = await database.read.all(
    `SELECT r.epoch, r.receipt_number, r.kind, r.sale_id, r.seq, r.at, r.copies,
       CAST(r.amount AS TEXT) AS minor, p.ordinal,
       CAST((SELECT COALESCE(SUM(b.amount), 0) FROM receipts b
             WHERE b.sale_id = r.sale_id AND b.kind = 'refund' AND r.kind = 'sale') AS TEXT) AS refunded,
       COALESCE(c.seq, 0) AS synced_seq
     FROM receipts r JOIN epochs p ON p.epoch = r.epoch
       LEFT JOIN countersignatures c ON c.epoch = r.epoch
     WHERE CAST(r.receipt_number AS TEXT) LIKE ?
     ORDER BY p.ordinal DESC, r.receipt_number DESC LIMIT ? OFFSET ?`,
    [pattern, PAGE_ROWS, Math.min(page, PAGE_MAX) * PAGE_ROWS],
  );
  const amount = (row: Row, column: string) => wireMoney(money(bigintOf(row, column), identity.currency));
  const mark = journal.lastCountersigned()?.mark;
  return {
    total: counted === undefined ? 0 : numberOf(counted, "total"),
    rows: rows.map((row) => {
      const { saleId, receiptNumber, seq, epoch } = rowOf(row);
      const synced = mark?.epoch === epoch ? mark.seq >= seq : numberOf(row, "synced_seq") >= seq;
      return {
        saleId,
        receiptNumber,
        at: textOf(row, "at"),
        total: amount(row, "minor"),
        refunded: amount(row, "refunded"),
        kind: textOf(row, "kind") === "refund" ? "refund" : "sale",
        synced,
      };
    }),
  };
}

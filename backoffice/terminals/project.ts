// Synced entries as tables that reports ask: sales with their lines and tenders, and shifts.
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { instantOf } from "#core/contract/values.ts";
import type { Tender } from "#core/journal/bodies.ts";
import type { Entry } from "#core/journal/entry.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import type { Statement } from "#database/database.ts";
import type { TerminalRecord } from "./store.ts";
import { insertRows } from "./store.ts";

type Cell = string | number | null;
type SaleEntry = Extract<Entry, { kind: "sale-completed" | "refund-approved" }>;
type ShiftEntry = Extract<Entry, { kind: "shift-opened" | "shift-closed" | "z-closed" }>;

/** Rows for many entries in few statements. */
export function projectionsOf(entries: readonly Entry[], terminal: TerminalRecord): readonly Statement[] {
  const sales = entries.filter(
    (entry): entry is SaleEntry => entry.kind === "sale-completed" || entry.kind === "refund-approved",
  );
  const shifts = entries.filter(
    (entry): entry is ShiftEntry =>
      entry.kind === "shift-opened" || entry.kind === "shift-closed" || entry.kind === "z-closed",
  );
  return [
    ...insertRows(
      "sale",
      SALE_COLUMNS,
      sales.map((entry) => saleRow(entry, terminal)),
    ),
    ...insertRows(
      "sale_line",
      LINE_COLUMNS,
      sales.flatMap((entry) => entry.body.lines.map((line, index) => lineRow(entry, line, index))),
    ),
    ...insertRows("sale_tender", TENDER_COLUMNS, sales.flatMap(tenderRows)),
    ...shifts.map(shiftStatement),
  ];
}

const SALE_COLUMNS = [
  "terminal_id",
  "epoch",
  "seq",
  "sale_id",
  "kind",
  "shift_id",
  "merchant_id",
  "receipt_number",
  "original_receipt_number",
  "staff_id",
  "at",
  "currency",
  "net",
  "vat",
  "gross",
  "discount",
  "totals",
] as const;

function saleRow(entry: SaleEntry, { merchantId }: TerminalRecord): readonly Cell[] {
  const { totals, saleId, shiftId, receiptNumber } = entry.body;
  return [
    entry.terminalId,
    entry.epoch,
    entry.seq,
    saleId,
    entry.kind === "sale-completed" ? "sale" : "refund",
    shiftId,
    merchantId,
    receiptNumber,
    entry.kind === "refund-approved" ? entry.body.originalReceiptNumber : null,
    entry.staffId,
    instantOf(entry.at),
    totals.gross.currency,
    totals.net.minor,
    totals.vat.minor,
    totals.gross.minor,
    totals.discount.minor,
    canonicalJson(totals as JsonValue),
  ];
}

const LINE_COLUMNS = [
  "terminal_id",
  "epoch",
  "seq",
  "line",
  "item_id",
  "category",
  "quantity",
  "amount",
  "content",
] as const;

const lineRow = (entry: SaleEntry, line: BasketLine, index: number): readonly Cell[] => [
  entry.terminalId,
  entry.epoch,
  entry.seq,
  index,
  line.itemId,
  line.category,
  line.quantity,
  line.amount.minor,
  canonicalJson(line as JsonValue),
];

const TENDER_COLUMNS = [
  "terminal_id",
  "epoch",
  "seq",
  "tender",
  "tender_id",
  "method",
  "route",
  "card_id",
  "card_masked",
  "amount",
  "content",
] as const;

function tenderRows(entry: SaleEntry): readonly (readonly Cell[])[] {
  const place = [entry.terminalId, entry.epoch, entry.seq] as const;
  if (entry.kind === "sale-completed") {
    return entry.body.tenders.map((tender, index) => [...place, index, ...tenderCells(tender)]);
  }
  // A refund goes back to one tender.
  const { to, amount, refundId } = entry.body;
  const content = canonicalJson(to as JsonValue);
  return to.method === "cash"
    ? [[...place, 0, refundId, "cash", "counter", null, null, amount.minor, content]]
    : [
        [
          ...place,
          0,
          to.tenderId,
          "prepaid",
          to.route === "online" ? "online" : "risk",
          to.card.cardId ?? null,
          to.card.masked,
          amount.minor,
          content,
        ],
      ];
}

function tenderCells(tender: Tender): readonly Cell[] {
  const content = canonicalJson(tender as JsonValue);
  return tender.method === "cash"
    ? [tender.tenderId, "cash", "counter", null, null, tender.amount.minor, content]
    : [
        tender.tenderId,
        "prepaid",
        tender.approval.kind,
        tender.card.cardId ?? null,
        tender.card.masked,
        tender.amount.minor,
        content,
      ];
}

function shiftStatement(entry: ShiftEntry): Statement {
  const { terminalId } = entry;
  switch (entry.kind) {
    case "shift-opened": {
      const { shiftId, number, float } = entry.body;
      return {
        sql: `INSERT INTO shift (terminal_id, shift_id, epoch, number, currency, opened_at, opened_by, opening_float)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (terminal_id, shift_id) DO NOTHING`,
        params: [
          terminalId,
          shiftId,
          entry.epoch,
          number,
          float.currency,
          instantOf(entry.at),
          entry.staffId,
          BigInt(float.minor),
        ],
      };
    }
    case "shift-closed": {
      const { shiftId, counted, expected, difference, approvedBy } = entry.body;
      return {
        sql: `UPDATE shift SET closed_at = ?, closed_by = ?, approved_by = ?, counted = ?, expected = ?, difference = ?
              WHERE terminal_id = ? AND shift_id = ?`,
        params: [
          instantOf(entry.at),
          entry.staffId,
          approvedBy,
          BigInt(counted.minor),
          BigInt(expected.minor),
          BigInt(difference.minor),
          terminalId,
          shiftId,
        ],
      };
    }
    case "z-closed": {
      const { shiftId, zNumber, headHash, report } = entry.body;
      return {
        sql: "UPDATE shift SET z_number = ?, head_hash = ?, report = ? WHERE terminal_id = ? AND shift_id = ?",
        params: [zNumber, headHash, canonicalJson(report as JsonValue), terminalId, shiftId],
      };
    }
  }
}

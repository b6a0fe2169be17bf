// Synced entries as tables that reports ask: sales with their lines and tenders, and shifts.
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { instantOf } from "#core/contract/values.ts";
import type { Tender } from "#core/journal/bodies.ts";
import type { Entry } from "#core/journal/entry.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import type { Dialect, Statement } from "#database/database.ts";
import { type Cell, type Insert, insertStatement } from "#database/insert-rows.ts";
import type { TerminalRecord } from "./store.ts";

type SaleEntry = Extract<Entry, { kind: "sale-completed" | "refund-approved" }>;
type ShiftEntry = Extract<Entry, { kind: "shift-opened" | "shift-closed" | "z-closed" }>;

/** Rows for many entries in few statements. */
export function projectionsOf(
  dialect: Dialect,
  entries: readonly Entry[],
  terminal: TerminalRecord,
): readonly Statement[] {
  const sales = entries.filter(
    (entry): entry is SaleEntry => entry.kind === "sale-completed" || entry.kind === "refund-approved",
  );
  const shifts = entries.filter(
    (entry): entry is ShiftEntry =>
      entry.kind === "shift-opened" || entry.kind === "shift-closed" || entry.kind === "z-closed",
  );
  const lines = sales.flatMap((entry) => entry.body.lines.map((line, index) => lineRow(entry, line, index)));
  return [
    ...inserted(
      dialect,
      SALES,
      sales.map((entry) => saleRow(entry, terminal)),
    ),
    ...inserted(dialect, LINES, lines),
    ...inserted(dialect, TENDERS, sales.flatMap(tenderRows)),
    ...shifts.map(shiftStatement),
  ];
}

/** No statement for no rows. */
const inserted = (dialect: Dialect, insert: Insert, rows: readonly (readonly Cell[])[]) =>
  rows.length === 0 ? [] : [insertStatement(dialect, insert, rows)];

const SALES: Insert = {
  table: "sale",
  columns: {
    terminal_id: "text",
    epoch: "text",
    seq: "integer",
    sale_id: "text",
    kind: "text",
    shift_id: "text",
    merchant_id: "text",
    receipt_number: "integer",
    original_receipt_number: "integer",
    staff_id: "text",
    at: "integer",
    currency: "text",
    net: "money",
    vat: "money",
    gross: "money",
    discount: "money",
    totals: "text",
  },
};

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

const LINES: Insert = {
  table: "sale_line",
  columns: {
    terminal_id: "text",
    epoch: "text",
    seq: "integer",
    line: "integer",
    item_id: "text",
    category: "text",
    quantity: "integer",
    amount: "money",
    content: "text",
  },
};

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

const TENDERS: Insert = {
  table: "sale_tender",
  columns: {
    terminal_id: "text",
    epoch: "text",
    seq: "integer",
    tender: "integer",
    tender_id: "text",
    method: "text",
    route: "text",
    card_id: "text",
    card_masked: "text",
    amount: "money",
    content: "text",
  },
};

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

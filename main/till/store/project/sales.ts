// Sales and receipts.
import { moneyOf } from "#core/contract/values.ts";
import type { Statement } from "#database/database.ts";
import type { EntryOf } from "./project.ts";

const bumpOpenShift = (column: "line_voids" | "reprints" | "no_sale_opens"): Statement => ({
  sql: `UPDATE shifts SET ${column} = ${column} + 1 WHERE state = 'open'`,
});

const saleFrozen = ({ epoch, seq, body }: EntryOf<"sale-frozen">): readonly Statement[] => [
  {
    must: "the sale has ended",
    sql: `INSERT INTO sales (sale_id, shift_id, state, epoch, seq) VALUES (?, ?, 'frozen', ?, ?)
          ON CONFLICT (sale_id) DO UPDATE SET shift_id = excluded.shift_id, epoch = excluded.epoch, seq = excluded.seq
          WHERE sales.state = 'frozen'`,
    params: [body.saleId, body.shiftId, epoch, seq],
  },
];

const endSale = (
  state: "abandoned" | "completed",
  { epoch, seq, body }: EntryOf<"sale-abandoned"> | EntryOf<"sale-completed">,
): Statement => ({
  sql: `UPDATE sales SET state = '${state}', epoch = ?, seq = ? WHERE sale_id = ? AND state = 'frozen'`,
  params: [epoch, seq, body.saleId],
});

const saleCompleted = (entry: EntryOf<"sale-completed">): readonly Statement[] => [
  { ...endSale("completed", entry), must: "the sale is not being paid" },
  ...addReceipt(entry, "sale", moneyOf(entry.body.totals.gross).minor),
];

const refundApproved = (entry: EntryOf<"refund-approved">): readonly Statement[] => [
  ...addReceipt(entry, "refund", moneyOf(entry.body.amount).minor),
  {
    sql: "UPDATE attempts SET state = 'approved' WHERE about_id = ? AND state IN ('asked', 'unknown')",
    params: [entry.body.refundId],
  },
  ...refundedOffline(entry),
];

function refundedOffline({ body, epoch, seq, at }: EntryOf<"refund-approved">): readonly Statement[] {
  if (body.to.method !== "prepaid" || body.to.route !== "offline") return [];
  const { card } = body.to;
  const amountMinor = moneyOf(body.amount).minor;
  return [
    {
      sql: `INSERT INTO offline_slips (slip_id, basis, sale_id, card_ref, card_id, amount, at, epoch, seq, state)
            VALUES (?, 'refund', ?, ?, ?, ?, ?, ?, ?, 'standing')`,
      params: [body.refundId, body.saleId, card.cardRef, card.cardId ?? null, amountMinor, at, epoch, seq],
    },
  ];
}

/** Receipt numbers are gapless within an epoch; the gross of sales is added up for ever. */
const addReceipt = (
  { body, epoch, seq, at, staffId }: EntryOf<"sale-completed"> | EntryOf<"refund-approved">,
  kind: "sale" | "refund",
  amountMinor: bigint,
): readonly Statement[] => [
  {
    must: "the receipt number is not the next one",
    sql: `UPDATE figures SET last_receipt_number = ?, perpetual_gross = perpetual_gross + CAST(? AS BIGINT)
          WHERE last_receipt_number = ? - 1`,
    params: [body.receiptNumber, kind === "sale" ? amountMinor : 0n, body.receiptNumber],
  },
  {
    sql: `INSERT INTO receipts (epoch, receipt_number, kind, sale_id, shift_id, seq, at, staff_id, amount, copies)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    params: [epoch, body.receiptNumber, kind, body.saleId, body.shiftId, seq, at, staffId, amountMinor],
  },
];

const receiptReprinted = ({ body, epoch }: EntryOf<"receipt-reprinted">): readonly Statement[] => [
  {
    sql: "UPDATE receipts SET copies = ? WHERE epoch = ? AND receipt_number = ?",
    params: [body.copy, body.epoch ?? epoch, body.receiptNumber],
  },
  bumpOpenShift("reprints"),
];

export const saleProjections = {
  "sale-frozen": saleFrozen,
  "sale-abandoned": (entry: EntryOf<"sale-abandoned">) => [endSale("abandoned", entry)],
  "sale-completed": saleCompleted,
  "refund-approved": refundApproved,
  "receipt-reprinted": receiptReprinted,
  "line-voided": () => [bumpOpenShift("line_voids")],
  "drawer-opened": () => [bumpOpenShift("no_sale_opens")],
};

// Sales and receipts.
import { moneyOf } from "#core/contract/values.ts";
import type { WriteTx } from "../tx.ts";
import { changeOne } from "./expect-change.ts";
import type { EntryOf } from "./project.ts";

const bumpOpenShift = (column: "line_voids" | "reprints" | "no_sale_opens") => async (tx: WriteTx) => {
  await tx.run(`UPDATE shifts SET ${column} = ${column} + 1 WHERE state = 'open'`);
};

async function saleFrozen(tx: WriteTx, { epoch, seq, body }: EntryOf<"sale-frozen">): Promise<void> {
  await changeOne(
    tx,
    "the sale has ended",
    `INSERT INTO sales (sale_id, shift_id, state, epoch, seq) VALUES (?, ?, 'frozen', ?, ?)
     ON CONFLICT (sale_id) DO UPDATE SET shift_id = excluded.shift_id, epoch = excluded.epoch, seq = excluded.seq
     WHERE sales.state = 'frozen'`,
    [body.saleId, body.shiftId, epoch, seq],
  );
}

async function saleAbandoned(tx: WriteTx, { epoch, seq, body }: EntryOf<"sale-abandoned">): Promise<void> {
  await tx.run(
    "UPDATE sales SET state = 'abandoned', epoch = ?, seq = ? WHERE sale_id = ? AND state = 'frozen'",
    [epoch, seq, body.saleId],
  );
}

async function saleCompleted(tx: WriteTx, entry: EntryOf<"sale-completed">): Promise<void> {
  const { body, epoch, seq } = entry;
  await changeOne(
    tx,
    "the sale is not being paid",
    "UPDATE sales SET state = 'completed', epoch = ?, seq = ? WHERE sale_id = ? AND state = 'frozen'",
    [epoch, seq, body.saleId],
  );
  await addReceipt(tx, entry, "sale", moneyOf(body.totals.gross).minor);
}

async function refundApproved(tx: WriteTx, entry: EntryOf<"refund-approved">): Promise<void> {
  const { body, epoch, seq, at } = entry;
  await addReceipt(tx, entry, "refund", moneyOf(body.amount).minor);
  await tx.run(
    "UPDATE attempts SET state = 'approved' WHERE about_id = ? AND state IN ('asked', 'unknown')",
    [body.refundId],
  );
  if (body.to.method === "prepaid" && body.to.route === "offline") {
    const { card } = body.to;
    await tx.run(
      `INSERT INTO offline_slips (slip_id, basis, sale_id, card_ref, card_id, amount, at, epoch, seq, state)
       VALUES (?, 'refund', ?, ?, ?, ?, ?, ?, ?, 'standing')`,
      [
        body.refundId,
        body.saleId,
        card.cardRef,
        card.cardId ?? null,
        moneyOf(body.amount).minor,
        at,
        epoch,
        seq,
      ],
    );
  }
}

/** Receipt numbers are gapless within an epoch; the gross of sales is added up for ever. */
async function addReceipt(
  tx: WriteTx,
  { body, epoch, seq, at, staffId }: EntryOf<"sale-completed"> | EntryOf<"refund-approved">,
  kind: "sale" | "refund",
  amountMinor: bigint,
): Promise<void> {
  await changeOne(
    tx,
    "the receipt number is not the next one",
    `UPDATE figures SET last_receipt_number = ?, perpetual_gross = perpetual_gross + CAST(? AS BIGINT)
     WHERE last_receipt_number = ? - 1`,
    [body.receiptNumber, kind === "sale" ? amountMinor : 0n, body.receiptNumber],
  );
  await tx.run(
    `INSERT INTO receipts (epoch, receipt_number, kind, sale_id, shift_id, seq, at, staff_id, amount, copies)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    [epoch, body.receiptNumber, kind, body.saleId, body.shiftId, seq, at, staffId, amountMinor],
  );
}

async function receiptReprinted(tx: WriteTx, { body, epoch }: EntryOf<"receipt-reprinted">): Promise<void> {
  await tx.run("UPDATE receipts SET copies = ? WHERE epoch = ? AND receipt_number = ?", [
    body.copy,
    body.epoch ?? epoch,
    body.receiptNumber,
  ]);
  await bumpOpenShift("reprints")(tx);
}

export const saleProjections = {
  "sale-frozen": saleFrozen,
  "sale-abandoned": saleAbandoned,
  "sale-completed": saleCompleted,
  "refund-approved": refundApproved,
  "receipt-reprinted": receiptReprinted,
  "line-voided": bumpOpenShift("line_voids"),
  "drawer-opened": bumpOpenShift("no_sale_opens"),
};

// Attempts and what became of them; tenders; what was taken without the line.
import { moneyOf } from "#core/contract/values.ts";
import type { WriteTx } from "../tx.ts";
import { changeOne } from "./expect-change.ts";
import type { EntryOf } from "./project.ts";

const OPEN = "state IN ('asked', 'unknown')";

async function tenderAttempted(
  tx: WriteTx,
  { body, epoch, seq }: EntryOf<"tender-attempted">,
): Promise<void> {
  // The till itself answers an offline attempt, in the same transaction.
  if (body.route === "offline") return;
  await tx.run(
    `INSERT INTO attempts (attempt_id, purpose, sale_id, about_id, amount, state, code, epoch, seq)
     VALUES (?, 'payment', ?, ?, ?, 'asked', NULL, ?, ?)`,
    [body.attemptId, body.saleId, body.tenderId, moneyOf(body.amount).minor, epoch, seq],
  );
}

async function refundAttempted(
  tx: WriteTx,
  { body, epoch, seq }: EntryOf<"refund-attempted">,
): Promise<void> {
  await tx.run(
    `INSERT INTO attempts (attempt_id, purpose, sale_id, about_id, amount, state, code, epoch, seq)
     VALUES (?, 'refund', ?, ?, ?, 'asked', NULL, ?, ?)`,
    [body.attemptId, body.saleId, body.refundId, moneyOf(body.amount).minor, epoch, seq],
  );
}

async function endAttempt(
  tx: WriteTx,
  attemptId: string,
  state: "approved" | "declined" | "unknown" | "closed" | "superseded",
  code: string | null = null,
): Promise<void> {
  await tx.run(`UPDATE attempts SET state = ?, code = ? WHERE attempt_id = ? AND ${OPEN}`, [
    state,
    code,
    attemptId,
  ]);
}

async function tenderApproved(tx: WriteTx, entry: EntryOf<"tender-approved">): Promise<void> {
  const { body, epoch, seq } = entry;
  const { tender } = body;
  const online = tender.method === "prepaid" && tender.approval.kind === "online";
  const route = tender.method === "cash" ? "counter" : online ? "online" : "offline";
  await tx.run(
    `INSERT INTO tenders (tender_id, sale_id, shift_id, method, route, amount, state, epoch, seq)
     VALUES (?, ?, (SELECT shift_id FROM sales WHERE sale_id = ?), ?, ?, ?, 'approved', ?, ?)`,
    [
      tender.tenderId,
      body.saleId,
      body.saleId,
      tender.method,
      route,
      moneyOf(tender.amount).minor,
      epoch,
      seq,
    ],
  );
  for (const attemptId of body.supersedes) await endAttempt(tx, attemptId, "superseded");
  if (tender.method === "cash") return;

  await tx.run("DELETE FROM password_tries WHERE card_ref = ?", [tender.card.cardRef]);
  if (tender.approval.kind === "online") await endAttempt(tx, tender.approval.attemptId, "approved");
  else await takeOffline(tx, entry);
}

async function takeOffline(tx: WriteTx, { body, at, epoch, seq }: EntryOf<"tender-approved">): Promise<void> {
  const { tender, saleId } = body;
  if (tender.method !== "prepaid" || tender.approval.kind === "online") return;
  const { approval, card } = tender;
  await tx.run(
    `INSERT INTO offline_slips (slip_id, basis, sale_id, card_ref, card_id, amount, at, epoch, seq, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'standing')`,
    [
      tender.tenderId,
      approval.kind,
      saleId,
      card.cardRef,
      card.cardId ?? null,
      moneyOf(tender.amount).minor,
      at,
      epoch,
      seq,
    ],
  );
  if (approval.kind !== "escrow") return;
  for (const { grantId, amount } of approval.slices) {
    await changeOne(
      tx,
      "a grant was closed or spent meanwhile",
      `UPDATE grants SET remaining = remaining - CAST(? AS BIGINT)
       WHERE grant_id = ? AND state = 'open' AND remaining >= CAST(? AS BIGINT)`,
      [moneyOf(amount).minor, grantId, moneyOf(amount).minor],
    );
  }
}

/** A slice goes back to its grant while that is open; of a closed one the back office returns the money. */
async function tenderVoided(tx: WriteTx, { body }: EntryOf<"tender-voided">): Promise<void> {
  const { tender } = body;
  await changeOne(
    tx,
    "the tender does not stand",
    "UPDATE tenders SET state = 'voided' WHERE tender_id = ? AND state = 'approved'",
    [tender.tenderId],
  );
  if (tender.method !== "prepaid" || tender.approval.kind === "online") return;
  await tx.run("UPDATE offline_slips SET state = 'voided' WHERE slip_id = ?", [tender.tenderId]);
  if (tender.approval.kind !== "escrow") return;
  for (const { grantId, amount } of tender.approval.slices) {
    await tx.run(
      `UPDATE grants SET remaining = remaining + CAST(? AS BIGINT) WHERE grant_id = ? AND state = 'open'`,
      [moneyOf(amount).minor, grantId],
    );
  }
}

export const tenderProjections = {
  "tender-attempted": tenderAttempted,
  "refund-attempted": refundAttempted,
  "tender-approved": tenderApproved,
  "tender-voided": tenderVoided,
  "tender-declined": (tx: WriteTx, { body }: EntryOf<"tender-declined">) =>
    endAttempt(tx, body.attemptId, "declined", body.code),
  "tender-unknown": (tx: WriteTx, { body }: EntryOf<"tender-unknown">) =>
    endAttempt(tx, body.attemptId, "unknown", body.code),
  "attempt-closed": (tx: WriteTx, { body }: EntryOf<"attempt-closed">) =>
    endAttempt(tx, body.attemptId, "closed"),
  "refund-declined": (tx: WriteTx, { body }: EntryOf<"refund-declined">) =>
    endAttempt(tx, body.attemptId, "declined", body.code),
};

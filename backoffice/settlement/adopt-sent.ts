// Files that the bank was sent after the back-up become batches of the restored books, as far as nothing is guessed.
//
// Which captures a payout was for is in no file, and tills may have brought them under other times by now. So a payout
// is taken over as an advance to its merchant: it is sent, and waits for its answer as every other, and the next
// netting takes it off what is due. In the end a merchant has what was due, whatever was in which batch.
import { assert } from "#core/assert.ts";
import { clearingAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { sum, zero } from "#core/money.ts";
import { adoptedState, foundSent, type SentFile, type Witnesses } from "#core/settlement/adopt.ts";
import { batchIdOf } from "#core/settlement/bank-ids.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { exceptionInsert } from "./exceptions.ts";
import type { UnknownSent } from "./find-unknown.ts";
import { settlementItemRow } from "./item.ts";
import { batchUpdate, type PayoutRecord, payoutInsert } from "./store.ts";

export type Adopted = Readonly<{ transfers: readonly TransferDraft[]; changes: readonly Statement[] }>;

/** What a file changes once two people stand for it. One that cannot be taken over is an exception for a person. */
export function planAdoption(sent: UnknownSent, witnesses: Witnesses, at: Instant): Adopted {
  const { file, held, verdict } = sent;
  if (verdict.kind === "adopt" && file !== undefined) {
    const batchId = batchIdOf(file.messageId);
    assert(batchId !== undefined, "an adopted file has a message id of ours");
    const payouts = payoutsOf(file, verdict.merchants, batchId);
    return {
      transfers: payouts.flatMap(cleared),
      changes: [
        ...batchRows(sent.document, file, batchId, witnesses, at),
        ...payouts.map(payoutInsert),
        ...payouts.map((payout) => advance(payout, at)),
      ],
    };
  }
  if (verdict.kind === "mark-sent" && file !== undefined && held !== undefined) {
    const { state } = held;
    assert(state.kind === "draft" || state.kind === "approved", "a batch is found sent once");
    return {
      transfers: [],
      changes: [
        documentKept(sent.document, file, held.id, at),
        batchUpdate(held.id, foundSent(state, file, witnesses, at)),
      ],
    };
  }
  return { transfers: [], changes: [leftToPeople(sent, at)] };
}

function batchRows(
  document: string,
  file: SentFile,
  batchId: PayoutRecord["batchId"],
  witnesses: Witnesses,
  at: Instant,
): readonly Statement[] {
  const { createdAt, messageId, transfers } = file;
  const state = adoptedState(file, witnesses, at);
  return [
    {
      sql: `INSERT INTO settlement_batch (id, state, currency, cut_off_at, made_by, made_at, message_id)
            VALUES (?, 'draft', ?, ?, ?, ?, ?)`,
      params: [batchId, currencyOf(transfers), createdAt, state.madeBy, createdAt, messageId],
    },
    documentKept(document, file, batchId, at),
    batchUpdate(batchId, state),
  ];
}

/** It lies in the folder that the bank reads, or has read: nothing is left to deliver. */
const documentKept = (
  document: string,
  { createdAt }: SentFile,
  batchId: PayoutRecord["batchId"],
  at: Instant,
): Statement => ({
  sql: "UPDATE settlement_batch SET document = ?, delivered_at = ?, adopted_at = ? WHERE id = ?",
  params: [document, createdAt, at, batchId],
});

function currencyOf([first]: SentFile["transfers"]) {
  assert(first !== undefined, "a file that was read has a transfer");
  return first.amount.currency;
}

function payoutsOf(
  { transfers }: SentFile,
  merchants: ReadonlyMap<string, PayoutRecord["merchantId"]>,
  batchId: PayoutRecord["batchId"],
): readonly PayoutRecord[] {
  return transfers.map(({ payoutId, amount, creditorName, account }) => {
    const merchantId = merchants.get(payoutId);
    assert(merchantId !== undefined, "an adopted payout has a merchant");
    const none = zero(amount.currency);
    return {
      id: payoutId,
      batchId,
      merchantId,
      creditorName,
      account,
      captures: 0,
      refunds: 0,
      captured: none,
      refunded: none,
      commission: none,
      returned: amount,
      net: amount,
      state: "waiting",
      reason: null,
      bankReference: null,
      bucket: null,
    };
  });
}

const cleared = (payout: PayoutRecord): readonly TransferDraft[] =>
  post("settlement-cleared", {
    id: payout.id,
    merchant: merchantAccount(payout.merchantId),
    clearing: clearingAccount(payout.batchId),
    amount: payout.net,
  });

const advance = (payout: PayoutRecord, at: Instant): Statement =>
  settlementItemRow({
    id: `advance:${payout.id}`,
    paymentId: payout.id,
    merchantId: payout.merchantId,
    kind: "advance",
    gross: payout.net,
    commission: zero(payout.net.currency),
    happenedAt: at,
    recordedAt: at,
  });

/** The sum of a file's payments. */
export const controlSumOf = ({ transfers }: SentFile) =>
  sum(
    transfers.map((transfer) => transfer.amount),
    currencyOf(transfers),
  );

function leftToPeople({ name, sha256, file, verdict }: UnknownSent, at: Instant): Statement {
  return exceptionInsert({
    id: `sent:${sha256}`,
    at,
    bucket: "sent-unknown",
    subject: name,
    batchId: null,
    expected: null,
    actual: file === undefined ? null : controlSumOf(file),
    detail: `The bank may have been sent this, and the restored books could not take it over (${verdict.kind}). What it paid may be paid again.`,
  });
}

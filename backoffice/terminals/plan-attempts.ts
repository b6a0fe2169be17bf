// An online attempt that its till has given up, or that an offline approval took the place of. Whatever became of it,
// it ends: declined if never seen, voided if held, taken back if captured. Nobody pays twice for a lost answer.
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { instantOf } from "#core/contract/values.ts";
import type { Entry } from "#core/journal/entry.ts";
import { post } from "#core/ledger/postings.ts";
import { isPositive, subtract } from "#core/money.ts";
import { holdIdOf, refundBooking } from "../payments/posting.ts";
import { type PaymentRecord, setEnded } from "../payments/store.ts";
import type { Facts } from "./facts.ts";
import { workItem } from "./work-item.ts";

export function closeAttempt(entry: Entry, facts: Facts, attemptId: string): void {
  const caller = `terminal:${facts.terminal.terminalId}`;
  const happenedAt = instantOf(entry.at);
  const payment = facts.paymentOfAttempt(attemptId);
  if (payment === undefined) {
    facts.plan.requests.push({ kind: "tombstone", caller, id: attemptId, happenedAt, code: "HOLD_ENDED" });
    return;
  }
  const { paymentId } = payment;
  if (payment.cardId !== null) facts.plan.cards.add(payment.cardId);
  if (payment.state === "held") {
    planHoldVoided(entry, facts, payment);
    return;
  }
  const amount = subtract(payment.captured, payment.refunded);
  if (payment.state !== "captured" || !isPositive(amount)) return;
  const id = `reverse:${facts.terminal.terminalId}:${attemptId}`;
  if ((facts.refused.get(id)?.length ?? 0) > 0) {
    facts.plan.rows.push(
      workItem(entry, facts, {
        kind: "posting-refused",
        amount,
        policy: null,
        bearer: "nobody",
        code: facts.refused.get(id)?.[0] ?? "STATE_CONFLICT",
        detail: `attempt ${attemptId} could not be taken back`,
      }),
    );
    return;
  }
  const booking = refundBooking(payment, {
    refundId: id,
    amount,
    terms: facts.termsAt(payment.happenedAt),
    happenedAt,
    recordedAt: facts.now,
    into: "card",
  });
  facts.plan.requests.push({
    caller,
    id,
    contentHash: contentHashOf({ reverse: paymentId }),
    happenedAt,
    transfers: booking.transfers,
    changes: booking.changes,
  });
  if (payment.cardId !== null) facts.release(payment.cardId, booking.toCard);
  facts.setPayment({ ...payment, refunded: payment.captured });
}

export const voidIdOf = (attemptId: string) => `void:${attemptId}`;

/** Gives back what is held; the slips that are planned after it may be charged with it. */
export function planHoldVoided(entry: Entry, facts: Facts, payment: PaymentRecord): void {
  const { paymentId, requestId, cardId } = payment;
  facts.plan.requests.push({
    caller: `terminal:${facts.terminal.terminalId}`,
    id: voidIdOf(requestId),
    contentHash: contentHashOf({ void: paymentId }),
    happenedAt: instantOf(entry.at),
    transfers: post("payment-voided", { id: paymentId, hold: holdIdOf(paymentId) }),
    changes: [setEnded(paymentId, "voided")],
  });
  facts.setPayment({ ...payment, state: "voided" });
  if (cardId === null) return;
  facts.release(cardId, payment.amount);
  facts.plan.cards.add(cardId);
}

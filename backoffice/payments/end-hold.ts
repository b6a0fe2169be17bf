// A hold ends once: captured in whole or part, given up, or expired.
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { fail } from "#core/errors.ts";
import { post } from "#core/ledger/postings.ts";
import { isPositive, type Money } from "#core/money.ts";
import type { PaymentDeps } from "./deps.ts";
import { captureBooking, holdIdOf } from "./posting.ts";
import { expiredHolds, type PaymentRecord, paymentById, setEnded } from "./store.ts";

export type EndOrder = Readonly<{ caller: string; requestId: string }>;

/**
 * Captures a hold; the rest of it is released. Commission follows the agreement valid when the payment happened.
 * Fails with HOLD_ENDED, CAPTURE_EXCEEDS_HOLD, AMOUNT_INVALID or ID_REUSED.
 */
export async function captureHold(
  deps: PaymentDeps,
  payment: PaymentRecord,
  order: EndOrder & Readonly<{ amount: Money }>,
): Promise<PaymentRecord> {
  const recordedAt = deps.clock.now();
  const { amount } = order;
  if (!isPositive(amount) || amount.currency !== payment.amount.currency) return fail("AMOUNT_INVALID");
  const terms = await deps.termsAt(payment.merchantId, payment.happenedAt);
  const { transfers, changes, commission } = captureBooking(payment, amount, terms, {
    happenedAt: payment.happenedAt,
    recordedAt,
  });
  const answer = await deps.ledger.submit({
    caller: order.caller,
    id: order.requestId,
    contentHash: contentHashOf({ capture: payment.paymentId, minor: String(amount.minor) }),
    happenedAt: recordedAt,
    transfers,
    changes,
  });
  if (answer.kind === "declined") return fail(answer.code, answer.detail);
  // One that was captured before may have been refunded since, in part and with its commission.
  if (answer.replayed)
    return (await paymentById(deps.database.read, payment.paymentId)) ?? fail("PAYMENT_UNKNOWN");
  return { ...payment, state: "captured", captured: amount, commission };
}

/** Gives up a hold. Fails with HOLD_ENDED or ID_REUSED. */
export async function voidHold(
  deps: PaymentDeps,
  payment: PaymentRecord,
  order: EndOrder,
): Promise<PaymentRecord> {
  const answer = await deps.ledger.submit({
    caller: order.caller,
    id: order.requestId,
    contentHash: contentHashOf({ void: payment.paymentId }),
    happenedAt: deps.clock.now(),
    transfers: post("payment-voided", { id: payment.paymentId, hold: holdIdOf(payment.paymentId) }),
    changes: [setEnded(payment.paymentId, "voided")],
  });
  if (answer.kind === "declined") return fail(answer.code, answer.detail);
  return { ...payment, state: "voided" };
}

const EXPIRED_AT_ONCE_MAX = 500;

/** Ends holds of the API whose time is over; how many. A hold of a terminal never ends by a clock. */
export async function expireHolds(deps: PaymentDeps): Promise<number> {
  const at = deps.clock.now();
  const due = await expiredHolds(deps.database.read, at, EXPIRED_AT_ONCE_MAX);
  const answers = await Promise.all(
    due.map(({ paymentId }) =>
      deps.ledger.submit({
        caller: "system",
        id: `expire:${paymentId}`,
        contentHash: contentHashOf({ expire: paymentId }),
        happenedAt: at,
        transfers: post("payment-expired", { id: paymentId, hold: holdIdOf(paymentId) }),
        changes: [setEnded(paymentId, "expired")],
      }),
    ),
  );
  return answers.filter(({ kind }) => kind === "accepted").length;
}

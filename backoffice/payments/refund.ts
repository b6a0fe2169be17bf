// A refund goes back onto the card that paid, never above what it paid (D6).
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { fail } from "#core/errors.ts";
import { isPositive, type Money, subtract } from "#core/money.ts";
import { finishEnding } from "../cards/change-state.ts";
import type { PaymentDeps } from "./deps.ts";
import { refundBooking } from "./posting.ts";
import { type PaymentRecord, paymentById } from "./store.ts";

export type RefundOrder = Readonly<{
  caller: string;
  requestId: string;
  /** Unique for ever: the id of the refund's row, settlement item and transfers. */
  refundId: string;
  amount: Money;
}>;

/**
 * Refunds part of a captured payment. Fails with BOOKS_RESTORED (not remembered), AMOUNT_INVALID, HOLD_ENDED where
 * nothing was captured, REFUND_EXCEEDS_PAYMENT, STATE_CONFLICT where another refund came between, or ID_REUSED.
 */
export async function refundPayment(
  deps: PaymentDeps,
  asked: PaymentRecord,
  order: RefundOrder,
): Promise<PaymentRecord> {
  if (await deps.booksRestored()) return fail("BOOKS_RESTORED");
  const { amount, refundId } = order;
  if (!isPositive(amount) || amount.currency !== asked.amount.currency) return fail("AMOUNT_INVALID");
  const payment = (await paymentById(deps.database.read, asked.paymentId)) ?? fail("PAYMENT_UNKNOWN");
  if (payment.state !== "captured") return fail("HOLD_ENDED", "nothing was captured");
  const recordedAt = deps.clock.now();
  const left = subtract(payment.captured, payment.refunded);
  const terms = await deps.termsAt(payment.merchantId, payment.happenedAt);
  const tooMuch = amount.minor > left.minor;
  const booking = tooMuch
    ? { transfers: [], changes: [] }
    : refundBooking(payment, {
        refundId,
        amount,
        terms,
        happenedAt: recordedAt,
        recordedAt,
        into: "card",
      });
  const answer = await deps.ledger.submit({
    caller: order.caller,
    id: order.requestId,
    contentHash: contentHashOf({ refund: payment.paymentId, minor: String(amount.minor), refundId }),
    happenedAt: recordedAt,
    checks: [
      {
        sql: "SELECT payment_id FROM payment WHERE payment_id = ? AND captured - refunded >= CAST(? AS BIGINT)",
        params: [payment.paymentId, amount.minor],
        code: "REFUND_EXCEEDS_PAYMENT",
      },
      {
        sql: "SELECT payment_id FROM payment WHERE payment_id = ? AND refunded = CAST(? AS BIGINT)",
        params: [payment.paymentId, payment.refunded.minor],
        code: "STATE_CONFLICT",
      },
    ],
    ...booking,
  });
  if (answer.kind === "declined") return fail(answer.code, answer.detail);
  // A card that has ended keeps nothing: what came back goes on to whoever its money came from.
  if (payment.cardId !== null) await finishEnding(deps.cards, payment.cardId);
  return (await paymentById(deps.database.read, payment.paymentId)) ?? fail("PAYMENT_UNKNOWN");
}

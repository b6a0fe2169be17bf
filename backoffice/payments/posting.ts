// What a payment posts when it is captured, given up or refunded. One place for the API, the tills and their journals,
// so that a slip that arrives late is booked as the same payment on line would have been.
import { assert } from "#core/assert.ts";
import {
  type AccountName,
  cardAccount,
  escrowAccount,
  merchantAccount,
  OFFLINE_LOSS,
} from "#core/ledger/accounts.ts";
import { post, transferIdOf } from "#core/ledger/postings.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { isPositive, type Money, smaller, subtract, zero } from "#core/money.ts";
import { type CommissionTerms, commissionOn, commissionReturned } from "#core/settlement/commission.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { settlementItemRow } from "../settlement/item.ts";
import { type PaymentRecord, refundStatements, setCaptured } from "./store.ts";

/** What goes into a request of the ledger. */
export type Booking = Readonly<{ transfers: readonly TransferDraft[]; changes: readonly Statement[] }>;

export const holdIdOf = (paymentId: string) => transferIdOf("payment-held", paymentId);

type Captured = Pick<PaymentRecord, "paymentId" | "merchantId">;

/** Takes what was held, or part of it. `commission` is what `commissionOn` says for the amount. */
export function captureBooking(
  payment: Captured,
  amount: Money,
  terms: CommissionTerms | undefined,
  when: Readonly<{ happenedAt: Instant; recordedAt: Instant }>,
): Booking & Readonly<{ commission: Money }> {
  const { paymentId, merchantId } = payment;
  const commission = commissionOn(terms, amount);
  return {
    commission,
    transfers: post("payment-captured", {
      id: paymentId,
      hold: holdIdOf(paymentId),
      merchant: merchantAccount(merchantId),
      amount,
      commission,
    }),
    changes: [
      setCaptured(paymentId, amount, commission),
      settlementItemRow({
        id: `${paymentId}/capture`,
        paymentId,
        merchantId,
        kind: "capture",
        gross: amount,
        commission,
        ...when,
      }),
    ],
  };
}

export type RefundOrder = Readonly<{
  /** Unique for ever; the transfers' ids are derived from it. */
  refundId: string;
  amount: Money;
  terms: CommissionTerms | undefined;
  happenedAt: Instant;
  recordedAt: Instant;
  /** A slip that is voided while its grant is live goes back into the grant. */
  into: "card" | "escrow";
}>;

/**
 * Gives back part of a captured payment. What no card could be charged for comes back first to whoever bore it;
 * only then does the card get what it paid: `toCard`.
 */
export function refundBooking(
  payment: PaymentRecord,
  order: RefundOrder,
): Booking & Readonly<{ commission: Money; toCard: Money }> {
  const { refundId, amount, terms, happenedAt, recordedAt } = order;
  const { paymentId, merchantId, captured, refunded } = payment;
  const commission = commissionReturned(terms, { captured, refundedBefore: refunded }, amount);
  const lossLeft = isPositive(subtract(payment.lost, refunded))
    ? subtract(payment.lost, refunded)
    : zero(amount.currency);
  const toLoss = smaller(amount, lossLeft);
  const toCard = subtract(amount, toLoss);
  const none = zero(amount.currency);
  const merchant = merchantAccount(merchantId);
  const commissionTaken = commissionTransfer(payment);
  const transfers = [
    ...(isPositive(toCard)
      ? giveBack(payment, order, { merchant, amount: toCard, commission, commissionTaken })
      : []),
    ...(isPositive(toLoss)
      ? post("payment-refunded", {
          id: `${refundId}/loss`,
          merchant,
          card: OFFLINE_LOSS,
          payment: transferIdOf("risk-lost", paymentId),
          amount: toLoss,
          commission: isPositive(toCard) ? none : commission,
          commissionTaken,
        })
      : []),
  ];
  return {
    commission,
    toCard,
    transfers,
    changes: [
      ...refundStatements({ refundId, paymentId, amount, commission, happenedAt, recordedAt }),
      settlementItemRow({
        id: refundId,
        paymentId,
        merchantId,
        kind: "refund",
        gross: amount,
        commission,
        happenedAt,
        recordedAt,
      }),
    ],
  };
}

function giveBack(
  payment: PaymentRecord,
  { refundId, into }: RefundOrder,
  part: Readonly<{
    merchant: AccountName;
    amount: Money;
    commission: Money;
    commissionTaken: ReturnType<typeof transferIdOf>;
  }>,
): readonly TransferDraft[] {
  const { cardId, terminalId } = payment;
  assert(cardId !== null, "what a card paid goes back to a card");
  const posting = { id: refundId, payment: moneyTransfer(payment), ...part };
  if (into === "escrow") {
    assert(terminalId !== null, "a slip has its terminal");
    return post("escrow-spend-voided", { ...posting, escrow: escrowAccount(terminalId, cardId) });
  }
  return post("payment-refunded", { ...posting, card: cardAccount(cardId) });
}

/** The transfer by which the card paid, as the posting table named it. */
function moneyTransfer({ route, paymentId }: PaymentRecord) {
  switch (route) {
    case "api":
    case "online":
      return transferIdOf("payment-captured", paymentId);
    case "escrow":
      return transferIdOf("escrow-spent", paymentId);
    case "risk":
      return transferIdOf("risk-spent", paymentId);
  }
}

/** The transfer of its commission: the leg after the money, of whichever posting carried it. */
function commissionTransfer({ route, paymentId, captured, lost }: PaymentRecord) {
  switch (route) {
    case "api":
    case "online":
      return transferIdOf("payment-captured", paymentId, 1);
    case "escrow":
      return transferIdOf("escrow-spent", paymentId, 1);
    case "risk":
      return transferIdOf(captured.minor > lost.minor ? "risk-spent" : "risk-lost", paymentId, 1);
  }
}

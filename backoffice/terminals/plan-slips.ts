// Slips of prepaid cards: what a till took, gave up or gave back, whether it was on line or not.
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { instantOf, moneyOf } from "#core/contract/values.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { EntryBody } from "#core/journal/bodies.ts";
import type { Entry } from "#core/journal/entry.ts";
import { isPositive, type Money, smaller, subtract } from "#core/money.ts";
import type { Statement } from "#database/database.ts";
import { cardSeenAt } from "../cards/seen-at.ts";
import { captureBooking, refundBooking } from "../payments/posting.ts";
import type { PaymentRecord } from "../payments/store.ts";
import { captureIdOf, refundIdOf } from "../payments/terminal-payments.ts";
import type { Facts } from "./facts.ts";
import { closeAttempt, planHoldVoided, voidIdOf } from "./plan-attempts.ts";
import { planEscrowSlip, planRiskSlip } from "./plan-offline-slips.ts";
import { RISK_POLICY } from "./shortages.ts";
import { isOpen } from "./store.ts";
import { workItem } from "./work-item.ts";

export type PrepaidTender = Extract<EntryBody<"tender-approved">["tender"], { method: "prepaid" }>;

/** An approval: the hold of an online one stands already, an offline one is posted here. */
export function planSlip(entry: Entry, tender: PrepaidTender, facts: Facts): void {
  const seen = tender.card.cardId;
  if (seen !== undefined && facts.card(seen) !== undefined) {
    facts.plan.rows.push(cardSeenAt(facts.terminal.terminalId, seen, instantOf(entry.at)));
  }
  switch (tender.approval.kind) {
    case "online":
      return;
    case "escrow":
      planEscrowSlip(entry, tender, tender.approval.slices, facts);
      return;
    case "risk":
      planRiskSlip(entry, tender, facts, { policy: RISK_POLICY });
      return;
  }
}

/**
 * A completed sale captures its online holds. Offline slips were posted when they were approved. The card agreed to what
 * was held and no more: where the sale says more, that is captured, and the merchant bears the rest.
 */
export function planCapture(entry: Entry, tender: PrepaidTender, facts: Facts): void {
  if (tender.approval.kind !== "online") return;
  const { attemptId } = tender.approval;
  const said = moneyOf(tender.amount);
  const payment = facts.paymentOfAttempt(attemptId);
  if (payment?.state === "captured") return;
  if (payment?.state !== "held") {
    holdMissing(entry, tender, facts, payment, said);
    return;
  }
  const id = captureIdOf(attemptId);
  const isSameCurrency = said.currency === payment.amount.currency;
  const refusal = isSameCurrency ? facts.refused.get(id)?.at(-1) : "AMOUNT_INVALID";
  if (refusal !== undefined) {
    captureRefused(entry, tender, facts, payment, refusal);
    return;
  }
  const amount = smaller(said, payment.amount);
  const booking = captureBooking(payment, amount, facts.termsAt(payment.happenedAt), {
    happenedAt: payment.happenedAt,
    recordedAt: facts.now,
  });
  facts.plan.requests.push({
    caller: `terminal:${facts.terminal.terminalId}`,
    id,
    contentHash: contentHashOf({ capture: payment.paymentId, minor: String(amount.minor) }),
    happenedAt: instantOf(entry.at),
    transfers: booking.transfers,
    changes: booking.changes,
  });
  facts.setPayment({ ...payment, state: "captured", captured: amount, commission: booking.commission });
  if (payment.cardId !== null) facts.plan.cards.add(payment.cardId);
  const beyond = subtract(said, amount);
  if (isPositive(beyond)) {
    facts.plan.rows.push(notCaptured(entry, facts, tender, beyond, "CAPTURE_EXCEEDS_HOLD"));
  }
}

/** Nothing else ends a till's hold, so it ends here: the sale is over, and what it took is a person's to see to. */
function captureRefused(
  entry: Entry,
  tender: PrepaidTender,
  facts: Facts,
  payment: PaymentRecord,
  refusal: ErrorCode,
): void {
  facts.plan.rows.push(notCaptured(entry, facts, tender, moneyOf(tender.amount), refusal));
  // A void that the ledger refuses too has nothing left to end.
  if (!facts.refused.has(voidIdOf(payment.requestId))) planHoldVoided(entry, facts, payment);
}

const notCaptured = (
  entry: Entry,
  facts: Facts,
  { tenderId }: PrepaidTender,
  amount: Money,
  code: ErrorCode,
) =>
  workItem(entry, facts, {
    kind: "posting-refused",
    amount,
    policy: "online approval",
    bearer: "merchant",
    code,
    detail: `tender ${tenderId}: ${amount.minor} ${amount.currency} could not be captured`,
  });

/**
 * A sale on an approval that is not there. After a restore the back office did give it and has forgotten, so the slip is
 * honoured; otherwise nobody approved it, and the merchant whose till says so bears it.
 */
function holdMissing(
  entry: Entry,
  tender: PrepaidTender,
  facts: Facts,
  payment: PaymentRecord | undefined,
  amount: Money,
): void {
  if (facts.terminal.state === "written-off") {
    // Its hold was given back with the write-off, so what it still reports is a loss.
    planRiskSlip(entry, tender, facts, { policy: "online approval" });
    return;
  }
  if (payment === undefined && facts.restoring) {
    planRiskSlip(entry, tender, facts, { policy: "approved before the restore" });
    return;
  }
  facts.plan.rows.push(
    workItem(entry, facts, {
      kind: "hold-missing",
      amount,
      policy: "online approval",
      bearer: "merchant",
      code: payment === undefined ? "PAYMENT_UNKNOWN" : "HOLD_ENDED",
      detail: `tender ${tender.tenderId} was completed without a hold`,
    }),
  );
}

/** A tender given up before its sale was completed, in whichever state it is. */
export function planVoid(entry: Entry, tender: PrepaidTender, facts: Facts): void {
  const { approval, tenderId } = tender;
  if (approval.kind === "online") {
    closeAttempt(entry, facts, approval.attemptId);
    return;
  }
  facts.plan.rows.push({
    sql: `UPDATE sealed_slip SET judged_at = ?, verdict = 'voided'
          WHERE terminal_id = ? AND tender_id = ? AND judged_at IS NULL`,
    params: [facts.now, facts.terminal.terminalId, tenderId],
  });
  const payment = facts.paymentOfTender(tenderId);
  const amount =
    payment === undefined ? moneyOf(tender.amount) : subtract(payment.captured, payment.refunded);
  if (payment === undefined || !isPositive(amount)) return;
  const slices = approval.kind === "escrow" ? approval.slices : [];
  const grants = slices.flatMap(({ grantId }) => facts.grant(grantId) ?? []);
  const intoEscrow =
    payment.route === "escrow" &&
    grants.length === slices.length &&
    grants.every(isOpen) &&
    slices.length > 0;
  const isGiven = giveBack(entry, facts, payment, {
    id: `voided:${facts.terminal.terminalId}:${tenderId}`,
    amount,
    into: intoEscrow ? "escrow" : "card",
    kind: "posting-refused",
    // In turn with the slips around it: what comes back to a grant may be spent again in the same sync.
    changes: intoEscrow ? slices.map(unspent) : [],
  });
  if (!isGiven || !intoEscrow) return;
  for (const { grantId, amount: part } of slices) {
    const grant = facts.grant(grantId);
    if (grant !== undefined) facts.setGrant({ ...grant, spent: subtract(grant.spent, moneyOf(part)) });
  }
}

type Slice = Extract<PrepaidTender["approval"], { kind: "escrow" }>["slices"][number];

const unspent = ({ grantId, amount }: Slice): Statement => ({
  sql: "UPDATE card_grant SET spent = spent - CAST(? AS BIGINT) WHERE grant_id = ?",
  params: [moneyOf(amount).minor, grantId],
});

/** A refund onto the card. One that was asked for on line is posted already; after a restore it may be forgotten. */
export function planRefund(
  entry: Entry,
  body: EntryBody<"refund-approved">,
  to: Extract<EntryBody<"refund-approved">["to"], { method: "prepaid" }>,
  facts: Facts,
): void {
  const id = refundIdOf(facts.terminal.terminalId, body.refundId);
  if (facts.isRefunded(id)) return;
  const amount = moneyOf(body.amount);
  const payment = facts.paymentOfTender(to.tenderId);
  const refusal =
    payment === undefined
      ? "PAYMENT_UNKNOWN"
      : amount.minor > subtract(payment.captured, payment.refunded).minor
        ? "REFUND_EXCEEDS_PAYMENT"
        : to.route === "online" && !facts.restoring
          ? "STATE_CONFLICT"
          : undefined;
  if (payment === undefined || refusal !== undefined || !isPositive(amount)) {
    facts.plan.rows.push(
      workItem(entry, facts, {
        kind: "refund-refused",
        amount,
        policy: `${to.route} refund`,
        bearer: "merchant",
        code: refusal ?? "AMOUNT_INVALID",
        detail: `refund ${body.refundId} of tender ${to.tenderId}`,
      }),
    );
    return;
  }
  giveBack(entry, facts, payment, { id, amount, into: "card", kind: "refund-refused" });
  facts.setRefunded(id);
}

/** False where it became a work item. */
function giveBack(
  entry: Entry,
  facts: Facts,
  payment: PaymentRecord,
  order: Readonly<{
    id: string;
    amount: Money;
    into: "card" | "escrow";
    kind: "posting-refused" | "refund-refused";
    /** Bound to the posting. */
    changes?: readonly Statement[];
  }>,
): boolean {
  const { id, amount, into } = order;
  const refusals = facts.refused.get(id);
  if (refusals !== undefined) {
    facts.plan.rows.push(
      workItem(entry, facts, {
        kind: order.kind,
        amount,
        policy: "refund",
        bearer: "nobody",
        code: refusals[0] ?? "STATE_CONFLICT",
        detail: `${id} could not be posted`,
      }),
    );
    return false;
  }
  const happenedAt = instantOf(entry.at);
  const booking = refundBooking(payment, {
    refundId: id,
    amount,
    terms: facts.termsAt(payment.happenedAt),
    happenedAt,
    recordedAt: facts.now,
    into,
  });
  facts.plan.requests.push({
    caller: `terminal:${facts.terminal.terminalId}`,
    id,
    contentHash: contentHashOf({ entry: entry.hash }),
    happenedAt,
    transfers: booking.transfers,
    changes: [...booking.changes, ...(order.changes ?? [])],
  });
  // What comes back to the card pays for the slips after this one.
  if (into === "card" && payment.cardId !== null) facts.release(payment.cardId, booking.toCard);
  facts.setPayment({
    ...payment,
    refunded: { ...amount, minor: payment.refunded.minor + amount.minor },
    commission: subtract(payment.commission, booking.commission),
  });
  return true;
}

// What a merchant pays for a payment. The agreement that was valid when the payment happened decides, for ever.
import { assert } from "../assert.ts";
import { basisPoints, type Money, money, share, smaller, subtract, zero } from "../money.ts";
import type { Instant } from "../time.ts";

export type CommissionTerms =
  | { readonly kind: "per-item"; readonly fee: Money }
  | { readonly kind: "per-cent"; readonly basisPoints: number };

/** Valid from an instant until the next agreement of the same merchant begins. */
export type CommissionAgreement = Readonly<{ validFrom: Instant; terms: CommissionTerms }>;

/** The agreement in force at an instant; undefined before the first one, when no commission is owed. */
export function agreementAt(
  agreements: readonly CommissionAgreement[],
  at: Instant,
): CommissionAgreement | undefined {
  return agreements
    .filter((agreement) => agreement.validFrom <= at)
    .reduce<CommissionAgreement | undefined>(
      (latest, next) => (latest === undefined || next.validFrom >= latest.validFrom ? next : latest),
      undefined,
    );
}

/**
 * Commission on an amount of zero or more, rounded half to even to the currency's unit.
 * It is never more than the amount itself, so no payment costs its merchant money.
 */
export function commissionOn(terms: CommissionTerms | undefined, gross: Money): Money {
  assert(gross.minor >= 0n, "commission is taken of an amount of zero or more");
  if (terms === undefined || gross.minor === 0n) return zero(gross.currency);
  return smaller(asAgreed(terms, gross), gross);
}

function asAgreed(terms: CommissionTerms, gross: Money): Money {
  // A fee agreed in another currency says nothing about this payment.
  if (terms.kind === "per-item") {
    return terms.fee.currency === gross.currency ? terms.fee : zero(gross.currency);
  }
  return share(gross, basisPoints(terms.basisPoints));
}

/** A payment as its merchant sees it: what was taken, what was given back so far. */
export type CapturedPayment = Readonly<{ captured: Money; refundedBefore: Money }>;

/**
 * The part of the commission that a refund gives back: the commission on what was left before it,
 * less the commission on what remains after it. Refunds in any split end at the same total.
 */
export function commissionReturned(
  terms: CommissionTerms | undefined,
  payment: CapturedPayment,
  refund: Money,
): Money {
  const before = subtract(payment.captured, payment.refundedBefore);
  const after = subtract(before, refund);
  assert(refund.minor >= 0n && after.minor >= 0n, "a refund is at most what remains of the payment");
  return subtract(commissionOn(terms, before), commissionOn(terms, after));
}

/** What a merchant is owed for one thing that happened; negative for a refund and for what was paid in advance. */
export function netOf(item: Readonly<{ kind: ItemKind; gross: Money; commission: Money }>): Money {
  const net = subtract(item.gross, item.commission);
  return item.kind === "refund" || item.kind === "advance" ? money(-net.minor, net.currency) : net;
}

/**
 * `returned` is a payout that the bank gave back: it is owed again, and bears no commission. `advance` is one that was
 * sent before a restore took back what it was for: it is taken off what is paid next.
 */
export type ItemKind = "capture" | "refund" | "returned" | "advance";

// The caps of what a till takes, or gives back, outside escrow.
import { assert } from "../assert.ts";
import type { ErrorCode } from "../errors.ts";
import { add, exceeds, isPositive, isZero, type Money, smaller, subtract, zero } from "../money.ts";
import type { OfflineLimits } from "./limits.ts";

/**
 * What is at risk already. `terminal` and `count` are the slips and refunds at risk that the back office has not
 * countersigned; `cardDay` is what this card took or got back at risk here on the calendar day at hand, synced or not.
 */
export type Exposure = Readonly<{ terminal: Money; cardDay: Money; count: number }>;

export type CapCode = Extract<
  ErrorCode,
  "OFFLINE_CAP_PAYMENT" | "OFFLINE_CAP_CARD" | "OFFLINE_CAP_TERMINAL" | "OFFLINE_CAP_COUNT"
>;

export type CapVerdict =
  | { readonly kind: "within" }
  /** Above a cap of payment or card that a manager's PIN lets pass. */
  | { readonly kind: "manager"; readonly code: CapCode }
  | { readonly kind: "above"; readonly code: CapCode };

/** Whether an amount fits in the caps. The terminal's own come first: nobody's PIN goes beyond them. */
export function againstCaps(limits: OfflineLimits, exposure: Exposure, amount: Money): CapVerdict {
  assert(isPositive(amount), "an amount at risk is above zero");
  if (exceeds(add(exposure.terminal, amount), limits.terminalMax))
    return { kind: "above", code: "OFFLINE_CAP_TERMINAL" };
  if (exposure.count + 1 > limits.countMax) return { kind: "above", code: "OFFLINE_CAP_COUNT" };

  const code = exceeds(amount, limits.paymentMax)
    ? "OFFLINE_CAP_PAYMENT"
    : exceeds(add(exposure.cardDay, amount), limits.cardDayMax)
      ? "OFFLINE_CAP_CARD"
      : undefined;
  if (code === undefined) return { kind: "within" };
  return limits.aboveCap === "manager" ? { kind: "manager", code } : { kind: "above", code };
}

/** The most that one payment may put at risk now without a manager. */
export function roomInCaps(limits: OfflineLimits, exposure: Exposure): Money {
  const none = zero(limits.paymentMax.currency);
  if (exposure.count + 1 > limits.countMax) return none;
  const left = (cap: Money, taken: Money) => (exceeds(taken, cap) ? none : subtract(cap, taken));
  return smaller(
    limits.paymentMax,
    smaller(left(limits.cardDayMax, exposure.cardDay), left(limits.terminalMax, exposure.terminal)),
  );
}

/** Where the policy lets nothing be taken outside escrow at all. */
export const takesNoRisk = (limits: OfflineLimits): boolean =>
  isZero(limits.paymentMax) || isZero(limits.terminalMax) || limits.countMax === 0;

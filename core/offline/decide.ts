// Whether a prepaid card may pay while the back office is out of reach. Pure: the same facts, the same decision.
import { assert, assertNever } from "../assert.ts";
import type { ErrorCode } from "../errors.ts";
import { exceeds, isPositive, type Money, zero } from "../money.ts";
import type { Instant } from "../time.ts";
import { escrowLeft, type LiveGrant, type Slice, slicesFor } from "./grants.ts";
import { isTooOld, type OfflineLimits } from "./limits.ts";
import { againstCaps, type CapCode, type Exposure, roomInCaps, takesNoRisk } from "./risk.ts";

export type HotCode = Extract<ErrorCode, "CARD_BLOCKED" | "CARD_EXPIRED" | "CARD_CLOSED">;

/** What this till makes of the password. */
export type PasswordCheck =
  /** Not asked for yet; `isVerifiable` says whether this till could check it. */
  | { readonly kind: "untyped"; readonly isVerifiable: boolean }
  /** Typed, and this till holds nothing to compare it with. */
  | { readonly kind: "unverifiable" }
  | { readonly kind: "verified"; readonly passwordVersion: number }
  | { readonly kind: "wrong"; readonly triesLeft: number }
  /** Blocked at this till until the next sync. */
  | { readonly kind: "locked" };

export type OfflineQuestion = Readonly<{
  limits: OfflineLimits;
  /** The time for limits: max(clock, last journal time, last server time). */
  now: Instant;
  lastServer: Instant | undefined;
  hot: HotCode | undefined;
  grants: readonly LiveGrant[];
  password: PasswordCheck;
  exposure: Exposure;
  amount: Money;
  managerApproved: boolean;
}>;

export type OfflineRefusal = Readonly<{
  kind: "refused";
  code: ErrorCode;
  /** With PASSWORD_WRONG. */
  triesLeft: number | null;
  /** Where the amount is what is wrong: as much as this card pays here and now. Zero where no amount would help. */
  takeable: Money;
}>;

/** How the password of a payment at risk is judged: here and now, or sealed for the back office. */
type RiskPassword = Readonly<{ kind: "verified"; passwordVersion: number }> | Readonly<{ kind: "to-seal" }>;

export type OfflineDecision =
  | Readonly<{ kind: "escrow"; slices: readonly Slice[] }>
  | Readonly<{
      kind: "risk";
      password: RiskPassword;
      /** The cap that a manager let it pass, or null where it fits. */
      beyond: CapCode | null;
    }>
  | Readonly<{ kind: "needs-password" }>
  | Readonly<{ kind: "needs-manager"; code: CapCode; takeable: Money }>
  | OfflineRefusal;

/**
 * Decides one offline payment (DESIGN §6). The hot list comes first, then the age: past the maximum it is cash only,
 * escrow included. Then the password, and only then money.
 *
 * One slip is paid wholly from escrow or wholly at risk, never half of each: what escrow cannot pay in full
 * is measured against the caps in full. A customer who wants both pays twice: `takeable` says how much fits.
 */
export function decideOffline(question: OfflineQuestion): OfflineDecision {
  const { limits, now, password, amount } = question;
  assert(isPositive(amount), "an offline payment is for more than zero");
  if (question.hot !== undefined) return refused(question, question.hot);
  if (isTooOld(limits, question.lastServer, now)) return refused(question, "OFFLINE_TOO_OLD");

  switch (password.kind) {
    case "locked":
      return refused(question, "OFFLINE_TRIES");
    case "wrong":
      return password.triesLeft === 0
        ? refused(question, "OFFLINE_TRIES")
        : refused(question, "PASSWORD_WRONG", password.triesLeft);
    case "untyped": {
      // Nobody types a password for a payment that is refused with the right one too.
      const atBest = password.isVerifiable
        ? decideMoney(question, { kind: "verified", passwordVersion: 0 })
        : decideUnverified(question);
      return atBest.kind === "refused" ? atBest : { kind: "needs-password" };
    }
    case "unverifiable":
      return decideUnverified(question);
    case "verified":
      return decideMoney(question, password);
    default:
      return assertNever(password);
  }
}

function decideUnverified(question: OfflineQuestion): OfflineDecision {
  return question.limits.unverified === "sealed"
    ? decideRisk(question, { kind: "to-seal" })
    : refused(question, "OFFLINE_REFUSED");
}

function decideMoney(
  question: OfflineQuestion,
  password: Extract<PasswordCheck, { kind: "verified" }>,
): OfflineDecision {
  const slices = slicesFor(question.amount, question.grants, question.now);
  return slices === undefined ? decideRisk(question, password) : { kind: "escrow", slices };
}

function decideRisk(question: OfflineQuestion, password: RiskPassword): OfflineDecision {
  const { limits, exposure, amount } = question;
  if (takesNoRisk(limits)) return tooMuch(question, "OFFLINE_REFUSED", password);
  const verdict = againstCaps(limits, exposure, amount);
  switch (verdict.kind) {
    case "within":
      return { kind: "risk", password, beyond: null };
    case "manager":
      return question.managerApproved
        ? { kind: "risk", password, beyond: verdict.code }
        : { kind: "needs-manager", code: verdict.code, takeable: takeable(question, password) };
    case "above":
      return tooMuch(question, verdict.code, password);
    default:
      return assertNever(verdict);
  }
}

/**
 * The most that one payment may come to without a manager: the larger of what escrow holds, which wants a checked
 * password, and of the room in the caps.
 */
function takeable({ limits, exposure, grants, now, amount }: OfflineQuestion, password: RiskPassword): Money {
  const none = zero(amount.currency);
  const inEscrow = password.kind === "verified" ? escrowLeft(grants, now, amount.currency) : none;
  const atRisk = takesNoRisk(limits) ? none : roomInCaps(limits, exposure);
  return exceeds(inEscrow, atRisk) ? inEscrow : atRisk;
}

const tooMuch = (question: OfflineQuestion, code: ErrorCode, password: RiskPassword): OfflineRefusal => ({
  kind: "refused",
  code,
  triesLeft: null,
  takeable: takeable(question, password),
});

const refused = (
  { amount }: OfflineQuestion,
  code: ErrorCode,
  triesLeft: number | null = null,
): OfflineRefusal => ({ kind: "refused", code, triesLeft, takeable: zero(amount.currency) });

export type OfflineRefundQuestion = Readonly<{
  limits: OfflineLimits;
  now: Instant;
  lastServer: Instant | undefined;
  exposure: Exposure;
  amount: Money;
  /** What is left to refund of the slip, as this till's own journal has it; undefined where it has no such slip. */
  refundable: Money | undefined;
  managerApproved: boolean;
}>;

export type OfflineRefundDecision =
  | Readonly<{ kind: "approved"; beyond: CapCode | null }>
  | Readonly<{ kind: "needs-manager"; code: CapCode }>
  | Readonly<{ kind: "refused"; code: ErrorCode }>;

/**
 * Decides a refund onto the card that paid while the line is cut: only for a slip of this till's own journal and
 * inside the same caps, because another till could refund the same slip unseen.
 */
export function decideOfflineRefund(question: OfflineRefundQuestion): OfflineRefundDecision {
  const { limits, now, exposure, amount, refundable } = question;
  assert(isPositive(amount), "a refund is for more than zero");
  if (refundable === undefined) return { kind: "refused", code: "PAYMENT_UNKNOWN" };
  if (amount.minor > refundable.minor) return { kind: "refused", code: "REFUND_EXCEEDS_PAYMENT" };
  if (isTooOld(limits, question.lastServer, now)) return { kind: "refused", code: "OFFLINE_TOO_OLD" };
  if (takesNoRisk(limits)) return { kind: "refused", code: "OFFLINE_REFUSED" };
  const verdict = againstCaps(limits, exposure, amount);
  switch (verdict.kind) {
    case "within":
      return { kind: "approved", beyond: null };
    case "manager":
      return question.managerApproved
        ? { kind: "approved", beyond: verdict.code }
        : { kind: "needs-manager", code: verdict.code };
    case "above":
      return { kind: "refused", code: verdict.code };
    default:
      return assertNever(verdict);
  }
}

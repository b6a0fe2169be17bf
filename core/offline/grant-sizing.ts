// How much of a card's balance the back office sets aside at a till for use without the line (DESIGN §6).
import { isPositive, type Money, type Rate, share, smaller, subtract } from "../money.ts";
import type { DurationMs, Instant } from "../time.ts";

export type GrantPolicy = Readonly<{
  /** The most that one till may hold of one card. */
  sliceMax: Money;
  /** The part of a card's available balance that one till may hold. */
  balanceShare: Rate;
  /** A slice below this is not worth a posting. */
  sliceMin: Money;
  /** Cards paid with at the till within this time get slices. */
  seenWithinMs: DurationMs;
  validMs: DurationMs;
  /** A grant this close to its end is renewed at the next sync. */
  renewBeforeMs: DurationMs;
  /** A card whose slices were called back gets none for this long: its money is wanted on line. */
  restMs: DurationMs;
}>;

export type LiveGrant = Readonly<{ amount: Money; spent: Money; expiresAt: Instant; recalled: boolean }>;

export type GrantAsk = Readonly<{
  /** Of the card itself, without its slices, holds taken off. */
  available: Money;
  /** The card's grants at this till that are not closed. */
  grants: readonly LiveGrant[];
  lastSeenAt: Instant;
  hasVerifier: boolean;
  /** When its slices, at any till, were called back last because it was short on line; null for never. */
  recalledAt: Instant | null;
  maySpend: boolean;
}>;

export type GrantDecision =
  | { readonly kind: "none" }
  /** `recallOld`: the grants at hand are to be closed as renewed; what is left of them comes back with that entry. */
  | { readonly kind: "grant"; readonly amount: Money; readonly recallOld: boolean };

/**
 * The slice to set aside now. A grant at hand is renewed when less than half of it is left or it is near its end;
 * the new one never reckons with money that has not come back, so slices never exceed the balance.
 */
export function decideGrant(ask: GrantAsk, policy: GrantPolicy, at: Instant): GrantDecision {
  const none = { kind: "none" } as const;
  if (!ask.hasVerifier || !ask.maySpend || at - ask.lastSeenAt > policy.seenWithinMs) return none;
  if (ask.recalledAt !== null && at - ask.recalledAt < policy.restMs) return none;
  // One that is being called back says that the money is wanted elsewhere, or that a renewal is under way.
  if (ask.grants.some((grant) => grant.recalled)) return none;
  const wantsRenewal = ask.grants.some((grant) => isWorn(grant, policy, at));
  if (ask.grants.length > 0 && !wantsRenewal) return none;
  const amount = sliceOf(ask.available, policy);
  return amount === undefined ? none : { kind: "grant", amount, recallOld: wantsRenewal };
}

function sliceOf(available: Money, policy: GrantPolicy): Money | undefined {
  if (!isPositive(available)) return undefined;
  const slice = smaller(smaller(share(available, policy.balanceShare), policy.sliceMax), available);
  return slice.minor < policy.sliceMin.minor ? undefined : slice;
}

function isWorn(grant: LiveGrant, policy: GrantPolicy, at: Instant): boolean {
  const left = subtract(grant.amount, grant.spent);
  return left.minor * 2n < grant.amount.minor || grant.expiresAt - at <= policy.renewBeforeMs;
}

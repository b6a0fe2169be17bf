// The offline policy in the terms of the rules.
import type { OfflinePolicy } from "../contract/terminal.ts";
import { moneyOf } from "../contract/values.ts";
import type { Money } from "../money.ts";
import { type DurationMs, durationMs, elapsed, type Instant } from "../time.ts";

/** What may be taken outside escrow. The caps bound the worst loss (I5). */
export type OfflineLimits = Readonly<{
  paymentMax: Money;
  cardDayMax: Money;
  terminalMax: Money;
  countMax: number;
  ageMax: DurationMs;
  aboveCap: "refuse" | "manager";
  unverified: "refuse" | "sealed";
  wrongTriesMax: number;
}>;

export const limitsOf = (policy: OfflinePolicy): OfflineLimits => ({
  paymentMax: moneyOf(policy.paymentMax),
  cardDayMax: moneyOf(policy.cardDayMax),
  terminalMax: moneyOf(policy.terminalMax),
  countMax: policy.countMax,
  ageMax: durationMs(policy.ageMaxMs),
  aboveCap: policy.aboveCap,
  unverified: policy.unverified,
  wrongTriesMax: policy.wrongTriesMax,
});

/** True past the maximum age since the server was last heard, or where it never was: cash only then. */
export function isTooOld(limits: OfflineLimits, lastServer: Instant | undefined, now: Instant): boolean {
  return lastServer === undefined || elapsed(lastServer, now) > limits.ageMax;
}

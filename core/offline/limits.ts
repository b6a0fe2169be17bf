// The offline policy in the terms of the rules, and the time they are measured by.
import type { OfflinePolicy } from "../contract/terminal.ts";
import { moneyOf } from "../contract/values.ts";
import type { Money } from "../money.ts";
import { type DurationMs, durationMs, elapsed, type Instant, instant } from "../time.ts";

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

/** What the till knows of the time. `undefined` where nothing was written or heard yet. */
export type TimeWitnesses = Readonly<{
  clock: Instant;
  lastJournal: Instant | undefined;
  lastServer: Instant | undefined;
}>;

/** The time for every limit: the latest of all witnesses, so that setting the clock back gains nothing. */
export const limitTime = ({ clock, lastJournal, lastServer }: TimeWitnesses): Instant =>
  instant(Math.max(clock, lastJournal ?? clock, lastServer ?? clock));

/** Ordinary clocks drift and are corrected by this much without anybody having set them. */
export const CLOCK_DRIFT_MS_MAX = 120_000;

/** True where the clock stands so far behind what was witnessed that somebody set it back (CLOCK_SET_BACK). */
export function isClockSetBack(witnesses: TimeWitnesses): boolean {
  return elapsed(witnesses.clock, limitTime(witnesses)) > CLOCK_DRIFT_MS_MAX;
}

/** True past the maximum age since the server was last heard, or where it never was: cash only then. */
export function isTooOld(limits: OfflineLimits, lastServer: Instant | undefined, now: Instant): boolean {
  return lastServer === undefined || elapsed(lastServer, now) > limits.ageMax;
}

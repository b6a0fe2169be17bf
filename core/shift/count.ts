// Counting a drawer, and how far a count may be off before a manager must look.
import { type Currency, type Money, money, subtract } from "../money.ts";

export type Counts = readonly Readonly<{ faceMinor: string; count: number }>[];

/** What was counted, by face value of notes and coins. */
export function countedOf(counts: Counts, currency: Currency): Money {
  return money(
    counts.reduce((all, { faceMinor, count }) => all + BigInt(faceMinor) * BigInt(count), 0n),
    currency,
  );
}

/** About the price of a coffee: below it a difference is a slip of the hand, above it somebody should know. */
const TOLERANCE_MINOR: Readonly<Record<Currency, bigint>> = { KRW: 5_000n, EUR: 500n, USD: 500n, JPY: 500n };

export const differenceOf = (counted: Money, expected: Money): Money => subtract(counted, expected);

/** Whether a difference, over or short, may be closed without a manager. */
export function isWithinTolerance({ minor, currency }: Money): boolean {
  const size = minor < 0n ? -minor : minor;
  return size <= TOLERANCE_MINOR[currency];
}

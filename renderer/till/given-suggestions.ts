// What a customer is likely to hand over: the next round sums above what is due.
import { type Currency, type Money, money } from "#core/money.ts";

/** Notes by face value in minor units, smallest first. */
const NOTES = {
  KRW: [1_000n, 5_000n, 10_000n, 50_000n],
  JPY: [1_000n, 5_000n, 10_000n],
  EUR: [500n, 1_000n, 2_000n, 5_000n, 10_000n],
  USD: [100n, 500n, 1_000n, 2_000n, 5_000n, 10_000n],
} as const satisfies Record<Currency, readonly bigint[]>;

const SUGGESTIONS_MAX = 3;

/** At most three sums, each made of one kind of note and more than what is due. */
export function givenSuggestions(due: Money): readonly Money[] {
  const sums = NOTES[due.currency].map((note) => due.minor - (due.minor % note) + note);
  return [...new Set(sums)]
    .sort((a, b) => (a < b ? -1 : 1))
    .slice(0, SUGGESTIONS_MAX)
    .map((minor) => money(minor, due.currency));
}

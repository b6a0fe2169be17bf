// The most that cards are issued with. One order of an absurd amount would use up what 64 bits hold of the books for ever:
// sums of what was ever issued only grow, and nothing could be issued after it.
import { type Currency, exceeds, exponentOf, type Money, money, times } from "../money.ts";

/** In whole units of the currency. A card is money for a car and its driver, not for a fleet. */
const CARD_UNITS_MAX = {
  KRW: 10_000_000n,
  JPY: 1_000_000n,
  EUR: 10_000n,
  USD: 10_000n,
} as const satisfies Record<Currency, bigint>;
/** Of one order: ten cards of the most, or 99 of a tenth of it. */
const ORDER_CARDS_MAX = 10n;

export const cardValueMax = (currency: Currency): Money =>
  money(CARD_UNITS_MAX[currency] * 10n ** BigInt(exponentOf(currency)), currency);
export const orderValueMax = (currency: Currency): Money => times(cardValueMax(currency), ORDER_CARDS_MAX);

/** Whether one order may issue so many cards of this value each. */
export const isWithinIssueCaps = (value: Money, quantity: number): boolean =>
  !exceeds(value, cardValueMax(value.currency)) &&
  !exceeds(times(value, BigInt(quantity)), orderValueMax(value.currency));

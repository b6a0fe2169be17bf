// How much of a sale is paid, and what a tender may take. Split tenders add up to the sale, never over or under it.
import type { Failure } from "../errors.ts";
import {
  type Currency,
  exceeds,
  isPositive,
  isZero,
  type Money,
  money,
  smaller,
  subtract,
  sum,
} from "../money.ts";
import { err, ok, type Result } from "../result.ts";

/** What is still to be paid when these amounts were taken. */
export function dueOf(gross: Money, taken: readonly Money[]): Money {
  return subtract(gross, sum(taken, gross.currency));
}

export type CashTender = Readonly<{ amount: Money; given: Money; change: Money }>;

/** The largest note that goes over a counter, in minor units; the 500 euro note is not printed any more. */
const LARGEST_NOTE_MINOR: Readonly<Record<Currency, bigint>> = {
  KRW: 50_000n,
  EUR: 20_000n,
  USD: 10_000n,
  JPY: 10_000n,
};

/**
 * The most that anybody hands over for what is due: enough of the largest notes, and one more, as a cashier's cheque of
 * 100,000 won is two of them. What is typed above it is a mistake, such as a barcode on the keypad.
 */
export function givenMax({ minor, currency }: Money): Money {
  const note = LARGEST_NOTE_MINOR[currency];
  const notes = (minor + note - 1n) / note + 1n;
  return money(notes * note, currency);
}

/**
 * Cash takes what is due and gives the rest back; less than what is due pays a part.
 * AMOUNT_INVALID for nothing or a wrong currency, CASH_GIVEN_TOO_MUCH above `givenMax`.
 */
export function cashTender(due: Money, given: Money): Result<CashTender, Failure> {
  // A basket that was discounted to nothing is closed with nothing.
  if (given.currency === due.currency && isZero(given) && isZero(due))
    return ok({ amount: due, given, change: given });
  if (given.currency !== due.currency || !isPositive(given)) return err({ code: "AMOUNT_INVALID" });
  if (!isPositive(due)) return err({ code: "TENDER_EXCEEDS_DUE" });
  if (exceeds(given, givenMax(due))) return err({ code: "CASH_GIVEN_TOO_MUCH" });
  const amount = smaller(given, due);
  return ok({ amount, given, change: subtract(given, amount) });
}

/** A tender without change: AMOUNT_INVALID for nothing or a wrong currency, TENDER_EXCEEDS_DUE for more than is due. */
export function exactTender(due: Money, amount: Money): Result<Money, Failure> {
  if (amount.currency !== due.currency || !isPositive(amount)) return err({ code: "AMOUNT_INVALID" });
  return exceeds(amount, due) ? err({ code: "TENDER_EXCEEDS_DUE" }) : ok(amount);
}

// How much of a sale is paid, and what a tender may take. Split tenders add up to the sale, never over or under it.
import type { Failure } from "../errors.ts";
import { exceeds, isPositive, isZero, type Money, smaller, subtract, sum } from "../money.ts";
import { err, ok, type Result } from "../result.ts";

/** What is still to be paid when these amounts were taken. */
export function dueOf(gross: Money, taken: readonly Money[]): Money {
  return subtract(gross, sum(taken, gross.currency));
}

export type CashTender = Readonly<{ amount: Money; given: Money; change: Money }>;

/** More than this is a typing mistake: no customer hands over a billion. */
const GIVEN_MINOR_MAX = 100_000_000_000n;

/**
 * Cash takes what is due and gives the rest back; less than what is due pays a part.
 * AMOUNT_INVALID for nothing, a wrong currency or more than a drawer sees.
 */
export function cashTender(due: Money, given: Money): Result<CashTender, Failure> {
  // A basket that was discounted to nothing is closed with nothing.
  if (given.currency === due.currency && isZero(given) && isZero(due))
    return ok({ amount: due, given, change: given });
  if (given.currency !== due.currency || !isPositive(given) || given.minor > GIVEN_MINOR_MAX)
    return err({ code: "AMOUNT_INVALID" });
  if (!isPositive(due)) return err({ code: "TENDER_EXCEEDS_DUE" });
  const amount = smaller(given, due);
  return ok({ amount, given, change: subtract(given, amount) });
}

/** A tender without change: AMOUNT_INVALID for nothing or a wrong currency, TENDER_EXCEEDS_DUE for more than is due. */
export function exactTender(due: Money, amount: Money): Result<Money, Failure> {
  if (amount.currency !== due.currency || !isPositive(amount)) return err({ code: "AMOUNT_INVALID" });
  return exceeds(amount, due) ? err({ code: "TENDER_EXCEEDS_DUE" }) : ok(amount);
}

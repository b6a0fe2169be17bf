// The prepaid tender at work, and its next step.
import { fail } from "#core/errors.ts";
import { nextPrepaid, type PrepaidMove, type PrepaidTender } from "#core/tender/prepaid.ts";
import type { PayingSale } from "../state.ts";
import type { TillWork } from "../till-work.ts";
import { payingSale } from "./paying.ts";
import { unwrap } from "./unwrap.ts";

/** STATE_CONFLICT where no prepaid tender is open. */
export function prepaidOf(work: TillWork): { sale: PayingSale; prepaid: PrepaidTender } {
  const sale = payingSale(work);
  return sale.prepaid === null
    ? fail("STATE_CONFLICT", "no prepaid tender is open")
    : { sale, prepaid: sale.prepaid };
}

/** Moves the tender and shows it. STATE_CONFLICT where the move does not belong to its step. */
export function movePrepaid(work: TillWork, move: PrepaidMove): PrepaidTender {
  const { sale, prepaid } = prepaidOf(work);
  const next = unwrap(nextPrepaid(prepaid, move));
  work.state.set({ sale: { ...sale, prepaid: next } });
  return next;
}

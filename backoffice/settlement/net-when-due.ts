// The clock's part of settlement: when a cut-off has passed, what was recorded up to it becomes a draft batch.
import { FailureError } from "#core/errors.ts";
import type { BatchId } from "#core/ids.ts";
import { CURRENCIES } from "#core/money.ts";
import { CLOCK } from "#core/settlement/batch.ts";
import type { SettlementDeps } from "./deps.ts";
import { netAtCutOff } from "./net-at-cut-off.ts";

/**
 * Nets at the last cut-off of the calendar, one batch per currency; the batches it made. To be called every few
 * minutes: before the next cut-off, or where nobody is due anything, it makes none. What a person refused since the
 * cut-off waits for the next one, or for a person who nets. Fails as `netAtCutOff` does,
 * but for BATCH_EMPTY.
 */
export async function netWhenDue(deps: SettlementDeps): Promise<readonly BatchId[]> {
  const batches: BatchId[] = [];
  for (const currency of CURRENCIES) {
    try {
      batches.push(await netAtCutOff(deps, { by: CLOCK, currency }));
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.code !== "BATCH_EMPTY") throw error;
    }
  }
  return batches;
}

// The clock's part of settlement: when a cut-off has passed, what was recorded up to it becomes a draft batch.
import { FailureError } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import { CURRENCIES } from "#core/money.ts";
import type { SettlementDeps } from "./deps.ts";
import { netAtCutOff } from "./net-at-cut-off.ts";

/** Who made a batch that no person asked for. Anyone who may approve may check it. */
export const CLOCK = "system" as StaffId;

/**
 * Nets at the last cut-off of the calendar, one batch per currency; the batches it made. To be called every few
 * minutes: before the next cut-off, or where nobody is due anything, it makes none. Fails as `netAtCutOff` does,
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

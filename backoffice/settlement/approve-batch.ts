// The second signature on a batch.
import { FailureError, fail } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import { approve } from "#core/settlement/batch.ts";
import type { SettlementDeps } from "./deps.ts";
import { requireWholeBooks } from "./restored-bank.ts";
import { batchOrFail, batchUpdate } from "./store.ts";

/**
 * Approves a draft. MAKER_IS_CHECKER where the same person netted it, BATCH_STATE unless it is a draft,
 * NOT_FOUND where there is none, BOOKS_RESTORED while restored books do not know what the bank was sent.
 */
export async function approveBatch(
  deps: Pick<SettlementDeps, "database" | "clock" | "tillsAreIn">,
  approval: Readonly<{ batchId: BatchId; by: StaffId }>,
): Promise<void> {
  await requireWholeBooks(deps);
  const { database, clock } = deps;
  await database.transaction(async (tx) => {
    const batch = await batchOrFail(tx, approval.batchId);
    const approved = approve(batch.state, approval.by, clock.now());
    if (!approved.ok) throw new FailureError(approved.error);
    const { sql, params = [] } = batchUpdate(batch.id, approved.value);
    const changed = await tx.run(`${sql} AND state = 'draft'`, params);
    if (changed !== 1) fail("BATCH_STATE", "it was approved or refused meanwhile");
  });
}

// A no to a batch that was not sent: its money goes back to the merchants' payables, its items to the next netting.
import { FailureError } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import { clearingAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post, transferIdOf } from "#core/ledger/postings.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { refuse } from "#core/settlement/batch.ts";
import type { Check } from "../ledger/request.ts";
import { type Plan, type SettlementDeps, underLock } from "./deps.ts";
import { requireWholeBooks } from "./restored-bank.ts";
import {
  type BatchRecord,
  batchOrFail,
  batchUpdate,
  type PayoutRecord,
  payoutsOf,
  releaseItems,
} from "./store.ts";

export type Refusing = Readonly<{ batchId: BatchId; by: StaffId; reason: string }>;

/**
 * Refuses a batch, or withdraws it where its own maker asks. All that its netting posted is taken back by transfers that
 * name the first ones, and its items are free for a later netting, all in one commit. Fails with BATCH_STATE once it is
 * sent or refused, NOT_FOUND where there is none, BUSY where others were always faster, BOOKS_RESTORED while restored books
 * do not know whether the bank was sent it.
 */
export async function refuseBatch(deps: SettlementDeps, refusing: Refusing): Promise<void> {
  await requireWholeBooks(deps);
  await underLock(deps, () => planRefusal(deps, refusing));
}

async function planRefusal(deps: SettlementDeps, { batchId, by, reason }: Refusing): Promise<Plan<void>> {
  const batch = await batchOrFail(deps.database.read, batchId);
  const at = deps.clock.now();
  const refused = refuse(batch.state, { by, reason, at });
  if (!refused.ok) throw new FailureError(refused.error);
  const payouts = await payoutsOf(deps.database.read, batchId);
  return {
    transfers: payouts.flatMap(takenBack),
    changes: [...releaseItems(batchId, at), batchUpdate(batchId, refused.value)],
    checks: [stillIs(batch)],
    result: undefined,
  };
}

function takenBack(payout: PayoutRecord): readonly TransferDraft[] {
  return post("settlement-refused", {
    id: payout.id,
    clearing: clearingAccount(payout.batchId),
    merchant: merchantAccount(payout.merchantId),
    cleared: transferIdOf("settlement-cleared", payout.id),
    amount: payout.net,
  });
}

/** Approving and sending change one row and take no lock of settlement: a batch sent meanwhile must not be given back too. */
const stillIs = ({ id, state }: BatchRecord): Check => ({
  sql: "SELECT id FROM settlement_batch WHERE id = ? AND state = ?",
  params: [id, state.kind],
  code: "STATE_CONFLICT",
});

// Sends an approved batch: written and validated once, kept, and put before the bank until it is there.
import { CREDIT_TRANSFER_KIND, writeCreditTransfers } from "#backoffice/bank/pain-001.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import { markSent, wasSent } from "#core/settlement/batch.ts";
import { businessDayFrom, dayInZone } from "#core/settlement/calendar.ts";
import type { SettlementDeps } from "./deps.ts";
import { requireWholeBooks } from "./restored-bank.ts";
import {
  type BatchRecord,
  batchOrFail,
  batchUpdate,
  type PayoutRecord,
  payoutsOf,
  undeliveredBatches,
} from "./store.ts";

/**
 * Sends a batch, or sends it again: the file and its message id are made once and kept with the batch, so a resend
 * is the same file under the same name and a bank pays it once; anybody may ask for that. Fails with BATCH_STATE unless
 * it is approved or sent, CHECKER_IS_SENDER where the clock netted it and the same person approved it, SCHEMA_INVALID
 * where the file would not validate (nothing is sent then and the batch stays approved), BANK_UNAVAILABLE where the
 * channel cannot be reached (the batch is sent, and delivered later), BOOKS_RESTORED while restored books do not know what
 * the bank was sent.
 */
export async function sendBatch(
  deps: SettlementDeps,
  { batchId, by }: Readonly<{ batchId: BatchId; by: StaffId }>,
): Promise<void> {
  await requireWholeBooks(deps);
  const batch = await batchOrFail(deps.database.read, batchId);
  if (!wasSent(batch.state)) await keepDocument(deps, batch, by);
  const kept = await batchOrFail(deps.database.read, batchId);
  if (!wasSent(kept.state)) fail("BATCH_STATE", "it was refused meanwhile");
  if (kept.deliveredAt === null) await deliver(deps, kept);
}

/** Puts every batch before the bank that is marked as sent and may not have got there. For starts and retries. */
export async function deliverPending(deps: SettlementDeps): Promise<number> {
  const batches = await undeliveredBatches(deps.database.read);
  for (const batch of batches) await deliver(deps, batch);
  return batches.length;
}

export const fileNameOf = (batch: Pick<BatchRecord, "messageId">) =>
  `${batch.messageId}.${CREDIT_TRANSFER_KIND}.xml`;

async function documentOf(deps: SettlementDeps, batch: BatchRecord): Promise<string> {
  const { bank, clock, calendar, database } = deps;
  const now = clock.now();
  const payouts = await payoutsOf(database.read, batch.id);
  const written = await writeCreditTransfers(
    {
      messageId: batch.messageId,
      paymentInformationId: batch.messageId,
      createdAt: now,
      initiatorName: bank.party.name,
      executionDay: businessDayFrom(dayInZone(now, calendar.timeZone), calendar),
      debtor: bank.party,
      transfers: payouts.map((payout) => transferOf(payout, dayInZone(batch.cutOffAt, calendar.timeZone))),
      characterSet: bank.characterSet,
    },
    deps.validator,
  );
  if (!written.ok) throw new FailureError(written.error);
  return written.value;
}

function transferOf(payout: PayoutRecord, cutOffDay: string) {
  const { scheme, number, bic } = payout.account;
  return {
    endToEndId: payout.id,
    amount: payout.net,
    creditor: {
      name: payout.creditorName,
      account: { scheme, number },
      ...(bic === null ? {} : { bic }),
    },
    remittance: `Countersign ${cutOffDay} ${payout.captures} sales, ${payout.refunds} refunds`,
  };
}

/** From here the document is never written anew. Whoever was faster, by sending or refusing it, has won: ours is dropped. */
async function keepDocument(deps: SettlementDeps, batch: BatchRecord, by: StaffId): Promise<void> {
  const sent = markSent(batch.state, by, deps.clock.now());
  if (!sent.ok) throw new FailureError(sent.error);
  const document = await documentOf(deps, batch);
  const { sql, params = [] } = batchUpdate(batch.id, sent.value);
  await deps.database.transaction(async (tx) => {
    await tx.run("UPDATE settlement_batch SET document = ? WHERE id = ? AND state = 'approved'", [
      document,
      batch.id,
    ]);
    await tx.run(`${sql} AND state = 'approved'`, params);
  });
}

async function deliver(deps: SettlementDeps, batch: BatchRecord): Promise<void> {
  const { document } = batch;
  if (document === null) return fail("DATABASE_CORRUPT", `batch ${batch.id} was sent without a document`);
  try {
    await deps.channel.send(fileNameOf(batch), document);
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw new FailureError({ code: "BANK_UNAVAILABLE", detail: reasonOf(error) });
  }
  await deps.database.transaction(async (tx) => {
    await tx.run("UPDATE settlement_batch SET delivered_at = ? WHERE id = ? AND delivered_at IS NULL", [
      deps.clock.now(),
      batch.id,
    ]);
  });
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message.slice(0, 200) : "unknown");

// Nets what is due to merchants into a draft batch: every committed capture and refund that no batch has yet.
import { fail } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import { clearingAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { type Currency, describe } from "#core/money.ts";
import { messageIdOf, payoutIdOf } from "#core/settlement/bank-ids.ts";
import { lastCutOff } from "#core/settlement/calendar.ts";
import { netAt, type Payout } from "#core/settlement/netting.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { allMerchants, type Merchant } from "../merchants/store.ts";
import { hashOf, type Plan, type SettlementDeps, underLock } from "./deps.ts";
import { exceptionInsert } from "./exceptions.ts";
import { requireWholeBooks } from "./restored-bank.ts";
import { openItems, type PayoutRecord, payoutInsert, takeItems } from "./store.ts";

export type Netting = Readonly<{
  by: StaffId;
  /** Items recorded up to here are taken; the last cut-off of the business calendar unless given. */
  cutOffAt?: Instant;
  /** A bank file has one currency; the others have batches of their own. KRW unless given. */
  currency?: Currency;
}>;

/**
 * Makes a draft batch and moves each net from its merchant's payable to the batch's clearing account, all in one
 * commit under the netting lock. Merchants who owe us, or are owed nothing, wait for a later batch; so does one
 * without an account to pay to, as an exception. Fails with BATCH_EMPTY where nobody is to be paid, BOOKS_RESTORED
 * while a restored back office waits for its tills or for two people, BUSY where others were always faster.
 */
export async function netAtCutOff(deps: SettlementDeps, netting: Netting): Promise<BatchId> {
  await requireWholeBooks(deps);
  const currency = netting.currency ?? "KRW";
  const cutOffAt = netting.cutOffAt ?? lastCutOff(deps.clock.now(), deps.calendar);
  const batchId = await underLock(deps, () => planBatch(deps, { by: netting.by, currency, cutOffAt }));
  return batchId ?? fail("BATCH_EMPTY", `nothing is due in ${currency}`);
}

async function planBatch(
  deps: SettlementDeps,
  netting: Required<Netting>,
): Promise<Plan<BatchId | undefined>> {
  const { by, currency, cutOffAt } = netting;
  const items = await openItems(deps.database.read, currency, cutOffAt);
  const merchants = new Map(
    (await allMerchants(deps.database.read)).map((merchant) => [merchant.merchantId, merchant]),
  );
  const { payouts } = netAt(items, cutOffAt);
  const payable = payouts.flatMap((payout) => {
    const merchant = merchants.get(payout.merchantId);
    return merchant === undefined ? [] : [{ payout, merchant }];
  });
  const homeless = payouts.filter((payout) => !merchants.has(payout.merchantId));
  const now = deps.clock.now();
  const reports = homeless.map((payout) => accountMissing(payout, now));
  if (payable.length === 0) return { transfers: [], changes: reports, result: undefined };

  const batchId = deps.ids.next() as BatchId;
  const records = payable.map(({ payout, merchant }) =>
    recordOf(payout, merchant, batchId, payoutIdOf(deps.ids.next())),
  );
  return {
    transfers: records.flatMap((record) =>
      post("settlement-cleared", {
        id: record.id,
        merchant: merchantAccount(record.merchantId),
        clearing: clearingAccount(batchId),
        amount: record.net,
      }),
    ),
    changes: [
      {
        sql: `INSERT INTO settlement_batch (id, state, currency, cut_off_at, made_by, made_at, message_id)
              VALUES (?, 'draft', ?, ?, ?, ?, ?)`,
        params: [batchId, currency, cutOffAt, by, now, messageIdOf(batchId)],
      },
      ...records.map(payoutInsert),
      ...payable.flatMap(({ payout }) => takeItems(batchId, payout.itemIds)),
      ...reports,
    ],
    result: batchId,
  };
}

/** The account is written down here: what is approved is what is sent, whatever the merchant changes meanwhile. */
function recordOf(payout: Payout, merchant: Merchant, batchId: BatchId, id: string): PayoutRecord {
  return {
    id,
    batchId,
    merchantId: payout.merchantId,
    creditorName: merchant.name,
    account: merchant.account,
    captures: payout.captures,
    refunds: payout.refunds,
    captured: payout.captured,
    refunded: payout.refunded,
    commission: payout.commission,
    returned: payout.returned,
    net: payout.net,
    state: "waiting",
    reason: null,
    bankReference: null,
    bucket: null,
  };
}

function accountMissing(payout: Payout, at: Instant): Statement {
  return exceptionInsert({
    id: `account:${hashOf([payout.merchantId, payout.currency])}`,
    at,
    bucket: "account-missing",
    subject: payout.merchantId,
    batchId: null,
    expected: payout.net,
    actual: null,
    detail: `${describe(payout.net)} cannot be paid: the merchant has no account on file`,
  });
}

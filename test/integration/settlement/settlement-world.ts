// A back office with merchants, a ledger and a sandbox bank, all real but the bank's money.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFolderChannel } from "#backoffice/bank/channel-folder.ts";
import { createSandboxBank, type SandboxBehaviour } from "#backoffice/bank/sandbox/sandbox-bank.ts";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { insertAgreement, insertMerchant, termsAt } from "#backoffice/merchants/store.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { approveBatch } from "#backoffice/settlement/approve-batch.ts";
import type { SettlementDeps } from "#backoffice/settlement/deps.ts";
import { searchExceptions } from "#backoffice/settlement/exceptions.ts";
import { settlementItemRow } from "#backoffice/settlement/item.ts";
import { type Netting, netAtCutOff } from "#backoffice/settlement/net-at-cut-off.ts";
import { refuseBatch } from "#backoffice/settlement/refuse-batch.ts";
import { sendBatch } from "#backoffice/settlement/send-batch.ts";
import { batchOrFail, openBatchIds, payoutsOf } from "#backoffice/settlement/store.ts";
import { takeInBankFiles } from "#backoffice/settlement/take-in-bank-files.ts";
import type { BatchId, CardId, MerchantId, StaffId } from "#core/ids.ts";
import {
  type AccountName,
  bankAccount,
  cardAccount,
  clearingAccount,
  merchantAccount,
  SUSPENSE,
} from "#core/ledger/accounts.ts";
import { post, transferIdOf } from "#core/ledger/postings.ts";
import { krw } from "#core/money.ts";
import { commissionOn, commissionReturned } from "#core/settlement/commission.ts";
import { days, instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { validator } from "#test/unit/bank/bank-world.ts";
import type { TestDatabases } from "#test/world/database.ts";

export const MAKER = "s-maker" as StaffId;
export const CHECKER = "s-checker" as StaffId;
const CARD = cardAccount("c1" as CardId);
const BANK = bankAccount("main");
export const MERCHANTS = ["m1", "m2", "m3"].map((id) => id as MerchantId);
const [M1, M2, M3] = MERCHANTS as [MerchantId, MerchantId, MerchantId];

export { M1, M2, M3 };

export async function aSettlementWorld(
  databases: TestDatabases,
  behaviour: SandboxBehaviour = { kind: "honest" },
  { at, idsFrom = 0 }: Readonly<{ at?: string; idsFrom?: number }> = {},
) {
  // Books that were restored find the bank's folders as the ones before them have left them.
  const dir = at ?? (await mkdtemp(join(tmpdir(), "settlement-")));
  const database = await databases.open(MIGRATIONS);
  let now = instant(Date.parse("2026-03-03T09:00:00Z"));
  let count = idsFrom;
  const clock = { now: () => now };
  const ids = {
    next: () => {
      count += 1;
      return `01900000-0000-7000-8000-${String(count).padStart(12, "0")}`;
    },
  };
  const ledger = createLedger({ database, clock, ids });
  const channel = await openFolderChannel({ dir });
  const bank = createSandboxBank({
    outDir: join(dir, "out"),
    inDir: join(dir, "in"),
    clock,
    ids,
    behaviour,
  });
  const deps: SettlementDeps = {
    database,
    ledger,
    clock,
    ids,
    validator,
    channel,
    calendar: { timeZone: "Asia/Seoul", cutOffMinute: 17 * 60, holidays: [] },
    bank: {
      party: { name: "Countersign", account: { scheme: "domestic", number: "100200300400" } },
      ledgerName: "main",
      characterSet: "unicode",
    },
    tillsAreIn: async () => true,
  };
  await addMerchants(database);
  await ledger.submit({
    caller: "test",
    id: "funding",
    contentHash: "funding",
    happenedAt: now,
    transfers: post("card-sold", { id: "funding", source: BANK, card: CARD, amount: krw(10_000_000) }),
  });

  const minorOf = async (account: AccountName) => (await balanceOf(database.read, account, "KRW")).minor;

  // The bank's folders are made in its first round.
  await bank.work();
  return {
    dir,
    deps,
    database,
    bank,
    pass: (daysCount: number) => {
      now = instant(now + days(daysCount));
    },
    /** A sale by card at a merchant, posted with its settlement item as the payments module does. */
    async capture(id: string, merchantId: MerchantId, won: number, happenedAt = now) {
      const amount = krw(won);
      const commission = commissionOn(await termsAt(database.read, merchantId, happenedAt), amount);
      await ledger.submit({
        caller: "test",
        id,
        contentHash: id,
        happenedAt,
        transfers: post("payment-taken", {
          id,
          card: CARD,
          merchant: merchantAccount(merchantId),
          amount,
          commission,
        }),
        changes: [
          settlementItemRow({
            id,
            paymentId: id,
            merchantId,
            kind: "capture",
            gross: amount,
            commission,
            happenedAt,
            recordedAt: now,
          }),
        ],
      });
    },
    async refund(id: string, paymentId: string, merchantId: MerchantId, captured: number, won: number) {
      const terms = await termsAt(database.read, merchantId, now);
      const commission = commissionReturned(
        terms,
        { captured: krw(captured), refundedBefore: krw(0) },
        krw(won),
      );
      await ledger.submit({
        caller: "test",
        id,
        contentHash: id,
        happenedAt: now,
        transfers: post("payment-refunded", {
          id,
          merchant: merchantAccount(merchantId),
          card: CARD,
          payment: transferIdOf("payment-taken", paymentId),
          commissionTaken: transferIdOf("payment-taken", paymentId, 1),
          amount: krw(won),
          commission,
        }),
        changes: [
          settlementItemRow({
            id,
            paymentId,
            merchantId,
            kind: "refund",
            gross: krw(won),
            commission,
            happenedAt: now,
            recordedAt: now,
          }),
        ],
      });
    },
    /** m1 is due 97,500 + 975, m2 1,950, m3 3,900. */
    async threeMerchants() {
      await this.capture("a1", M1, 100_000);
      await this.capture("a2", M1, 1_000);
      await this.capture("b1", M2, 2_000);
      await this.capture("c1", M3, 4_000);
    },
    net: (over: Partial<Netting> = {}) => netAtCutOff(deps, { by: MAKER, cutOffAt: now, ...over }),
    approve: (batchId: BatchId, by: StaffId = CHECKER) => approveBatch(deps, { batchId, by }),
    send: (batchId: BatchId, by: StaffId = MAKER) => sendBatch(deps, { batchId, by }),
    refuse: (batchId: BatchId, by: StaffId = CHECKER, reason = "The account of m1 is about to change.") =>
      refuseBatch(deps, { batchId, by, reason }),
    takeIn: () => takeInBankFiles(deps),
    /** Nets, approves and sends; the bank's turn is not included. */
    async sendNew() {
      const batchId = await netAtCutOff(deps, { by: MAKER, cutOffAt: now });
      await approveBatch(deps, { batchId, by: CHECKER });
      await sendBatch(deps, { batchId, by: MAKER });
      return batchId;
    },
    /** The whole way: sent, answered by the bank, taken in. */
    async settleNew() {
      const batchId = await this.sendNew();
      await bank.work();
      return { batchId, taken: await takeInBankFiles(deps) };
    },
    state: async (batchId: BatchId) => (await batchOrFail(database.read, batchId)).state.kind,
    payouts: async (batchId: BatchId) =>
      (await payoutsOf(database.read, batchId)).map((payout) => [
        payout.merchantId,
        payout.net.minor,
        payout.state,
        payout.bucket,
      ]),
    payoutRecords: (batchId: BatchId) => payoutsOf(database.read, batchId),
    async exceptions() {
      const page = await searchExceptions(database.read, {
        state: undefined,
        query: "",
        page: 0,
        pageSize: 100,
        now,
      });
      return page.rows;
    },
    async books(batchId: BatchId) {
      return {
        merchants: await Promise.all(MERCHANTS.map((id) => minorOf(merchantAccount(id)))),
        clearing: await minorOf(clearingAccount(batchId)),
        suspense: await minorOf(SUSPENSE),
        // The funding of the card came through the same account.
        bank: (await minorOf(BANK)) + 10_000_000n,
      };
    },
    verify: async () => verifyLedger(database, { openBatches: await openBatchIds(database.read) }),
    async close() {
      await bank.close();
      await ledger.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type SettlementWorld = Awaited<ReturnType<typeof aSettlementWorld>>;

async function addMerchants(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    for (const merchantId of MERCHANTS) {
      await insertMerchant(tx, {
        merchantId,
        name: `가게 ${merchantId}`,
        account: { scheme: "domestic", number: `110-${merchantId}-123456`, bic: null },
        createdAt: instant(0),
      });
      await insertAgreement(tx, merchantId, {
        validFrom: instant(0),
        terms: { kind: "per-cent", basisPoints: 250 },
      });
    }
  });
}

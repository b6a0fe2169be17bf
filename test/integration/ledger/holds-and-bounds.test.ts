import { describe, expect, test } from "vitest";
import { createLedger, type LedgerOptions } from "#backoffice/ledger/ledger.ts";
import { availableIn, balanceOf, entriesOf, sumsOf, transferById } from "#backoffice/ledger/read-ledger.ts";
import type { LedgerRequest } from "#backoffice/ledger/request.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { type AccountName, accountIdOf, COMMISSION } from "#core/ledger/accounts.ts";
import { post, transferIdOf } from "#core/ledger/postings.ts";
import { krw, MINOR_MAX } from "#core/money.ts";
import { after, durationMs } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aCard, aMerchant, aRequest, aTransfer, BANK, countingIds, NOON } from "#test/world/ledger.ts";

const clock = { now: () => NOON };

const fund = (card: AccountName, won: number | bigint) =>
  aRequest(`fund-${card}`, [aTransfer(`fund-${card}`, BANK, card, won)]);
const pay = (id: string, card: AccountName, won: number, over: Partial<LedgerRequest> = {}) =>
  aRequest(id, [aTransfer(id, card, aMerchant("m"), won)], over);

eachDatabase((databases) => {
  const start = async (options: Partial<LedgerOptions> = {}) => {
    const database = await databases.open(MIGRATIONS);
    return { database, ledger: createLedger({ database, clock, ids: countingIds(), ...options }) };
  };
  const balance = async (database: Database, name: AccountName) =>
    (await balanceOf(database.read, name, "KRW")).minor;

  describe("holds and corrections across batches", () => {
    test("a hold is captured once, in part, with its commission, and refunded up to what was captured", async () => {
      const { database, ledger } = await start();
      const [card, merchant] = [aCard("a"), aMerchant("m")];
      const submit = (id: string, transfers: LedgerRequest["transfers"]) =>
        ledger.submit(aRequest(id, transfers));
      await ledger.submit(fund(card, 1_000));
      await submit("h", post("payment-held", { id: "h", card, merchant, amount: krw(800) }));
      expect((await availableIn(database.read, card, "KRW")).minor).toBe(200n);
      expect(await submit("x", [aTransfer("x", card, merchant, 201)])).toMatchObject({
        code: "FUNDS_INSUFFICIENT",
      });

      const capture = (id: string) =>
        post("payment-captured", {
          id,
          hold: transferIdOf("payment-held", "h"),
          merchant,
          amount: krw(700),
          commission: krw(7),
        });
      expect(await submit("c", capture("c"))).toMatchObject({ kind: "accepted" });
      expect(await submit("c2", capture("c2"))).toMatchObject({ code: "HOLD_ENDED" });
      expect(await sumsOf(database.read, card, "KRW")).toMatchObject({
        debitsPosted: 700n,
        debitsPending: 0n,
      });
      expect(await balance(database, COMMISSION)).toBe(7n);

      const refund = (id: string, won: number) =>
        post("payment-refunded", {
          id,
          card,
          merchant,
          amount: krw(won),
          commission: krw(1),
          payment: transferIdOf("payment-captured", "c"),
          commissionTaken: transferIdOf("payment-captured", "c", 1),
        });
      expect(await submit("r1", refund("r1", 500))).toMatchObject({ kind: "accepted" });
      expect(await submit("r2", refund("r2", 201))).toMatchObject({ code: "REFUND_EXCEEDS_PAYMENT" });
      expect(await submit("r3", refund("r3", 200))).toMatchObject({ kind: "accepted" });
      expect(await balance(database, card)).toBe(1_000n);
      await ledger.close();
      expect(await verifyLedger(database)).toMatchObject({ ok: true, trialBalanceMinor: { KRW: "0" } });
    });

    test("two engines end a hold once", async () => {
      const { database, ledger } = await start();
      const other = createLedger({
        database: await databases.again(database),
        clock,
        ids: countingIds("other"),
      });
      const [card, merchant] = [aCard("a"), aMerchant("m")];
      await ledger.submit(fund(card, 100));
      const hold = { id: "h", card, merchant, amount: krw(80), expiresAt: NOON };
      await ledger.submit(aRequest("h", post("payment-held", hold)));
      const pending = transferIdOf("payment-held", "h");
      const answers = await Promise.all([
        ledger.submit(aRequest("v", post("payment-voided", { id: "v", hold: pending }))),
        other.submit(aRequest("e", post("payment-expired", { id: "e", hold: pending }))),
      ]);
      expect(answers.map(({ kind }) => kind).toSorted()).toEqual(["accepted", "declined"]);
      expect((await availableIn(database.read, card, "KRW")).minor).toBe(100n);
    });
  });

  describe("bounds", () => {
    test("a full queue is BUSY and forgets what it refused", async () => {
      const { ledger } = await start({ queueRequestsMax: 2 });
      const outcomes = await Promise.allSettled(
        [1, 2, 3].map((n) => ledger.submit(fund(aCard(String(n)), n))),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
      expect(outcomes[2]).toMatchObject({ reason: { failure: { code: "BUSY" } } });
      expect(await ledger.submit(fund(aCard("3"), 3))).toMatchObject({ kind: "accepted", replayed: false });
    });

    test("more than a batch holds is several batches", async () => {
      const { database, ledger } = await start({ batchRequestsMax: 4 });
      await Promise.all(Array.from({ length: 10 }, (_, n) => ledger.submit(fund(aCard(String(n)), 1))));
      await ledger.close();
      expect(await verifyLedger(database)).toMatchObject({ ok: true, batches: 3, requests: 10 });
    });

    test("amounts at the end of 64 bits are kept to the unit", async () => {
      const { database, ledger } = await start();
      await ledger.submit(fund(aCard("a"), MINOR_MAX));
      expect(await balance(database, aCard("a"))).toBe(MINOR_MAX);
      expect(await balance(database, BANK)).toBe(-MINOR_MAX);
      expect(await ledger.submit(fund(aCard("b"), 1))).toMatchObject({ code: "AMOUNT_INVALID" });
      await ledger.close();
      expect(await verifyLedger(database)).toMatchObject({ ok: true });
    });

    test("a closed ledger takes no more, and answers what it had taken", async () => {
      const { ledger } = await start();
      const taken = ledger.submit(fund(aCard("a"), 1));
      await ledger.close();
      expect(await taken).toMatchObject({ kind: "accepted" });
      await expect(ledger.submit(fund(aCard("b"), 1))).rejects.toMatchObject({
        failure: { code: "NOT_READY" },
      });
    });
  });

  describe("entries of an account", () => {
    test("are read last first, page by page, whole and once", async () => {
      const { database, ledger } = await start({ batchRequestsMax: 3 });
      await ledger.submit(fund(aCard("a"), 100));
      await Promise.all(Array.from({ length: 10 }, (_, n) => ledger.submit(pay(`p${n}`, aCard("a"), n + 1))));
      const seen: string[] = [];
      let from: Parameters<typeof entriesOf>[3]["from"];
      for (;;) {
        const page = await entriesOf(database.read, aCard("a"), "KRW", {
          limit: 4,
          ...(from === undefined ? {} : { from }),
        });
        seen.push(...page.entries.map(({ transfer }) => transfer.id));
        if (page.next === null) break;
        from = page.next;
      }
      expect(seen).toEqual([...Array.from({ length: 10 }, (_, n) => `p${9 - n}`), "fund-card:a"]);
      const elsewhere = entriesOf(database.read, aCard("b"), "KRW", {
        limit: 1,
        ...(from === undefined ? {} : { from }),
      });
      await expect(elsewhere).rejects.toMatchObject({ failure: { code: "NOT_FOUND" } });
    });

    test("carry both times, and an account that never moved has none", async () => {
      const database = await databases.open(MIGRATIONS);
      const recordedAt = after(NOON, durationMs(60_000));
      const ledger = createLedger({ database, clock: { now: () => recordedAt }, ids: countingIds() });
      await ledger.submit(fund(aCard("a"), 1));
      const { entries } = await entriesOf(database.read, aCard("a"), "KRW", { limit: 10 });
      expect(entries).toMatchObject([
        { happenedAt: NOON, recordedAt, transfer: { credit: accountIdOf(aCard("a"), "KRW") } },
      ]);
      expect(await entriesOf(database.read, aCard("none"), "KRW", { limit: 10 })).toEqual({
        entries: [],
        next: null,
      });
      expect(await transferById(database.read, transferIdOf("card-sold", "none"))).toBeUndefined();
    });
  });
});

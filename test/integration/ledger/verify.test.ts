import { describe, expect, test } from "vitest";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import type { BatchId } from "#core/ids.ts";
import { bankAccount, clearingAccount } from "#core/ledger/accounts.ts";
import { post, transferIdOf } from "#core/ledger/postings.ts";
import { krw } from "#core/money.ts";
import { after, durationMs } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { textOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aCard, aMerchant, aRequest, aTransfer, BANK, countingIds, NOON } from "#test/world/ledger.ts";

const [card, merchant] = [aCard("a"), aMerchant("m")];
const clearing = clearingAccount("b1" as BatchId);

eachDatabase((databases) => {
  /** Two lanes with a sale, a hold captured in part, a decline, a refund, and two checkpoints. */
  const kept = async () => {
    const database = await databases.open(MIGRATIONS);
    let now = NOON;
    const clock = {
      now() {
        now = after(now, durationMs(1_000));
        return now;
      },
    };
    const first = createLedger({ database, clock, ids: countingIds("first") });
    await first.submit(aRequest("fund", [aTransfer("fund", BANK, card, 1_000)]));
    await first.submit(aRequest("h", post("payment-held", { id: "h", card, merchant, amount: krw(800) })));
    await first.close();
    const anchor = await first.checkpoint();
    const second = createLedger({ database, clock, ids: countingIds("second") });
    const hold = transferIdOf("payment-held", "h");
    const capture = { id: "c", hold, merchant, amount: krw(700), commission: krw(7) };
    await second.submit(aRequest("c", post("payment-captured", capture)));
    await second.submit(aRequest("no", [aTransfer("no", card, merchant, 10_000)]));
    const payment = transferIdOf("payment-captured", "c");
    await second.submit(aRequest("r", [aTransfer("r", merchant, card, 100, { corrects: payment })]));
    await second.close();
    return {
      database,
      anchor,
      last: await second.checkpoint(),
      ledger: createLedger({ database, clock, ids: countingIds("third") }),
    };
  };

  /** What nobody can do through the program: the triggers are taken away first. */
  const tamper = (database: Database, ...statements: readonly string[]) =>
    database.transaction(async (tx) => {
      if (tx.dialect === "postgres") {
        const tables = await tx.all("SELECT tablename FROM pg_tables WHERE tablename LIKE 'ledger%'");
        for (const row of tables) await tx.run(`ALTER TABLE ${textOf(row, "tablename")} DISABLE TRIGGER ALL`);
      } else {
        const triggers = await tx.all("SELECT name FROM sqlite_master WHERE type = 'trigger'");
        for (const row of triggers) await tx.run(`DROP TRIGGER ${textOf(row, "name")}`);
      }
      for (const statement of statements) await tx.run(statement);
    });

  test("A13 E10 books that nobody touched are proved, with every anchor", async () => {
    const { database, anchor, last } = await kept();
    expect(await verifyLedger(database, { anchors: [anchor, last] })).toEqual({
      ok: true,
      lanes: 2,
      batches: 5,
      requests: 5,
      transfers: 5,
      accounts: 4,
      trialBalanceMinor: { KRW: "0" },
    });
  });

  test("empty books are proved", async () => {
    const database = await databases.open(MIGRATIONS);
    expect(await verifyLedger(database)).toMatchObject({ ok: true, transfers: 0, trialBalanceMinor: {} });
  });

  test("a checkpoint is the same until something was committed", async () => {
    const { ledger, last } = await kept();
    expect(await ledger.checkpoint()).toEqual(last);
    await ledger.submit(aRequest("more", [aTransfer("more", BANK, card, 1)]));
    expect((await ledger.checkpoint()).number).toBe(last.number + 1);
  });

  describe("names", () => {
    test.each([
      [
        "a changed amount",
        "UPDATE ledger_transfer SET amount = 999 WHERE id = 'fund'",
        /batch 1 of lane 1 is not what was hashed/,
      ],
      [
        "a changed time",
        "UPDATE ledger_transfer SET happened_at = 1 WHERE id = 'r'",
        /batch 3 of lane 2 is not what/,
      ],
      [
        "a changed time of recording",
        "UPDATE ledger_transfer SET recorded_at = 1 WHERE id = 'r'",
        /recorded at another time/,
      ],
      [
        "a changed account",
        "UPDATE ledger_transfer SET credit = 'card:b/KRW' WHERE id = 'fund'",
        /batch 1 of lane 1 is not/,
      ],
      [
        "a lost transfer",
        "DELETE FROM ledger_transfer WHERE id = 'r'",
        /batch 3 of lane 2 has lost or gained a transfer/,
      ],
      ["a lost decline", "DELETE FROM ledger_decline", /batch 2 of lane 2 is not what was hashed/],
      [
        "a decline made an acceptance's",
        "INSERT INTO ledger_decline VALUES ('test', 'fund', 'BUSY', '')",
        /batch 1 of lane 1 is not/,
      ],
      [
        "a changed answer",
        `UPDATE ledger_request SET answer = '"paid"' WHERE id = 'c'`,
        /batch 1 of lane 2 is not/,
      ],
      [
        "a lost request",
        "DELETE FROM ledger_request WHERE id = 'no'",
        /batch 2 of lane 2 has lost or gained a request/,
      ],
      [
        "a changed hash",
        "UPDATE ledger_batch SET hash = prev_hash WHERE lane = 2 AND number = 1",
        /batch 1 of lane 2 is not/,
      ],
      [
        "a broken chain",
        "UPDATE ledger_batch SET prev_hash = hash WHERE lane = 2 AND number = 2",
        /batch 2 of lane 2 is not chained/,
      ],
      [
        "a lost batch in between",
        "DELETE FROM ledger_batch WHERE lane = 2 AND number = 1",
        /batch 1 of lane 2 is missing/,
      ],
      [
        "a changed balance",
        "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id = 'card:a/KRW'",
        /account card:a\/KRW says/,
      ],
      [
        "a lost balance",
        "DELETE FROM ledger_account WHERE id = 'commission/KRW'",
        /account commission\/KRW has entries and no balance/,
      ],
      [
        "an account from nowhere",
        "INSERT INTO ledger_account SELECT 'card:z/KRW', floored, 5, 5, 0, 0, NULL FROM ledger_account WHERE id = 'card:a/KRW'",
        /account card:z\/KRW says/,
      ],
      [
        "a lost last entry",
        "UPDATE ledger_account SET last_entry = NULL WHERE id = 'card:a/KRW'",
        /does not name its last entry/,
      ],
      ["a lost checkpoint", "DELETE FROM ledger_checkpoint WHERE number = 1", /checkpoint 1 is missing/],
      [
        "a changed checkpoint",
        "UPDATE ledger_checkpoint SET recorded_at = 1 WHERE number = 1",
        /checkpoint 1 is not what was hashed/,
      ],
    ])("%s", async (_, statement, names) => {
      const { database } = await kept();
      await tamper(database, statement);
      const verified = await verifyLedger(database);
      expect(verified).toMatchObject({ ok: false, wrong: expect.stringMatching(names) });
    });

    test("the end of a lane cut off with all that belonged to it", async () => {
      const { database } = await kept();
      const of = "lane = 2 AND batch = 3";
      await tamper(
        database,
        `DELETE FROM ledger_transfer WHERE ${of}`,
        `DELETE FROM ledger_request WHERE ${of}`,
        "DELETE FROM ledger_batch WHERE lane = 2 AND number = 3",
      );
      const verified = await verifyLedger(database);
      expect(verified).toMatchObject({
        ok: false,
        wrong: expect.stringMatching(/batch 3 of lane 2 is not the one of checkpoint 2/),
      });
    });

    test("an older state put back whole, because a witness holds a later checkpoint", async () => {
      const { database, ledger, last } = await kept();
      await ledger.submit(aRequest("more", [aTransfer("more", BANK, card, 1)]));
      const witnessed = await ledger.checkpoint();
      expect(await verifyLedger(database, { anchors: [last, witnessed] })).toMatchObject({ ok: true });
      const lost = { number: witnessed.number + 1, hash: witnessed.hash };
      const forged = { number: witnessed.number, hash: last.hash };
      for (const anchor of [lost, forged]) {
        const verified = await verifyLedger(database, { anchors: [anchor] });
        expect(verified).toMatchObject({ ok: false, wrong: expect.stringMatching(/its witness holds/) });
      }
    });

    test("a clearing account that holds money after its batch, and none while the batch is open", async () => {
      const { database, ledger } = await kept();
      const cleared = post("settlement-cleared", { id: "s", merchant, clearing, amount: krw(500) });
      await ledger.submit(aRequest("s", cleared));
      expect(await verifyLedger(database)).toMatchObject({
        ok: false,
        wrong: expect.stringMatching(/clearing:b1/),
      });
      expect(await verifyLedger(database, { openBatches: ["b1"] })).toMatchObject({ ok: true });
      const paid = post("settlement-paid", {
        id: "p",
        clearing,
        bank: bankAccount("main"),
        amount: krw(500),
      });
      await ledger.submit(aRequest("p", paid));
      expect(await verifyLedger(database)).toMatchObject({ ok: true });
    });
  });

  test("the database itself refuses a balance below the floor and a second ending", async () => {
    const { database } = await kept();
    const overdraw = "UPDATE ledger_account SET debits_pending = 100000 WHERE id = 'card:a/KRW'";
    await expect(database.transaction((tx) => tx.run(overdraw))).rejects.toThrow(/check/i);
    const again = `INSERT INTO ledger_transfer SELECT 'again', kind, event, debit, credit, currency, amount, pending,
      corrects, expires_at, debit_prev, credit_prev, happened_at, recorded_at, lane, batch + 1, position, request
      FROM ledger_transfer WHERE kind = 'post'`;
    await expect(database.transaction((tx) => tx.run(again))).rejects.toThrow(/unique/i);
  });
});

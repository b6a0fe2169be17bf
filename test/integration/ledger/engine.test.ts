import { describe, expect, test } from "vitest";
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { createLedger, type LedgerOptions, tombstoneOf } from "#backoffice/ledger/ledger.ts";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import type { LedgerRequest } from "#backoffice/ledger/request.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { FailureError } from "#core/errors.ts";
import type { AccountName } from "#core/ledger/accounts.ts";
import type { Database } from "#database/database.ts";
import type { Migration } from "#database/migrate.ts";
import { textOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aCard, aMerchant, aRequest, aTransfer, BANK, countingIds, NOON } from "#test/world/ledger.ts";

const clock = { now: () => NOON };

/** A table of someone else's, whose rows must commit with the money. */
const orders: Migration = {
  name: "999-orders",
  up: ({ text, strict }) => [
    `CREATE TABLE purchase (id ${text} PRIMARY KEY NOT NULL, state ${text} NOT NULL)${strict}`,
    "INSERT INTO purchase VALUES ('open', 'open'), ('closed', 'closed')",
  ],
};

const fund = (card: AccountName, won: number | bigint) =>
  aRequest(`fund-${card}`, [aTransfer(`fund-${card}`, BANK, card, won)]);
const pay = (id: string, card: AccountName, won: number, over: Partial<LedgerRequest> = {}) =>
  aRequest(id, [aTransfer(id, card, aMerchant("m"), won)], over);
const setState = (id: string, state: string) => ({
  sql: "UPDATE purchase SET state = ? WHERE id = ?",
  params: [state, id],
});
const isOpen = (id: string) =>
  ({
    sql: "SELECT id FROM purchase WHERE id = ? AND state = 'open'",
    params: [id],
    code: "STATE_CONFLICT",
  }) as const;

eachDatabase((databases) => {
  const start = async (options: Partial<LedgerOptions> = {}) => {
    const database = await databases.open([...MIGRATIONS, orders]);
    return { database, ledger: createLedger({ database, clock, ids: countingIds(), ...options }) };
  };
  const stateOf = async (database: Database, id: string) =>
    textOf((await database.read.get("SELECT state FROM purchase WHERE id = ?", [id])) ?? {}, "state");
  const balance = async (database: Database, name: AccountName) =>
    (await balanceOf(database.read, name, "KRW")).minor;

  describe("one id has one effect (I3)", () => {
    test("a resend gets the first answer, and moves nothing again", async () => {
      const { database, ledger } = await start();
      const request = { ...fund(aCard("a"), 10_000), answer: { receipt: "r-1", lines: [1, 2] } };
      expect(await ledger.submit(request)).toEqual({
        kind: "accepted",
        answer: request.answer,
        replayed: false,
      });
      const later = { ...request, answer: { receipt: "other" }, transfers: [] };
      expect(await ledger.submit(later)).toEqual({
        kind: "accepted",
        answer: request.answer,
        replayed: true,
      });
      expect(await balance(database, aCard("a"))).toBe(10_000n);
    });

    test("a decline is remembered, even when it would succeed now", async () => {
      const { database, ledger } = await start();
      const early = await ledger.submit(pay("p", aCard("a"), 1));
      expect(early).toMatchObject({ kind: "declined", code: "FUNDS_INSUFFICIENT", replayed: false });
      await ledger.submit(fund(aCard("a"), 10));
      expect(await ledger.submit(pay("p", aCard("a"), 1))).toEqual({ ...early, replayed: true });
      expect(await balance(database, aCard("a"))).toBe(10n);
    });

    test("the same id with other content is ID_REUSED, and the same id of another caller is its own", async () => {
      const { ledger } = await start();
      await ledger.submit(fund(aCard("a"), 10));
      const hash = contentHashOf({ amount: "1" });
      expect(await ledger.submit(pay("p", aCard("a"), 1, { contentHash: hash }))).toMatchObject({
        kind: "accepted",
      });
      const other = pay("p", aCard("a"), 2, { contentHash: contentHashOf({ amount: "2" }) });
      expect(await ledger.submit(other)).toMatchObject({ kind: "declined", code: "ID_REUSED" });
      const elsewhere = aRequest("p", [aTransfer("p2", aCard("a"), aMerchant("m"), 1)], { caller: "other" });
      expect(await ledger.submit(elsewhere)).toMatchObject({ kind: "accepted", replayed: false });
    });

    test("the same request ten times at once moves money once", async () => {
      const { database, ledger } = await start();
      const answers = await Promise.all(Array.from({ length: 10 }, () => ledger.submit(fund(aCard("a"), 5))));
      expect(answers.filter(({ replayed }) => !replayed).length).toBe(1);
      expect(answers.every(({ kind }) => kind === "accepted")).toBe(true);
      expect(await balance(database, aCard("a"))).toBe(5n);
    });

    test("two engines that race for the same ids move money once, and neither chain breaks", async () => {
      const { database, ledger } = await start();
      const second = await databases.again(database);
      const other = createLedger({ database: second, clock, ids: countingIds("other") });
      await ledger.submit(fund(aCard("a"), 1_000));
      const requests = Array.from({ length: 120 }, (_, index) => pay(`p${index}`, aCard("a"), 1));
      const answers = await Promise.all([
        ...requests.map((request) => ledger.submit(request)),
        ...requests.toReversed().map((request) => other.submit(request)),
      ]);
      expect(answers.every(({ kind }) => kind === "accepted")).toBe(true);
      expect(answers.filter(({ replayed }) => replayed).length).toBe(120);
      expect(await balance(database, aMerchant("m"))).toBe(120n);
      await Promise.all([ledger.close(), other.close()]);
      expect(await verifyLedger(database)).toMatchObject({ ok: true, transfers: 121 });
    });

    test("two engines that race for the last won spend it once", async () => {
      const { database, ledger } = await start();
      const other = createLedger({
        database: await databases.again(database),
        clock,
        ids: countingIds("other"),
      });
      await ledger.submit(fund(aCard("a"), 10));
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 === 0 ? ledger : other).submit(pay(`p${index}`, aCard("a"), 1)),
        ),
      );
      expect(answers.filter(({ kind }) => kind === "accepted").length).toBe(10);
      expect(await balance(database, aCard("a"))).toBe(0n);
    });
  });

  describe("what must commit with the money", () => {
    test("changes of an accepted request are there, those of a declined one are not", async () => {
      const { database, ledger } = await start();
      const request = pay("p", aCard("a"), 1, {
        changes: [setState("open", "paid")],
        changesIfDeclined: [setState("open", "unpaid")],
      });
      expect(await ledger.submit(request)).toMatchObject({ code: "FUNDS_INSUFFICIENT" });
      expect(await stateOf(database, "open")).toBe("unpaid");
    });

    test("a check that finds no row declines with its code, and sees what came before it in the batch", async () => {
      const { database, ledger } = await start();
      const close = (id: string) =>
        aRequest(id, [], { checks: [isOpen("open")], changes: [setState("open", "shut")] });
      const answers = await Promise.all([ledger.submit(close("c1")), ledger.submit(close("c2"))]);
      expect(answers).toMatchObject([{ kind: "accepted" }, { kind: "declined", code: "STATE_CONFLICT" }]);
      expect(await stateOf(database, "open")).toBe("shut");
    });

    test("two engines whose checks read the same row do not both find it open", async () => {
      const { database, ledger } = await start();
      const other = createLedger({
        database: await databases.again(database),
        clock,
        ids: countingIds("other"),
      });
      const close = (id: string) =>
        aRequest(id, [], { checks: [isOpen("open")], changes: [setState("open", "shut")] });
      const answers = await Promise.all([ledger.submit(close("c1")), other.submit(close("c2"))]);
      expect(answers.map(({ kind }) => kind).toSorted()).toEqual(["accepted", "declined"]);
    });

    test("a statement that the database refuses fails alone", async () => {
      const { database, ledger } = await start();
      await ledger.submit(fund(aCard("a"), 10));
      const bad = pay("bad", aCard("a"), 1, {
        changes: [{ sql: "INSERT INTO purchase VALUES ('open', 'again')" }],
      });
      const outcomes = await Promise.allSettled([
        ledger.submit(pay("p1", aCard("a"), 1)),
        ledger.submit(bad),
        ledger.submit(pay("p2", aCard("a"), 1)),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(await balance(database, aCard("a"))).toBe(8n);
      // It was not decided, so it may come again.
      expect(await ledger.submit(pay("bad", aCard("a"), 1))).toMatchObject({
        kind: "accepted",
        replayed: false,
      });
    });

    test("requests that go together are decided each on its own, with statements made of their answers", async () => {
      const { database, ledger } = await start();
      await ledger.submit(fund(aCard("a"), 10));
      const answers = await ledger.submitTogether(
        [pay("p1", aCard("a"), 6), pay("p2", aCard("a"), 6), pay("p3", aCard("a"), 4)],
        (decided) => [setState("open", decided.map(({ kind }) => kind).join(" "))],
      );
      expect(answers.map(({ kind }) => kind)).toEqual(["accepted", "declined", "accepted"]);
      expect(await stateOf(database, "open")).toBe("accepted declined accepted");
    });

    test("a throw among the changes undoes all that go together, and nothing is remembered", async () => {
      const { database, ledger } = await start();
      await ledger.submit(fund(aCard("a"), 10));
      const together = ledger.submitTogether([pay("p1", aCard("a"), 6)], () => {
        throw new Error("no mark");
      });
      const beside = ledger.submit(pay("p2", aCard("a"), 1));
      await expect(together).rejects.toThrow("no mark");
      expect(await beside).toMatchObject({ kind: "accepted" });
      expect(await balance(database, aCard("a"))).toBe(9n);
      expect(await ledger.submit(pay("p1", aCard("a"), 6))).toMatchObject({
        kind: "accepted",
        replayed: false,
      });
    });

    test("a check of all that go together refuses all with its code", async () => {
      const { database, ledger } = await start();
      await ledger.submit(fund(aCard("a"), 10));
      const together = ledger.submitTogether([pay("p1", aCard("a"), 6)], () => [], [isOpen("closed")]);
      await expect(together).rejects.toMatchObject({ failure: { code: "STATE_CONFLICT" } });
      expect(await balance(database, aCard("a"))).toBe(10n);
    });
  });

  describe("a proof that comes later", () => {
    test("is awaited before anything commits", async () => {
      const { database, ledger } = await start();
      await ledger.submit(fund(aCard("a"), 10));
      let prove: () => void = () => undefined;
      const proof = new Promise<void>((resolve) => {
        prove = resolve;
      });
      let isOver = false;
      const together = ledger.submitTogether([pay("p1", aCard("a"), 6)], () => [], [], proof);
      void together.then(() => {
        isOver = true;
      });
      // Were it committed, or answered, it would be so long before this.
      for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(isOver).toBe(false);
      if (databases.dialect === "postgres") expect(await balance(database, aCard("a"))).toBe(10n);
      else expect(await balance(await databases.again(database), aCard("a"))).toBe(10n);
      prove();
      expect(await together).toMatchObject([{ kind: "accepted" }]);
      expect(await balance(database, aCard("a"))).toBe(4n);
    });

    test.each(["SIGNATURE_WRONG", "BUSY"] as const)(
      "that fails with %s undoes what it was for, and nothing beside it",
      async (code) => {
        const { database, ledger } = await start();
        await ledger.submit(fund(aCard("a"), 10));
        const proof = Promise.reject(new FailureError({ code }));
        proof.catch(() => undefined);
        const change = setState("open", "changed");
        const together = ledger.submitTogether([pay("p1", aCard("a"), 6)], () => [change], [], proof);
        const beside = ledger.submit(pay("p2", aCard("a"), 1));
        await expect(together).rejects.toMatchObject({ failure: { code } });
        expect(await beside).toMatchObject({ kind: "accepted" });
        expect(await balance(database, aCard("a"))).toBe(9n);
        expect(await stateOf(database, "open")).not.toBe("changed");
        expect(await ledger.submit(pay("p1", aCard("a"), 6))).toMatchObject({ replayed: false });
        expect(await verifyLedger(database)).toMatchObject({ ok: true });
      },
    );
  });

  describe("one that cannot commit", () => {
    const fifty = Array.from({ length: 50 }, (_, index) => `p${index}`);

    test.each([
      ["a wrong proof", "SIGNATURE_WRONG"],
      ["a check without a row", "BUSY"],
    ] as const)("%s fails alone: what waited beside it goes through, in one batch", async (what, code) => {
      const { database, ledger } = await start();
      await ledger.submit(fund(aCard("a"), 100));
      const proof = Promise.reject(new FailureError({ code }));
      proof.catch(() => undefined);
      const bad =
        what === "a wrong proof"
          ? ledger.submitTogether([pay("bad", aCard("a"), 1)], () => [], [], proof)
          : ledger.submitTogether([pay("bad", aCard("a"), 1)], () => [], [{ ...isOpen("closed"), code }]);
      const good = fifty.map((id) => ledger.submit(pay(id, aCard("a"), 1)));
      await expect(bad).rejects.toMatchObject({ failure: { code } });
      for (const answer of await Promise.all(good)) expect(answer).toMatchObject({ kind: "accepted" });
      expect(await balance(database, aCard("a"))).toBe(50n);
      const row = await database.read.get("SELECT COUNT(*) AS batches FROM ledger_batch");
      expect(Number(row?.batches)).toBe(2);
      expect(await verifyLedger(database)).toMatchObject({ ok: true });
    });

    // Only SQLite can be told how large its file may be.
    if (databases.dialect === "sqlite")
      test("a disk that fills in the middle of a batch leaves nothing of it, and everything goes through later", async () => {
        const { database, ledger } = await start();
        await ledger.submit(fund(aCard("a"), 1_000));
        const pages = async () => Number((await database.read.get("PRAGMA page_count"))?.page_count);
        const limit = (count: number) =>
          database.transaction((tx) => tx.all(`PRAGMA max_page_count = ${count}`));
        const note = (id: string) => ({
          sql: "INSERT INTO purchase VALUES (?, ?)",
          params: [id, "x".repeat(2_000)],
        });
        let paid = 0n;
        let full = 0;
        for (let round = 0; round < 24; round += 1) {
          const ids = [`r${round}`, ...(round % 2 === 0 ? [] : [`s${round}`, `t${round}`])];
          const submitAll = () =>
            Promise.all(ids.map((id) => ledger.submit(pay(id, aCard("a"), 1, { changes: [note(id)] }))));
          await limit((await pages()) + (round % 4));
          const failed = await submitAll().then(
            () => false,
            () => true,
          );
          if (failed) {
            full += 1;
            expect(await balance(database, aCard("a"))).toBe(1_000n - paid);
            expect(await verifyLedger(database)).toMatchObject({ ok: true });
          }
          await limit(1_000_000);
          for (const answer of await submitAll()) expect(answer).toMatchObject({ kind: "accepted" });
          paid += BigInt(ids.length);
          expect(await balance(database, aCard("a"))).toBe(1_000n - paid);
        }
        expect(full).toBeGreaterThan(0);
        expect(await verifyLedger(database)).toMatchObject({ ok: true });
      });
  });

  describe("a commit that nobody knows the outcome of", () => {
    /** Does the next commit, and fails as a driver does that lost its line before the answer came. */
    const commitUnheard = (database: Database) => {
      let isNext = false;
      const unheard: Database = {
        ...database,
        async transaction(work, isolation) {
          const result = await database.transaction(work, isolation);
          if (!isNext) return result;
          isNext = false;
          throw new Error("a failure that has no code");
        },
      };
      return {
        unheard,
        failNext: () => {
          isNext = true;
        },
      };
    };

    test("does not stand in the way of the next, and is answered when it is asked again", async () => {
      const database = await databases.open(MIGRATIONS);
      const { unheard, failNext } = commitUnheard(database);
      const ledger = createLedger({ database: unheard, clock, ids: countingIds() });
      await ledger.submit(fund(aCard("a"), 100));
      failNext();
      await expect(ledger.submit(pay("p1", aCard("a"), 1))).rejects.toThrow("no code");
      expect(await ledger.submit(pay("p2", aCard("a"), 1))).toMatchObject({ replayed: false });
      expect(await ledger.submit(pay("p1", aCard("a"), 1))).toMatchObject({
        kind: "accepted",
        replayed: true,
      });
      expect(await balance(database, aCard("a"))).toBe(98n);
      await ledger.close();
      expect(await verifyLedger(database)).toMatchObject({ ok: true, transfers: 3 });
    });
  });

  describe("an id that was superseded before it came", () => {
    test("is declined when it comes, whatever it holds", async () => {
      const { database, ledger } = await start();
      await ledger.submit(fund(aCard("a"), 10));
      const closed = await ledger.tombstone("test", "late", "STATE_CONFLICT");
      expect(closed).toMatchObject({ kind: "declined", code: "STATE_CONFLICT", replayed: false });
      expect(await ledger.submit(pay("late", aCard("a"), 1))).toMatchObject({
        code: "STATE_CONFLICT",
        replayed: true,
      });
      expect(await balance(database, aCard("a"))).toBe(10n);
    });

    test("that was answered already gives back its answer, so that the effect can be reversed", async () => {
      const { ledger } = await start();
      await ledger.submit(fund(aCard("a"), 10));
      await ledger.submit(pay("early", aCard("a"), 1, { answer: "paid" }));
      const [answer] = await ledger.submitTogether([
        tombstoneOf({ caller: "test", id: "early", happenedAt: NOON, code: "STATE_CONFLICT" }),
      ]);
      expect(answer).toEqual({ kind: "accepted", answer: "paid", replayed: true });
    });
  });
});

// Books that were restored: what the bank was sent since the back-up is paid once, and two people stand for it.
import { readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { SandboxBehaviour } from "#backoffice/bank/sandbox/sandbox-bank.ts";
import { changePayoutAccount } from "#backoffice/merchants/store.ts";
import { netWhenDue } from "#backoffice/settlement/net-when-due.ts";
import { restoredBank } from "#backoffice/settlement/restored-page.ts";
import { confirmBank, stateBank } from "#backoffice/settlement/settle-restore.ts";
import { wrongPayout } from "#backoffice/settlement/verify-payouts.ts";
import { markBooksRestored } from "#backoffice/terminals/restored-books.ts";
import { hours, type Instant, instant } from "#core/time.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aSettlementWorld, CHECKER, M1, M2, M3, MAKER, type SettlementWorld } from "./settlement-world.ts";

/** Ids that the lost books never gave. */
const OTHER_IDS = 500;

eachDatabase((databases) => {
  const open: SettlementWorld[] = [];
  afterEach(async () => {
    for (const world of open.splice(0).reverse()) await world.close();
  });

  async function begin(
    ...options: Parameters<typeof aSettlementWorld> extends [unknown, ...infer R] ? R : never
  ) {
    const world = await aSettlementWorld(databases, ...options);
    open.push(world);
    return world;
  }

  /** Books on which `lost` was done, and books beside them that know `kept` only and were restored. */
  async function restored(
    over: {
      behaviour?: SandboxBehaviour;
      idsFrom?: number;
      backupMadeAt?: Instant;
      lost?(world: SettlementWorld): Promise<unknown>;
      kept?(world: SettlementWorld): Promise<unknown>;
    } = {},
  ) {
    const before = await begin(over.behaviour);
    await (over.lost ?? ((world) => world.settleNew()))(await threeMerchantsIn(before));
    const world = await begin(undefined, { at: before.dir, idsFrom: over.idsFrom ?? OTHER_IDS });
    await (over.kept ?? threeMerchantsIn)(world);
    const at = world.deps.clock.now();
    await world.database.transaction((tx) => markBooksRestored(tx, at, over.backupMadeAt ?? at));
    return world;
  }

  const threeMerchantsIn = async (world: SettlementWorld) => {
    await world.threeMerchants();
    return world;
  };
  const page = (world: SettlementWorld, reader = CHECKER) => restoredBank(world.deps, reader);
  const state = (world: SettlementWorld, by = MAKER) =>
    stateBank(world.deps, { by, reason: "The bank's portal shows these files and no other." });
  const confirm = async (world: SettlementWorld, by = CHECKER) =>
    confirmBank(world.deps, { statementId: (await page(world))?.statement?.statementId ?? "", by });
  const settle = async (world: SettlementWorld) => {
    await state(world);
    await confirm(world);
  };
  const verdicts = async (world: SettlementWorld) => (await page(world))?.sent.map(({ verdict }) => verdict);
  const hold = async (world: SettlementWorld) => {
    expect(await world.verify()).toMatchObject({ ok: true });
    expect(await wrongPayout(world.database.read)).toBeUndefined();
  };
  const onlyBatch = async (world: SettlementWorld) => {
    const rows = await world.database.read.all("SELECT id FROM settlement_batch ORDER BY made_at, id");
    return String(rows[0]?.id) as Awaited<ReturnType<SettlementWorld["net"]>>;
  };

  describe("after a restore", () => {
    test("nothing is netted, approved, sent, refused or taken in before two people have settled it", async () => {
      const world = await begin();
      await world.threeMerchants();
      const draft = await world.net({ cutOffAt: world.deps.clock.now() });
      await world.database.transaction((tx) => markBooksRestored(tx, world.deps.clock.now()));
      const steps = [
        () => world.net(),
        () => netWhenDue(world.deps),
        () => world.approve(draft),
        () => world.send(draft),
        () => world.refuse(draft),
        () => world.takeIn(),
      ];
      for (const step of steps) await expect(step()).rejects.toThrow("BOOKS_RESTORED");
      await state(world);
      for (const step of steps) await expect(step()).rejects.toThrow("BOOKS_RESTORED");
      await expect(confirm(world, MAKER)).rejects.toThrow("MAKER_IS_CHECKER");
      await confirm(world);
      await world.approve(draft);
      await world.send(draft);
      expect(await page(world)).toBeNull();
      await expect(state(world)).rejects.toThrow("STATE_CONFLICT");
    });

    test("two people are not enough while a till is awaited", async () => {
      const world = await restored();
      await settle(world);
      const awaiting = { ...world.deps, tillsAreIn: async () => false };
      await expect(netWhenDue(awaiting)).rejects.toThrow("BOOKS_RESTORED");
    });

    test("shows what the bank has and the books do not, and what they hold as not sent", async () => {
      const world = await restored({ idsFrom: 100, lost: (lost) => lost.settleNew() });
      const shown = await page(world);
      expect(shown).toMatchObject({
        backupMadeAt: "2026-03-03T09:00:00.000Z",
        sent: [{ payments: 3, controlSum: { minor: "104325" }, verdict: "adopt" }],
        answers: expect.arrayContaining([
          expect.objectContaining({ kind: "status-report", about: shown?.sent[0]?.name.split(".")[0] }),
          expect.objectContaining({ kind: "statement", debits: { minor: "104325", currency: "KRW" } }),
        ]),
        newestBatch: null,
        statement: null,
      });
    });

    test("a file found is the books' batch again: the bank's answers settle it, and nobody is paid twice", async () => {
      const world = await restored();
      await settle(world);
      const batchId = await onlyBatch(world);
      expect(await world.state(batchId)).toBe("sent");
      expect((await world.books(batchId)).merchants).toEqual([0n, 0n, 0n]);
      expect(await world.takeIn()).toMatchObject({ files: 2, matched: 3, exceptions: 0 });
      expect(await world.state(batchId)).toBe("settled");
      expect(await world.books(batchId)).toEqual({
        merchants: [0n, 0n, 0n],
        clearing: 0n,
        suspense: 0n,
        bank: 104_325n,
      });
      await expect(world.net()).rejects.toThrow("BATCH_EMPTY");
      await world.capture("d1", M2, 10_000);
      expect(await world.payouts(await world.net())).toEqual([[M2, 9_750n, "waiting", null]]);
      await hold(world);
      expect(await world.exceptions()).toEqual([]);
    });

    test("the clock takes an advance off at a cut-off that was before it was found", async () => {
      const world = await restored({ lost: (lost) => lost.sendNew() });
      world.pass(1);
      await settle(world);
      expect(await netWhenDue(world.deps)).toEqual([]);
      await hold(world);
    });

    test("what the bank had rejected is owed again, and is paid once", async () => {
      const world = await restored({ behaviour: { kind: "reject-item", item: 1 } });
      await settle(world);
      await world.takeIn();
      expect(await world.payouts(await world.net())).toEqual([[M1, 98_475n, "waiting", null]]);
      await hold(world);
    });

    test("what a merchant was paid for sales that no till knows is taken off later ones", async () => {
      const world = await restored({ kept: (kept) => kept.capture("a1", M1, 100_000) });
      await settle(world);
      await world.takeIn();
      await expect(world.net()).rejects.toThrow("BATCH_EMPTY");
      await world.capture("d1", M1, 100_000);
      expect(await world.payouts(await world.net())).toEqual([[M1, 97_500n - 975n, "waiting", null]]);
      await hold(world);
    });

    test("an advance that a refused batch took off is taken off by the next one", async () => {
      const world = await restored({ lost: (lost) => lost.sendNew() });
      await settle(world);
      await world.capture("d1", M1, 10_000);
      const refused = await world.net();
      await world.refuse(refused);
      world.pass(1);
      const [again = refused] = await netWhenDue(world.deps);
      expect(await world.payouts(again)).toEqual([[M1, 9_750n, "waiting", null]]);
      await hold(world);
    });

    test("a batch that the books hold as a draft, or as approved, is marked as sent with the file that was", async () => {
      for (const isApproved of [false, true]) {
        const kept = async (world: SettlementWorld) => {
          const batchId = await (await threeMerchantsIn(world)).net({ cutOffAt: world.deps.clock.now() });
          if (isApproved) await world.approve(batchId);
        };
        const world = await restored({ idsFrom: 0, kept });
        expect(await page(world)).toMatchObject({ sent: [{ verdict: "mark-sent" }], unsent: [] });
        // Whoever made the draft may be one of the two: the other stands for its approval.
        await settle(world);
        const batchId = await onlyBatch(world);
        expect(await world.state(batchId)).toBe("sent");
        expect(await world.takeIn()).toMatchObject({ matched: 3, exceptions: 0 });
        expect(await world.state(batchId)).toBe("settled");
        await expect(world.net()).rejects.toThrow("BATCH_EMPTY");
        await hold(world);
      }
    });

    test("a draft of which no file lies there is shown, and stays a draft", async () => {
      const world = await restored({
        lost: async () => undefined,
        kept: async (kept) => (await threeMerchantsIn(kept)).net({ cutOffAt: kept.deps.clock.now() }),
      });
      expect(await page(world)).toMatchObject({
        sent: [],
        unsent: [{ state: "draft" }],
        newestBatch: { state: "draft" },
      });
      await settle(world);
      expect(await world.state(await onlyBatch(world))).toBe("draft");
    });

    test("a file that cannot be taken over without a guess is left to people", async () => {
      const account = { scheme: "domestic", number: "999-999", bic: null } as const;
      const world = await restored();
      await world.database.transaction((tx) => changePayoutAccount(tx, M3, account));
      expect(await verdicts(world)).toEqual(["account-unknown"]);
      await settle(world);
      const [exception, ...others] = await world.exceptions();
      expect(others).toEqual([]);
      expect(exception).toMatchObject({ bucket: "sent-unknown", actual: { minor: 104_325n } });
      expect(await world.payouts(await world.net())).toHaveLength(3);
      await hold(world);
    });

    test("tells what is older than the back-up, cut short, half sent, or refused here", async () => {
      const now = Date.parse("2026-03-03T09:00:00Z");
      const older = await restored({ backupMadeAt: instant(now + hours(1) + 1) });
      expect(await verdicts(older)).toEqual(["older"]);
      expect(await verdicts(await restored({ backupMadeAt: instant(now + hours(1)) }))).toEqual(["adopt"]);

      const half = await restored({ lost: (lost) => lost.sendNew() });
      const sent = join(half.dir, "archive", "sent");
      const [name = ""] = await readdir(sent);
      await rename(join(sent, name), join(sent, `.${name}.part`));
      expect(await verdicts(half)).toEqual(["unfinished"]);
      await writeFile(join(sent, "short.xml"), "<Document>");
      expect(await verdicts(half)).toEqual(["unfinished", "unreadable"]);

      const refused = await restored({
        idsFrom: 0,
        kept: async (kept) => {
          await kept.refuse(await (await threeMerchantsIn(kept)).net({ cutOffAt: kept.deps.clock.now() }));
        },
      });
      expect(await verdicts(refused)).toEqual(["differs"]);
    });

    test("is confirmed for the files that were there when it was stated, and for the newest words", async () => {
      const world = await restored();
      await state(world);
      const first = (await page(world))?.statement?.statementId ?? "";
      await writeFile(join(world.dir, "out", "another.xml"), "<Document/>");
      expect((await page(world))?.statement?.bar).toBe("STATE_CONFLICT");
      await expect(confirm(world)).rejects.toThrow("STATE_CONFLICT");
      world.pass(1);
      await state(world, CHECKER);
      await expect(confirmBank(world.deps, { statementId: first, by: CHECKER })).rejects.toThrow(
        "STATE_CONFLICT",
      );
      expect((await page(world, MAKER))?.statement?.bar).toBeNull();
      await confirm(world, MAKER);
      expect(await page(world)).toBeNull();
    });

    test("two who confirm at once take a file over once", async () => {
      const world = await restored();
      await state(world);
      const statementId = (await page(world))?.statement?.statementId ?? "";
      const both = [
        confirmBank(world.deps, { statementId, by: CHECKER }),
        confirmBank(world.deps, { statementId, by: CHECKER }),
      ];
      const done = await Promise.allSettled(both);
      expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await world.payouts(await onlyBatch(world))).toHaveLength(3);
      await hold(world);
    });
  });
});

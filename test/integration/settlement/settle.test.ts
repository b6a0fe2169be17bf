import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { SandboxBehaviour } from "#backoffice/bank/sandbox/sandbox-bank.ts";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { insertMerchant } from "#backoffice/merchants/store.ts";
import { resolveException, takeException } from "#backoffice/settlement/exceptions.ts";
import { matchStatements } from "#backoffice/settlement/match-statements.ts";
import { netAtCutOff } from "#backoffice/settlement/net-at-cut-off.ts";
import { netWhenDue } from "#backoffice/settlement/net-when-due.ts";
import { deliverPending, sendBatch } from "#backoffice/settlement/send-batch.ts";
import { takeInBankFiles } from "#backoffice/settlement/take-in-bank-files.ts";
import { fail } from "#core/errors.ts";
import { instant } from "#core/time.ts";
import { textOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aSettlementWorld, M1, M2, M3, MAKER, type SettlementWorld } from "./settlement-world.ts";

eachDatabase((databases) => {
  let world: SettlementWorld;

  const begin = async (behaviour?: SandboxBehaviour) => {
    world = await aSettlementWorld(databases, behaviour);
  };

  afterEach(() => world.close());

  test("I7 T07 A05: a batch pays captures less refunds less commission, and the bank's statement agrees", async () => {
    await begin();
    await world.threeMerchants();
    await world.refund("r1", "a1", M1, 100_000, 40_000);
    const { batchId, taken } = await world.settleNew();
    expect(taken).toEqual({ files: 2, duplicates: 0, refused: 0, lines: 3, matched: 3, exceptions: 0 });
    expect(await world.state(batchId)).toBe("settled");
    expect(await world.payouts(batchId)).toEqual([
      [M1, 59_475n, "paid", "matched"],
      [M2, 1_950n, "paid", "matched"],
      [M3, 3_900n, "paid", "matched"],
    ]);
    for (const payout of await world.payoutRecords(batchId)) {
      const { captured, refunded, commission, net } = payout;
      expect(net.minor).toBe(captured.minor - refunded.minor - commission.minor);
    }
    expect(await world.books(batchId)).toEqual({
      merchants: [0n, 0n, 0n],
      clearing: 0n,
      suspense: 0n,
      bank: 65_325n,
    });
    expect(await world.verify()).toMatchObject({ ok: true, trialBalanceMinor: { KRW: "0" } });
  });

  test("I7: each capture is in exactly one batch, the late one in a later batch", async () => {
    await begin();
    const dayOne = world.deps.clock.now();
    await world.capture("a1", M1, 1_000);
    const first = await world.net();
    world.pass(2);
    await world.capture("late", M1, 2_000, dayOne);
    const second = await world.net();
    const rows = await world.database.read.all("SELECT id, batch_id FROM settlement_item ORDER BY id");
    expect(rows).toEqual([
      { id: "a1", batch_id: first },
      { id: "late", batch_id: second },
    ]);
    await expect(world.net()).rejects.toThrow("BATCH_EMPTY");
  });

  test("I7: two who net at once make one batch of the same captures", async () => {
    await begin();
    await world.threeMerchants();
    const outcomes = await Promise.allSettled([world.net(), world.net(), world.net()]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    const batches = await world.database.read.all("SELECT DISTINCT batch_id FROM settlement_item");
    expect(batches).toHaveLength(1);
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("I7: two processes that net at once make one batch of the same captures", async () => {
    await begin();
    await world.threeMerchants();
    const database = await databases.again(world.database);
    const { clock, ids } = world.deps;
    const ledger = createLedger({ database, clock, ids });
    const other = { ...world.deps, database, ledger };
    const cutOffAt = clock.now();
    const outcomes = await Promise.allSettled([
      netAtCutOff(world.deps, { by: MAKER, cutOffAt }),
      netAtCutOff(other, { by: MAKER, cutOffAt }),
    ]);
    await ledger.close();
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await world.database.read.all("SELECT id FROM settlement_batch")).toHaveLength(1);
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("N07 the clock nets when a cut-off has passed, not before, and once", async () => {
    await begin();
    // The world begins on Tuesday at 18:00 in Seoul, an hour after the cut-off.
    await world.capture("a1", M1, 1_000);
    expect(await netWhenDue(world.deps)).toEqual([]);
    world.pass(1);
    await world.capture("late", M1, 2_000);
    const [batchId, ...others] = await netWhenDue(world.deps);
    expect(others).toEqual([]);
    expect(batchId === undefined ? [] : await world.payouts(batchId)).toEqual([[M1, 975n, "waiting", null]]);
    expect(await netWhenDue(world.deps)).toEqual([]);
  });

  test("makes no batch while a restored back office waits for its tills", async () => {
    await begin();
    await world.threeMerchants();
    const restored = { ...world.deps, tillsAreIn: async () => false };
    await expect(netAtCutOff(restored, { by: MAKER })).rejects.toThrow("BOOKS_RESTORED");
  });

  test("takes what was recorded up to the cut-off, to the millisecond", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const now = world.deps.clock.now();
    await expect(world.net({ cutOffAt: instant(now - 1) })).rejects.toThrow("BATCH_EMPTY");
    expect(await world.payouts(await world.net({ cutOffAt: now }))).toHaveLength(1);
  });

  test("a merchant who owes more than is due waits, and the next batch takes it off", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    await world.settleNew();
    await world.refund("r1", "a1", M1, 1_000, 1_000);
    await expect(world.net()).rejects.toThrow("BATCH_EMPTY");
    await world.capture("a2", M1, 3_000);
    expect(await world.payouts(await world.net())).toEqual([[M1, 1_950n, "waiting", null]]);
  });

  test("the maker may not approve, nothing is sent before approval, and approval is given once", async () => {
    await begin();
    await world.threeMerchants();
    const batchId = await world.net();
    await expect(world.approve(batchId, MAKER)).rejects.toThrow("MAKER_IS_CHECKER");
    await expect(world.send(batchId)).rejects.toThrow("BATCH_STATE");
    await world.approve(batchId);
    await expect(world.approve(batchId)).rejects.toThrow("BATCH_STATE");
    expect(await world.state(batchId)).toBe("approved");
  });

  test("N10 a rejected item is owed again, becomes an exception, and a later batch pays it", async () => {
    await begin({ kind: "reject-item", item: 2 });
    await world.threeMerchants();
    const { batchId, taken } = await world.settleNew();
    expect(taken).toMatchObject({ lines: 2, matched: 2, exceptions: 1 });
    expect(await world.state(batchId)).toBe("settled");
    expect((await world.payouts(batchId))[1]).toEqual([M2, 1_950n, "rejected", "matched"]);
    expect(await world.books(batchId)).toMatchObject({ merchants: [0n, 1_950n, 0n], clearing: 0n });
    expect(await world.exceptions()).toMatchObject([
      { bucket: "rejected", state: "open", detail: expect.stringContaining("AC04") },
    ]);

    world.bank.setBehaviour({ kind: "honest" });
    const again = await world.settleNew();
    expect(await world.payouts(again.batchId)).toEqual([[M2, 1_950n, "paid", "matched"]]);
    expect(await world.books(again.batchId)).toMatchObject({ merchants: [0n, 0n, 0n], bank: 104_325n });
  });

  test("a batch that the bank rejects whole is owed again whole", async () => {
    await begin({ kind: "reject-all" });
    await world.threeMerchants();
    const { batchId } = await world.settleNew();
    expect(await world.state(batchId)).toBe("rejected");
    expect(await world.books(batchId)).toMatchObject({ merchants: [98_475n, 1_950n, 3_900n], clearing: 0n });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("taking in twice changes nothing the second time", async () => {
    await begin();
    await world.threeMerchants();
    const { batchId } = await world.settleNew();
    const before = await world.books(batchId);
    expect(await world.takeIn()).toEqual({
      files: 0,
      duplicates: 0,
      refused: 0,
      lines: 0,
      matched: 0,
      exceptions: 0,
    });
    expect(await world.books(batchId)).toEqual(before);
  });

  test("several who take in at once apply every file once", async () => {
    await begin({ kind: "reject-item", item: 1 });
    await world.threeMerchants();
    const batchId = await world.sendNew();
    await world.bank.work();
    const database = await databases.again(world.database);
    const ledger = createLedger({ database, clock: world.deps.clock, ids: world.deps.ids });
    const rounds = [world.deps, world.deps, { ...world.deps, database, ledger }].map(takeInBankFiles);
    // A round may lose a race and fail; the next one does what it left.
    await Promise.allSettled(rounds);
    await ledger.close();
    await world.takeIn();
    expect(await world.state(batchId)).toBe("settled");
    expect(await world.books(batchId)).toEqual({
      merchants: [98_475n, 0n, 0n],
      clearing: 0n,
      suspense: 0n,
      bank: 5_850n,
    });
    expect(await world.exceptions()).toHaveLength(1);
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("a crash between applying a file and archiving it applies it once", async () => {
    await begin({ kind: "reject-item", item: 1 });
    await world.threeMerchants();
    const batchId = await world.sendNew();
    await world.bank.work();
    const { channel } = world.deps;
    const crashing = {
      ...channel,
      receive: (take: Parameters<typeof channel.receive>[0]) =>
        channel.receive(async (file) => {
          await take(file);
          throw new Error("the power is gone");
        }),
    };
    await expect(takeInBankFiles({ ...world.deps, channel: crashing })).rejects.toThrow("power");
    expect(await world.takeIn()).toMatchObject({ files: 0, duplicates: 2 });
    expect(await world.state(batchId)).toBe("settled");
    expect(await world.books(batchId)).toMatchObject({ merchants: [98_475n, 0n, 0n], clearing: 0n });
  });

  test("a crash between marking as sent and the channel sends the same file later", async () => {
    await begin();
    await world.threeMerchants();
    const batchId = await world.net();
    await world.approve(batchId);
    const down = { ...world.deps.channel, send: () => Promise.reject(new Error("no such share")) };
    const sending = sendBatch({ ...world.deps, channel: down }, { batchId, by: MAKER });
    await expect(sending).rejects.toThrow("BANK_UNAVAILABLE");
    expect(await world.state(batchId)).toBe("sent");
    world.pass(1);
    expect(await deliverPending(world.deps)).toBe(1);
    expect(await deliverPending(world.deps)).toBe(0);
    const row = await world.database.read.get("SELECT document FROM settlement_batch");
    const [name = ""] = await readdir(join(world.dir, "out"));
    expect(await readFile(join(world.dir, "out", name), "utf8")).toBe(
      row === undefined ? "" : textOf(row, "document"),
    );
    await world.send(batchId);
    expect(await readdir(join(world.dir, "out"))).toEqual([name]);
  });

  test("pays more merchants in one batch than one ledger request takes", async () => {
    await begin();
    const many = Array.from({ length: 130 }, (_, index) => `many-${index}` as typeof M1);
    await world.database.transaction(async (tx) => {
      for (const merchantId of many) {
        await insertMerchant(tx, {
          merchantId,
          name: merchantId,
          account: { scheme: "domestic", number: "110-123", bic: null },
          createdAt: instant(0),
        });
      }
    });
    await Promise.all(many.map((merchantId, index) => world.capture(`x${index}`, merchantId, 100)));
    const { batchId, taken } = await world.settleNew();
    expect(taken).toMatchObject({ lines: 130, matched: 130 });
    expect(await world.books(batchId)).toMatchObject({ clearing: 0n, bank: 13_000n });
  });

  test("matching a few lines to a commit ends where matching all at once does", async () => {
    await begin();
    await world.threeMerchants();
    const batchId = await world.sendNew();
    await world.bank.work();
    // Only the recording of the files happens here: matching is given nothing to do by a ledger that is away.
    const away = { submitTogether: async () => fail("NOT_READY") };
    const [status = ""] = (await readdir(join(world.dir, "in"))).sort();
    await rm(join(world.dir, "in", status));
    await expect(takeInBankFiles({ ...world.deps, ledger: away })).rejects.toThrow("NOT_READY");
    expect(await world.state(batchId)).toBe("sent");
    expect(await matchStatements(world.deps, 1)).toEqual({ lines: 3, matched: 3, exceptions: 0 });
    expect(await world.state(batchId)).toBe("settled");
    expect((await world.payouts(batchId)).map((payout) => payout[3])).toEqual([
      "matched",
      "matched",
      "matched",
    ]);
    expect(await world.books(batchId)).toMatchObject({ clearing: 0n, bank: 104_325n });
    expect(await matchStatements(world.deps)).toEqual({ lines: 0, matched: 0, exceptions: 0 });
  });

  test("a merchant without an account waits as an exception and holds nobody up", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    await world.capture("u1", "unknown" as typeof M1, 500);
    expect(await world.payouts(await world.net())).toHaveLength(1);
    expect(await world.exceptions()).toMatchObject([{ bucket: "account-missing", subject: "unknown" }]);
  });

  test("an exception has an owner, grows old, and ends once with words", async () => {
    await begin({ kind: "reject-all" });
    await world.capture("a1", M1, 1_000);
    await world.settleNew();
    const [exception] = await world.exceptions();
    const id = exception?.id ?? "";
    const now = world.deps.clock.now();
    await takeException(world.database, id, "s-maker", now);
    world.pass(3);
    expect(await world.exceptions()).toMatchObject([{ owner: "s-maker", age: 3 * 86_400_000 }]);
    const resolving = { id, by: "s-checker", resolution: "The merchant gave another account.", at: now };
    await resolveException(world.database, resolving);
    await expect(resolveException(world.database, resolving)).rejects.toThrow("STATE_CONFLICT");
    await expect(resolveException(world.database, { ...resolving, id: "none" })).rejects.toThrow("NOT_FOUND");
    expect(await world.exceptions()).toMatchObject([{ state: "resolved", owner: "s-maker" }]);
  });
});

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import type { SettlementDeps } from "#backoffice/settlement/deps.ts";
import { netAtCutOff } from "#backoffice/settlement/net-at-cut-off.ts";
import { netWhenDue } from "#backoffice/settlement/net-when-due.ts";
import { refuseBatch } from "#backoffice/settlement/refuse-batch.ts";
import { sendBatch } from "#backoffice/settlement/send-batch.ts";
import { batchOrFail } from "#backoffice/settlement/store.ts";
import { takeInBankFiles } from "#backoffice/settlement/take-in-bank-files.ts";
import { wrongPayout } from "#backoffice/settlement/verify-payouts.ts";
import { FailureError } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import { bigintOf, textOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aSettlementWorld, CHECKER, M1, M2, MAKER, type SettlementWorld } from "./settlement-world.ts";

const THIRD = "s-third" as StaffId;

eachDatabase((databases) => {
  let world: SettlementWorld;
  afterEach(() => world.close());

  const begin = async () => {
    world = await aSettlementWorld(databases);
    await world.threeMerchants();
  };

  const itemsBy = async () => {
    const rows = await world.database.read.all("SELECT id, batch_id FROM settlement_item ORDER BY id");
    return rows.map((row) => [row.id, row.batch_id]);
  };

  test("I7: what a checker refuses is owed again, and the next batch takes each capture once", async () => {
    await begin();
    const first = await world.net();
    expect(await world.books(first)).toMatchObject({ merchants: [0n, 0n, 0n], clearing: 104_325n });
    await world.refuse(first);
    expect((await batchOrFail(world.database.read, first)).state).toMatchObject({
      kind: "refused",
      madeBy: MAKER,
      refusedBy: CHECKER,
      refusedAt: world.deps.clock.now(),
      reason: "The account of m1 is about to change.",
    });
    expect(await world.books(first)).toMatchObject({ merchants: [98_475n, 1_950n, 3_900n], clearing: 0n });
    expect(await itemsBy()).toEqual(["a1", "a2", "b1", "c1"].map((id) => [id, null]));
    expect(await world.verify()).toMatchObject({ ok: true, trialBalanceMinor: { KRW: "0" } });

    await world.capture("b2", M2, 1_000);
    const { batchId } = await world.settleNew();
    expect(await itemsBy()).toEqual(["a1", "a2", "b1", "b2", "c1"].map((id) => [id, batchId]));
    expect((await world.payouts(batchId)).map(([, net]) => net)).toEqual([98_475n, 2_925n, 3_900n]);
    expect(await world.books(batchId)).toEqual({
      merchants: [0n, 0n, 0n],
      clearing: 0n,
      suspense: 0n,
      bank: 105_300n,
    });
  });

  test("takes back each posting of the netting by a transfer that names it", async () => {
    await begin();
    const batchId = await world.net();
    await world.refuse(batchId);
    const rows = await world.database.read.all(
      `SELECT t.debit, t.credit, o.credit AS was_credit, o.debit AS was_debit, o.event
       FROM ledger_transfer t JOIN ledger_transfer o ON o.id = t.corrects
       WHERE t.event = 'settlement-refused' AND t.amount = o.amount ORDER BY t.credit`,
    );
    expect(rows).toEqual(
      ["m1", "m2", "m3"].map((id) => ({
        debit: `clearing:${batchId}/KRW`,
        credit: `merchant:${id}/KRW`,
        was_credit: `clearing:${batchId}/KRW`,
        was_debit: `merchant:${id}/KRW`,
        event: "settlement-cleared",
      })),
    );
  });

  test("is called withdrawn where its own maker says no", async () => {
    await begin();
    const batchId = await world.net();
    await world.refuse(batchId, MAKER);
    expect(await world.state(batchId)).toBe("withdrawn");
    expect(await world.books(batchId)).toMatchObject({ clearing: 0n });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("whoever is to send an approved batch may still refuse it, and nothing can be sent then", async () => {
    await begin();
    const batchId = await world.net();
    await world.approve(batchId);
    await world.refuse(batchId, THIRD);
    expect((await batchOrFail(world.database.read, batchId)).state).toMatchObject({
      kind: "refused",
      approvedBy: CHECKER,
      refusedBy: THIRD,
    });
    await expect(world.send(batchId)).rejects.toThrow("BATCH_STATE");
    await expect(world.approve(batchId)).rejects.toThrow("BATCH_STATE");
    await expect(world.refuse(batchId)).rejects.toThrow("BATCH_STATE");
    expect(await world.books(batchId)).toMatchObject({ merchants: [98_475n, 1_950n, 3_900n], clearing: 0n });
  });

  test("is too late once the batch was sent", async () => {
    await begin();
    const batchId = await world.sendNew();
    await expect(world.refuse(batchId)).rejects.toThrow("BATCH_STATE");
    expect(await world.books(batchId)).toMatchObject({ merchants: [0n, 0n, 0n], clearing: 104_325n });
    await expect(world.refuse("none" as BatchId)).rejects.toThrow("NOT_FOUND");
  });

  test("what a person refused, the clock nets at the next cut-off and not before; a person may net it at once", async () => {
    await begin();
    world.pass(1);
    const [first = "" as BatchId] = await netWhenDue(world.deps);
    expect(await world.payouts(first)).toHaveLength(3);
    await world.refuse(first);
    expect(await world.state(first)).toBe("refused");
    expect(await netWhenDue(world.deps)).toEqual([]);
    world.pass(1);
    const [second = "" as BatchId] = await netWhenDue(world.deps);
    expect((await world.payouts(second)).map(([, net]) => net)).toEqual([98_475n, 1_950n, 3_900n]);
    await world.refuse(second);
    expect(await world.payouts(await world.net())).toHaveLength(3);
  });

  test("gives back what a rejected payout had become, which a later batch then pays", async () => {
    world = await aSettlementWorld(databases, { kind: "reject-all" });
    await world.capture("a1", M1, 1_000);
    await world.settleNew();
    const second = await world.net();
    await world.refuse(second);
    world.bank.setBehaviour({ kind: "honest" });
    const { batchId } = await world.settleNew();
    expect(await world.payouts(batchId)).toEqual([[M1, 975n, "paid", "matched"]]);
    expect(await world.books(batchId)).toMatchObject({ merchants: [0n, 0n, 0n], clearing: 0n });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  /** Does `first` when a refusal has been decided on what it read, and is about to be committed. */
  const overtakenBy = (first: () => Promise<void>): SettlementDeps => {
    const { submitTogether } = world.deps.ledger;
    let isOvertaken = false;
    return {
      ...world.deps,
      ledger: {
        submitTogether: async (...request) => {
          if (!isOvertaken) {
            isOvertaken = true;
            await first();
          }
          return submitTogether(...request);
        },
      },
    };
  };
  const refusing = (batchId: BatchId) => ({ batchId, by: THIRD, reason: "It is not right." });

  test("does not give back what is sent while the refusal is being decided", async () => {
    await begin();
    const batchId = await world.net();
    await world.approve(batchId);
    const deps = overtakenBy(() => world.send(batchId));
    await expect(refuseBatch(deps, refusing(batchId))).rejects.toThrow("BATCH_STATE");
    expect(await world.state(batchId)).toBe("sent");
    expect(await world.books(batchId)).toMatchObject({ merchants: [0n, 0n, 0n], clearing: 104_325n });
  });

  test("keeps the approval that is given while the refusal is being decided", async () => {
    await begin();
    const batchId = await world.net();
    await refuseBatch(
      overtakenBy(() => world.approve(batchId)),
      refusing(batchId),
    );
    expect((await batchOrFail(world.database.read, batchId)).state).toMatchObject({
      kind: "refused",
      approvedBy: CHECKER,
    });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("sends nothing of a batch that is refused while its file is being written", async () => {
    await begin();
    const batchId = await world.net();
    await world.approve(batchId);
    const validator: typeof world.deps.validator = {
      ...world.deps.validator,
      validate: async (...file) => {
        await world.refuse(batchId);
        return world.deps.validator.validate(...file);
      },
    };
    const sending = sendBatch({ ...world.deps, validator }, { batchId, by: MAKER });
    await expect(sending).rejects.toThrow("BATCH_STATE");
    expect(await world.state(batchId)).toBe("refused");
    expect(await readdir(join(world.dir, "out"))).toEqual([]);
    expect(await world.books(batchId)).toMatchObject({ clearing: 0n });
  });

  test("of two processes that refuse at once, one does", async () => {
    await begin();
    const batchId = await world.net();
    const database = await databases.again(world.database);
    const ledger = createLedger({ database, clock: world.deps.clock, ids: world.deps.ids });
    const outcomes = await Promise.allSettled(
      [world.deps, { ...world.deps, database, ledger }].map((deps) => refuseBatch(deps, refusing(batchId))),
    );
    await ledger.close();
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await world.books(batchId)).toMatchObject({ merchants: [98_475n, 1_950n, 3_900n], clearing: 0n });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("an answer of the bank to a batch that was refused changes nothing and needs a person", async () => {
    await begin();
    const sent = await world.sendNew();
    await world.bank.work();
    await world.capture("late", M1, 1_000);
    const refused = await world.net();
    await world.refuse(refused);
    // The bank's answer to the one, as though it were to the other.
    await world.database.transaction(async (tx) => {
      const names = await tx.all("SELECT id, message_id FROM settlement_batch");
      const nameOf = (id: string) => textOf(names.find((row) => row.id === id) ?? {}, "message_id");
      const rename = "UPDATE settlement_batch SET message_id = ? WHERE id = ?";
      await tx.run(rename, ["aside", sent]);
      await tx.run(rename, [nameOf(sent), refused]);
    });
    await takeInBankFiles(world.deps);
    expect(await world.state(refused)).toBe("refused");
    expect(await world.exceptions()).toMatchObject([{ bucket: "answer-unknown", batchId: refused }]);
  });

  test("the database itself holds no refusal without a person and a reason, and none of a batch that was sent", async () => {
    await begin();
    const draft = await world.net();
    const change = (columns: string) =>
      world.database.transaction((tx) =>
        tx.run(`UPDATE settlement_batch SET ${columns} WHERE id = ?`, [draft]),
      );
    await expect(change("state = 'refused'")).rejects.toThrow();
    await expect(change("state = 'refused', refused_by = 'x', refused_at = 1")).rejects.toThrow();
    const said = "refused_at = 1, refusal = 'because'";
    await expect(change(`state = 'refused', refused_by = '${MAKER}', ${said}`)).rejects.toThrow();
    await expect(change(`state = 'withdrawn', refused_by = '${CHECKER}', ${said}`)).rejects.toThrow();
    await expect(change(`refused_by = '${CHECKER}', ${said}`)).rejects.toThrow();
    await world.approve(draft);
    await world.send(draft);
    await expect(change(`state = 'refused', refused_by = '${CHECKER}', ${said}`)).rejects.toThrow();
    expect(await world.state(draft)).toBe("sent");
    await world.capture("late", M1, 1_000);
    await world.refuse(await world.net());
    await expect(
      world.database.transaction((tx) => tx.run("DELETE FROM settlement_release")),
    ).rejects.toThrow();
  });

  const steps = fc.array(
    fc.constantFrom(
      "capture",
      "refund",
      "net",
      "clock",
      "approve",
      "send",
      "refuse",
      "withdraw",
      "bank",
      "day",
    ),
    { minLength: 4, maxLength: 24 },
  );

  test("I7: whatever people do in whatever order, each item is in at most one batch that lives, and the books hold", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (chosen) => {
        if (world !== undefined) await world.close();
        world = await aSettlementWorld(databases);
        const played = playing(world);
        for (const step of chosen) await played(step);
        await booksHold(world);
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

/** Each step on the newest batch; what the rules refuse is no fault. */
function playing(world: SettlementWorld) {
  let count = 0;
  let batchId: BatchId | undefined;
  const steps: Record<string, (id: BatchId) => Promise<unknown>> = {
    approve: (id) => world.approve(id),
    send: (id) => world.send(id),
    refuse: (id) => world.refuse(id, CHECKER),
    withdraw: (id) => world.refuse(id, MAKER),
  };
  const play = async (step: string) => {
    count += 1;
    if (step === "capture") return world.capture(`c${count}`, [M1, M2][count % 2] ?? M1, 1_000 * count);
    if (step === "refund") {
      await world.capture(`r${count}-of`, M1, 2_000);
      return world.refund(`r${count}`, `r${count}-of`, M1, 2_000, 1_500);
    }
    if (step === "day") return world.pass(1);
    if (step === "net")
      batchId = await netAtCutOff(world.deps, { by: MAKER, cutOffAt: world.deps.clock.now() });
    if (step === "clock") batchId = (await netWhenDue(world.deps))[0] ?? batchId;
    if (step === "bank") {
      await world.bank.work();
      await world.takeIn();
    }
    return batchId === undefined ? undefined : steps[step]?.(batchId);
  };
  return (step: string) =>
    Promise.resolve(play(step)).catch((error: unknown) => {
      if (!(error instanceof FailureError)) throw error;
      expect(["BATCH_EMPTY", "BATCH_STATE"]).toContain(error.failure.code);
    });
}

async function booksHold(world: SettlementWorld): Promise<void> {
  const { read } = world.database;
  expect(await world.verify()).toMatchObject({ ok: true });
  expect(await world.database.snapshot(wrongPayout)).toBeUndefined();
  const ofRefused = await read.all(
    `SELECT i.id FROM settlement_item i JOIN settlement_batch b ON b.id = i.batch_id
     WHERE b.state IN ('refused', 'withdrawn')`,
  );
  expect(ofRefused).toEqual([]);
  const sums = await read.all(
    `SELECT p.id, CAST(p.net AS TEXT) AS net, b.state, (
       SELECT CAST(SUM(CASE WHEN i.kind = 'refund' THEN i.commission - i.gross ELSE i.gross - i.commission END) AS TEXT)
       FROM settlement_item i WHERE i.merchant_id = p.merchant_id AND (i.batch_id = p.batch_id
         OR i.id IN (SELECT r.item_id FROM settlement_release r WHERE r.batch_id = p.batch_id))) AS items
     FROM settlement_payout p JOIN settlement_batch b ON b.id = p.batch_id`,
  );
  for (const row of sums) expect(bigintOf(row, "items")).toBe(bigintOf(row, "net"));
}

// Behind every batch that goes to the bank stand two people, whoever or whatever netted it.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { netWhenDue } from "#backoffice/settlement/net-when-due.ts";
import { deliverPending, sendBatch } from "#backoffice/settlement/send-batch.ts";
import { batchOrFail } from "#backoffice/settlement/store.ts";
import type { BatchId } from "#core/ids.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aSettlementWorld, CHECKER, MAKER, type SettlementWorld } from "./settlement-world.ts";

eachDatabase((databases) => {
  let world: SettlementWorld;
  beforeEach(async () => {
    world = await aSettlementWorld(databases);
    await world.threeMerchants();
  });
  afterEach(() => world.close());

  /** The world begins after the cut-off of its day. */
  const nettedByTheClock = async (): Promise<BatchId> => {
    world.pass(1);
    const [batchId] = await netWhenDue(world.deps);
    if (batchId === undefined) throw new Error("the clock netted nothing");
    return batchId;
  };

  test("a batch of the clock is approved by one person and sent by another", async () => {
    const batchId = await nettedByTheClock();
    await world.approve(batchId, CHECKER);
    await expect(world.send(batchId, CHECKER)).rejects.toThrow("CHECKER_IS_SENDER");
    expect(await world.state(batchId)).toBe("approved");
    expect(await readdir(join(world.dir, "out"))).toEqual([]);
    await world.send(batchId, MAKER);
    expect((await batchOrFail(world.database.read, batchId)).state).toMatchObject({
      kind: "sent",
      approvedBy: CHECKER,
      sentBy: MAKER,
    });
    expect(await readdir(join(world.dir, "out"))).toHaveLength(1);
  });

  test("a batch that a person netted may be sent by its approver: the two are there", async () => {
    const batchId = await world.net({ by: MAKER });
    await world.approve(batchId, CHECKER);
    await world.send(batchId, CHECKER);
    expect(await world.state(batchId)).toBe("sent");
  });

  test("what a second person has sent is delivered again by anybody, and by the clock", async () => {
    const batchId = await nettedByTheClock();
    await world.approve(batchId, CHECKER);
    const down = { ...world.deps.channel, send: () => Promise.reject(new Error("no such share")) };
    const sending = (by: typeof MAKER) => sendBatch({ ...world.deps, channel: down }, { batchId, by });
    await expect(sending(CHECKER)).rejects.toThrow("CHECKER_IS_SENDER");
    expect(await deliverPending(world.deps)).toBe(0);
    await expect(sending(MAKER)).rejects.toThrow("BANK_UNAVAILABLE");
    await expect(sending(CHECKER)).rejects.toThrow("BANK_UNAVAILABLE");
    expect(await deliverPending(world.deps)).toBe(1);
    expect((await batchOrFail(world.database.read, batchId)).state).toMatchObject({ sentBy: MAKER });
  });

  test("the database itself takes no batch of the clock that one person approved and sent", async () => {
    const batchId = await nettedByTheClock();
    await world.approve(batchId, CHECKER);
    const send = (by: string) =>
      world.database.transaction((tx) =>
        tx.run(
          "UPDATE settlement_batch SET state = 'sent', sent_at = 1, document = 'x', sent_by = ? WHERE id = ?",
          [by, batchId],
        ),
      );
    await expect(send(CHECKER)).rejects.toThrow();
    await expect(
      world.database.transaction((tx) =>
        tx.run("UPDATE settlement_batch SET state = 'sent', sent_at = 1, document = 'x' WHERE id = ?", [
          batchId,
        ]),
      ),
    ).rejects.toThrow();
    expect(await send(MAKER)).toBe(1);
  });
});

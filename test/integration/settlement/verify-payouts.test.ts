// What proves a back office's books proves its payouts too: each is the sum of the items of its batch (I7).
import { afterEach, beforeEach, expect, test } from "vitest";
import { verifyBooks } from "#backoffice/backup/verify-books.ts";
import { wrongPayout } from "#backoffice/settlement/verify-payouts.ts";
import type { BatchId } from "#core/ids.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aSettlementWorld, M1, type SettlementWorld } from "./settlement-world.ts";

eachDatabase((databases) => {
  let world: SettlementWorld;
  let refused: BatchId;
  let sent: BatchId;
  beforeEach(async () => {
    world = await aSettlementWorld(databases);
    await world.threeMerchants();
    refused = await world.net();
    await world.refuse(refused);
    sent = await world.sendNew();
    await world.capture("late", M1, 1_000);
  });
  afterEach(() => world.close());

  const wrong = () => world.database.snapshot(wrongPayout);
  const put = (itemId: string, batchId: BatchId | null) =>
    world.database.transaction((tx) =>
      tx.run("UPDATE settlement_item SET batch_id = ? WHERE id = ?", [batchId, itemId]),
    );

  test("a batch that was sent, one that was refused and what is in none agree", async () => {
    expect(await wrong()).toBeUndefined();
  });

  test("names an item that was freed of a batch that was sent, and so would be paid again", async () => {
    await put("b1", null);
    expect(await wrong()).toBe(`batch ${sent} pays m2 1950, its items are nothing`);
    const { path } = world.database;
    if (path !== undefined)
      expect(await verifyBooks(path)).toMatchObject({ ok: false, wrong: await wrong() });
  });

  test("names an item that came into a batch without being paid by it", async () => {
    await put("late", sent);
    expect(await wrong()).toBe(`batch ${sent} pays m1 98475, its items are 99450`);
  });

  test("names an item that a refused batch still has", async () => {
    await put("late", refused);
    expect(await wrong()).toBe(`item late is still in batch ${refused}, which was refused`);
  });
});

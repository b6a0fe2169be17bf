// The steps to batches that can be refused and to payouts in advance, by a back office that has batches in every state already.
import { beforeAll, expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { batchOrFail, payoutsOf } from "#backoffice/settlement/store.ts";
import type { BatchId } from "#core/ids.ts";
import type { Database } from "#database/database.ts";
import { migrate } from "#database/migrate.ts";
import { eachDatabase } from "#test/world/database.ts";

const BEFORE = MIGRATIONS.filter(({ name }) => name < "006");

/** Made by the clock or by a person, as far as each came. One person approved and sent b3: that was the rule then. */
const BATCHES = [
  ["b1", "draft", "system", null, null],
  ["b2", "approved", "system", "choi", null],
  ["b3", "sent", "system", "choi", 30],
  ["b4", "settled", "park", "choi", 40],
] as const;

eachDatabase((databases) => {
  let database: Database;
  beforeAll(async () => {
    database = await databases.open(BEFORE);
    await database.transaction(async (tx) => {
      await tx.run(
        "INSERT INTO merchant (merchant_id, name, account_scheme, account_number, created_at) VALUES ('m1', 'm', 'domestic', '110', 1)",
      );
      for (const [id, state, madeBy, approvedBy, sentAt] of BATCHES) {
        const approvedAt = approvedBy === null ? null : 20;
        const document = sentAt === null ? null : `<Document>${id}</Document>`;
        const settledAt = state === "settled" ? 50 : null;
        await tx.run(
          `INSERT INTO settlement_batch (id, state, currency, cut_off_at, made_by, made_at, approved_by, approved_at,
             sent_at, delivered_at, settled_at, message_id, document)
           VALUES (?, ?, 'KRW', 9, ?, 10, ?, ?, ?, ?, ?, ?, ?)`,
          [id, state, madeBy, approvedBy, approvedAt, sentAt, sentAt, settledAt, `CS${id}`, document],
        );
        await tx.run(
          `INSERT INTO settlement_payout (id, batch_id, merchant_id, creditor_name, account_scheme, account_number,
             currency, captures, refunds, captured, refunded, commission, returned, net, state)
           VALUES (?, ?, 'm1', 'm', 'domestic', '110', 'KRW', 1, 0, 1000, 0, 25, 0, 975, 'waiting')`,
          [`p-${id}`, id],
        );
        await tx.run(
          `INSERT INTO settlement_item (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at,
             recorded_at, batch_id) VALUES (?, ?, 'm1', 'capture', 1000, 25, 'KRW', 1, 2, ?)`,
          [`i-${id}`, `pay-${id}`, id],
        );
      }
    });
    expect(await migrate(database, MIGRATIONS)).toContain("006-refused-batches");
  });

  test("keeps every batch as it was, with its payouts, its items and its file", async () => {
    for (const [id, kind, madeBy, approvedBy, sentAt] of BATCHES) {
      const batch = await batchOrFail(database.read, id as BatchId);
      expect(batch).toMatchObject({ cutOffAt: 9, messageId: `CS${id}`, deliveredAt: sentAt });
      expect(batch.document).toBe(sentAt === null ? null : `<Document>${id}</Document>`);
      expect(batch.state).toEqual({
        kind,
        madeBy,
        madeAt: 10,
        ...(approvedBy === null ? {} : { approvedBy, approvedAt: 20 }),
        // Nobody wrote down who had sent it.
        ...(sentAt === null ? {} : { sentBy: "unrecorded", sentAt }),
        ...(kind === "settled" ? { settledAt: 50 } : {}),
      });
      expect(await payoutsOf(database.read, id as BatchId)).toMatchObject([
        { id: `p-${id}`, state: "waiting" },
      ]);
    }
    const items = await database.read.all("SELECT id, batch_id FROM settlement_item ORDER BY id");
    expect(items).toEqual(BATCHES.map(([id]) => ({ id: `i-${id}`, batch_id: id })));
  });

  test("leaves items and payouts bound to the batches there are", async () => {
    const run = (sql: string) => database.transaction((tx) => tx.run(sql));
    await expect(run("UPDATE settlement_item SET batch_id = 'none' WHERE id = 'i-b1'")).rejects.toThrow();
    await expect(run("UPDATE settlement_payout SET batch_id = 'none' WHERE id = 'p-b1'")).rejects.toThrow();
    await expect(run("DELETE FROM settlement_batch WHERE id = 'b1'")).rejects.toThrow();
    await expect(run("UPDATE settlement_batch SET message_id = 'CSb2' WHERE id = 'b1'")).rejects.toThrow();
  });

  test("holds the old rules and the new ones from then on", async () => {
    const change = (id: string, columns: string) =>
      database.transaction((tx) => tx.run(`UPDATE settlement_batch SET ${columns} WHERE id = ?`, [id]));
    await expect(change("b1", "state = 'unknown'")).rejects.toThrow();
    await expect(change("b1", "state = 'approved'")).rejects.toThrow();
    await expect(change("b4", "approved_by = 'park'")).rejects.toThrow();
    await expect(change("b4", "document = NULL")).rejects.toThrow();
    const sent = "state = 'sent', sent_at = 30, document = 'x'";
    await expect(change("b2", `${sent}, sent_by = 'choi'`)).rejects.toThrow();
    await expect(change("b2", sent)).rejects.toThrow();
    expect(await change("b2", `${sent}, sent_by = 'park'`)).toBe(1);
    expect(
      await change("b1", "state = 'refused', refused_by = 'park', refused_at = 60, refusal = 'no'"),
    ).toBe(1);
  });
});

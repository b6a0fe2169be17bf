// The step to books that ask two people after a restore, taken by books with items in batches, freed and open.
import { beforeAll, expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { openBankRestore } from "#backoffice/settlement/restored-bank.ts";
import { wrongPayout } from "#backoffice/settlement/verify-payouts.ts";
import type { Database } from "#database/database.ts";
import { migrate } from "#database/migrate.ts";
import { eachDatabase } from "#test/world/database.ts";

const BEFORE = MIGRATIONS.filter(({ name }) => name < "008");

const ITEMS = [
  ["i1", "capture", "b1"],
  ["i2", "capture", null],
  ["i3", "refund", null],
] as const;

eachDatabase((databases) => {
  let database: Database;
  const run = (sql: string) => database.transaction((tx) => tx.run(sql));
  beforeAll(async () => {
    database = await databases.open(BEFORE);
    await run(
      "INSERT INTO merchant (merchant_id, name, account_scheme, account_number, created_at) VALUES ('m1', 'm', 'domestic', '110', 1)",
    );
    await run(
      `INSERT INTO settlement_batch (id, state, currency, cut_off_at, made_by, made_at, message_id)
       VALUES ('b1', 'draft', 'KRW', 9, 'park', 10, 'CSb1')`,
    );
    await run(
      `INSERT INTO settlement_batch (id, state, currency, cut_off_at, made_by, made_at, refused_by, refused_at, refusal,
         message_id) VALUES ('b0', 'refused', 'KRW', 8, 'park', 9, 'choi', 10, 'no', 'CSb0')`,
    );
    for (const [batch] of [["b0"], ["b1"]]) {
      await run(
        `INSERT INTO settlement_payout (id, batch_id, merchant_id, creditor_name, account_scheme, account_number, currency,
           captures, refunds, captured, refunded, commission, returned, net, state)
         VALUES ('p-${batch}', '${batch}', 'm1', 'm', 'domestic', '110', 'KRW', 1, 0, 1000, 0, 25, 0, 975, 'waiting')`,
      );
    }
    for (const [id, kind, batchId] of ITEMS) {
      await database.transaction((tx) =>
        tx.run(
          `INSERT INTO settlement_item (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at,
             recorded_at, batch_id) VALUES (?, ?, 'm1', ?, 1000, 25, 'KRW', 1, 2, ?)`,
          [id, `pay-${id}`, kind, batchId],
        ),
      );
    }
    await run("INSERT INTO settlement_release (item_id, batch_id, at) VALUES ('i2', 'b0', 10)");
    await run("INSERT INTO books_restore (restored_at, settled_at) VALUES (5, 6)");
    expect(await migrate(database, MIGRATIONS)).toContain("008-restored-bank");
  });

  test("keeps every item in its batch, or free of it", async () => {
    const rows = await database.read.all("SELECT id, kind, batch_id FROM settlement_item ORDER BY id");
    expect(rows).toEqual(ITEMS.map(([id, kind, batch_id]) => ({ id, kind, batch_id })));
    expect(await wrongPayout(database.read)).toBeUndefined();
    await expect(run("DELETE FROM settlement_item WHERE id = 'i2'")).rejects.toThrow();
    await expect(run("UPDATE settlement_item SET batch_id = 'none' WHERE id = 'i1'")).rejects.toThrow();
    await expect(run("UPDATE settlement_item SET kind = 'other' WHERE id = 'i1'")).rejects.toThrow();
    await expect(run("UPDATE settlement_item SET gross = -1 WHERE id = 'i1'")).rejects.toThrow();
    expect(await run("UPDATE settlement_item SET kind = 'advance' WHERE id = 'i3'")).toBe(1);
    await run("UPDATE settlement_item SET kind = 'refund' WHERE id = 'i3'");
  });

  test("asks nothing of books whose tills were all in, and asks of those that wait", async () => {
    expect(await openBankRestore(database.read)).toBeUndefined();
    await run("INSERT INTO books_restore (restored_at) VALUES (7)");
    expect(await openBankRestore(database.read)).toEqual({ restoredAt: 7, backupMadeAt: null });
    await run("INSERT INTO books_restore (restored_at, backup_made_at) VALUES (9, 8)");
    // Of the first nobody knows how old its back-up was: nothing is too old then.
    expect(await openBankRestore(database.read)).toEqual({ restoredAt: 9, backupMadeAt: null });
    await run("UPDATE books_restore SET backup_made_at = 4 WHERE restored_at = 7");
    expect(await openBankRestore(database.read)).toEqual({ restoredAt: 9, backupMadeAt: 4 });
  });

  test("keeps each statement, and lets nobody confirm their own", async () => {
    await run(
      `INSERT INTO restore_statement (statement_id, restored_at, stated_by, stated_at, reason, found)
       VALUES ('s1', 9, 'park', 10, 'looked', '[]')`,
    );
    const confirmed = (by: string, at: string) =>
      run(
        `UPDATE restore_statement SET confirmed_by = ${by}, confirmed_at = ${at} WHERE statement_id = 's1'`,
      );
    await expect(confirmed("'park'", "11")).rejects.toThrow();
    await expect(confirmed("'choi'", "NULL")).rejects.toThrow();
    expect(await confirmed("'choi'", "11")).toBe(1);
    await expect(run("DELETE FROM restore_statement")).rejects.toThrow();
  });
});

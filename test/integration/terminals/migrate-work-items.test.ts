// The step to work items that have an owner, taken by books in which tills have reported things already.
import { expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { searchWorkItems } from "#backoffice/terminals/find-work-items.ts";
import { takeWorkItem } from "#backoffice/terminals/take-work-item.ts";
import type { StaffId } from "#core/ids.ts";
import { migrate } from "#database/migrate.ts";
import { aClock } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const BEFORE = MIGRATIONS.filter(({ name }) => name < "011");

eachDatabase((databases) => {
  test("keeps every item as it was, owned by nobody, and lets an open one be taken", async () => {
    const database = await databases.open(BEFORE);
    for (const [id, state, resolution] of [
      ["w1", "open", null],
      ["w2", "resolved", "The holder paid."],
    ] as const) {
      await database.transaction((tx) =>
        tx.run(
          `INSERT INTO work_item (work_item_id, kind, terminal_id, epoch, seq, amount, currency, policy, bearer, code,
             detail, at, state, resolution, resolved_by, resolved_at)
           VALUES (?, 'slip-short', 't1', 'e1', 7, 4000, 'KRW', 'risk caps', 'operator', 'FUNDS_INSUFFICIENT',
             'short', 10, ?, ?, NULL, NULL)`,
          [id, state, resolution],
        ),
      );
    }
    expect(await migrate(database, MIGRATIONS)).toContain("011-work-item-owner");
    const item = async (state: "open" | "resolved") =>
      (await searchWorkItems({ database }, { state, page: 0, pageSize: 5 })).rows;
    const unowned = { owner: null, ownerId: null, amount: { minor: "4000", currency: "KRW" } };
    expect(await item("open")).toMatchObject([{ workItemId: "w1", ...unowned }]);
    expect(await item("resolved")).toMatchObject([
      { workItemId: "w2", resolution: "The holder paid.", ...unowned },
    ]);
    await takeWorkItem({ database, clock: aClock() }, { workItemId: "w1", by: "mina" as StaffId });
    expect(await item("open")).toMatchObject([{ workItemId: "w1", owner: "mina", ownerId: "mina" }]);
    await expect(database.transaction((tx) => tx.run("DELETE FROM work_item"))).rejects.toThrow();
  });
});

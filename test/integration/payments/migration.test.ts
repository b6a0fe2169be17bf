// 012 on a database of the version before, with payments in it.
import { expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { paymentByRequest } from "#backoffice/payments/store.ts";
import { krw } from "#core/money.ts";
import { migrate } from "#database/migrate.ts";
import { eachDatabase } from "#test/world/database.ts";

eachDatabase((databases) => {
  test("payments of before stay as they are, and none of them says what its card could pay", async () => {
    const at = MIGRATIONS.findIndex(({ name }) => name === "012-takeable");
    const database = await databases.open(MIGRATIONS.slice(0, at));
    await database.transaction(async (tx) => {
      for (const [id, state, code] of [
        ["p1", "captured", null],
        ["p2", "declined", "FUNDS_INSUFFICIENT"],
      ] as const)
        await tx.run(
          `INSERT INTO payment (payment_id, caller, request_id, merchant_id, card_masked, route, state, code, currency,
             amount, captured, refunded, lost, commission, happened_at, recorded_at)
           VALUES (?, 'terminal:t1', ?, 'm1', '****', 'online', ?, ?, 'KRW', 900, 0, 0, 0, 0, 1, 2)`,
          [id, id, state, code],
        );
    });
    await migrate(database, MIGRATIONS);
    const before = { cardMasked: "****", amount: krw(900), takeable: null };
    const payment = (id: string) => paymentByRequest(database.read, "terminal:t1", id);
    expect(await payment("p1")).toMatchObject({ ...before, state: "captured", code: null });
    expect(await payment("p2")).toMatchObject({ ...before, state: "declined", code: "FUNDS_INSUFFICIENT" });
  });
});

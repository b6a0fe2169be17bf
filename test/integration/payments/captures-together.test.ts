// Captures that commit in one transaction share their statements, and each has its own effect all the same.
import { expect, test } from "vitest";
import { krw } from "#core/money.ts";
import { days } from "#core/time.ts";
import { aBackOffice, anActiveCard, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

/** 2.5 % of each, half to even. */
const COMMISSION: Readonly<Record<number, number>> = { 1000: 25, 2345: 59, 9980: 250 };

eachDatabase((databases) => {
  test("captures of different amounts at the same moment are each stored as they are", async () => {
    const { cards, payments, database } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 100_000);
    const amounts = [1_000, 2_345, 9_980];
    const idOf = (amount: number) => `payment-${amount}`;
    for (const amount of amounts) {
      const credentials = { number: card.number, password: PASSWORD, holdFor: days(1) };
      await payments.authorise(MERCHANT, { id: idOf(amount), amount: krw(10_000), ...credentials });
    }
    await Promise.all(
      amounts.map((amount) => payments.capture(MERCHANT, idOf(amount), `capture-${amount}`, krw(amount))),
    );
    for (const amount of amounts) {
      expect(await payments.get(MERCHANT, idOf(amount))).toMatchObject({
        state: "captured",
        captured: krw(amount),
        commission: krw(COMMISSION[amount] ?? 0),
      });
    }
    const batches = await database.read.all(
      "SELECT DISTINCT batch FROM ledger_transfer WHERE event = 'payment-captured'",
    );
    expect(batches).toHaveLength(1);
    const items = await database.read.all(
      "SELECT CAST(gross AS TEXT) AS gross FROM settlement_item ORDER BY settlement_item.gross",
    );
    expect(items.map(({ gross }) => gross)).toEqual(["1000", "2345", "9980"]);
  });
});

// The payments of one card, as its page at the console asks for them.
import { randomUUID } from "node:crypto";
import { call } from "@orpc/server";
import { expect, test } from "vitest";
import type { RequestContext } from "#backoffice/http/caller.ts";
import { paymentsRoutes } from "#backoffice/payments/routes.ts";
import type { StaffId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import { hours } from "#core/time.ts";
import { approved, aStation, aTender, aTerminal, completed, risk, won } from "#test/world/a-terminal.ts";
import { anActiveCard, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const CASHIER: { context: RequestContext } = {
  context: {
    caller: { kind: "staff", staffId: "kim" as StaffId, name: "Kim", role: "cashier" },
    requestId: "r1",
    session: { token: null, begin: () => undefined, end: () => undefined },
  },
};

eachDatabase((databases) => {
  async function aCardInUse() {
    const world = await aStation(databases);
    const till = await aTerminal(world);
    const card = await anActiveCard(world.cards, 100_000);
    const routes = paymentsRoutes(world.payments);
    const list = (over: object = {}) => call(routes.list, { cardId: card.cardId, ...over }, CASHIER);
    /** A payment of the till that waits, or a whole sale. */
    const pays = async (minor: number, sale: "completed" | "open") => {
      world.clock.advance(1_000);
      const tender = aTender(card.cardId, minor, risk());
      const saleId = randomUUID();
      till.write(approved(tender, [], saleId));
      if (sale === "completed") till.write(completed([tender], saleId));
      await till.sync();
      return saleId;
    };
    return { world, till, card, list, pays };
  }

  test("are listed newest first, page by page, each with the sale that was completed", async () => {
    const { world, till, card, list, pays } = await aCardInUse();
    const other = await anActiveCard(world.cards, 100_000);
    const saleId = await pays(1_000, "completed");
    await pays(2_000, "open");
    world.clock.advance(1_000);
    const order = { amount: krw(3_000), password: PASSWORD, holdFor: hours(1) };
    await world.payments.authorise(MERCHANT, { id: "pay-0003", number: card.number, ...order });
    await world.payments.authorise(MERCHANT, { id: "pay-0004", number: other.number, ...order });
    const { terminalId } = till;
    expect(await list()).toMatchObject({
      total: 3,
      rows: [
        {
          id: "pay-0003",
          amount: won(3_000),
          state: "held",
          route: "api",
          merchantName: "Station 7",
          terminalId: null,
          saleId: null,
        },
        { amount: won(2_000), state: "captured", terminalId, saleId: null },
        { amount: won(1_000), state: "captured", route: "risk", terminalId, saleId },
      ],
    });
    expect(await list({ page: 1, pageSize: 2 })).toMatchObject({ total: 3, rows: [{ amount: won(1_000) }] });
  });

  test("name no sale of another till that has the same name", async () => {
    const { world, list, pays } = await aCardInUse();
    const saleId = await pays(1_000, "open");
    const other = await aTerminal(world, "Till 2");
    other.write(completed([], saleId));
    await other.sync();
    expect((await list()).rows).toMatchObject([{ amount: won(1_000), saleId: null }]);
  });
});

// Lists of tills and of what they reported, as the console asks for them.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { approved, aStation, aTender, aTerminal, completed, risk, won } from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const SALE = randomUUID();
const PAGE = { page: 0, pageSize: 25 } as const;

eachDatabase((databases) => {
  test("tills come page by page, by part of a name and by state", async () => {
    const world = await aStation(databases);
    for (const name of ["Till 1", "Till 2", "Car wash"]) await aTerminal(world, name);
    await world.database.transaction((tx) =>
      tx.run("UPDATE terminal SET state = 'quarantined' WHERE name = 'Till 2'"),
    );
    const names = async (over: object) => {
      const { total, rows } = await world.terminals.find({ ...PAGE, ...over });
      return [total, rows.map(({ name }) => name)];
    };
    expect(await names({})).toEqual([3, ["Car wash", "Till 1", "Till 2"]]);
    expect(await names({ query: "till" })).toEqual([2, ["Till 1", "Till 2"]]);
    expect(await names({ state: "quarantined" })).toEqual([1, ["Till 2"]]);
    expect(await names({ query: "STATION-7", page: 1, pageSize: 2 })).toEqual([3, ["Till 2"]]);
    expect(await names({ query: "%" })).toEqual([3, ["Car wash", "Till 1", "Till 2"]]);
  });

  describe("an item that needs a person", () => {
    async function aShortSlip() {
      const world = await aStation(databases);
      const till = await aTerminal(world);
      const card = await anActiveCard(world.cards, 3_000);
      const paid = aTender(card.cardId, 2_000, risk());
      const short = aTender(card.cardId, 5_000, risk());
      till.write(approved(paid, [], SALE));
      till.write(approved(short, [], SALE));
      await till.sync();
      return { world, till, card, tenders: [paid, short] };
    }

    test("names the sale that it is about once that is stored, and the card that was charged", async () => {
      const { world, till, card, tenders } = await aShortSlip();
      const about = async () => (await world.terminals.workItems({ ...PAGE, state: "open" })).rows[0];
      expect(await about()).toMatchObject({
        kind: "slip-short",
        amount: won(4_000),
        saleId: null,
        cardId: card.cardId,
      });
      till.write(completed(tenders, SALE));
      await till.sync();
      expect(await about()).toMatchObject({ saleId: SALE, cardId: card.cardId });
    });

    test("is found by part of its till's name", async () => {
      const { world } = await aShortSlip();
      const total = async (query: string) =>
        (await world.terminals.workItems({ ...PAGE, state: "open", query })).total;
      expect([await total("till"), await total("wash")]).toEqual([1, 0]);
    });

    test("stays to be read when it is resolved, with how and by whom", async () => {
      const { world } = await aShortSlip();
      const [item] = (await world.terminals.workItems({ ...PAGE, state: "open" })).rows;
      await world.terminals.resolveWorkItem({
        workItemId: item?.workItemId ?? "",
        by: MANAGER,
        resolution: "paid in cash the day after",
      });
      expect((await world.terminals.workItems({ ...PAGE, state: "open" })).rows).toEqual([]);
      expect((await world.terminals.workItems({ ...PAGE, state: "resolved" })).rows).toMatchObject([
        { state: "resolved", resolution: "paid in cash the day after", resolvedBy: MANAGER },
      ]);
    });
  });
});

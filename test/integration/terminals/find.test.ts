// Lists of tills and of what they reported, as the console asks for them.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { terminalPage } from "#backoffice/reports/terminal-page.ts";
import { insertStaff } from "#backoffice/staff/store.ts";
import type { StaffId } from "#core/ids.ts";
import { approved, aStation, aTender, aTerminal, completed, risk, won } from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const SALE = randomUUID();
const [MINA, HANA] = ["mina", "hana"] as [StaffId, StaffId];
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

    test("has an owner from the moment somebody takes it, and another may take it over", async () => {
      const { world, till } = await aShortSlip();
      await world.database.transaction(async (tx) => {
        for (const [staffId, name] of [
          [MINA, "미나"],
          [HANA, "하나"],
        ] as const) {
          const none = { passwordHash: null, pinSealed: null, totpSealed: null };
          await insertStaff(tx, { staffId, signInName: staffId, name, role: "manager", ...none });
        }
      });
      const item = async (state: "open" | "resolved" = "open") =>
        (await world.terminals.workItems({ ...PAGE, state })).rows[0];
      const workItemId = (await item())?.workItemId ?? "";
      const take = (by: StaffId) => world.terminals.takeWorkItem({ workItemId, by });
      expect(await item()).toMatchObject({ owner: null, ownerId: null });
      for (const by of [MINA, MINA, HANA]) {
        world.clock.advance(1_000);
        await take(by);
      }
      expect(await item()).toMatchObject({ state: "open", owner: "하나", ownerId: HANA });
      await world.terminals.resolveWorkItem({ workItemId, by: MINA, resolution: "The holder paid." });
      expect(await item("resolved")).toMatchObject({ owner: "하나", resolvedBy: "미나" });
      await expect(take(MINA)).rejects.toThrow("STATE_CONFLICT");
      await expect(world.terminals.takeWorkItem({ workItemId: "none", by: MINA })).rejects.toThrow(
        "NOT_FOUND",
      );
      // The page of the till keeps who had it, and since when.
      const { database, clock, terminals } = world;
      const business = { currency: "KRW", utcOffsetMinutes: 540 } as const;
      const { story } = await terminalPage({ database, clock, terminals, business }, till.terminalId);
      const taken = story.filter(({ title }) => title === "slip-short taken");
      expect(taken.map(({ source, detail, reference }) => [source, detail, reference])).toEqual([
        ["staff", "미나", workItemId],
        ["staff", "하나", workItemId],
      ]);
      const change = (sql: string) => database.transaction((tx) => tx.run(sql));
      await expect(change("DELETE FROM work_item_taken")).rejects.toThrow();
      await expect(change("UPDATE work_item_taken SET at = 0")).rejects.toThrow();
    });

    test("is its resolver's where nobody had taken it", async () => {
      const { world } = await aShortSlip();
      const [item] = (await world.terminals.workItems({ ...PAGE, state: "open" })).rows;
      const asked = { workItemId: item?.workItemId ?? "", by: HANA, resolution: "The holder paid." };
      await world.terminals.resolveWorkItem(asked);
      const resolved = await world.terminals.workItems({ ...PAGE, state: "resolved" });
      expect(resolved.rows).toMatchObject([{ ownerId: HANA, resolvedBy: HANA }]);
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

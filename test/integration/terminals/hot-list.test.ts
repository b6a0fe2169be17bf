// A till that cannot be told of all cards not to take is told of those first that have money on them.
import { expect, test } from "vitest";
import { hotList } from "#backoffice/terminals/snapshot.ts";
import { aStation } from "#test/world/a-terminal.ts";
import { anActiveCard } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

eachDatabase((databases) => {
  test("blocked cards are kept on a full list before those that have ended since, and that it is full is told", async () => {
    const world = await aStation(databases);
    const told: string[] = [];
    const log = {
      ...world.deps.log,
      warn: (_fields: unknown, event?: string) => void told.push(event ?? ""),
    };
    const blocked = await anActiveCard(world.cards, 10_000);
    await world.cards.block({ cardId: blocked.cardId, by: "staff:mina", reason: "stolen" });
    const ended: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      world.clock.advance(1_000);
      const card = await anActiveCard(world.cards, 1_000);
      await world.cards.end({ cardId: card.cardId, by: "staff:mina", reason: "asked" }, "refunded");
      ended.push(card.cardId);
    }
    const listed = async (cardsMax?: number) =>
      (await hotList({ ...world.deps, log }, cardsMax)).map(({ cardId }) => cardId);
    expect(await listed(3)).toEqual([blocked.cardId, ended[1], ended[0]]);
    expect(told).toEqual([]);
    expect(await listed(2)).toEqual([blocked.cardId, ended[1]]);
    expect(told).toEqual(["snapshot.hot-list-full"]);
    expect(await listed()).toHaveLength(3);
  });
});

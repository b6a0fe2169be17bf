// The catalogue as managers change it: in one transaction, with who did it, and at the tills by their next delta.
import { expect, test } from "vitest";
import { makeCatalogueCache } from "#backoffice/catalogue/cache.ts";
import { changeCatalogue } from "#backoffice/catalogue/change-catalogue.ts";
import type { CatalogueDeps } from "#backoffice/catalogue/deps.ts";
import { changesOf } from "#backoffice/catalogue/store.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import type { ItemId, StaffId } from "#core/ids.ts";
import { minutes } from "#core/time.ts";
import { migrate } from "#database/migrate.ts";
import { aTerminal } from "#test/world/a-terminal.ts";
import { eachDatabase } from "#test/world/database.ts";
import { anItem, priced } from "#test/world/goods.ts";
import { aStaffRoom, outcomeOf } from "#test/world/staff.ts";

eachDatabase((databases) => {
  async function aShop() {
    const room = await aStaffRoom(databases);
    const { staffId: by } = await room.add("mina", "manager");
    const logged: unknown[] = [];
    const catalogue = makeCatalogueCache();
    const deps: CatalogueDeps = {
      database: room.database,
      catalogue,
      clock: room.clock,
      ids: room.ids,
      currency: "KRW",
      log: { info: (fields: unknown) => void logged.push(fields) },
      changed: () => room.nudges.publish("all", "snapshot"),
    };
    const change = (order: Parameters<typeof changeCatalogue>[2], who: StaffId | null = by) =>
      changeCatalogue(deps, who, order);
    const ids = async () => (await catalogue(room.database.read)).items.map(({ itemId }) => itemId);
    return { room, by, change, ids, logged };
  }

  test("a till has the new price with its next delta, and is nudged to fetch it", async () => {
    const { room, change } = await aShop();
    await change({ kind: "replace", items: [priced("tea", 3_000), priced("cake", 2_000)] });
    const { terminalId } = await aTerminal(room);
    const first = (await room.terminals.snapshot(terminalId, undefined)).snapshot;
    const stop = new AbortController();
    const nudges = room.terminals.nudges(terminalId, stop.signal);
    expect((await nudges.next()).value).toMatchObject({ kind: "hello" });

    await change({ kind: "change", item: priced("tea", 3_500) });
    expect((await nudges.next()).value).toMatchObject({ kind: "snapshot" });
    stop.abort();
    const delta = (await room.terminals.snapshot(terminalId, first.version)).snapshot;
    expect(delta.version).toBeGreaterThan(first.version);
    expect(Object.keys(delta.parts)).toEqual(["catalogue"]);
    expect(delta.parts.catalogue).toEqual([priced("tea", 3_500), priced("cake", 2_000)]);
  });

  test("each change stands in the item's history with who and when, also once it is sold no more", async () => {
    const { room, by, change } = await aShop();
    await change({ kind: "merge", items: [priced("tea", 3_000)] }, null);
    room.clock.advance(minutes(5));
    await change({ kind: "change", item: priced("tea", 3_500) });
    room.clock.advance(minutes(5));
    await change({ kind: "remove", itemId: "tea" as ItemId });
    const history = await changesOf(room.database.read, "tea" as ItemId);
    expect(history).toMatchObject([
      { what: "added", by: null, before: null },
      {
        what: "changed",
        by: { staffId: by, name: "MINA" },
        before: priced("tea", 3_000),
        after: priced("tea", 3_500),
      },
      { what: "removed", by: { staffId: by }, after: null },
    ]);
    expect(new Set(history.map(({ at }) => at)).size).toBe(3);
    await expect(room.database.transaction((tx) => tx.run("DELETE FROM catalogue_event"))).rejects.toThrow(
      "refused",
    );
  });

  test("keeps places when items are changed, puts new ones last, and takes over the order of a whole list", async () => {
    const { change, ids } = await aShop();
    expect(await change({ kind: "merge", items: [anItem("a"), anItem("b"), anItem("c")] })).toEqual({
      added: 3,
      changed: 0,
      removed: 0,
    });
    await change({ kind: "remove", itemId: "b" as ItemId });
    await change({ kind: "merge", items: [anItem("d"), priced("a", 1)] });
    expect(await ids()).toEqual(["a", "c", "d"]);
    expect(await change({ kind: "replace", items: [anItem("d"), anItem("a")] })).toEqual({
      added: 0,
      changed: 1,
      removed: 1,
    });
    expect(await ids()).toEqual(["d", "a"]);
  });

  test("a list with one wrong item changes nothing; one that says what is there already tells nobody", async () => {
    const { change, ids, logged } = await aShop();
    await change({ kind: "merge", items: [anItem("a", { barcodes: ["111"] })] });
    const wrong = [anItem("b"), anItem("c", { barcodes: ["111"] })];
    expect(await outcomeOf(change({ kind: "merge", items: wrong }))).toBe("BARCODE_TAKEN");
    expect(await ids()).toEqual(["a"]);
    await change({ kind: "merge", items: [anItem("a", { barcodes: ["111"] })] });
    expect(logged).toHaveLength(1);
  });

  test("two who add the same item at one time: one is told that it is there", async () => {
    const { change } = await aShop();
    const add = () => outcomeOf(change({ kind: "add", item: anItem("tea") }));
    expect((await Promise.all([add(), add()])).sort()).toEqual(["ITEM_TAKEN", "done"]);
  });

  test("010 leaves the goods of before as they are, and their history begins empty", async () => {
    const at = MIGRATIONS.findIndex(({ name }) => name === "010-catalogue-history");
    const database = await databases.open(MIGRATIONS.slice(0, at));
    await database.transaction((tx) =>
      tx.run("INSERT INTO catalogue_item (item_id, item, position) VALUES ('tea', ?, 7)", [
        canonicalJson(anItem("tea")),
      ]),
    );
    await migrate(database, MIGRATIONS);
    expect((await makeCatalogueCache()(database.read)).placed).toEqual([
      { item: anItem("tea"), position: 7 },
    ]);
    expect(await changesOf(database.read, "tea" as ItemId)).toEqual([]);
  });
});

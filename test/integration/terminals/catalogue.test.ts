// The catalogue is the same for every till: it is decoded and hashed once, until a row of it changes.
import { expect, test } from "vitest";
import { makeCatalogueCache } from "#backoffice/catalogue/cache.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { eachDatabase } from "#test/world/database.ts";

const item = (name: string) =>
  JSON.stringify({
    itemId: "kimbap",
    name: { ko: "김밥", en: name },
    category: "food",
    barcodes: [],
    price: { minor: "3000", currency: "KRW" },
    vat: { rateBasisPoints: 1_000, priceIncludesVat: true },
    favourite: null,
  });

eachDatabase((databases) => {
  test("is made anew when an item changes, and only then", async () => {
    const database = await databases.open(MIGRATIONS);
    const cache = makeCatalogueCache();
    const write = (sql: string, name: string) => database.transaction((tx) => tx.run(sql, [item(name)]));
    await write("INSERT INTO catalogue_item (item_id, item, position) VALUES ('kimbap', ?, 0)", "Kimbap");
    const first = await cache(database.read);
    expect(await cache(database.read)).toBe(first);
    await write("UPDATE catalogue_item SET item = ?", "Tuna kimbap");
    const second = await cache(database.read);
    expect(second.hash).not.toBe(first.hash);
    expect(second.items[0]?.name.en).toBe("Tuna kimbap");
  });
});

// The catalogue as it is read again and again, decoded only when a row of it has changed.
import { createHash } from "node:crypto";
import { CatalogueItem } from "#core/contract/terminal.ts";
import type { ReadDb } from "#database/database.ts";
import { jsonOf } from "#database/row.ts";
import { type PlacedItem, placedTexts } from "./store.ts";

/** `placed`: the items with what orders them. `hash`: SHA-256 of their canonical JSON, an item a line, in hex. */
export type Catalogue = Readonly<{
  items: readonly CatalogueItem[];
  placed: readonly PlacedItem[];
  hash: string;
}>;
/** The catalogue and its hash, decoded and hashed anew only when a row of it has changed. */
export type CatalogueCache = (read: ReadDb) => Promise<Catalogue>;

/** Every till pulls the same 20,000 items: decoding them costs some hundred times the reading. */
export function makeCatalogueCache(): CatalogueCache {
  let last: (Catalogue & Readonly<{ key: string }>) | undefined;
  return async (read) => {
    const rows = await placedTexts(read);
    const key = rows.map(({ text, position }) => `${position} ${text}`).join("\n");
    if (last?.key === key) return last;
    const placed = rows.map(({ text, position }) => ({
      item: CatalogueItem.parse(jsonOf({ item: text }, "item")),
      position,
    }));
    const text = rows.map((row) => row.text).join("\n");
    const hash = createHash("sha256").update(text).digest("hex");
    last = { items: placed.map(({ item }) => item), placed, hash, key };
    return last;
  };
}

// The catalogue as managers look at it: a page of it, or one item with all that was changed.

import { CATALOGUE_CATEGORIES_MAX, type CatalogueItemPage } from "#core/contract/catalogue.ts";
import type { PageRequest } from "#core/contract/paging.ts";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { fail } from "#core/errors.ts";
import type { ItemId } from "#core/ids.ts";
import { categoryName } from "#core/receipt/category-name.ts";
import type { ReadDb } from "#database/database.ts";
import { changesOf } from "./store.ts";

/** In the catalogue's order. A barcode or a code finds its item however it goes on; a name by any part. */
export function pageOfItems(
  items: readonly CatalogueItem[],
  { query = "", page, pageSize }: PageRequest,
): Readonly<{ total: number; rows: CatalogueItem[]; categories: string[] }> {
  const wanted = query.trim().toLocaleLowerCase();
  const found = wanted === "" ? items : items.filter((item) => isMeant(item, wanted));
  const categories = [...new Set(items.map(({ category }) => category))];
  return {
    total: found.length,
    rows: found.slice(page * pageSize, (page + 1) * pageSize),
    categories: categories.slice(0, CATALOGUE_CATEGORIES_MAX),
  };
}

function isMeant({ itemId, name, category, barcodes }: CatalogueItem, wanted: string): boolean {
  const starts = [itemId, ...barcodes];
  const parts = [name.ko, name.en, category, categoryName(category, "ko"), categoryName(category, "en")];
  return (
    starts.some((text) => text.toLocaleLowerCase().startsWith(wanted)) ||
    parts.some((text) => text.toLocaleLowerCase().includes(wanted))
  );
}

/** Fails with ITEM_UNKNOWN where it was never sold. */
export async function itemPage(
  read: ReadDb,
  items: readonly CatalogueItem[],
  wanted: ItemId,
): Promise<CatalogueItemPage> {
  const item = items.find(({ itemId }) => itemId === wanted) ?? null;
  const history = await changesOf(read, wanted);
  return item === null && history.length === 0 ? fail("ITEM_UNKNOWN") : { item, history };
}

// What a change makes of the list of goods, and what is different afterwards. Whoever sells goes by the new list whole.
import { assertNever } from "../assert.ts";
import { canonicalJson } from "../canonical-json.ts";
import { CATALOGUE_ITEMS_MAX, type CatalogueItem } from "../contract/terminal.ts";
import { fail } from "../errors.ts";
import type { ItemId } from "../ids.ts";
import type { Currency } from "../money.ts";
import { checkItem } from "./check.ts";

export type CatalogueOrder =
  | Readonly<{ kind: "add" | "change"; item: CatalogueItem }>
  | Readonly<{ kind: "remove"; itemId: ItemId }>
  /** Items of the list are added or changed; the others stay. */
  | Readonly<{ kind: "merge"; items: readonly CatalogueItem[] }>
  /** What is not in the list is sold no more, and its order is the new one. */
  | Readonly<{ kind: "replace"; items: readonly CatalogueItem[] }>;

/** What became of one item: `before` is null where it was added, `after` where it was removed. */
export type CatalogueChange = Readonly<{ before: CatalogueItem | null; after: CatalogueItem | null }>;

/**
 * The list after an order. A list of `merge` and `replace` has been read by `readItems`. Fails with ITEM_TAKEN,
 * ITEM_UNKNOWN, BARCODE_TAKEN, CATALOGUE_INVALID or CATALOGUE_FULL.
 */
export function decideCatalogue(
  before: readonly CatalogueItem[],
  order: CatalogueOrder,
  currency: Currency,
): readonly CatalogueItem[] {
  const isThere = (itemId: ItemId) => before.some((item) => item.itemId === itemId);
  switch (order.kind) {
    case "add":
      checkItem(order.item, currency);
      return isThere(order.item.itemId) ? fail("ITEM_TAKEN") : merged(before, [order.item]);
    case "change":
      checkItem(order.item, currency);
      return isThere(order.item.itemId) ? merged(before, [order.item]) : fail("ITEM_UNKNOWN");
    case "remove":
      return isThere(order.itemId)
        ? before.filter(({ itemId }) => itemId !== order.itemId)
        : fail("ITEM_UNKNOWN");
    case "merge":
      return merged(before, order.items);
    case "replace":
      return order.items;
    default:
      return assertNever(order);
  }
}

/** What is changed keeps its place; what is new comes last. */
function merged(before: readonly CatalogueItem[], given: readonly CatalogueItem[]): readonly CatalogueItem[] {
  const changed = new Map(given.map((item) => [item.itemId, item]));
  const kept = before.map((item) => changed.get(item.itemId) ?? item);
  const known = new Set(before.map(({ itemId }) => itemId));
  const after = [...kept, ...given.filter(({ itemId }) => !known.has(itemId))];
  if (after.length > CATALOGUE_ITEMS_MAX) return fail("CATALOGUE_FULL", `at most ${CATALOGUE_ITEMS_MAX}`);
  refuseSharedBarcodes(after);
  return after;
}

function refuseSharedBarcodes(items: readonly CatalogueItem[]): void {
  const owners = new Map<string, ItemId>();
  for (const { itemId, barcodes } of items)
    for (const barcode of barcodes) {
      const owner = owners.get(barcode);
      if (owner !== undefined) fail("BARCODE_TAKEN", `${barcode} is of ${owner} and of ${itemId}`);
      owners.set(barcode, itemId);
    }
}

/** In the order of the list after; what was removed comes last. */
export function changesBetween(
  before: readonly CatalogueItem[],
  after: readonly CatalogueItem[],
): readonly CatalogueChange[] {
  const old = new Map(before.map((item) => [item.itemId, item]));
  const left = new Set(after.map(({ itemId }) => itemId));
  return [
    ...after.flatMap((item) => {
      const was = old.get(item.itemId) ?? null;
      const isSame = was === item || (was !== null && canonicalJson(was) === canonicalJson(item));
      return isSame ? [] : [{ before: was, after: item }];
    }),
    ...before.filter(({ itemId }) => !left.has(itemId)).map((item) => ({ before: item, after: null })),
  ];
}

// Changes what is sold: the list, and who changed what in it, in one transaction. Then the tills are told to pull.
import { type CatalogueOrder, changesBetween, decideCatalogue } from "#core/catalogue/change.ts";
import type { CatalogueTally } from "#core/contract/catalogue.ts";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import type { ItemId, StaffId } from "#core/ids.ts";
import type { CatalogueDeps } from "./deps.ts";
import { deleteItems, type PlacedItem, putItems, writeChanges } from "./store.ts";

/**
 * How many items were added, changed and removed; nothing is written, and nobody told, where that is none.
 * Fails with ITEM_TAKEN, ITEM_UNKNOWN, BARCODE_TAKEN, CATALOGUE_INVALID or CATALOGUE_FULL.
 * @param by null where it is the command line of the machine
 */
export async function changeCatalogue(
  { database, catalogue, clock, ids, currency, log, changed }: CatalogueDeps,
  by: StaffId | null,
  order: CatalogueOrder,
): Promise<CatalogueTally> {
  const at = clock.now();
  // Decoded beforehand, so that nobody's payment waits for it: there is one writer.
  await catalogue(database.read);
  const done = await database.transaction(async (tx) => {
    const { items: before, placed: stood } = await catalogue(tx);
    const after = decideCatalogue(before, order, currency);
    const changes = changesBetween(before, after);
    const rows = order.kind === "replace" ? inNewOrder(after) : placed(stood, after);
    const known = new Map(stood.map((row) => [row.item.itemId, row]));
    const differs = new Set(changes.map((change) => change.after?.itemId));
    const put = rows.filter(
      ({ item, position }) => differs.has(item.itemId) || known.get(item.itemId)?.position !== position,
    );
    await deleteItems(
      tx,
      changes.flatMap((change) => (change.after === null && change.before ? [change.before.itemId] : [])),
    );
    await putItems(tx, put);
    await writeChanges(tx, changes, { at, by, ids });
    return { changes, isNew: changes.length + put.length > 0 };
  });
  const tally = tallyOf(done.changes);
  if (done.isNew) {
    log.info({ by, order: order.kind, ...tally }, "catalogue.changed");
    changed();
  }
  return tally;
}

const inNewOrder = (items: readonly CatalogueItem[]): readonly PlacedItem[] =>
  items.map((item, position) => ({ item, position }));

/** Where they stood; what is new comes last. */
function placed(stood: readonly PlacedItem[], after: readonly CatalogueItem[]): readonly PlacedItem[] {
  const places = new Map<ItemId, number>(stood.map(({ item, position }) => [item.itemId, position]));
  let last = stood.at(-1)?.position ?? -1;
  return after.map((item) => {
    const position = places.get(item.itemId);
    if (position !== undefined) return { item, position };
    last += 1;
    return { item, position: last };
  });
}

function tallyOf(changes: ReturnType<typeof changesBetween>): CatalogueTally {
  const count = (is: (change: (typeof changes)[number]) => boolean) => changes.filter(is).length;
  return {
    added: count(({ before }) => before === null),
    changed: count(({ before, after }) => before !== null && after !== null),
    removed: count(({ after }) => after === null),
  };
}

// The rows of the catalogue, and of what was changed in it.
import { z } from "zod";
import { canonicalJson } from "#core/canonical-json.ts";
import type { CatalogueChange } from "#core/catalogue/change.ts";
import { CATALOGUE_EVENTS_MAX, type CatalogueEvent } from "#core/contract/catalogue.ts";
import { CATALOGUE_ITEMS_MAX, CatalogueItem } from "#core/contract/terminal.ts";
import { WireStaffId, wireInstant } from "#core/contract/values.ts";
import type { Ids, ItemId, StaffId } from "#core/ids.ts";
import { type Instant, instant } from "#core/time.ts";
import type { ReadDb, WriteDb } from "#database/database.ts";
import { type Insert, insertRows, textsIn, textsParam } from "#database/insert-rows.ts";
import { jsonOf, nullable, numberOf, textOf } from "#database/row.ts";

const IN_ORDER = `FROM catalogue_item ORDER BY position, item_id LIMIT ${CATALOGUE_ITEMS_MAX}`;

export type PlacedItem = Readonly<{ item: CatalogueItem; position: number }>;
/** `text`: the item's canonical JSON, as it is stored. */
export type PlacedText = Readonly<{ text: string; position: number }>;

/** In their order. */
export async function placedTexts(db: ReadDb): Promise<readonly PlacedText[]> {
  const rows = await db.all(`SELECT item, position ${IN_ORDER}`);
  return rows.map((row) => ({ text: textOf(row, "item"), position: numberOf(row, "position") }));
}

const ITEMS: Insert = {
  table: "catalogue_item",
  columns: { item_id: "text", item: "text", position: "integer" },
  suffix: "ON CONFLICT (item_id) DO UPDATE SET item = excluded.item, position = excluded.position",
};

/** Puts items at their places, whether they are there or not. */
export async function putItems(tx: WriteDb, items: readonly PlacedItem[]): Promise<void> {
  await insertRows(
    tx,
    ITEMS,
    items.map(({ item, position }) => [item.itemId, canonicalJson(item), position]),
  );
}

export async function deleteItems(tx: WriteDb, itemIds: readonly ItemId[]): Promise<void> {
  if (itemIds.length === 0) return;
  await tx.run(`DELETE FROM catalogue_item WHERE ${textsIn(tx, "item_id")}`, [textsParam(tx, itemIds)]);
}

const EVENTS: Insert = {
  table: "catalogue_event",
  columns: {
    event_id: "text",
    item_id: "text",
    at: "integer",
    made_by: "text",
    item_before: "text",
    item_after: "text",
  },
};

/** `by` is null where it was the command line of the machine. */
export async function writeChanges(
  tx: WriteDb,
  changes: readonly CatalogueChange[],
  { at, by, ids }: Readonly<{ at: Instant; by: StaffId | null; ids: Ids }>,
): Promise<void> {
  const text = (item: CatalogueItem | null) => (item === null ? null : canonicalJson(item));
  await insertRows(
    tx,
    EVENTS,
    changes.map(({ before, after }) => [
      ids.next(),
      (after ?? before)?.itemId ?? "",
      at,
      by,
      text(before),
      text(after),
    ]),
  );
}

const EventRow = z.object({ made_by: WireStaffId.nullable(), by_name: z.string().nullable() });

/** The newest changes of an item, oldest first. */
export async function changesOf(db: ReadDb, itemId: ItemId): Promise<CatalogueEvent[]> {
  const rows = await db.all(
    `SELECT e.at, e.made_by, s.name AS by_name, e.item_before, e.item_after
     FROM catalogue_event e LEFT JOIN staff s ON s.staff_id = e.made_by
     WHERE e.item_id = ? ORDER BY e.at DESC, e.event_id DESC LIMIT ${CATALOGUE_EVENTS_MAX}`,
    [itemId],
  );
  return rows
    .map((row): CatalogueEvent => {
      const { made_by: by, by_name: name } = EventRow.parse(row);
      const before = nullable(row, "item_before", itemOfColumn);
      const after = nullable(row, "item_after", itemOfColumn);
      return {
        at: wireInstant(instant(numberOf(row, "at"))),
        what: before === null ? "added" : after === null ? "removed" : "changed",
        by: by === null ? null : { staffId: by, name: name ?? by.slice(0, 60) },
        before,
        after,
      };
    })
    .reverse();
}

const itemOfColumn = (row: Parameters<typeof jsonOf>[0], column: string): CatalogueItem =>
  CatalogueItem.parse(jsonOf(row, column));

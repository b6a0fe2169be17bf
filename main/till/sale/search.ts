// Finding items. A text that is really a card is refused before it is looked at, and is in no log.
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { fail } from "#core/errors.ts";
import { looksLikeSecret } from "#core/sale/secret-text.ts";
import type { TillWork } from "../till-work.ts";

/** More than a screen shows: whoever wants others types another letter. */
const FOUND_MAX = 50;

/** The item with this barcode: ITEM_UNKNOWN, LOOKS_LIKE_SECRET. */
export function itemByBarcode({ snapshots }: TillWork, barcode: string): CatalogueItem {
  const code = barcode.trim();
  const item = snapshots.catalogue().items.find(({ barcodes }) => barcodes.includes(code));
  // A barcode of ours may pass the check digit of a PIN# by chance, so it is looked for first.
  return item ?? fail(looksLikeSecret(code) ? "LOOKS_LIKE_SECRET" : "ITEM_UNKNOWN");
}

/** Items by barcode, id, or a part of their name in either language. LOOKS_LIKE_SECRET. */
export function searchItems({ snapshots }: TillWork, query: string): readonly CatalogueItem[] {
  const wanted = lowerCase(query.trim());
  if (wanted === "") return [];
  const { items } = snapshots.catalogue();
  const exact = items.filter(({ itemId, barcodes }) =>
    [itemId, ...barcodes].some((code) => lowerCase(code) === wanted),
  );
  if (exact.length > 0) return exact.slice(0, FOUND_MAX);
  if (looksLikeSecret(query)) return fail("LOOKS_LIKE_SECRET");
  return items
    .filter(({ name }) => [name.ko, name.en].some((words) => lowerCase(words).includes(wanted)))
    .slice(0, FOUND_MAX);
}

const lowerCase = (text: string) => text.toLocaleLowerCase();

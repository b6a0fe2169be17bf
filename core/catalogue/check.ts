// What makes a list of goods fit to be sold from. A fault names its row as whoever wrote the list counts them: from 1.
import { CATALOGUE_ITEMS_MAX, type CatalogueItem, GivenItem } from "../contract/terminal.ts";
import type { WireMoney } from "../contract/values.ts";
import { fail } from "../errors.ts";
import type { Currency } from "../money.ts";
import { UNIT_PRICE_MINOR_MAX } from "../sale/edit-basket.ts";

/** Whoever mends a list begins with these; a list with one column wrong has a fault in each row. */
const FAULTS_TOLD_MAX = 20;

/** What a scanner sends: printable ASCII without blanks (hardware/scanner/codec.ts). */
const BARCODE = /^[\x21-\x7e]+$/;

/** Decodes each row by itself. Fails with CATALOGUE_INVALID, which names the rows, or CATALOGUE_FULL. */
export function readItems(rows: readonly unknown[], currency: Currency): readonly CatalogueItem[] {
  if (rows.length > CATALOGUE_ITEMS_MAX) return fail("CATALOGUE_FULL", `at most ${CATALOGUE_ITEMS_MAX}`);
  const read: NumberedItem[] = [];
  const faults: string[] = [];
  for (const [index, given] of rows.entries()) {
    const row = index + 1;
    const parsed = GivenItem.safeParse(given);
    const wrong = parsed.success ? faultsOf(parsed.data, currency) : formFaults(parsed.error.issues);
    faults.push(...wrong.map((fault) => `row ${row}: ${fault}`));
    if (parsed.success) read.push({ row, item: parsed.data });
  }
  refuseFaults([...faults, ...repeatedIn(read)]);
  return read.map(({ item }) => item);
}

type NumberedItem = Readonly<{ row: number; item: CatalogueItem }>;

/** Fails with CATALOGUE_INVALID, and with what is wrong. */
export function checkItem(item: CatalogueItem, currency: Currency): void {
  refuseFaults(faultsOf(item, currency));
}

function refuseFaults(faults: readonly string[]): void {
  const told = faults.slice(0, FAULTS_TOLD_MAX);
  const more = faults.length - told.length;
  if (more > 0) told.push(`${more} more`);
  if (told.length > 0) fail("CATALOGUE_INVALID", told.join("; "));
}

type Issue = Readonly<{ path: readonly PropertyKey[]; message: string }>;

const formFaults = (issues: readonly Issue[]): readonly string[] =>
  issues.map(({ path, message }) => `${path.map(String).join(".") || "the row"}: ${message}`);

function faultsOf({ name, category, price, barcodes }: CatalogueItem, currency: Currency): readonly string[] {
  const unread = barcodes.filter((barcode) => !BARCODE.test(barcode));
  return [
    ...(name.ko.trim() === "" ? ["name.ko: empty"] : []),
    ...(name.en.trim() === "" ? ["name.en: empty"] : []),
    ...(category.trim() === "" ? ["category: empty"] : []),
    ...priceFaults(price, currency),
    ...unread.map((barcode) => `barcodes: no scanner reads ${JSON.stringify(barcode)}`),
    ...(new Set(barcodes).size < barcodes.length ? ["barcodes: one stands there twice"] : []),
  ];
}

function priceFaults({ minor, currency: given }: WireMoney, currency: Currency): readonly string[] {
  if (given !== currency) return [`price.currency: ${given}, and this station sells in ${currency}`];
  const isWithin = BigInt(minor) >= 0n && BigInt(minor) <= UNIT_PRICE_MINOR_MAX;
  return isWithin ? [] : [`price.minor: not from 0 to ${UNIT_PRICE_MINOR_MAX}`];
}

/** An id or a barcode that stands in two rows. */
function repeatedIn(items: readonly NumberedItem[]): readonly string[] {
  const ids = new Map<string, number>();
  const barcodes = new Map<string, number>();
  return items.flatMap(({ row, item }) => [
    ...repeated(ids, "itemId", item.itemId, row),
    ...[...new Set(item.barcodes)].flatMap((barcode) => repeated(barcodes, "barcode", barcode, row)),
  ]);
}

function repeated(seen: Map<string, number>, what: string, text: string, row: number): readonly string[] {
  const first = seen.get(text);
  if (first === undefined) seen.set(text, row);
  return first === undefined ? [] : [`row ${row}: ${what} ${text} stands in row ${first} already`];
}

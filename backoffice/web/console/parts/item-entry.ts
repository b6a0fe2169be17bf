// An item as it is typed, and what was typed as an item. The server decides what may be sold; here it is only read.
import { CatalogueItem } from "#core/contract/terminal.ts";
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import { type Currency, decimalOf, parseDecimal } from "#core/money.ts";

export type ItemEntry = Readonly<{
  code: string;
  nameKo: string;
  nameEn: string;
  category: string;
  /** As the currency writes it: "4500", "4,500", "12.30". */
  price: string;
  /** Per cent: "10", "8.25". */
  vatRate: string;
  vatInside: boolean;
  /** Parted by blanks or commas. */
  barcodes: string;
  favourite: string;
}>;

/** The field that cannot be read; the rest a browser checks by itself. */
export type EntryFault = "price" | "vatRate" | "barcodes" | "favourite" | "code";

export const EMPTY_ENTRY: ItemEntry = {
  code: "",
  nameKo: "",
  nameEn: "",
  category: "",
  price: "",
  vatRate: "10",
  vatInside: true,
  barcodes: "",
  favourite: "",
};

export const entryOf = (item: CatalogueItem): ItemEntry => ({
  code: item.itemId,
  nameKo: item.name.ko,
  nameEn: item.name.en,
  category: item.category,
  price: decimalOf(moneyOf(item.price)),
  vatRate: percentOf(item.vat.rateBasisPoints),
  vatInside: item.vat.priceIncludesVat,
  barcodes: item.barcodes.join(" "),
  favourite: item.favourite === null ? "" : String(item.favourite),
});

/** 825 basis points as "8.25", 1000 as "10". */
function percentOf(basisPoints: number): string {
  const digits = String(basisPoints).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`.replace(/\.?0+$/, "");
}

const PERCENT = /^(\d{1,3})(?:[.,](\d{1,2}))?$/;

function basisPointsOf(text: string): number | undefined {
  const match = PERCENT.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = "", fraction = ""] = match;
  const points = Number(whole + fraction.padEnd(2, "0"));
  return points <= 10_000 ? points : undefined;
}

/** Commas between thousands are left out; one before two digits might mean a point, and is refused. */
const THOUSANDS = /,(?=\d{3}(\D|$))/g;

/** The item, or the field that cannot be read. */
export function itemOf(entry: ItemEntry, currency: Currency): CatalogueItem | EntryFault {
  const price = parseDecimal(entry.price.trim().replace(THOUSANDS, ""), currency);
  if (!price.ok) return "price";
  const rateBasisPoints = basisPointsOf(entry.vatRate);
  if (rateBasisPoints === undefined) return "vatRate";
  const item = CatalogueItem.safeParse({
    itemId: entry.code.trim(),
    name: { ko: entry.nameKo.trim(), en: entry.nameEn.trim() },
    category: entry.category.trim(),
    barcodes: entry.barcodes.split(/[\s,]+/).filter((barcode) => barcode !== ""),
    price: wireMoney(price.value),
    vat: { rateBasisPoints, priceIncludesVat: entry.vatInside },
    favourite: entry.favourite.trim() === "" ? null : Number(entry.favourite),
  });
  if (item.success) return item.data;
  const [field] = item.error.issues[0]?.path ?? [];
  return field === "barcodes" || field === "favourite" ? field : "code";
}

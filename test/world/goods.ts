// Goods as a station lists them.
import type { CatalogueItem } from "#core/contract/terminal.ts";
import type { ItemId } from "#core/ids.ts";

/** 3,000 won, VAT of 10 % in it, no barcode. */
export const anItem = (itemId: string, over: Partial<CatalogueItem> = {}): CatalogueItem => ({
  itemId: itemId as ItemId,
  name: { ko: `상품 ${itemId}`, en: `Item ${itemId}` },
  category: "food",
  barcodes: [],
  price: { minor: "3000", currency: "KRW" },
  vat: { rateBasisPoints: 1_000, priceIncludesVat: true },
  favourite: null,
  ...over,
});

export const priced = (itemId: string, minor: number) =>
  anItem(itemId, { price: { minor: String(minor), currency: "KRW" } });

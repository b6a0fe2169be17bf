// The form of a basket in the journal, on the wire and on the screen. The arithmetic is in totals.ts.
import { z } from "zod";
import { LocalText, WireItemId, WireMoney } from "../contract/values.ts";

export const QUANTITY_MAX = 999;
export const LINES_MAX = 200;

/** How VAT sits in a price. Rates are in basis points: 1000 is 10 %. */
export const VatTreatment = z.object({
  rateBasisPoints: z.number().int().min(0).max(10_000),
  priceIncludesVat: z.boolean(),
});
export type VatTreatment = z.infer<typeof VatTreatment>;

export const BasketLine = z.object({
  lineId: z.string().min(1).max(80),
  itemId: WireItemId,
  name: LocalText,
  category: z.string().max(40),
  quantity: z.number().int().min(1).max(QUANTITY_MAX),
  unitPrice: WireMoney,
  /** Per cent off the line in basis points; 0 for none. */
  discountBasisPoints: z.number().int().min(0).max(10_000),
  vat: VatTreatment,
  /** quantity × price − discount, as the price is marked: with or without VAT. */
  amount: WireMoney,
});
export type BasketLine = z.infer<typeof BasketLine>;

export const VatSum = z.object({
  rateBasisPoints: z.number().int(),
  net: WireMoney,
  vat: WireMoney,
  gross: WireMoney,
});
export type VatSum = z.infer<typeof VatSum>;

export const BasketTotals = z.object({
  net: WireMoney,
  vat: WireMoney,
  /** What the customer pays. */
  gross: WireMoney,
  discount: WireMoney,
  vatByRate: z.array(VatSum).max(20),
});
export type BasketTotals = z.infer<typeof BasketTotals>;

import { expect, test } from "vitest";
import { readItems } from "#core/catalogue/check.ts";
import { CATALOGUE_ITEMS_MAX } from "#core/contract/terminal.ts";
import { FailureError } from "#core/errors.ts";
import { UNIT_PRICE_MINOR_MAX } from "#core/sale/edit-basket.ts";
import { anItem } from "#test/world/goods.ts";

function refusalOf(rows: readonly unknown[]) {
  try {
    readItems(rows, "KRW");
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
}

test("takes a list whose ids and barcodes are each in one row", () => {
  const rows = [anItem("a", { barcodes: ["1", "2"] }), anItem("b", { barcodes: ["3"] })];
  expect(readItems(rows, "KRW")).toEqual(rows);
});

test("names both rows of an id or a barcode that is given twice, also behind a row that cannot be read", () => {
  const refusal = refusalOf([
    {},
    anItem("a", { barcodes: ["111"] }),
    anItem("a"),
    anItem("b", { barcodes: ["111"] }),
  ]);
  expect(refusal?.code).toBe("CATALOGUE_INVALID");
  expect(refusal?.detail).toContain("row 3: itemId a stands in row 2 already");
  expect(refusal?.detail).toContain("row 4: barcode 111 stands in row 2 already");
});

test.each([
  ["a name that is left out in one language", { name: { ko: " ", en: "Tea" } }, "row 1: name.ko: empty"],
  ["no category", { category: " " }, "row 1: category: empty"],
  ["a barcode with a blank in it", { barcodes: ["12 3"] }, "row 1: barcodes: no scanner reads"],
  ["a barcode twice in one row", { barcodes: ["1", "1"] }, "row 1: barcodes: one stands there twice"],
  ["another currency", { price: { minor: "1", currency: "EUR" } }, "row 1: price.currency: EUR"],
  ["a price with a fraction", { price: { minor: "1.5", currency: "KRW" } }, "row 1: price.minor"],
  ["a price below nothing", { price: { minor: "-1", currency: "KRW" } }, "row 1: price.minor"],
  [
    "a VAT rate above all of it",
    { vat: { rateBasisPoints: 10_001, priceIncludesVat: true } },
    "row 1: vat.rate",
  ],
])("refuses %s, and names the row", (_what, over, says) => {
  const refusal = refusalOf([{ ...anItem("a"), ...over }]);
  expect(refusal?.code).toBe("CATALOGUE_INVALID");
  expect(refusal?.detail).toContain(says);
});

test("takes the highest price that a till rings up, and not one unit more", () => {
  const at = (minor: bigint) => [anItem("a", { price: { minor: String(minor), currency: "KRW" } })];
  expect(refusalOf(at(UNIT_PRICE_MINOR_MAX))).toBeUndefined();
  expect(refusalOf(at(UNIT_PRICE_MINOR_MAX + 1n))?.code).toBe("CATALOGUE_INVALID");
});

test("takes as many items as a till holds, and not one more; of many faults it tells the first twenty", () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => anItem(`i-${at}`));
  expect(refusalOf(many(CATALOGUE_ITEMS_MAX))).toBeUndefined();
  expect(refusalOf(many(CATALOGUE_ITEMS_MAX + 1))?.code).toBe("CATALOGUE_FULL");
  const refusal = refusalOf(many(30).map((item) => ({ ...item, category: "" })));
  expect(refusal?.detail?.split("; ")).toHaveLength(21);
  expect(refusal?.detail).toMatch(/; 10 more$/);
});

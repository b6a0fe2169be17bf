import { describe, expect, test } from "vitest";
import { EMPTY_ENTRY, entryOf, type ItemEntry, itemOf } from "#backoffice/web/console/parts/item-entry.ts";
import type { Currency } from "#core/money.ts";
import { anItem } from "#test/world/goods.ts";

const typed: ItemEntry = {
  ...EMPTY_ENTRY,
  code: "tea",
  nameKo: "차",
  nameEn: "Tea",
  category: "drinks",
  price: "4,500",
};
const read = (over: Partial<ItemEntry>, currency: Currency = "KRW") =>
  itemOf({ ...typed, ...over }, currency);

test("what is read from the fields of an item is the item", () => {
  const item = anItem("tea", {
    barcodes: ["2000000000015", "X-1"],
    price: { minor: "1230", currency: "EUR" },
    vat: { rateBasisPoints: 825, priceIncludesVat: false },
    favourite: 0,
  });
  expect(itemOf(entryOf(item), "EUR")).toEqual(item);
  expect(itemOf(entryOf(anItem("tea")), "KRW")).toEqual(anItem("tea"));
});

describe("an item that is typed", () => {
  test.each([
    ["4500", "KRW", "4500"],
    ["4,500", "KRW", "4500"],
    ["1,234,500", "KRW", "1234500"],
    ["12.3", "EUR", "1230"],
    ["1,234.50", "EUR", "123450"],
  ] as const)("costs %s %s", (price, currency, minor) => {
    expect(read({ price }, currency)).toMatchObject({ price: { minor, currency } });
  });

  test.each([
    ["12.50", "KRW"],
    ["12,50", "EUR"],
    ["12.345", "EUR"],
    ["free", "KRW"],
    ["", "KRW"],
  ] as const)("has no price in %j %s", (price, currency) => {
    expect(read({ price }, currency)).toBe("price");
  });

  test.each([
    ["0", 0],
    ["10", 1_000],
    ["8.25", 825],
    ["8,5", 850],
    ["100", 10_000],
  ] as const)("bears %s per cent of VAT", (vatRate, rateBasisPoints) => {
    expect(read({ vatRate })).toMatchObject({ vat: { rateBasisPoints } });
  });

  test.each(["", "101", "8.255", "-1"])("has no rate in %j", (vatRate) => {
    expect(read({ vatRate })).toBe("vatRate");
  });

  test("has its barcodes by blanks or commas, ten at most", () => {
    expect(read({ barcodes: " 111, 222 333 " })).toMatchObject({ barcodes: ["111", "222", "333"] });
    expect(read({ barcodes: Array.from({ length: 11 }, (_, at) => `${at}`).join(" ") })).toBe("barcodes");
  });

  test("is a favourite at a whole number, and none where it is empty", () => {
    expect(read({ favourite: "0" })).toMatchObject({ favourite: 0 });
    expect(read({ favourite: " " })).toMatchObject({ favourite: null });
    expect(read({ favourite: "first" })).toBe("favourite");
    expect(read({ favourite: "1.5" })).toBe("favourite");
  });
});

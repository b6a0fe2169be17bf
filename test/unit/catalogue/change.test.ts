import { expect, test } from "vitest";
import { type CatalogueOrder, changesBetween, decideCatalogue } from "#core/catalogue/change.ts";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { FailureError } from "#core/errors.ts";
import { anItem, priced } from "#test/world/goods.ts";

const tea = anItem("tea", { barcodes: ["111"] });
const cake = anItem("cake");

function outcome(before: readonly CatalogueItem[], order: CatalogueOrder) {
  try {
    return decideCatalogue(before, order, "KRW").map(({ itemId }) => itemId);
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code;
    throw error;
  }
}

test("adds at the end, changes in place, and takes off", () => {
  expect(outcome([tea], { kind: "add", item: cake })).toEqual(["tea", "cake"]);
  expect(outcome([tea, cake], { kind: "change", item: priced("tea", 1) })).toEqual(["tea", "cake"]);
  expect(outcome([tea, cake], { kind: "remove", itemId: tea.itemId })).toEqual(["cake"]);
});

test("a list that is merged leaves what it does not name; one that replaces is the new order", () => {
  expect(outcome([tea, cake], { kind: "merge", items: [anItem("gum"), cake] })).toEqual([
    "tea",
    "cake",
    "gum",
  ]);
  expect(outcome([tea, cake], { kind: "replace", items: [anItem("gum"), cake] })).toEqual(["gum", "cake"]);
});

test("refuses an id that is there, one that is not, and another item's barcode", () => {
  expect(outcome([tea], { kind: "add", item: anItem("tea") })).toBe("ITEM_TAKEN");
  expect(outcome([tea], { kind: "change", item: cake })).toBe("ITEM_UNKNOWN");
  expect(outcome([tea], { kind: "remove", itemId: cake.itemId })).toBe("ITEM_UNKNOWN");
  const same = anItem("cake", { barcodes: ["111"] });
  expect(outcome([tea], { kind: "add", item: same })).toBe("BARCODE_TAKEN");
  expect(outcome([tea], { kind: "merge", items: [same] })).toBe("BARCODE_TAKEN");
  expect(outcome([tea], { kind: "add", item: anItem("cake", { category: " " }) })).toBe("CATALOGUE_INVALID");
});

test("a barcode may go from one item to another in one list", () => {
  const swapped = [anItem("tea"), anItem("cake", { barcodes: ["111"] })];
  expect(outcome([tea, cake], { kind: "merge", items: swapped })).toEqual(["tea", "cake"]);
});

test("tells what differs, whatever the order of an item's fields, and nothing else", () => {
  const { favourite, ...rest } = cake;
  const dearer = priced("tea", 3_500);
  const changes = changesBetween(
    [tea, cake, anItem("gum")],
    [{ favourite, ...rest }, dearer, anItem("nuts")],
  );
  expect(changes).toEqual([
    { before: tea, after: dearer },
    { before: null, after: anItem("nuts") },
    { before: anItem("gum"), after: null },
  ]);
});

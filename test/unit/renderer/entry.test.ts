// What is typed into the screens, and what they make of it.
import { describe, expect, test } from "vitest";
import { krw, money } from "#core/money.ts";
import { addItem, setQuantity } from "#core/sale/edit-basket.ts";
import { countedSum, wireCounts } from "#renderer/shift/denominations.ts";
import { maskedGroups } from "#renderer/till/card-entry.tsx";
import { changedLine, lineBeside } from "#renderer/till/changed-line.ts";
import { givenSuggestions } from "#renderer/till/given-suggestions.ts";
import { initialsOf } from "#renderer/till/person-card.tsx";
import { nextEntry } from "#renderer/ui/keypad.tsx";
import { fakeCatalogue } from "#test/world/fake-catalogue.ts";

describe("the keypad", () => {
  test("adds digits, drops leading zeros and erases", () => {
    expect(["5", "00", "Backspace"].reduce((entry, key) => nextEntry(entry, key), "")).toBe("50");
    expect(nextEntry("", "00")).toBe("");
  });
  test("keeps to its longest entry and ignores what is no digit", () => {
    expect(nextEntry("12345", "6", 5)).toBe("12345");
    expect(nextEntry("1234", "00", 5)).toBe("1234");
    expect(nextEntry("12", "x")).toBe("12");
  });
});
describe("a typed card number", () => {
  test("shows its last four digits only", () => {
    expect(maskedGroups("9990001234567890")).toBe("•••• •••• •••• 7890");
    expect(maskedGroups("123456")).toBe("••34 56");
    expect(maskedGroups("12")).toBe("12");
  });
});
describe("the sums a customer may hand over", () => {
  test("are the next round ones above what is due", () => {
    expect(givenSuggestions(krw(25_300)).map(({ minor }) => minor)).toEqual([26_000n, 30_000n, 50_000n]);
  });
  test("never repeat and never equal what is due", () => {
    expect(givenSuggestions(krw(49_500)).map(({ minor }) => minor)).toEqual([50_000n]);
    expect(givenSuggestions(krw(10_000)).map(({ minor }) => minor)).toEqual([11_000n, 15_000n, 20_000n]);
  });
  test("know the notes of each currency", () => {
    expect(givenSuggestions(money(1_230n, "EUR")).map(({ minor }) => minor)).toEqual([
      1_500n,
      2_000n,
      5_000n,
    ]);
  });
});
describe("a count of the drawer", () => {
  test("is the sum of its pieces", () => {
    expect(countedSum({ "50000": "3", "10": "7", "500": "" }, "KRW")).toEqual(krw(150_070));
  });
  test("names only what was counted", () => {
    expect(wireCounts({ "50000": "3", "500": "", "100": "0" })).toEqual([{ faceMinor: "50000", count: 3 }]);
  });
});
describe("the selected line", () => {
  const [first, second] = fakeCatalogue;
  if (first === undefined || second === undefined) throw new Error("the catalogue has items");
  const one = addItem([], first, 1, "line-1");
  if (!one.ok) throw new Error("the item can be sold");
  const two = addItem(one.value, second, 1, "line-2");
  if (!two.ok) throw new Error("the item can be sold");

  test("is the one that was added", () => {
    expect(changedLine(one.value, two.value)).toBe("line-2");
  });
  test("is the one whose quantity rose, though it is not the last", () => {
    const more = setQuantity(two.value, "line-1", 3);
    expect(more.ok && changedLine(two.value, more.value)).toBe("line-1");
  });
  test("stays where nothing changed", () => {
    expect(changedLine(two.value, two.value)).toBeNull();
  });
  test("moves by one and stops at the ends", () => {
    expect(lineBeside(two.value, "line-1", 1)).toBe("line-2");
    expect(lineBeside(two.value, "line-2", 1)).toBe("line-2");
    expect(lineBeside(two.value, null, -1)).toBe("line-2");
    expect(lineBeside([], null, 1)).toBeNull();
  });
});
test.each([
  ["김민수", "민수"],
  ["Anna Berg", "AB"],
  ["Kim", "KI"],
])("marks %s as %s", (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

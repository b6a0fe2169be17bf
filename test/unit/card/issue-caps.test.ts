import { expect, test } from "vitest";
import { cardValueMax, isWithinIssueCaps, orderValueMax } from "#core/card/issue-caps.ts";
import { CURRENCIES, krw, MINOR_MAX, money } from "#core/money.ts";

test.each(CURRENCIES)("one order in %s is far from what the books hold in all", (currency) => {
  expect(isWithinIssueCaps(cardValueMax(currency), 10)).toBe(true);
  expect(isWithinIssueCaps(cardValueMax(currency), 11)).toBe(false);
  expect(isWithinIssueCaps(money(cardValueMax(currency).minor + 1n, currency), 1)).toBe(false);
  expect(isWithinIssueCaps(money(MINOR_MAX, currency), 99)).toBe(false);
  expect(orderValueMax(currency).minor * 1_000_000_000n).toBeLessThan(MINOR_MAX);
});

test("a full order of 99 cards has a million won on each", () => {
  expect(isWithinIssueCaps(krw(1_000_000), 99)).toBe(true);
  expect(isWithinIssueCaps(krw(1_010_102), 99)).toBe(false);
});

// Every pair of colours that is read on a screen has the contrast it needs, in both schemes.
import { describe, expect, test } from "vitest";
import { contrast, PAIRS, SCHEMES, type Scheme, variableOf } from "#renderer/ui/tokens.ts";

test("knows the contrast of black on white and of a colour on itself", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#0b5d57", "#0b5d57")).toBe(1);
});
test("names tokens in style sheets", () => {
  expect(variableOf("accentSoft")).toBe("--cs-accent-soft");
});
describe.each(Object.keys(SCHEMES) as Scheme[])("in %s", (scheme) => {
  test.each(PAIRS)("%s on %s has a contrast of at least %d", (foreground, background, ratioMin) => {
    const ratio = contrast(SCHEMES[scheme][foreground], SCHEMES[scheme][background]);
    expect(ratio).toBeGreaterThanOrEqual(ratioMin);
  });
});

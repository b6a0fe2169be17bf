// What needs a person leads to where a person can see to it.
import { expect, test } from "vitest";
import { placeOf } from "#backoffice/web/console/parts/attention-places.ts";

test.each([
  ["work-item", "w-1", "/exceptions?list=tills"],
  ["exception", "x-1", "/exceptions"],
  ["terminal", "t-1", "/terminals/t-1"],
  ["batch", "b-1", "/settlement/b-1"],
] as const)("leads from a %s to its own list or page", (kind, id, place) => {
  expect(placeOf({ kind, id })).toBe(place);
});

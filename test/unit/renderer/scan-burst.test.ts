// A scanner that types, told from a person who types.
import { expect, test } from "vitest";
import { type Burst, noBurst, settleBurst, takeCharacter, takeEnter } from "#renderer/ui/scan-burst.ts";

/** Types a text with one gap between all keys, then Enter after the same gap. */
function typeAt(text: string, gapMs: number) {
  let burst: Burst = noBurst;
  let typed = "";
  let atMs = 1_000;
  for (const character of text) {
    atMs += gapMs;
    const step = takeCharacter(burst, character, atMs);
    burst = step.burst;
    typed += step.typed;
  }
  const end = takeEnter(burst, atMs + gapMs);
  return { scanned: end.scanned, typed: typed + end.typed };
}

test("takes a fast run of keys that ends with Enter as a scan, whole and never as typing", () => {
  expect(typeAt("8801234500005", 8)).toEqual({ scanned: "8801234500005", typed: "" });
});
test("takes the same keys from slow hands as typing", () => {
  expect(typeAt("8801234500005", 60)).toEqual({ scanned: null, typed: "8801234500005" });
});
test.each([
  [40, "880123"],
  [41, null],
])("with %d ms between keys a scan is %s", (gapMs, scanned) => {
  expect(typeAt("880123", gapMs).scanned).toBe(scanned);
});
test("takes five fast keys as typing and six as a scan", () => {
  expect(typeAt("12345", 5)).toEqual({ scanned: null, typed: "12345" });
  expect(typeAt("123456", 5)).toEqual({ scanned: "123456", typed: "" });
});
test("gives back a digit that was typed before a scan", () => {
  const first = takeCharacter(noBurst, "3", 1_000);
  const second = takeCharacter(first.burst, "8", 2_000);
  expect(second).toEqual({ burst: { before: "", text: "8", lastMs: 2_000 }, typed: "3" });
});
test.each([
  [150, { scanned: "8801234567", typed: "", typedOfIt: 3 }],
  [151, { scanned: "1234567", typed: "", typedOfIt: 0 }],
])("joins a scan that stuttered, but not what was typed %d ms before it", (pauseMs, end) => {
  let { burst } = settleBurst({ before: "", text: "880", lastMs: 1_000 });
  let atMs = 1_000 + pauseMs;
  for (const character of "1234567") {
    burst = takeCharacter(burst, character, atMs).burst;
    atMs += 5;
  }
  expect(takeEnter(burst, atMs)).toEqual(end);
});

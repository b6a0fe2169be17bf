import { expect, test } from "vitest";
import { type Arrow, type Box, nextThatWay } from "#renderer/ui/walk-buttons.ts";

const at = (x: number, y: number, width = 100): Box => ({ x, y, width, height: 60 });
/** A menu: three rows of two, and a row of four small ones beneath. */
const MENU = [
  at(0, 0, 200),
  at(208, 0, 200),
  at(0, 68, 200),
  at(208, 68, 200),
  at(0, 150, 96),
  at(104, 150, 96),
  at(208, 150, 96),
  at(312, 150, 96),
];
const walk = (from: number, arrows: readonly Arrow[]) =>
  arrows.reduce((place, arrow) => nextThatWay(MENU, place, arrow), from);

test("walks by rows and columns as they stand on the screen", () => {
  expect(walk(0, ["ArrowRight"])).toBe(1);
  expect(walk(0, ["ArrowDown"])).toBe(2);
  expect(walk(3, ["ArrowUp"])).toBe(1);
  expect(walk(3, ["ArrowLeft", "ArrowDown", "ArrowRight"])).toBe(5);
});
test("stays at the edge", () => {
  expect(walk(0, ["ArrowUp", "ArrowLeft"])).toBe(0);
  expect(walk(7, ["ArrowDown", "ArrowRight"])).toBe(7);
});

// What the Devices sheet shows of dots that a printer was sent.
import { expect, test } from "vitest";
import { inkOf } from "#renderer/ui/dot-picture.tsx";

test("a dot is a black pixel, and the paper shows through between", () => {
  const bits = btoa(String.fromCharCode(0b1000_0000, 0b0100_0000, 0b0000_0000, 0b1000_0000));
  const pixels = inkOf({ column: 0, widthDots: 10, heightDots: 2, bits });
  const black = Array.from({ length: 20 }, (_, at) => at).filter((at) => pixels[4 * at + 3] === 255);
  expect(black).toEqual([0, 9, 18]);
  expect(pixels).toHaveLength(80);
});

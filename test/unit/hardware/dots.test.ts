// Characters as dots: the outline filled, the face that is shipped, and pictures as a printer's bytes.
import { expect, test } from "vitest";
import { type Bitmap, bitmapOf, emboldened, isBlack, sideBySide, trimmed } from "#hardware/printer/bitmap.ts";
import { openDotFont } from "#hardware/printer/dot-font.ts";
import { fillOutline, type OutlineCommand } from "#hardware/printer/fill-outline.ts";
import { inlinePicture, ownRowPicture } from "#hardware/printer/picture-bytes.ts";
import { readEscPos } from "#hardware/printer/read-esc-pos.ts";

test("an outline is filled, its hole is not, and what lies outside of the cell is cut off", () => {
  const outline = [...square(1, 1, 9, 5), ...square(3, 2, 5, 4, "inside out")];
  const placing = { scaleX: 1, scaleY: 1, leftDots: 0, baselineDots: 6 };
  expect(drawn(fillOutline(outline, placing, 8, 6))).toEqual([
    "........",
    ".#######",
    ".##..###",
    ".##..###",
    ".#######",
    "........",
  ]);
});
test("two strokes that cross stay black where they cross", () => {
  const outline = [...square(0, 1, 3, 2), ...square(1, 0, 2, 3)];
  const placing = { scaleX: 1, scaleY: 1, leftDots: 0, baselineDots: 3 };
  expect(drawn(fillOutline(outline, placing, 3, 3))).toEqual([".#.", "###", ".#."]);
});
test("a syllable is the same dots on every machine", async () => {
  const font = await openDotFont();
  const syllable = font.draw("한", 24) ?? expect.fail("not in the face");
  expect(drawn(syllable)).toEqual(HAN);
});
test("the face has every syllable, the jamo, Latin, and the signs of a receipt", async () => {
  const font = await openDotFont();
  const some = Array.from({ length: 116 }, (_, step) => String.fromCharCode(0xac00 + step * 97)).slice(
    0,
    115,
  );
  const signs = [...Array.from({ length: 94 }, (_, code) => String.fromCharCode(0x21 + code)), ..."ㄱㅏ₩·–×"];
  const blank = [...some, ...signs].filter((sign) => !font.draw(sign, 24)?.bits.some((byte) => byte !== 0));
  expect(blank).toEqual([]);
});
test("what the face lacks is not drawn, and a space is white", async () => {
  const font = await openDotFont();
  expect(font.draw("漢", 24)).toBeUndefined();
  expect(font.draw("😀", 24)).toBeUndefined();
  expect(font.draw(" ", 12)?.bits.every((byte) => byte === 0)).toBe(true);
});
test("in a narrow column a character is drawn narrower, and nothing of it is lost", async () => {
  const font = await openDotFont();
  const narrow = font.draw("한", 18) ?? expect.fail("not in the face");
  expect(narrow).toMatchObject({ widthDots: 18, heightDots: 24 });
  expect(drawn(narrow).every((row) => row.endsWith("."))).toBe(true);
});
test("bold is every dot once more to its right", () => {
  expect(drawn(emboldened(bitmapFrom(["#..", ".#.", "..#"])))).toEqual(["##.", ".##", "..#"]);
});
test("bitmaps stand side by side, and lose the white at their right edge", () => {
  const both = sideBySide([bitmapFrom(["#.", ".#"]), bitmapFrom(["#..", "..."])]);
  expect(drawn(both)).toEqual(["#.#..", ".#..."]);
  expect(drawn(trimmed(both, 1))).toEqual(["#.#", ".#.", "..."]);
});
test("a picture in a row is three bytes a column of dots, from the left", () => {
  const bitmap = bitmapOf(2, 24, (x, y) => (x === 0 ? y === 0 : y === 23));
  expect([...inlinePicture(bitmap)]).toEqual([0x1b, 0x2a, 33, 2, 0, 0x80, 0, 0, 0, 0, 1]);
});
test("a picture on rows of its own is whole bytes a row, from the top", () => {
  const bitmap = bitmapOf(10, 2, (x, y) => x === 9 && y === 1);
  expect([...ownRowPicture(bitmap, "once")]).toEqual([0x1d, 0x76, 0x30, 0, 2, 0, 2, 0, 0, 0, 0, 0x40]);
});
test("a picture printed twice as high has every row of its dots twice", () => {
  const [token] = readEscPos(ownRowPicture(bitmapFrom(["#.......", ".#......"]), "twice")).tokens;
  expect(token?.kind === "picture" ? drawn(token.bitmap) : token).toEqual([
    "#.......",
    "#.......",
    ".#......",
    ".#......",
  ]);
});
test("dots never spell a command that a printer obeys at once, such as the drawer's", () => {
  const kick = [0x10, 0x14, 0x01, 0x00, 0x01, 0x10, 0x04, 0x01];
  const bitmap: Bitmap = { widthDots: 8, heightDots: kick.length, bits: Uint8Array.from(kick) };
  const sent = [...ownRowPicture(bitmap, "once")].slice(8);
  expect(sent).toEqual([0x18, 0x14, 0x01, 0x00, 0x01, 0x18, 0x04, 0x01]);
});
test("a picture wider or longer than any printer takes is skipped, and what follows is read on", () => {
  const tooWide = [0x1b, 0x2a, 33, 0x00, 0x04];
  const tooLong = [0x1d, 0x76, 0x30, 0, 0xff, 0xff, 0xff, 0xff];
  const { tokens, rest } = readEscPos(Uint8Array.of(...tooWide, ...tooLong, 0x41));
  expect(tokens.map(({ kind }) => kind)).toEqual(["ignored", "ignored", "text"]);
  expect(rest).toHaveLength(0);
});

const HAN = [
  "..................#.....",
  ".....#######.....##.....",
  ".....#######.....##.....",
  ".................##.....",
  "..##############.##.....",
  "..##############.##.....",
  ".................##.....",
  "......######.....##.....",
  ".....###.####....##.....",
  "....##.....###...######.",
  "....##......##...##.....",
  "....##......##...##.....",
  "....##......##...##.....",
  ".....###..###....##.....",
  "......######.....##.....",
  ".................##.....",
  ".................##.....",
  "......#...........#.....",
  "......#.................",
  "......#.................",
  "......##................",
  "......##############....",
  "........................",
  "........................",
];

const square = (
  left: number,
  low: number,
  right: number,
  high: number,
  turn?: "inside out",
): readonly OutlineCommand[] => {
  const corners: readonly (readonly [number, number])[] = [
    [left, low],
    [left, high],
    [right, high],
    [right, low],
  ];
  const [first, ...others] = turn === undefined ? corners : corners.toReversed();
  const [x, y] = first ?? [0, 0];
  return [
    { type: "M", x, y },
    ...others.map(([toX, toY]) => ({ type: "L", x: toX, y: toY }) as const),
    { type: "Z" },
  ];
};

const drawn = (bitmap: Bitmap): readonly string[] =>
  Array.from({ length: bitmap.heightDots }, (_, y) =>
    Array.from({ length: bitmap.widthDots }, (_, x) => (isBlack(bitmap, x, y) ? "#" : ".")).join(""),
  );
const bitmapFrom = (rows: readonly string[]): Bitmap =>
  bitmapOf(rows[0]?.length ?? 0, rows.length, (x, y) => rows[y]?.[x] === "#");

// A receipt on a printer that has no Korean: text where it can, dots where it must, on one grid of columns.
import { beforeAll, expect, test } from "vitest";
import { cutLine, layout, pairLine, type ReceiptLine, textLine } from "#core/receipt/document.ts";
import { type Bitmap, isBlack } from "#hardware/printer/bitmap.ts";
import { type DotFont, openDotFont } from "#hardware/printer/dot-font.ts";
import { DOTS_BYTES_MAX, encodeDocument } from "#hardware/printer/encode-document.ts";
import { type PrinterToken, readEscPos } from "#hardware/printer/read-esc-pos.ts";

let font: DotFont;
beforeAll(async () => {
  font = await openDotFont();
});

test("a row of ASCII is text alone", () => {
  expect(shown([textLine("TOTAL 4,500")])).toEqual(["TOTAL 4,500"]);
});
test("Hangul and the won sign are dots in the place of their columns, and all else stays text", () => {
  expect(shown([pairLine("아메리카노 x1", "₩4,500")])).toEqual([`[120x24] x1${" ".repeat(13)}[12x24]4,500`]);
});
test("the dots are those of the face, side by side", () => {
  const [picture] = pictures([textLine("한국")]);
  const one = font.draw("국", 24) ?? expect.fail("not in the face");
  const isSame = Array.from({ length: 24 * 24 }, (_, at) => [at % 24, Math.floor(at / 24)] as const).every(
    ([x, y]) => isBlack(one, x, y) === (picture !== undefined && isBlack(picture, 24 + x, y)),
  );
  expect(isSame).toBe(true);
});
test("bold Hangul has more ink, in the same place", () => {
  const ink = (bold: boolean) => inkOf(pictures([textLine("한국", { bold })])[0]);
  expect(ink(true)).toBeGreaterThan(ink(false) * 1.2);
});
test("a tall row with Hangul is one picture of twice the height, and one without stays text", () => {
  expect(shown([textLine("합계 ₩4,500", { size: "tall" })])[0]).toMatch(/^\{1\d\dx54\}$/);
  expect(shown([textLine("TOTAL", { size: "tall" })])).toEqual(["TOTAL"]);
});
test.each([
  [32, 384],
  [48, 576],
])("on paper of %i columns nothing is wider than %i dots", (columns, dots) => {
  const long = "가나다라마바사아자차카타파하".repeat(6);
  for (const size of ["normal", "tall"] as const) {
    const widths = pictures([textLine(long, { size })], columns).map(({ widthDots }) => widthDots);
    expect(Math.max(...widths)).toBeLessThanOrEqual(dots);
    expect(Math.max(...widths)).toBeGreaterThan(dots - 24);
  }
});
test("a line that is too long wraps where the layout wraps it", () => {
  const lines = [pairLine("아주 길고 긴 이름의 상품 하나와 둘과 셋과 넷", "₩1,234,500")];
  const rows = layout({ language: "ko", lines }, 32);
  expect(rows.length).toBeGreaterThan(1);
  expect(shown(lines, 32).map(columnsOf)).toEqual(rows.map((row) => columnsOf(row)));
});
test("what the face lacks too is as many question marks, or what looks like it", () => {
  expect(shown([textLine("漢😀 é")])).toEqual(["???? e"]);
  expect(shown([textLine("가漢", { size: "tall" })])[0]).toMatch(/^\{4\dx54\}$/);
});
test("without a face there are question marks, in the same columns, and W for won", () => {
  const bytes = encodeDocument({ language: "ko", lines: [pairLine("합계", "₩4,500")] }, 32, {
    kind: "latin",
    grid: null,
  });
  expect(rowsOf(readEscPos(bytes).tokens)).toEqual([`????${" ".repeat(22)}W4,500`]);
});
test("no Korean mode is asked of a printer that has none, and the cut is there", () => {
  const bytes = [...encoded([textLine("한국"), cutLine()])];
  expect(bytes.slice(-3)).toEqual([0x1d, 0x56, 0x01]);
  expect(readEscPos(Uint8Array.from(bytes)).tokens).not.toContainEqual({ kind: "double-byte", on: true });
});
test("a report that would be dots without end goes on in question marks", () => {
  const lines = Array.from({ length: 1_000 }, () => textLine("가".repeat(200)));
  const bytes = encoded(lines);
  const dotBytes = pictures(lines).reduce((sum, { bits }) => sum + bits.length, 0);
  expect(dotBytes).toBeLessThan(DOTS_BYTES_MAX + 2_000);
  expect(rowsOf(readEscPos(bytes).tokens).at(-1)).toMatch(/^\?+$/);
});

const encoded = (lines: readonly ReceiptLine[], columns = 32) =>
  encodeDocument({ language: "ko", lines: [...lines] }, columns, {
    kind: "latin",
    grid: { font, cellDots: 12 },
  });

const shown = (lines: readonly ReceiptLine[], columns = 32) =>
  rowsOf(readEscPos(encoded(lines, columns)).tokens);

const pictures = (lines: readonly ReceiptLine[], columns = 32): readonly Bitmap[] =>
  readEscPos(encoded(lines, columns)).tokens.flatMap((token) =>
    token.kind === "picture" ? [token.bitmap] : [],
  );

const inkOf = (bitmap: Bitmap | undefined) =>
  [...(bitmap?.bits ?? [])].reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);

/** Rows with pictures by their size: in a row as [w x h], on rows of their own as {w x h}. */
function rowsOf(tokens: readonly PrinterToken[]): readonly string[] {
  const rows: string[] = [];
  let row = "";
  for (const token of tokens) {
    if (token.kind === "text") row += String.fromCharCode(...token.bytes);
    else if (token.kind === "line-feed") {
      rows.push(row);
      row = "";
    } else if (token.kind === "picture") {
      const size = `${token.bitmap.widthDots}x${token.bitmap.heightDots}`;
      if (token.place === "inline") row += `[${size}]`;
      else rows.push(`{${size}}`);
    }
  }
  return rows;
}

/** Columns of a row, of which a picture takes one in twelve dots and a syllable two. */
const columnsOf = (row: string) =>
  [...row.replace(/\[(\d+)x24\]/g, (_, dots: string) => ".".repeat(Number(dots) / 12))].reduce(
    (sum, character) => sum + (/[가-힣]/.test(character) ? 2 : 1),
    0,
  );

// Laying a document out: the same rows for paper, screen and mail.
import { expect, test } from "vitest";
import {
  cutLine,
  feedLine,
  layOutLines,
  layout,
  pairLine,
  type ReceiptLine,
  ruleLine,
  textLine,
} from "#core/receipt/document.ts";
import { textWidth } from "#core/receipt/text-width.ts";

test("Hangul takes two columns, the won sign one", () => {
  expect(textWidth("합계 ₩45,000")).toBe(4 + 1 + 7);
  expect(textWidth("é".normalize("NFD"))).toBe(1);
});
test("a pair stands at both edges", () => {
  expect(rows(pairLine("합계", "₩45,000"), 20)).toEqual(["합계         ₩45,000"]);
});
test("a pair fits with one blank between its texts, and takes two rows without", () => {
  expect(rows(pairLine("0123456789", "45678"), 16)).toEqual(["0123456789 45678"]);
  expect(rows(pairLine("0123456789", "345678"), 16)).toEqual(["0123456789", "          345678"]);
});
test("a long name wraps above its amount", () => {
  expect(rows(pairLine("아메리카노 디카페인 라지", "₩5,000"), 16)).toEqual([
    "아메리카노",
    "디카페인 라지",
    "          ₩5,000",
  ]);
});
test("text wraps at spaces, and inside a word that is longer than the paper", () => {
  expect(rows(textLine("one two three four five"), 16)).toEqual(["one two three", "four five"]);
  expect(rows(textLine("0123456789abcdefXYZ"), 16)).toEqual(["0123456789abcdef", "XYZ"]);
  expect(rows(textLine("가나다라마바사아자"), 17)).toEqual(["가나다라마바사아", "자"]);
});
test("text is centred and set right by its columns", () => {
  expect(rows(textLine("주유소", { align: "center" }), 16)).toEqual(["     주유소"]);
  expect(rows(textLine("주유소", { align: "right" }), 16)).toEqual(["          주유소"]);
});
test("rules take the whole width, feeds are blank rows, a cut is no row", () => {
  expect(rows(ruleLine("double"), 16)).toEqual(["=".repeat(16)]);
  expect(rows(feedLine(2), 16)).toEqual(["", ""]);
  expect(rows(cutLine(), 16)).toEqual([]);
  expect(layOutLines({ language: "ko", lines: [cutLine()] }, 16)).toEqual([{ kind: "cut" }]);
});
test("rows carry the style of their line", () => {
  const [row] = layOutLines({ language: "en", lines: [textLine("TOTAL", { bold: true, size: "tall" })] }, 16);
  expect(row).toEqual({ kind: "row", text: "TOTAL", bold: true, size: "tall" });
});
test("a name that holds a printer command prints as blanks", () => {
  expect(rows(textLine("tea\x1bp\x00\x32\xfa"), 32)).toEqual(["tea p 2ú"]);
});

const rows = (line: ReceiptLine, columns: number) => layout({ language: "ko", lines: [line] }, columns);

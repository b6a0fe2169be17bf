// The bytes of a Korean ESC/POS printer, out and back, and what its status says.
import { expect, test } from "vitest";
import {
  cutLine,
  feedLine,
  pairLine,
  type ReceiptDocument,
  ruleLine,
  textLine,
} from "#core/receipt/document.ts";
import { encodeDocument, encodeDrawerKick } from "#hardware/printer/encode-document.ts";
import { koreanBytes, koreanText } from "#hardware/printer/korean-bytes.ts";
import { isMarkAnswer } from "#hardware/printer/marks.ts";
import { type PrinterToken, readEscPos } from "#hardware/printer/read-esc-pos.ts";
import { conditionOf, isStatusAnswer } from "#hardware/printer/status.ts";

test("Hangul goes out as two bytes of code page 949", () => {
  expect([...koreanBytes("가힝")]).toEqual([0xb0, 0xa1, 0xc8, 0xfe]);
});
test("a syllable that only the extension of the code page has goes out too", () => {
  expect([...koreanBytes("똠")]).toEqual([0x8c, 0x63]);
});
test("the won sign is the byte 0x5C, and a backslash never looks like one", () => {
  expect([...koreanBytes("₩1\\")]).toEqual([0x5c, 0x31, 0x2f]);
  expect(koreanText(Uint8Array.of(0x5c, 0x31))).toBe("₩1");
});
test("what the code page lacks keeps its columns", () => {
  expect(koreanText(koreanBytes("😀|é|×|…"))).toBe("??|e|x|.");
});
test("a document begins with a reset into Korean mode and ends with a cut", () => {
  const bytes = [...encodeDocument(aReceipt, 32)];
  expect(bytes.slice(0, 2)).toEqual([0x1b, 0x40]);
  expect(indexOfBytes(bytes, [0x1b, 0x52, 0x0d, 0x1c, 0x26])).toBeLessThan(12);
  expect(indexOfBytes(bytes, [0x1c, 0x2e])).toBeLessThan(indexOfBytes(bytes, [0x1c, 0x26]));
  expect(bytes.slice(-3)).toEqual([0x1d, 0x56, 0x01]);
});
test.each([32, 40, 42, 48, 64])("paper of %i columns is filled from edge to edge", (columns) => {
  const { tokens } = readEscPos(encodeDocument({ language: "ko", lines: [ruleLine()] }, columns));
  expect(textOf(tokens)).toBe("-".repeat(columns));
});
test("bold and tall are switched on before their row and off after it", () => {
  const kinds = readEscPos(encodeDocument(aReceipt, 32)).tokens.filter(({ kind }) => kind !== "ignored");
  const title = kinds.findIndex((token) => token.kind === "text");
  const before = kinds.slice(0, title);
  expect(before).toContainEqual({ kind: "bold", on: true });
  expect(before).toContainEqual({ kind: "height", times: 2 });
  const second = kinds.slice(title + 1).findIndex((token) => token.kind === "text") + title + 1;
  expect(kinds.slice(title, second)).toContainEqual({ kind: "bold", on: false });
  expect(kinds.slice(title, second)).toContainEqual({ kind: "height", times: 1 });
});
test("a blank row is a line feed", () => {
  const feeds = (count: number) =>
    countOf(encodeDocument({ language: "ko", lines: [textLine("a"), feedLine(count), textLine("b")] }, 32));
  expect(feeds(3) - feeds(1)).toBe(2);
});
test("the drawer opens by a pulse, and by the real-time command while printing is held back", () => {
  expect([...encodeDrawerKick(false)]).toEqual([0x1b, 0x70, 0x00, 0x32, 0xfa]);
  expect([...encodeDrawerKick(true)]).toEqual([0x10, 0x14, 0x01, 0x00, 0x01]);
});
test("a command that comes in pieces is kept until it is whole", () => {
  const bytes = encodeDocument(aReceipt, 32);
  const tokens: PrinterToken[] = [];
  let rest: Uint8Array = new Uint8Array();
  for (const byte of bytes) {
    const read = readEscPos(Uint8Array.of(...rest, byte));
    tokens.push(...read.tokens);
    rest = read.rest;
  }
  expect(rest).toHaveLength(0);
  expect(textOf(tokens)).toBe(textOf(readEscPos(bytes).tokens));
});
test("status answers are told from XON, XOFF and text", () => {
  expect([0x12, 0x16, 0x1e, 0x72].every(isStatusAnswer)).toBe(true);
  expect([0x11, 0x13, 0x30, 0x41, 0x92].some(isStatusAnswer)).toBe(false);
});
test("answers to a mark are told from status, XON and XOFF, and prove nothing where they say that paper is out", () => {
  expect([0x00, 0x03, 0x60].every(isMarkAnswer)).toBe(true);
  expect([0x11, 0x12, 0x13, 0x72, 0x0c, 0x0f, 0x80].some(isMarkAnswer)).toBe(false);
});
test("the condition follows the bits of both answers", () => {
  expect(conditionOf(0x12, 0x12)).toEqual({ paper: "ok", trouble: null });
  expect(conditionOf(0x12, 0x1e)).toEqual({ paper: "low", trouble: null });
  expect(conditionOf(0x12, 0x72)).toEqual({ paper: "out", trouble: "paper-out" });
  expect(conditionOf(0x32, 0x12)).toEqual({ paper: "out", trouble: "paper-out" });
  expect(conditionOf(0x16, 0x72)).toEqual({ paper: "out", trouble: "cover-open" });
  expect(conditionOf(0x52, 0x12)).toEqual({ paper: "ok", trouble: "printer-error" });
});

const aReceipt: ReceiptDocument = {
  language: "ko",
  lines: [
    textLine("7번 주유소", { align: "center", bold: true, size: "tall" }),
    pairLine("아메리카노", "₩4,500"),
    cutLine(),
  ],
};
const countOf = (bytes: Uint8Array) => bytes.filter((byte) => byte === 0x0a).length;
const textOf = (tokens: readonly PrinterToken[]) =>
  koreanText(Uint8Array.from(tokens.flatMap((token) => (token.kind === "text" ? [...token.bytes] : []))));
const indexOfBytes = (bytes: readonly number[], part: readonly number[]) =>
  bytes.findIndex((_, at) => part.every((byte, place) => bytes[at + place] === byte));

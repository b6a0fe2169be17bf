import { expect, test } from "vitest";
import { REST_BYTES_MAX, readScans } from "#hardware/scanner/codec.ts";

test.each(["\r", "\n", "\r\n", "\x03"])("a code ends with %j", (end) => {
  expect(read(`8801234567893${end}`).barcodes).toEqual(["8801234567893"]);
});
test("STX before a code is dropped", () => {
  expect(read("\x028801234567893\x03").barcodes).toEqual(["8801234567893"]);
});
test("two codes in one chunk are two", () => {
  expect(read("111\r222\r33")).toMatchObject({ barcodes: ["111", "222"] });
});
test("a code without an end waits until the scanner is quiet", () => {
  expect(read("8801234567893", false).barcodes).toEqual([]);
  expect(read("8801234567893", true).barcodes).toEqual(["8801234567893"]);
});
test("a code that holds noise is not sold from", () => {
  expect(read("88\xff01\r\r\n").barcodes).toEqual([]);
});
test("a code of 128 characters is taken, one of 129 is dropped, also where it comes in pieces", () => {
  expect(read(`${"1".repeat(128)}\r`).barcodes).toHaveLength(1);
  expect(read(`${"1".repeat(129)}\r`).barcodes).toHaveLength(0);
  const { rest } = read("1".repeat(500));
  expect(rest).toHaveLength(REST_BYTES_MAX);
  expect(readScans(Uint8Array.of(...rest, 0x0d), false).barcodes).toEqual([]);
});

const read = (text: string, isQuiet = false) =>
  readScans(
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
    isQuiet,
  );

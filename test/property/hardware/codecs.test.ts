// What holds for whatever a device sends: nothing throws, nothing grows, and how the bytes are cut changes nothing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { luhnDigit } from "#core/card/check-digit.ts";
import { layOutLines, pairLine, textLine } from "#core/receipt/document.ts";
import { characterWidth, textWidth } from "#core/receipt/text-width.ts";
import { type Reading, readSwipes, REST_BYTES_MAX as SWIPE_REST_MAX } from "#hardware/card-reader/codec.ts";
import { swipeChunks } from "#hardware/card-reader/swipe-bytes.ts";
import { type Bitmap, bitmapOf, isBlack } from "#hardware/printer/bitmap.ts";
import { openDotFont } from "#hardware/printer/dot-font.ts";
import { encodeDocument } from "#hardware/printer/encode-document.ts";
import { koreanBytes, koreanText } from "#hardware/printer/korean-bytes.ts";
import { inlinePicture, ownRowPicture } from "#hardware/printer/picture-bytes.ts";
import {
  REST_BYTES_MAX as PRINTER_REST_MAX,
  type PrinterToken,
  readEscPos,
} from "#hardware/printer/read-esc-pos.ts";
import { readScans, REST_BYTES_MAX as SCAN_REST_MAX } from "#hardware/scanner/codec.ts";

/** Bytes as a broken reader sends them: rich in sentinels, digits and line ends. */
const readerBytes = fc.uint8Array({ maxLength: 700 }).chain((bytes) =>
  fc.oneof(
    fc.constant(bytes),
    fc
      .array(fc.constantFrom(..."%;+?=^0123456789BP\r\n\x00\xff"), { maxLength: 700 })
      .map((characters) => bytesOf(characters.join(""))),
  ),
);
const cardNumber = fc.stringMatching(/^[1-9]\d{7,17}$/).map((digits) => digits + luhnDigit(digits));

test("no bytes make the swipe codec throw or keep more than its bound", () => {
  fc.assert(
    fc.property(readerBytes, fc.boolean(), (bytes, isQuiet) => {
      const { rest } = readSwipes(bytes, isQuiet);
      expect(rest.length).toBeLessThanOrEqual(SWIPE_REST_MAX);
      if (isQuiet) expect(rest).toHaveLength(0);
    }),
    { numRuns: 2_000 },
  );
});
test("what is kept leads to the same swipes, however the bytes are cut", () => {
  fc.assert(
    fc.property(readerBytes, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (bytes, cuts) => {
      expect(inPieces(bytes, cuts)).toEqual(shown(readSwipes(bytes, true).readings));
    }),
    { numRuns: 2_000 },
  );
});
test("swipes survive any noise that is no sentinel", () => {
  const noise = fc.uint8Array({ maxLength: 30 }).map((bytes) => bytes.map((byte) => byte | 0x80));
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, cardNumber), { minLength: 1, maxLength: 6 }), (parts) => {
      const sent = parts.flatMap(([before, number]) => [
        ...before,
        ...swipeChunks({ cardNumber: number, expiry: "3012", fault: "none" }).flatMap((chunk) => [...chunk]),
      ]);
      const { readings } = readSwipes(Uint8Array.from(sent), true);
      expect(readings.map((reading) => (reading.kind === "swipe" ? reading.number.reveal() : "?"))).toEqual(
        parts.map(([, number]) => number),
      );
    }),
  );
});
test("a character changed on both tracks is never read as another number when the LRC is there", () => {
  fc.assert(
    fc.property(cardNumber, fc.nat(), fc.constantFrom(..."0123456789"), (number, place, digit) => {
      const at = place % number.length;
      const changed = number.slice(0, at) + digit + number.slice(at + 1);
      fc.pre(changed !== number);
      const sent = swipeChunks({ cardNumber: number, expiry: "3012", fault: "none" })
        .map((chunk) => String.fromCharCode(...chunk))
        .join("")
        .replaceAll(number, changed);
      const { readings } = readSwipes(bytesOf(sent), true);
      expect(readings.map(({ kind }) => kind)).toEqual(["unreadable"]);
    }),
  );
});
test("no bytes make the scanner codec throw or keep more than its bound", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isQuiet) => {
      expect(readScans(bytes, isQuiet).rest.length).toBeLessThanOrEqual(SCAN_REST_MAX);
    }),
  );
});
test("no bytes make the printer's reader throw or keep more than its bound", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(readEscPos(bytes).rest.length).toBeLessThanOrEqual(PRINTER_REST_MAX);
    }),
    { numRuns: 2_000 },
  );
});
test("what is kept leads to the same paper, however the bytes of a printer are cut", () => {
  fc.assert(
    fc.property(printerBytes, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (bytes, cuts) => {
      const tokens: PrinterToken[] = [];
      let rest: Uint8Array = new Uint8Array();
      let at = 0;
      for (let count = 0; at < bytes.length; count++) {
        const end = at + (cuts[count % cuts.length] ?? 1);
        const read = readEscPos(Uint8Array.of(...rest, ...bytes.subarray(at, end)));
        expect(read.rest.length).toBeLessThanOrEqual(PRINTER_REST_MAX);
        tokens.push(...read.tokens);
        rest = read.rest;
        at = end;
      }
      expect(inRuns(tokens)).toEqual(inRuns(readEscPos(bytes).tokens));
    }),
    { numRuns: 1_000 },
  );
});
test("any picture comes out as it went in, but for a dot where it would have been a command", () => {
  fc.assert(
    fc.property(anyPicture, (bitmap) => {
      const { tokens } = readEscPos(
        bitmap.heightDots === 24 ? inlinePicture(bitmap) : ownRowPicture(bitmap, "once"),
      );
      const [token] = tokens;
      expect(tokens).toHaveLength(1);
      if (token?.kind !== "picture") return expect.fail("no picture");
      let changed = 0;
      for (let y = 0; y < bitmap.heightDots; y++) {
        for (let x = 0; x < bitmap.widthDots; x++) {
          if (isBlack(bitmap, x, y) === isBlack(token.bitmap, x, y)) continue;
          expect(isBlack(token.bitmap, x, y)).toBe(true);
          changed += 1;
        }
      }
      expect(changed).toBeLessThanOrEqual(bitmap.bits.length / 2);
      return undefined;
    }),
  );
});
test("no picture holds a command that is obeyed at once", () => {
  const dangerous = fc.constantFrom(0x10, 0x04, 0x05, 0x14, 0x01);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 240 }), fc.array(dangerous), (bits, mixed) => {
      const heightDots = 24;
      const across = Math.floor(bits.length / heightDots);
      const bitmap = { widthDots: across * 8, heightDots, bits: Uint8Array.from([...mixed, ...bits]) };
      for (const bytes of [inlinePicture(bitmap), ownRowPicture(bitmap, "once")]) {
        const pairs = [...bytes].filter(
          (byte, at) => byte === 0x10 && [4, 5, 0x14].includes(bytes[at + 1] ?? 0),
        );
        expect(pairs).toEqual([]);
      }
    }),
  );
});

/** Bytes as they come to a printer, and as a broken line leaves them: rich in commands and in pictures. */
const printerBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(..."\x1b\x1d\x10\x1c\x0a*v0rV@").map(bytesOf),
      fc
        .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 4 }), fc.constantFrom(0, 1, 32, 33))
        .map(([low, high, mode]) => Uint8Array.of(0x1b, 0x2a, mode, low, high)),
      fc
        .tuple(fc.nat(255), fc.nat(255))
        .map(([wide, high]) => Uint8Array.of(0x1d, 0x76, 0x30, 0, wide, 0, high, 0)),
    ),
    { maxLength: 20 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

const anyPicture: fc.Arbitrary<Bitmap> = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(24, 54), fc.infiniteStream(fc.boolean()))
  .map(([widthDots, heightDots, dots]) => bitmapOf(widthDots, heightDots, () => dots.next().value === true));

/** A run of text may come in any number of tokens. */
const inRuns = (tokens: readonly PrinterToken[]) =>
  tokens.flatMap((token): readonly unknown[] => (token.kind === "text" ? [...token.bytes] : [token]));

const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.stringMatching(/^[가-힣 a-z0-9₩,.]{0,60}$/),
);

test("a row has as many bytes as columns, and never more than the paper", () => {
  fc.assert(
    fc.property(anyText, anyText, fc.integer({ min: 16, max: 64 }), (left, right, columns) => {
      const lines = [textLine(left, { align: "center" }), pairLine(left, right)];
      for (const row of layOutLines({ language: "ko", lines }, columns)) {
        if (row.kind !== "row") continue;
        expect(textWidth(row.text)).toBeLessThanOrEqual(columns);
        expect(koreanBytes(row.text)).toHaveLength(textWidth(row.text));
      }
    }),
    { numRuns: 1_000 },
  );
});
test("no text of a document becomes a command of the printer", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const kinds = (words: string) =>
        readEscPos(encodeDocument({ language: "ko", lines: [textLine(words)] }, 64))
          .tokens.map(({ kind }) => kind)
          .filter((kind) => kind !== "text" && kind !== "line-feed");
      expect(kinds(text)).toEqual(kinds("plain"));
    }),
    { numRuns: 1_000 },
  );
});
test("no text becomes a command of a printer without Korean, and its text is ASCII alone", async () => {
  const font = await openDotFont();
  const characters = { kind: "latin", grid: { font, cellDots: 12 } } as const;
  const lines = (text: string) => [textLine(text), textLine(text, { size: "tall" }), pairLine(text, text)];
  const tokensOf = (text: string) =>
    readEscPos(encodeDocument({ language: "ko", lines: lines(text) }, 42, characters)).tokens;
  const kinds = (text: string) =>
    new Set(
      tokensOf(text)
        .map(({ kind }) => kind)
        .filter((kind) => kind !== "picture" && kind !== "text"),
    );
  const plain = kinds("plain");
  fc.assert(
    fc.property(anyText, (text) => {
      expect(kinds(text)).toEqual(plain);
      for (const token of tokensOf(text))
        if (token.kind === "text")
          expect(token.bytes.every((byte) => byte >= 0x20 && byte < 0x7f)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
test("every Hangul syllable prints as itself", () => {
  const syllables = Array.from({ length: 11_172 }, (_, place) => String.fromCharCode(0xac00 + place));
  expect(koreanText(koreanBytes(syllables.join("")))).toBe(syllables.join(""));
  expect(syllables.every((syllable) => characterWidth(syllable) === 2)).toBe(true);
});

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
const shown = (readings: readonly Reading[]) =>
  readings.map((reading) => (reading.kind === "swipe" ? reading.number.reveal() : reading.problem));

function inPieces(bytes: Uint8Array, cuts: readonly number[]): readonly string[] {
  const seen: string[] = [];
  let kept: Uint8Array = new Uint8Array();
  let at = 0;
  for (let count = 0; at < bytes.length; count++) {
    const end = at + (cuts[count % cuts.length] ?? 1);
    const { readings, rest } = readSwipes(Uint8Array.of(...kept, ...bytes.subarray(at, end)), false);
    seen.push(...shown(readings));
    kept = rest;
    at = end;
  }
  return [...seen, ...shown(readSwipes(kept, true).readings)];
}

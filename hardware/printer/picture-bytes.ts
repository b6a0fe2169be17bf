// Bitmaps as the bytes of an ESC/POS printer and back. Two commands, both as old as the language:
// ESC * prints dots in a row of characters, GS v 0 a picture on rows of its own.
import { type Bitmap, bitmapOf, bytesAcross, isBlack } from "./bitmap.ts";

/** The height of a row of font A, which is what ESC * 33 prints: three bytes a column of dots. */
export const INLINE_DOTS = 24;
const BYTES_A_COLUMN = INLINE_DOTS / 8;

/** No receipt paper takes more; and a width below 1,024 keeps DLE EOT out of the lengths. */
export const PICTURE_WIDTH_DOTS_MAX = 1_023;

/** ESC *: a bitmap of 24 dots' height, printed where the row has come to. */
export function inlinePicture(bitmap: Bitmap): Uint8Array {
  const { widthDots } = bitmap;
  const columns = Array.from({ length: widthDots * BYTES_A_COLUMN }, (_, at) =>
    eightDown(bitmap, Math.floor(at / BYTES_A_COLUMN), (at % BYTES_A_COLUMN) * 8),
  );
  const head = [0x1b, 0x2a, 33, widthDots & 0xff, widthDots >> 8];
  return Uint8Array.of(...head, ...withoutRealTimeCommands(columns));
}

/** How GS v 0 prints the rows of dots: once, or twice each as printers do with tall characters. */
export const PRINTED_HIGH = { once: 0, twice: 2 } as const;
export type PrintedHigh = keyof typeof PRINTED_HIGH;

/** GS v 0: a bitmap that feeds the paper by its own height. */
export function ownRowPicture(bitmap: Bitmap, high: PrintedHigh): Uint8Array {
  const across = bytesAcross(bitmap.widthDots);
  const { heightDots } = bitmap;
  const head = [
    0x1d,
    0x76,
    0x30,
    PRINTED_HIGH[high],
    across & 0xff,
    across >> 8,
    heightDots & 0xff,
    heightDots >> 8,
  ];
  return Uint8Array.of(...head, ...withoutRealTimeCommands([...bitmap.bits]));
}

const DLE = 0x10;
const REAL_TIME = new Set([0x04, 0x05, 0x14]);

/**
 * A printer obeys DLE EOT, ENQ and DC4 the moment they arrive, also within a picture: DLE DC4 opens the drawer.
 * One dot more beside the one of DLE is seen by nobody.
 */
const withoutRealTimeCommands = (bytes: readonly number[]) =>
  bytes.map((byte, at) => (byte === DLE && REAL_TIME.has(bytes[at + 1] ?? 0) ? DLE | 0x08 : byte));

const eightDown = (bitmap: Bitmap, x: number, top: number) =>
  Array.from({ length: 8 }, (_, down) => (isBlack(bitmap, x, top + down) ? 0x80 >> down : 0)).reduce(
    (byte, bit) => byte | bit,
    0,
  );

/** The bitmap of an ESC * 33 from the bytes behind its head. */
export const readInline = (columns: Uint8Array): Bitmap =>
  bitmapOf(
    columns.length / BYTES_A_COLUMN,
    INLINE_DOTS,
    (x, y) => ((columns[x * BYTES_A_COLUMN + (y >> 3)] ?? 0) & (0x80 >> (y & 7))) !== 0,
  );

/** What a GS v 0 prints, from the bytes behind its head; it is whole bytes wide. */
export function readOwnRow(bits: Uint8Array, bytesWide: number, high: PrintedHigh): Bitmap {
  const sent = { widthDots: bytesWide * 8, heightDots: bits.length / bytesWide, bits: bits.slice() };
  if (high === "once") return sent;
  return bitmapOf(sent.widthDots, 2 * sent.heightDots, (x, y) => isBlack(sent, x, y >> 1));
}

// A document to the bytes of an ESC/POS printer. The library writes the commands; the layout is core's,
// so that paper and screen never differ, and the text goes in as bytes that the printer has characters for.
import ReceiptPrinterEncoder from "@point-of-sale/receipt-printer-encoder";
import { layOutLines, type ReceiptDocument } from "#core/receipt/document.ts";
import { koreanBytes } from "./korean-bytes.ts";
import { type DotGrid, latinRow, type Row } from "./latin-row.ts";

/** The blade is above the print head: what is printed last must be fed past it. */
const FEED_BEFORE_CUT_LINES = 4;
const DRAWER_ON_MS = 100;
const DRAWER_OFF_MS = 500;

/** ESC R 13: the Korean character set, in which 0x5C is the won sign. FS &: double-byte characters on. */
const KOREAN_MODE = [0x1b, 0x52, 0x0d, 0x1c, 0x26];

/** DLE DC4 1 0 1: kicks the drawer at once, also while the printer holds its other work back (paper out, cover open). */
const REAL_TIME_KICK = Uint8Array.of(0x10, 0x14, 0x01, 0x00, 0x01);

/** The library knows only some widths. Rows come laid out and go in as bytes, so it never has to wrap any. */
const LIBRARY_COLUMNS = 48;

/** Some 3,500 syllables, or a minute and a half at 38,400 baud: the longest day's report is a tenth of it. */
export const DOTS_BYTES_MAX = 256 * 1_024;

/** What a printer prints text with. */
export type Characters =
  | Readonly<{ kind: "korean" }>
  /** ASCII, and dots for what that lacks; question marks where there is no face to draw with. */
  | Readonly<{ kind: "latin"; grid: DotGrid | null }>;

const KOREAN: Characters = { kind: "korean" };

function newEncoder(): ReceiptPrinterEncoder {
  return new ReceiptPrinterEncoder({
    language: "esc-pos",
    columns: LIBRARY_COLUMNS,
    newline: "\n",
    feedBeforeCut: FEED_BEFORE_CUT_LINES,
  });
}

/** Everything that prints the document, from a reset printer on. */
export function encodeDocument(
  document: ReceiptDocument,
  columns: number,
  characters: Characters = KOREAN,
): Uint8Array {
  const encoder = newEncoder().initialize();
  if (characters.kind === "korean") encoder.raw(KOREAN_MODE);
  const bytesOf = characters.kind === "korean" ? koreanRow : boundedLatinRow(characters.grid);
  for (const line of layOutLines(document, columns)) {
    if (line.kind === "cut") encoder.cut("partial");
    else
      encoder
        .bold(line.bold)
        .height(line.size === "tall" ? 2 : 1)
        .raw(bytesOf(line));
  }
  return withoutLastFeed(encoder.encode());
}

const LF = 0x0a;
const koreanRow = ({ text }: Row) => Uint8Array.of(...koreanBytes(text), LF);

/** A document that would be all dots goes on in text: no job may fill a printer, or the line to it, without an end. */
function boundedLatinRow(grid: DotGrid | null): (row: Row) => Uint8Array {
  let left = DOTS_BYTES_MAX;
  return (row) => {
    const bytes = latinRow(row, left > 0 ? grid : null);
    left -= bytes.length;
    return bytes;
  };
}

/** The library ends a cut with a line feed, which would begin the next receipt with a blank row. */
function withoutLastFeed(bytes: Uint8Array): Uint8Array {
  const endsWithCut = bytes.at(-4) === 0x1d && bytes.at(-3) === 0x56 && bytes.at(-1) === 0x0a;
  return endsWithCut ? bytes.subarray(0, -1) : bytes;
}

/** The pulse that opens a drawer on pin 2. `isHeldBack` where the printer prints nothing at the moment. */
export function encodeDrawerKick(isHeldBack: boolean): Uint8Array {
  return isHeldBack ? REAL_TIME_KICK : newEncoder().pulse(0, DRAWER_ON_MS, DRAWER_OFF_MS).encode();
}

// A document to the bytes of an ESC/POS printer. The library writes the commands; the layout is core's,
// so that paper and screen never differ, and the text goes in as bytes of the Korean code page.
import ReceiptPrinterEncoder from "@point-of-sale/receipt-printer-encoder";
import { layOutLines, type ReceiptDocument } from "#core/receipt/document.ts";
import { koreanBytes } from "./korean-bytes.ts";

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

function newEncoder(): ReceiptPrinterEncoder {
  return new ReceiptPrinterEncoder({
    language: "esc-pos",
    columns: LIBRARY_COLUMNS,
    newline: "\n",
    feedBeforeCut: FEED_BEFORE_CUT_LINES,
  });
}

/** Everything that prints the document, from a reset printer on. */
export function encodeDocument(document: ReceiptDocument, columns: number): Uint8Array {
  const encoder = newEncoder().initialize().raw(KOREAN_MODE);
  for (const line of layOutLines(document, columns)) {
    if (line.kind === "cut") encoder.cut("partial");
    else
      encoder
        .bold(line.bold)
        .height(line.size === "tall" ? 2 : 1)
        .raw(koreanBytes(line.text))
        .newline();
  }
  return withoutLastFeed(encoder.encode());
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

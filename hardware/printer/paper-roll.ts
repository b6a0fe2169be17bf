// The paper of the simulated printer: rows with the style their text had and the dots they were sent, cut into receipts.
import iconv from "iconv-lite";
import type { PrintedPicture, PrintedReceipt } from "#core/contract/simulators.ts";
import type { Bitmap } from "./bitmap.ts";
import { koreanText } from "./korean-bytes.ts";
import type { PrinterToken } from "./read-esc-pos.ts";

/** What the printer has characters for: a Latin one prints the bytes of Hangul as the signs of its code page. */
export type InstalledCharacters = "korean" | "latin";

/** A long day of the demo fits; what is older has been torn off and thrown away. */
const RECEIPTS_MAX = 200;
const ROWS_MAX = 2_000;
const ROW_BYTES_MAX = 400;
const PICTURES_A_ROW_MAX = 100;
/** Font A: a picture takes the place of so many characters. */
const COLUMN_DOTS = 12;
const SPACE = 0x20;

type Row = PrintedReceipt["rows"][number];

export type PaperRoll = Readonly<{
  /** Prints a token that does something on paper; any other changes nothing. */
  take(token: PrinterToken): void;
  /** Newest first; what has not been cut yet comes before all. */
  receipts(): readonly PrintedReceipt[];
}>;

export function paperRoll(characters: InstalledCharacters): PaperRoll {
  const textOf = characters === "korean" ? koreanText : latinText;
  const receipts: PrintedReceipt[] = [];
  let rows: Row[] = [];
  let rowBytes: number[] = [];
  let rowPictures: PrintedPicture[] = [];
  let count = 0;
  let style = { bold: false, tall: false };
  let rowStyle = style;

  const addRow = (row: Row) => {
    if (rows.length < ROWS_MAX) rows.push(row);
  };
  const endRow = () => {
    const pictures = rowPictures.length === 0 ? {} : { pictures: rowPictures };
    addRow({ text: textOf(Uint8Array.from(rowBytes)), ...rowStyle, ...pictures });
    rowBytes = [];
    rowPictures = [];
    rowStyle = style;
  };
  const print = (bytes: readonly number[]) => {
    if (rowBytes.length === 0) rowStyle = style;
    if (rowBytes.length < ROW_BYTES_MAX) rowBytes.push(...bytes.slice(0, ROW_BYTES_MAX));
  };
  const printInline = (bitmap: Bitmap) => {
    if (rowPictures.length < PICTURES_A_ROW_MAX) rowPictures.push(pictureAt(rowBytes.length, bitmap));
    // In this simulator's rows a byte is a column, so the picture's place is held by spaces.
    print(Array.from({ length: Math.max(1, Math.round(bitmap.widthDots / COLUMN_DOTS)) }, () => SPACE));
  };
  const cut = () => {
    // The feed that brings the last row past the blade is no part of what is read.
    const printed = withoutBlankEdges(rows);
    rows = [];
    if (printed.length === 0) return;
    count += 1;
    receipts.unshift({ number: count, rows: printed, cut: true });
    receipts.splice(RECEIPTS_MAX);
  };

  return {
    take: (token) => {
      if (token.kind === "text") print([...token.bytes.subarray(0, ROW_BYTES_MAX)]);
      else if (token.kind === "line-feed") endRow();
      else if (token.kind === "bold") style = { ...style, bold: token.on };
      else if (token.kind === "height") style = { ...style, tall: token.times > 1 };
      else if (token.kind === "reset") style = { bold: false, tall: false };
      else if (token.kind === "picture" && token.place === "inline") printInline(token.bitmap);
      else if (token.kind === "picture")
        addRow({ text: "", bold: false, tall: false, pictures: [pictureAt(0, token.bitmap)] });
      else if (token.kind === "cut") cut();
    },
    receipts: () => {
      const begun = withoutBlankEdges(rows);
      return begun.length === 0 ? receipts : [{ number: count + 1, rows: begun, cut: false }, ...receipts];
    },
  };
}

/** Code page 437, with which such printers are switched on. */
const latinText = (bytes: Uint8Array) => iconv.decode(Buffer.from(bytes), "cp437");

const pictureAt = (column: number, { widthDots, heightDots, bits }: Bitmap): PrintedPicture => ({
  column,
  widthDots,
  heightDots,
  bits: Buffer.from(bits).toString("base64"),
});

function withoutBlankEdges(rows: readonly Row[]): Row[] {
  const isPrinted = ({ text, pictures }: Row) => text.trim() !== "" || pictures !== undefined;
  const first = rows.findIndex(isPrinted);
  const last = rows.findLastIndex(isPrinted);
  return first < 0 ? [] : rows.slice(first, last + 1);
}

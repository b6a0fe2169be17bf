// One row on a printer that has only ASCII for certain: its characters as text, all others as dots on the same grid.
//
// Ordinary rows mix both in one line (ESC *), 72 bytes a syllable: with each row as one picture a receipt would
// take a minute at 9,600 baud. Tall rows, of which a receipt has two, are one picture that the printer draws out to
// twice its height (GS v 0), because dots in a line are never taller than 24.
import type { LaidOutLine } from "#core/receipt/document.ts";
import { characterWidth } from "#core/receipt/text-width.ts";
import { type Bitmap, emboldened, sideBySide, trimmed } from "./bitmap.ts";
import type { DotFont } from "./dot-font.ts";
import { inlinePicture, ownRowPicture } from "./picture-bytes.ts";
import { isAscii, narrowStandIn, UNPRINTABLE } from "./stand-in.ts";

export type Row = Extract<LaidOutLine, { kind: "row" }>;

export type DotGrid = Readonly<{
  font: DotFont;
  /** How wide one column is. */
  cellDots: number;
}>;

const LF = 0x0a;
/** Half the white between two rows at the usual line spacing of a sixth of an inch: it is doubled with all else. */
const HALF_GAP_DOTS = 3;
/** The won sign is in no ASCII. */
const WON_STAND_IN = 0x57;

/** Prints a row and ends it. Without a grid what is no ASCII becomes as many question marks, or what looks like it. */
export function latinRow(row: Row, grid: DotGrid | null): Uint8Array {
  const characters = [...row.text].filter((character) => characterWidth(character) > 0);
  if (grid === null) return Uint8Array.of(...characters.flatMap(asciiOf), LF);
  const cells = characters.map((character) => cellOf(character, row, grid));
  if (row.size === "tall" && cells.some(({ kind }) => kind === "dots"))
    return tallPicture(characters, row, grid);

  const bytes: number[] = [];
  for (let at = 0; at < cells.length; ) {
    const cell = cells[at];
    if (cell?.kind === "dots") {
      const run = dotsFrom(cells, at);
      bytes.push(...inlinePicture(sideBySide(run)));
      at += run.length;
    } else {
      bytes.push(...(cell?.bytes ?? []));
      at += 1;
    }
  }
  return Uint8Array.of(...bytes, LF);
}

type Cell = Readonly<{ kind: "ascii"; bytes: readonly number[] }> | Readonly<{ kind: "dots"; dots: Bitmap }>;

function cellOf(character: string, row: Row, grid: DotGrid): Cell {
  const isText = isAscii(character.codePointAt(0) ?? 0);
  const dots = isText ? undefined : dotsOf(character, row, grid);
  return dots === undefined ? { kind: "ascii", bytes: asciiOf(character) } : { kind: "dots", dots };
}

function dotsFrom(cells: readonly Cell[], from: number): readonly Bitmap[] {
  const run: Bitmap[] = [];
  for (const cell of cells.slice(from)) {
    if (cell.kind === "ascii") break;
    run.push(cell.dots);
  }
  return run;
}

function dotsOf(character: string, { bold }: Row, { font, cellDots }: DotGrid): Bitmap | undefined {
  const drawn = font.draw(character, cellDots * characterWidth(character));
  return drawn !== undefined && bold ? emboldened(drawn) : drawn;
}

function tallPicture(characters: readonly string[], row: Row, grid: DotGrid): Uint8Array {
  const drawn = characters.flatMap(
    (character) => dotsOf(character, row, grid) ?? standIns(character, row, grid),
  );
  return ownRowPicture(trimmed(sideBySide(drawn), HALF_GAP_DOTS), "twice");
}

/** The face has all of ASCII. */
const standIns = (character: string, row: Row, grid: DotGrid): readonly Bitmap[] =>
  asciiOf(character).flatMap((code) => dotsOf(String.fromCharCode(code), row, grid) ?? []);

function asciiOf(character: string): readonly number[] {
  if (characterWidth(character) === 2) return [UNPRINTABLE, UNPRINTABLE];
  return [character === "₩" ? WON_STAND_IN : narrowStandIn(character)];
}

// The face that is shipped for paper, as dots. Loaded only where a printer needs it: the face and the library that
// reads it take 15 MB of memory and a tenth of a second.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Font, PathCommand } from "opentype.js";
import type { Bitmap } from "./bitmap.ts";
import { fillOutline, type OutlineCommand } from "./fill-outline.ts";
import { INLINE_DOTS } from "./picture-bytes.ts";

export type DotFont = Readonly<{
  /** A character in a cell of 24 dots' height and so many dots' width, or undefined where the face has none. */
  draw(character: string, widthDots: number): Bitmap | undefined;
}>;

/** Rejects where the library or the face is missing or broken. */
export type OpenDotFont = () => Promise<DotFont>;

/** All Hangul, Latin and the usual signs; the won sign is in a piece of its own. The first that has a character draws it. */
const FACES = ["nanum-gothic-coding-korean-400-normal.woff", "nanum-gothic-coding-103-400-normal.woff"];

/** A day's receipts use some hundred characters; 72 bytes each. */
const GLYPHS_KEPT_MAX = 2_000;

export async function openDotFont(): Promise<DotFont> {
  const { default: opentype } = await import("opentype.js");
  const resolve = createRequire(import.meta.url).resolve;
  const faces = await Promise.all(
    FACES.map(async (file) => {
      const bytes = await readFile(resolve(`@fontsource/nanum-gothic-coding/files/${file}`));
      return opentype.parse(Uint8Array.from(bytes).buffer, { lowMemory: true });
    }),
  );
  const kept = new Map<string, Bitmap | undefined>();
  return {
    draw: (character, widthDots) => {
      const key = `${character} ${widthDots}`;
      if (kept.has(key)) return kept.get(key);
      if (kept.size >= GLYPHS_KEPT_MAX) kept.clear();
      const face = faces.find((one) => one.charToGlyphIndex(character) > 0);
      const drawn = face === undefined ? undefined : drawGlyph(face, character, widthDots);
      kept.set(key, drawn);
      return drawn;
    },
  };
}

/** As high as a row, in the middle of its cell, and narrower than the face has it only where the cell is. */
function drawGlyph(face: Font, character: string, widthDots: number): Bitmap {
  const { unitsPerEm, ascender, descender } = face;
  const glyph = face.charToGlyph(character);
  const advance = Math.max(1, glyph.advanceWidth ?? unitsPerEm);
  const scaleY = INLINE_DOTS / (ascender - descender);
  const scaleX = Math.min(INLINE_DOTS / unitsPerEm, widthDots / advance);
  const placing = {
    scaleX,
    scaleY,
    leftDots: (widthDots - advance * scaleX) / 2,
    baselineDots: ascender * scaleY,
  };
  const { commands } = glyph.getPath(0, 0, unitsPerEm);
  return fillOutline(commands.map(upwards), placing, widthDots, INLINE_DOTS);
}

/** The library gives outlines for a screen, y downwards. TrueType has no cubic curves. */
function upwards(command: PathCommand): OutlineCommand {
  if (command.type === "Z") return { type: "Z" };
  const { x, y } = command;
  if (command.type === "Q") return { type: "Q", x1: command.x1, y1: -command.y1, x, y: -y };
  return { type: command.type === "M" ? "M" : "L", x, y: -y };
}

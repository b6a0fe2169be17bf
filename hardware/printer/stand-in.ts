// One ASCII character for one that a printer lacks, so that a row keeps its columns.

export const UNPRINTABLE = 0x3f;

/** Narrow characters that code pages have only as wide ones, or not at all. */
const NARROW: ReadonlyMap<string, string> = new Map([
  ["·", "."],
  ["•", "*"],
  ["…", "."],
  ["×", "x"],
  ["–", "-"],
  ["—", "-"],
  ["−", "-"],
  ["‘", "'"],
  ["’", "'"],
  ["“", '"'],
  ["”", '"'],
  ["\u00a0", " "],
  ["\u202f", " "],
]);

/** The ASCII code of a narrow character: itself, what looks like it, or the question mark. */
export function narrowStandIn(character: string): number {
  const code = (NARROW.get(character) ?? withoutAccent(character)).charCodeAt(0);
  return isAscii(code) ? code : UNPRINTABLE;
}

export const isAscii = (code: number) => code >= 0x20 && code < 0x7f;

/** "é" as "e": the code page has no accented letters. */
const withoutAccent = (character: string) => character.normalize("NFD").slice(0, 1);

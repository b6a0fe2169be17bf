// How many columns a text takes on paper and in a monospaced font: Hangul and Han take two, combining marks none.
// The ranges are those of UAX #11 (East Asian Width W and F) that a receipt can meet.

const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const NOTHING = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Columns of one character (code point): 0, 1 or 2. */
export function characterWidth(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return 1;
  if (NOTHING.test(character)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** Columns of a text. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The longest start of a text within `columns`, and what is left. Takes at least one character, so that it ends. */
export function splitAtWidth(text: string, columns: number): readonly [head: string, rest: string] {
  let width = 0;
  let at = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns && at > 0) break;
    at += character.length;
  }
  return [text.slice(0, at), text.slice(at)];
}

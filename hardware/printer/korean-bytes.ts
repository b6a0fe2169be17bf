// Text to the bytes of a Korean receipt printer and back.
//
// Korean printers (Bixolon, Sewoo, Epson's Korean models) print Hangul in double-byte mode from the character set of
// KS X 1001 and its extension, which is code page 949; the encoder library has no Korean table, so iconv-lite gives it.
// One column is one byte and two columns are two, always: what cannot be printed becomes as many question marks.
import iconv from "iconv-lite";
import { characterWidth } from "#core/receipt/text-width.ts";
import { narrowStandIn, UNPRINTABLE } from "./stand-in.ts";

const CODE_PAGE = "cp949";

/** The won sign takes the backslash's place in the Korean character set (ESC R 13). */
const WON_BYTE = 0x5c;
const BACKSLASH_STAND_IN = 0x2f;

/** Bytes of one row, exactly as many as it has columns. */
export function koreanBytes(text: string): Uint8Array {
  return Uint8Array.from([...text].flatMap(characterBytes));
}

function characterBytes(character: string): readonly number[] {
  const width = characterWidth(character);
  if (width === 0) return [];
  if (width === 2) {
    const bytes = [...iconv.encode(character, CODE_PAGE)];
    return bytes.length === 2 ? bytes : [UNPRINTABLE, UNPRINTABLE];
  }
  if (character === "₩") return [WON_BYTE];
  return [character === "\\" ? BACKSLASH_STAND_IN : narrowStandIn(character)];
}

/** What a printer in double-byte mode makes of bytes; for the simulator. */
export function koreanText(bytes: Uint8Array): string {
  return iconv.decode(Buffer.from(bytes), CODE_PAGE).replaceAll(String.fromCharCode(WON_BYTE), "₩");
}

/** The first byte of a character of two. */
export const isLeadByte = (byte: number) => byte >= 0x81 && byte <= 0xfe;

// A serial barcode scanner's bytes to barcodes. Pure and bounded. 9600 8N1, each code ended by CR, LF, ETX or silence;
// a leading STX is dropped. What is no printable ASCII is noise, and a code that holds any is not sold from.

const CODE_CHARACTERS_MAX = 128;
/** A whole code and the one character too many that shows it is too long. */
export const REST_BYTES_MAX = CODE_CHARACTERS_MAX + 1;

const STX = 0x02;
const ETX = 0x03;
const ENDS: readonly number[] = [0x0a, 0x0d, ETX];

export type ScanRead = Readonly<{ barcodes: readonly string[]; rest: Uint8Array }>;

/** @param isQuiet the scanner has been silent for a while, so what is there is a whole code */
export function readScans(received: Uint8Array, isQuiet: boolean): ScanRead {
  const barcodes: string[] = [];
  let from = 0;
  for (let at = 0; at < received.length; at++) {
    if (!ENDS.includes(received[at] ?? 0)) continue;
    barcodes.push(...barcodeOf(received.subarray(from, at)));
    from = at + 1;
  }
  const left = received.slice(from);
  if (isQuiet) return { barcodes: [...barcodes, ...barcodeOf(left)], rest: new Uint8Array() };
  // Too long already: its start is kept, so that it stays too long until its end comes.
  return { barcodes, rest: left.slice(0, REST_BYTES_MAX) };
}

function barcodeOf(bytes: Uint8Array): readonly string[] {
  const code = bytes[0] === STX ? bytes.subarray(1) : bytes;
  const isWhole = code.length > 0 && code.length <= CODE_CHARACTERS_MAX;
  const isPrintable = code.every((byte) => byte >= 0x20 && byte < 0x7f);
  const text = isWhole && isPrintable ? String.fromCharCode(...code).trim() : "";
  return text === "" ? [] : [text];
}

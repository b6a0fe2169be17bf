// Black dots on white paper: what is drawn, sent and printed where a printer has no characters of its own.

export type Bitmap = Readonly<{
  widthDots: number;
  heightDots: number;
  /** Row by row from the top, eight dots a byte, the leftmost in the highest bit. A row begins with a byte of its own. */
  bits: Uint8Array;
}>;

export const bytesAcross = (widthDots: number) => Math.ceil(widthDots / 8);

/** Asks for every dot once. Both sides are whole numbers of dots. */
export function bitmapOf(
  widthDots: number,
  heightDots: number,
  isInk: (x: number, y: number) => boolean,
): Bitmap {
  const across = bytesAcross(widthDots);
  const bits = new Uint8Array(across * heightDots);
  for (let y = 0; y < heightDots; y++) {
    for (let x = 0; x < widthDots; x++) {
      if (isInk(x, y)) bits[y * across + (x >> 3)] = (bits[y * across + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { widthDots, heightDots, bits };
}

/** Whether a dot is black; outside of the bitmap none is. */
export function isBlack({ widthDots, heightDots, bits }: Bitmap, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= widthDots || y >= heightDots) return false;
  return ((bits[y * bytesAcross(widthDots) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
}

/** Every dot once more to its right, as printers make their own bold. */
export const emboldened = (bitmap: Bitmap): Bitmap =>
  bitmapOf(bitmap.widthDots, bitmap.heightDots, (x, y) => isBlack(bitmap, x, y) || isBlack(bitmap, x - 1, y));

/** From left to right, as high as the highest, their tops in one line. */
export function sideBySide(bitmaps: readonly Bitmap[]): Bitmap {
  const owners = bitmaps.flatMap((bitmap) =>
    Array.from({ length: bitmap.widthDots }, (_, x) => ({ bitmap, x })),
  );
  const heightDots = Math.max(0, ...bitmaps.map((bitmap) => bitmap.heightDots));
  return bitmapOf(owners.length, heightDots, (x, y) => {
    const owner = owners[x];
    return owner !== undefined && isBlack(owner.bitmap, owner.x, y);
  });
}

/** Without the white at its right edge, and with `belowDots` more of it below. */
export function trimmed(bitmap: Bitmap, belowDots: number): Bitmap {
  let widthDots = bitmap.widthDots;
  const isWhite = (x: number) => {
    for (let y = 0; y < bitmap.heightDots; y++) if (isBlack(bitmap, x, y)) return false;
    return true;
  };
  while (widthDots > 1 && isWhite(widthDots - 1)) widthDots -= 1;
  return bitmapOf(widthDots, bitmap.heightDots + belowDots, (x, y) => isBlack(bitmap, x, y));
}

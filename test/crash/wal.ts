// How far a write-ahead log reaches: its frames counted as SQLite counts them at recovery.
// https://sqlite.org/fileformat2.html#the_write_ahead_log

export const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

export type Wal = Readonly<{
  /** Of this writing of the log: a log that begins anew takes new ones, and what lies behind is of no account. */
  salts: string;
  frameBytes: number;
  /** Where the last frame ends that a commit made valid; the header's end where there is none, 0 without a header. */
  committedEnd: number;
  /** Where the last frame ends that is whole, whether its commit came or not. */
  writtenEnd: number;
}>;

export const EMPTY_WAL: Wal = { salts: "", frameBytes: 0, committedEnd: 0, writtenEnd: 0 };

/** Frames count while their salts and running checksums hold; of them, those up to the last that ends a commit. */
export function readWal(bytes: Buffer): Wal {
  if (bytes.length < WAL_HEADER_BYTES || (bytes.readUInt32BE(0) & ~1) >>> 0 !== MAGIC) return EMPTY_WAL;
  const isBigEndian = (bytes.readUInt32BE(0) & 1) === 1;
  const pageBytes = bytes.readUInt32BE(8);
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  const salts = bytes.toString("hex", 16, 24);
  let sums = checksum(bytes, 0, 24, isBigEndian, [0, 0]);
  if (!isAt(bytes, 24, sums)) return EMPTY_WAL;
  let committedEnd = WAL_HEADER_BYTES;
  let writtenEnd = WAL_HEADER_BYTES;
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    if (bytes.toString("hex", at + 8, at + 16) !== salts) break;
    sums = checksum(bytes, at, at + 8, isBigEndian, sums);
    sums = checksum(bytes, at + FRAME_HEADER_BYTES, at + frameBytes, isBigEndian, sums);
    if (!isAt(bytes, at + 16, sums)) break;
    writtenEnd = at + frameBytes;
    // The database's size in pages stands in the frame that ends a commit, zero in every other.
    if (bytes.readUInt32BE(at + 4) !== 0) committedEnd = writtenEnd;
  }
  return { salts, frameBytes, committedEnd, writtenEnd };
}

type Sums = readonly [number, number];

function checksum(bytes: Buffer, from: number, to: number, isBigEndian: boolean, start: Sums): Sums {
  let [a, b] = start;
  for (let at = from; at < to; at += 8) {
    const [x, y] = isBigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    a = (a + x + b) >>> 0;
    b = (b + y + a) >>> 0;
  }
  return [a, b];
}

const isAt = (bytes: Buffer, at: number, [a, b]: Sums): boolean =>
  bytes.readUInt32BE(at) === a && bytes.readUInt32BE(at + 4) === b;

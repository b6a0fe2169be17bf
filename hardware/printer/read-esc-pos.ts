// What an ESC/POS printer makes of its bytes: rows of paper, cuts, drawer kicks, and questions to answer.
// Pure and bounded: bytes in, tokens and the bytes of an unfinished command out. For the simulator.
import type { Bitmap } from "./bitmap.ts";
import { isLeadByte } from "./korean-bytes.ts";
import { PICTURE_WIDTH_DOTS_MAX, PRINTED_HIGH, readInline, readOwnRow } from "./picture-bytes.ts";

export type PrinterToken =
  | Readonly<{ kind: "text"; bytes: Uint8Array }>
  | Readonly<{ kind: "line-feed" }>
  | Readonly<{ kind: "reset" }>
  | Readonly<{ kind: "bold"; on: boolean }>
  | Readonly<{ kind: "height"; times: number }>
  | Readonly<{ kind: "double-byte"; on: boolean }>
  | Readonly<{ kind: "cut" }>
  /** A real-time kick is done at once; the other kind waits its turn. */
  | Readonly<{ kind: "kick"; isRealTime: boolean }>
  | Readonly<{ kind: "question"; n: number }>
  /** Answered in its turn: when all that came before it is done. */
  | Readonly<{ kind: "mark" }>
  /** `inline` stands in a row of characters; the other kind takes rows of its own. */
  | Readonly<{ kind: "picture"; place: "inline" | "own-row"; bitmap: Bitmap }>
  /** A command that this printer does not know, or whose effect is not seen in plain rows. */
  | Readonly<{ kind: "ignored" }>;

const DLE = 0x10;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = 0x0a;

/** How a command goes on and what it means. `0x1b40` is ESC @. */
type Command = Readonly<{
  /** Bytes from the first to the last of its parameters. */
  length: number;
  /** Bytes that follow these, where the parameters say so; undefined where no printer takes so many. */
  more?: (head: Uint8Array) => number | undefined;
  token: (bytes: Uint8Array) => PrinterToken;
}>;
const ignored = () => ({ kind: "ignored" }) as const;

const COMMANDS: ReadonlyMap<number, Command> = new Map<number, Command>([
  [0x1b40, { length: 2, token: () => ({ kind: "reset" }) }],
  [0x1b45, { length: 3, token: (bytes) => ({ kind: "bold", on: ((bytes[2] ?? 0) & 1) === 1 }) }],
  [0x1b70, { length: 5, token: () => ({ kind: "kick", isRealTime: false }) }],
  [0x1b2a, { length: 5, more: inlineBytes, token: inlineToken }],
  [0x1b4d, { length: 3, token: ignored }],
  [0x1b52, { length: 3, token: ignored }],
  [0x1b61, { length: 3, token: ignored }],
  [0x1b64, { length: 3, token: ignored }],
  [0x1b74, { length: 3, token: ignored }],
  [0x1c26, { length: 2, token: () => ({ kind: "double-byte", on: true }) }],
  [0x1c2e, { length: 2, token: () => ({ kind: "double-byte", on: false }) }],
  [0x1d21, { length: 3, token: (bytes) => ({ kind: "height", times: ((bytes[2] ?? 0) & 0x07) + 1 }) }],
  [0x1d56, { length: 3, more: feedBytes, token: () => ({ kind: "cut" }) }],
  [0x1d61, { length: 3, token: ignored }],
  [
    0x1d72,
    { length: 3, token: (bytes) => ({ kind: PAPER_SENSOR.includes(bytes[2] ?? 0) ? "mark" : "ignored" }) },
  ],
  [0x1d76, { length: 8, more: ownRowBytes, token: ownRowToken }],
  [0x1004, { length: 3, token: (bytes) => ({ kind: "question", n: bytes[2] ?? 0 }) }],
  [
    0x1014,
    {
      length: 5,
      token: (bytes) => (bytes[2] === 1 ? { kind: "kick", isRealTime: true } : { kind: "ignored" }),
    },
  ],
]);

/** GS r with 1 or "1" asks about the paper; with 2 about the drawer. */
const PAPER_SENSOR = [1, 0x31];

/** GS V with 65 or 66 takes one byte more: how far to feed first. */
const FEEDING_CUTS = [0x41, 0x42];

function feedBytes(head: Uint8Array): number {
  return FEEDING_CUTS.includes(head[2] ?? 0) ? 1 : 0;
}

/** A tall row over the widest paper is a fifth of it; what claims to be more is no picture but a broken line. */
const PICTURE_BYTES_MAX = 16_384;
const HEAD_BYTES_MAX = 8;

/** The longest start of a command that is kept for its end. */
export const REST_BYTES_MAX = HEAD_BYTES_MAX + PICTURE_BYTES_MAX - 1;

/** ESC * m: 0 and 1 are 8 dots high, 32 and 33 are 24; the odd ones print each dot once, as this program does. */
const THREE_BYTES = [32, 33];
const DOUBLE_DENSITY = 33;

function inlineBytes(head: Uint8Array): number | undefined {
  const columns = (head[3] ?? 0) | ((head[4] ?? 0) << 8);
  if (columns > PICTURE_WIDTH_DOTS_MAX) return undefined;
  return columns * (THREE_BYTES.includes(head[2] ?? 0) ? 3 : 1);
}

function inlineToken(bytes: Uint8Array): PrinterToken {
  if (bytes[2] !== DOUBLE_DENSITY || bytes.length === 5) return ignored();
  return { kind: "picture", place: "inline", bitmap: readInline(bytes.subarray(5)) };
}

function ownRowBytes(head: Uint8Array): number | undefined {
  const bytes = bytesWide(head) * ((head[6] ?? 0) | ((head[7] ?? 0) << 8));
  return bytes <= PICTURE_BYTES_MAX && bytesWide(head) * 8 <= PICTURE_WIDTH_DOTS_MAX + 1 ? bytes : undefined;
}

const bytesWide = (head: Uint8Array) => (head[4] ?? 0) | ((head[5] ?? 0) << 8);

function ownRowToken(bytes: Uint8Array): PrinterToken {
  if (bytes.length === 8) return ignored();
  const high = bytes[3] === PRINTED_HIGH.twice ? "twice" : "once";
  return { kind: "picture", place: "own-row", bitmap: readOwnRow(bytes.subarray(8), bytesWide(bytes), high) };
}

export type EscPosRead = Readonly<{ tokens: readonly PrinterToken[]; rest: Uint8Array }>;

export function readEscPos(bytes: Uint8Array): EscPosRead {
  const tokens: PrinterToken[] = [];
  let at = 0;
  while (at < bytes.length) {
    const step = readOne(bytes, at);
    if (step === undefined) break;
    tokens.push(step.token);
    at = step.next;
  }
  return { tokens, rest: bytes.slice(at) };
}

/** The next token, or undefined where its end has not come yet. */
function readOne(bytes: Uint8Array, at: number): { token: PrinterToken; next: number } | undefined {
  const byte = bytes[at] ?? 0;
  if (byte === LF) return { token: { kind: "line-feed" }, next: at + 1 };
  if (byte === DLE || byte === ESC || byte === FS || byte === GS) return readCommand(bytes, at);
  if (byte < 0x20) return { token: ignored(), next: at + 1 };
  const end = endOfText(bytes, at);
  return end === at ? undefined : { token: { kind: "text", bytes: bytes.slice(at, end) }, next: end };
}

function readCommand(bytes: Uint8Array, at: number): { token: PrinterToken; next: number } | undefined {
  const second = bytes[at + 1];
  if (second === undefined) return undefined;
  const command = COMMANDS.get(((bytes[at] ?? 0) << 8) | second);
  if (command === undefined) return { token: ignored(), next: at + 2 };
  const head = bytes.subarray(at, at + command.length);
  if (head.length < command.length) return undefined;
  const more = command.more?.(head) ?? (command.more === undefined ? 0 : undefined);
  // A printer that is told to take more than it can goes on with what follows as text.
  if (more === undefined) return { token: ignored(), next: at + command.length };
  const end = at + command.length + more;
  if (bytes.length < end) return undefined;
  return { token: command.token(bytes.subarray(at, end)), next: end };
}

/** Where a run of characters ends; a lead byte whose second byte has not come stays for the next time. */
function endOfText(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20) break;
    if (!isLeadByte(byte)) at += 1;
    else if (at + 1 < bytes.length) at += 2;
    else break;
  }
  return at;
}

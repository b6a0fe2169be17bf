// One track of a magnetic stripe as a serial reader sends it: ISO/IEC 7811 characters, ISO/IEC 7813 contents.
// Readers send track 1 as its code + 0x20 and tracks 2 and 3 as theirs + 0x30; most drop the LRC, some keep it.
import { passesLuhn } from "#core/card/check-digit.ts";
import type { SwipeProblem } from "#core/contract/devices.ts";
import { type Masked, masked } from "#core/masked.ts";

export type TrackNumber = 1 | 2 | 3;

type TrackForm = Readonly<{
  track: TrackNumber;
  start: number;
  /** Subtracted from a character to get the code on the stripe. */
  codeOffset: number;
  codeMax: number;
  /** From start to end sentinel; the LRC comes on top. ISO/IEC 7811-2 and -6: 79, 40 and 107 with the LRC. */
  charactersMax: number;
}>;

const FORMS: readonly TrackForm[] = [
  { track: 1, start: 0x25, codeOffset: 0x20, codeMax: 0x3f, charactersMax: 78 },
  { track: 2, start: 0x3b, codeOffset: 0x30, codeMax: 0x0f, charactersMax: 39 },
  { track: 3, start: 0x2b, codeOffset: 0x30, codeMax: 0x0f, charactersMax: 106 },
];
const END_SENTINEL = 0x3f;

/** A start sentinel and less than a card number of what follows it is noise, not a swipe that went wrong. */
const NOISE_CHARACTERS_MAX = 8;

export const formOf = (byte: number | undefined): TrackForm | undefined =>
  FORMS.find((form) => form.start === byte);

/** What one track gave. `isProven` says that its LRC was there and right. */
export type TrackReading =
  | Readonly<{
      kind: "number";
      track: TrackNumber;
      number: Masked;
      expiry: string | null;
      formatCode: string | null;
      isProven: boolean;
    }>
  | Readonly<{ kind: "problem"; track: TrackNumber; problem: SwipeProblem }>
  /** Track 3 is not used at a till; it is skipped whole. */
  | Readonly<{ kind: "unused"; track: TrackNumber }>;

export type TrackStep =
  | Readonly<{ kind: "track"; reading: TrackReading; next: number }>
  | Readonly<{ kind: "noise"; next: number }>
  /** Its end has not arrived yet. */
  | Readonly<{ kind: "more" }>;

/**
 * Reads the track that starts at `at`.
 * @param isQuiet nothing more is coming, so what has no end yet will not get one
 */
export function readTrack(bytes: Uint8Array, at: number, isQuiet: boolean): TrackStep {
  const form = formOf(bytes[at]);
  if (form === undefined) return { kind: "noise", next: at + 1 };
  for (let place = at + 1; place < bytes.length; place++) {
    const byte = bytes[place] ?? 0;
    if (byte === END_SENTINEL) return endTrack(bytes, at, place, form, isQuiet);
    if (place - at >= form.charactersMax - 1) return broken(form, at, place, "too-long");
    if (!isOfForm(byte, form)) return broken(form, at, place, "bad-syntax");
    if (byte === form.start) return broken(form, at, place, "incomplete");
  }
  return isQuiet ? broken(form, at, bytes.length, "incomplete") : { kind: "more" };
}

function broken(form: TrackForm, at: number, next: number, problem: SwipeProblem): TrackStep {
  if (next - at <= NOISE_CHARACTERS_MAX) return { kind: "noise", next };
  return { kind: "track", reading: { kind: "problem", track: form.track, problem }, next };
}

const isOfForm = (byte: number, form: TrackForm) =>
  byte >= form.codeOffset && byte <= form.codeOffset + form.codeMax;

function endTrack(bytes: Uint8Array, at: number, end: number, form: TrackForm, isQuiet: boolean): TrackStep {
  const check = readCheck(bytes, at, end, form, isQuiet);
  if (check === "more") return { kind: "more" };
  const next = end + (check === "none" ? 1 : 2);
  if (end - at < NOISE_CHARACTERS_MAX) return { kind: "noise", next };
  if (form.track === 3) return { kind: "track", reading: { kind: "unused", track: 3 }, next };
  if (check === "wrong")
    return { kind: "track", reading: { kind: "problem", track: form.track, problem: "bad-lrc" }, next };
  const text = String.fromCharCode(...bytes.subarray(at + 1, end));
  const isProven = check === "right";
  return {
    kind: "track",
    reading: form.track === 1 ? parseOne(text, isProven) : parseTwo(text, isProven),
    next,
  };
}

/**
 * Whether an LRC follows the end sentinel, and whether it is right. An LRC may look like a start sentinel;
 * the character after it tells them apart.
 */
function readCheck(
  bytes: Uint8Array,
  at: number,
  end: number,
  form: TrackForm,
  isQuiet: boolean,
): "none" | "right" | "wrong" | "more" {
  const byte = bytes[end + 1];
  if (byte === undefined) return isQuiet ? "none" : "more";
  if (!isOfForm(byte, form)) return "none";
  const sentinel = formOf(byte);
  if (sentinel !== undefined) {
    const following = bytes[end + 2];
    if (following === undefined && !isQuiet) return "more";
    if (following !== undefined && beginsTrack(following, sentinel)) return "none";
  }
  return byte === lrcOf(bytes.subarray(at, end + 1), form) ? "right" : "wrong";
}

/** Track 1 goes on with its format code, the others with a digit. */
const beginsTrack = (byte: number, { track }: TrackForm) =>
  track === 1 ? byte >= 0x41 && byte <= 0x5a : byte >= 0x30 && byte <= 0x39;

/** Even parity down the columns of all codes from start to end sentinel (ISO/IEC 7811-2), as the reader sends it. */
function lrcOf(characters: Uint8Array, { codeOffset }: TrackForm): number {
  return codeOffset + characters.reduce((lrc, byte) => lrc ^ (byte - codeOffset), 0);
}

/** The LRC character of a track given from start to end sentinel; for simulators and tests. */
export function lrcCharacter(track: string): string {
  const form = formOf(track.charCodeAt(0));
  if (form === undefined) throw new TypeError("a track begins with its start sentinel");
  return String.fromCharCode(
    lrcOf(
      Uint8Array.from(track, (character) => character.charCodeAt(0)),
      form,
    ),
  );
}

/** Format code, number ^ name ^ expiry or ^, and the rest, of which nothing is kept. */
const TRACK_1 = /^([A-Z])(\d{8,19})\^[^^]{0,26}(?:\^(.*))?$/;
/** Number = expiry or =, and the rest. A card that holds nothing but its number is accepted. */
const TRACK_2 = /^(\d{8,19})(?:=(.*))?$/;

function parseOne(text: string, isProven: boolean): TrackReading {
  const [, formatCode, number, rest] = TRACK_1.exec(text) ?? [];
  if (number === undefined) return { kind: "problem", track: 1, problem: "bad-syntax" };
  return checked(1, number, rest, formatCode ?? null, isProven);
}

function parseTwo(text: string, isProven: boolean): TrackReading {
  const [, number, rest] = TRACK_2.exec(text) ?? [];
  if (number === undefined) return { kind: "problem", track: 2, problem: "bad-syntax" };
  return checked(2, number, rest, null, isProven);
}

/** Without an LRC the check digit is all that tells a misread; with one, a card of another scheme may have none. */
function checked(
  track: 1 | 2,
  number: string,
  rest: string | undefined,
  formatCode: string | null,
  isProven: boolean,
): TrackReading {
  if (!isProven && !passesLuhn(number)) return { kind: "problem", track, problem: "bad-check-digit" };
  return { kind: "number", track, number: masked(number), expiry: expiryOf(rest), formatCode, isProven };
}

/** "3012" of what follows the number; null where the field is empty or holds no month. */
function expiryOf(rest: string | undefined): string | null {
  return /^(\d{2}(?:0[1-9]|1[0-2]))/.exec(rest ?? "")?.[1] ?? null;
}

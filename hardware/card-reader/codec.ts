// A card reader's bytes to swipes. Pure and bounded: bytes in, readings and the bytes to keep out.
// One swipe is one reading: tracks 1 and 2 often come together, each with or without LRC and line end.
// Nothing of a track leaves this file but the number, the expiry and the format code.
import type { SwipeProblem } from "#core/contract/devices.ts";
import type { Masked } from "#core/masked.ts";
import { formOf, readTrack, type TrackReading } from "./track.ts";

export type Reading =
  | Readonly<{
      kind: "swipe";
      number: Masked;
      expiry: string | null;
      track: 1 | 2;
      formatCode: string | null;
    }>
  | Readonly<{
      kind: "unreadable";
      code: "CARD_UNREADABLE" | "FRAME_INVALID";
      problem: SwipeProblem;
    }>;

export type Read = Readonly<{ readings: readonly Reading[]; rest: Uint8Array }>;

/** Three whole tracks with their LRCs and line ends are 232 characters; nothing longer is ever kept. */
export const REST_BYTES_MAX = 256;

const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads all swipes that are complete.
 * @param received what was kept from last time, then what came now
 * @param isQuiet the reader has been silent for a while, so a swipe that waits for more is complete as it is
 */
export function readSwipes(received: Uint8Array, isQuiet: boolean): Read {
  const readings: Reading[] = [];
  let at = 0;
  while (at < received.length) {
    if (formOf(received[at]) === undefined) {
      at += 1;
      continue;
    }
    const step = readSwipe(received, at, isQuiet);
    if (step === "more") break;
    if (step.reading !== undefined) readings.push(step.reading);
    at = step.next;
  }
  return { readings, rest: received.slice(at) };
}

type SwipeStep = "more" | Readonly<{ reading: Reading | undefined; next: number }>;

function readSwipe(bytes: Uint8Array, from: number, isQuiet: boolean): SwipeStep {
  const tracks: TrackReading[] = [];
  let at = from;
  for (;;) {
    const step = readTrack(bytes, at, isQuiet);
    if (step.kind === "more") return "more";
    if (step.kind === "noise") return { reading: readingOf(tracks), next: step.next };
    if (startsAnother(tracks, step.reading, bytes[at - 1])) return { reading: readingOf(tracks), next: at };
    tracks.push(step.reading);

    const afterLineEnd = skipLineEnd(bytes, step.next);
    const hasLineEnd = afterLineEnd > step.next;
    const following = formOf(bytes[afterLineEnd]);
    at = afterLineEnd;
    const isLast = hasLineEnd && step.reading.track >= 2;
    if (isLast || isBroken(step.reading)) return { reading: readingOf(tracks), next: at };
    if (at >= bytes.length && !isQuiet) return "more";
    if (following === undefined || following.track <= step.reading.track)
      return { reading: readingOf(tracks), next: at };
  }
}

/** After a line end, a track of another number is another card, swiped quickly after the first. */
function startsAnother(tracks: readonly TrackReading[], reading: TrackReading, before: number | undefined) {
  const last = tracks.at(-1);
  return (
    (before === CR || before === LF) &&
    last?.kind === "number" &&
    reading.kind === "number" &&
    last.number.reveal() !== reading.number.reveal()
  );
}

/** A track that lost its end says nothing about what comes after it. */
const isBroken = (reading: TrackReading) =>
  reading.kind === "problem" && (reading.problem === "incomplete" || reading.problem === "too-long");

/** CR, LF or CR LF; more of them are between swipes, not in one. */
function skipLineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < from + 2 && (bytes[at] === CR || bytes[at] === LF)) at += 1;
  return at;
}

/** Track 2 first, as every card of ours and every bank card has it; track 1 where only that could be read. */
function readingOf(tracks: readonly TrackReading[]): Reading | undefined {
  const numbers = tracks.filter((track) => track.kind === "number");
  const best = numbers.find(({ track }) => track === 2) ?? numbers[0];
  if (best !== undefined) {
    const agrees = numbers.every(({ number }) => number.reveal() === best.number.reveal());
    if (!agrees) return unreadable("bad-syntax");
    const formatCode = numbers.find(({ track }) => track === 1)?.formatCode ?? null;
    return {
      kind: "swipe",
      number: best.number,
      expiry: best.expiry,
      track: best.track === 1 ? 1 : 2,
      formatCode,
    };
  }
  const problem = tracks.find((track) => track.kind === "problem");
  return problem === undefined ? undefined : unreadable(problem.problem);
}

const unreadable = (problem: SwipeProblem): Reading => ({
  kind: "unreadable",
  code: problem === "too-long" ? "FRAME_INVALID" : "CARD_UNREADABLE",
  problem,
});

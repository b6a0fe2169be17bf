// What a reader sends when a card is drawn through it, and what it sends when that goes wrong.
import type { SwipeFault } from "#core/contract/simulators.ts";
import { lrcCharacter } from "./track.ts";

export type SimulatedSwipe = Readonly<{ cardNumber: string; expiry: string; fault: SwipeFault }>;

/** Format code of our own cards: anything but B, so that they are never taken for bank cards. */
const OUR_FORMAT_CODE = "P";

/** Printable and not: what a bad contact or a wrong baud rate gives. */
const NOISE = "\x00\xff~U\x7f%;\x80";

const FRAGMENT_CHARACTERS = 7;

/** Chunks in the order they are sent, each by a write of its own. */
export function swipeChunks({ cardNumber, expiry, fault }: SimulatedSwipe): readonly Uint8Array[] {
  const one = `%${OUR_FORMAT_CODE}${cardNumber}^PREPAID/CARD^${expiry}000?`;
  const two = `;${cardNumber}=${expiry}000?`;
  const whole = `${one}${lrcCharacter(one)}${two}${lrcCharacter(two)}\r\n`;
  switch (fault) {
    case "none":
      return [bytesOf(whole)];
    case "noise":
      return [bytesOf(`${NOISE}${whole}${NOISE}`)];
    case "bad-lrc":
      return [bytesOf(`${one}${wrong(lrcCharacter(one))}${two}${wrong(lrcCharacter(two))}\r\n`)];
    case "fragmented":
      return fragments(whole).map(bytesOf);
    case "two-in-one-chunk":
      return [bytesOf(whole + whole)];
    case "half":
      return [bytesOf(two.slice(0, 12))];
  }
}

/** Seven characters at a time, so that numbers, sentinels and LRCs are all cut apart. */
const fragments = (text: string): readonly string[] =>
  text === "" ? [] : [text.slice(0, FRAGMENT_CHARACTERS), ...fragments(text.slice(FRAGMENT_CHARACTERS))];

/** Another character of the same track's alphabet, and never a start sentinel. */
const wrong = (lrc: string) => (lrc === "0" ? "1" : "0");

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

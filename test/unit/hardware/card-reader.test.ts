// Swipes out of a reader's bytes: whole, in pieces, in noise, doubled, cut off and wrong.
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { type Reading, readSwipes } from "#hardware/card-reader/codec.ts";
import { lrcCharacter } from "#hardware/card-reader/track.ts";

const BANK_TWO = ";4111111111111111=30121010000000000000?";
const BANK_ONE = "%B4111111111111111^DOE/JOHN^30121010000000000000?";
const OURS = "9410001234567892";
const OUR_ONE = `%P${OURS}^PREPAID/CARD^3012000?`;
const OUR_TWO = `;${OURS}=3012000?`;

test("the LRCs of the published test tracks are < and ?", () => {
  expect(lrcCharacter(BANK_TWO)).toBe("<");
  expect(lrcCharacter(BANK_ONE)).toBe("?");
});
test("reads track 2 with a right LRC", () => {
  expect(numbersOf(`${BANK_TWO}<\r`)).toEqual(["4111111111111111"]);
});
test("reads track 2 from a reader that drops the LRC", () => {
  expect(numbersOf(`${BANK_TWO}\r\n`)).toEqual(["4111111111111111"]);
});
test("reads both tracks of one card as one swipe, with the format code of track 1", () => {
  const [reading, ...more] = read(`${OUR_ONE}${lrcCharacter(OUR_ONE)}${OUR_TWO}${lrcCharacter(OUR_TWO)}\r`);
  expect(more).toEqual([]);
  expect(reading).toMatchObject({ kind: "swipe", track: 2, formatCode: "P", expiry: "3012" });
});
test("reads tracks that come on lines of their own as one swipe", () => {
  expect(numbersOf(`${OUR_ONE}\r${OUR_TWO}\r`)).toEqual([OURS]);
});
test("reads a card that holds track 1 only, once the reader is quiet", () => {
  expect(read(`${BANK_ONE}?\r`, false)).toEqual([]);
  expect(read(`${BANK_ONE}?\r`, true)).toMatchObject([{ track: 1, formatCode: "B" }]);
});
test("reads a card that holds nothing but its number", () => {
  expect(read(`;${OURS}?\r`)).toMatchObject([{ kind: "swipe", expiry: null }]);
});
test("has no expiry where the field is empty or holds no month", () => {
  expect(read(`;${OURS}==000?\r`)).toMatchObject([{ expiry: null }]);
  expect(read(`;${OURS}=3013000?\r`)).toMatchObject([{ expiry: null }]);
});
test("skips track 3", () => {
  expect(numbersOf(`${OUR_TWO}+${OURS}=1234567890?\r`)).toEqual([OURS]);
  expect(read(`+${OURS}=1234567890?\r`)).toEqual([]);
});
test("two swipes in one chunk are two swipes", () => {
  expect(numbersOf(`${OUR_TWO}\r${BANK_TWO}<\r`)).toEqual([OURS, "4111111111111111"]);
  expect(numbersOf(`${OUR_TWO}\r${OUR_TWO}\r`)).toEqual([OURS, OURS]);
  expect(numbersOf(`${BANK_TWO}<${BANK_TWO}<\r`)).toEqual(["4111111111111111", "4111111111111111"]);
});
test("a card with track 1 and another with track 2 right behind it are two swipes", () => {
  expect(numbersOf(`${BANK_ONE}?\r${OUR_TWO}\r`)).toEqual(["4111111111111111", OURS]);
});
test("waits for what is missing and reads it when it has come", () => {
  const whole = bytesOf(`${OUR_ONE}${lrcCharacter(OUR_ONE)}${OUR_TWO}${lrcCharacter(OUR_TWO)}\r`);
  let kept: Uint8Array = new Uint8Array();
  const seen: Reading[] = [];
  for (const byte of whole) {
    const { readings, rest } = readSwipes(Uint8Array.of(...kept, byte), false);
    seen.push(...readings);
    kept = rest;
  }
  expect(seen).toHaveLength(1);
  expect(kept).toHaveLength(0);
});
test("noise before, between and after swipes is no swipe", () => {
  const noise = "\x00\xff~U\x7f%;\x80";
  expect(numbersOf(`${noise}${OUR_TWO}\r${noise}${BANK_TWO}<\r${noise}`)).toEqual([OURS, "4111111111111111"]);
});
test("an LRC that looks like a start sentinel is told from the next swipe", () => {
  const track = Array.from({ length: 1_000 }, (_, count) => `;${OURS}=3012${count}?`).find(
    (text) => lrcCharacter(text) === ";",
  );
  expect(track).toBeDefined();
  expect(numbersOf(`${track};\r`)).toEqual([OURS]);
  expect(numbersOf(`${track}${OUR_TWO}\r`)).toEqual([OURS, OURS]);
  expect(numbersOf(`${track};${OUR_TWO}\r`)).toEqual([OURS, OURS]);
});
test("a wrong LRC on every track is unreadable", () => {
  expect(read(`${BANK_TWO}0\r`)).toEqual([
    { kind: "unreadable", code: "CARD_UNREADABLE", problem: "bad-lrc" },
  ]);
});
test("one good track is enough", () => {
  expect(numbersOf(`${BANK_ONE}0${BANK_TWO}<\r`)).toEqual(["4111111111111111"]);
});
test("two tracks of one swipe that name different cards are unreadable", () => {
  expect(read(`${BANK_ONE}?${OUR_TWO}\r`)).toMatchObject([{ kind: "unreadable", problem: "bad-syntax" }]);
});
test("without an LRC a wrong check digit is a misread; with a right one the number is as the card says", () => {
  const odd = ";9410001234567890=3012000?";
  expect(read(`${odd}\r`)).toMatchObject([{ kind: "unreadable", problem: "bad-check-digit" }]);
  expect(numbersOf(`${odd}${lrcCharacter(odd)}\r`)).toEqual(["9410001234567890"]);
});
test("half a swipe is unreadable when the reader falls quiet, and does not spoil the next", () => {
  const half = OUR_TWO.slice(0, 12);
  expect(read(half, false)).toEqual([]);
  expect(read(half, true)).toMatchObject([{ problem: "incomplete" }]);
  expect(read(`${half}${OUR_TWO}\r`)).toMatchObject([
    { kind: "unreadable", problem: "incomplete" },
    { kind: "swipe" },
  ]);
});
test("a track longer than the standard allows is dropped and told as FRAME_INVALID", () => {
  expect(read(`;${"4".repeat(60)}?\r`)).toEqual([
    { kind: "unreadable", code: "FRAME_INVALID", problem: "too-long" },
  ]);
});
test("a track of 40 characters with its LRC is still read", () => {
  const longest = `;${OURS}=${"3".repeat(39 - OURS.length - 3)}?`;
  expect(longest).toHaveLength(39);
  expect(numbersOf(`${longest}${lrcCharacter(longest)}\r`)).toEqual([OURS]);
});
test("a reading shows its number masked wherever it is printed", () => {
  const readings = read(`${OUR_TWO}\r`);
  for (const printed of [
    inspect(readings, { depth: 9 }),
    JSON.stringify(readings),
    `${numberOf(readings)}`,
  ]) {
    expect(printed).toContain("941000 ****** 7892");
    expect(printed).not.toContain(OURS);
  }
});

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const read = (text: string, isQuiet = false) => readSwipes(bytesOf(text), isQuiet).readings;
const numberOf = ([first]: readonly Reading[]) => (first?.kind === "swipe" ? first.number : undefined);
const numbersOf = (text: string) =>
  read(text).map((reading) => (reading.kind === "swipe" ? reading.number.reveal() : reading.problem));

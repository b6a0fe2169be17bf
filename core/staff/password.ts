// What a person's own password for the console may be. Its checking is the back office's (Argon2id), never core's.
import type { Failure } from "../errors.ts";
import { err, ok, type Result } from "../result.ts";

export const STAFF_PASSWORD_CHARACTERS_MIN = 10;
/** What is hashed is bounded; nobody remembers more. */
export const STAFF_PASSWORD_CHARACTERS_MAX = 100;
/** Shorter names are in half of all words. */
const TELLING_NAME_CHARACTERS_MIN = 4;

/** A password as it is hashed: NFC, so that two keyboards that compose Hangul differently agree. */
export const staffPasswordText = (typed: string): string => typed.normalize("NFC");

/**
 * A new password as it is hashed. Fails with STAFF_PASSWORD_FORM unless it has 10 to 100 characters, none of them a
 * control character, does not hold the name that is typed beside it, and is not the password that it takes the place of.
 */
export function newStaffPassword(
  typed: string,
  person: Readonly<{ signInName: string; oldPassword: string }>,
): Result<string, Failure> {
  const refused = (detail: string) => err({ code: "STAFF_PASSWORD_FORM", detail } as const);
  const text = staffPasswordText(typed);
  const characters = [...text].length;
  if (characters < STAFF_PASSWORD_CHARACTERS_MIN || characters > STAFF_PASSWORD_CHARACTERS_MAX)
    return refused("length");
  if (/\p{Cc}/u.test(text)) return refused("control character");
  if (holdsName(text, person.signInName)) return refused("holds the name");
  return text === staffPasswordText(person.oldPassword) ? refused("the old one") : ok(text);
}

const holdsName = (text: string, signInName: string): boolean =>
  signInName.length >= TELLING_NAME_CHARACTERS_MIN && text.toLowerCase().includes(signInName.toLowerCase());

// What a holder's password may be. Its checking is the back office's (Argon2id), never core's.
import type { Failure } from "../errors.ts";
import { err, ok, type Result } from "../result.ts";

export const PASSWORD_CHARACTERS_MIN = 4;
export const PASSWORD_CHARACTERS_MAX = 32;
/** Wrong passwords in a row after which a card is blocked, where no policy says otherwise. */
export const WRONG_TRIES_MAX = 5;

/**
 * A password as it is hashed: NFC, so that two keyboards that compose Hangul differently agree.
 * Fails with PASSWORD_FORM unless it has 4 to 32 characters, none of them a control character.
 */
export function passwordText(typed: string): Result<string, Failure> {
  const text = typed.normalize("NFC");
  const characters = [...text].length;
  if (characters < PASSWORD_CHARACTERS_MIN || characters > PASSWORD_CHARACTERS_MAX) {
    return err({ code: "PASSWORD_FORM", detail: "length" });
  }
  return /\p{Cc}/u.test(text) ? err({ code: "PASSWORD_FORM", detail: "control character" }) : ok(text);
}

/** Why a new password may not be chosen: it is the number it protects, or a part of it. */
export function isPartOfNumber(password: string, digits: readonly string[]): boolean {
  return digits.some((number) => number.includes(password));
}

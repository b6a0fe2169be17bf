// Whether a text that somebody typed or scanned is really a card: it must then be kept nowhere.

import { passesDamm, passesLuhn } from "../card/check-digit.ts";
import { CARD_NUMBER_DIGITS, CARD_PREFIX, PIN_DIGITS } from "../card/number.ts";

/** Start sentinels of ISO/IEC 7813 tracks 1 and 2, as a reader that acts as a keyboard types them. */
const TRACK = /^\s*%[A-Z]?\d{6,}|^\s*;\d{6,}|\d{12,19}[=^]/i;
/** Digits, perhaps in groups: what is between them is taken away before they are checked. */
const DIGIT_RUNS = /\d(?:[\s-]?\d){11,18}/g;

/** True for a track of a card, a number of 16 digits that passes Luhn or has our prefix, and a PIN# of 12 that passes Damm. */
export function looksLikeSecret(text: string): boolean {
  if (TRACK.test(text)) return true;
  return (text.match(DIGIT_RUNS) ?? []).some((run) => {
    const digits = run.replaceAll(/\D/g, "");
    if (digits.length === PIN_DIGITS) return passesDamm(digits);
    // A mistyped number of ours is still nearly a card.
    return digits.length === CARD_NUMBER_DIGITS && (passesLuhn(digits) || digits.startsWith(CARD_PREFIX));
  });
}

// The two numbers of a card (D16). Either finds it; neither moves money without the password.
import { assert } from "../assert.ts";
import type { Failure } from "../errors.ts";
import { err, ok, type Result } from "../result.ts";
import { dammDigit, luhnDigit, passesDamm, passesLuhn } from "./check-digit.ts";

/** Digits of our own cards' numbers: outside the ranges of the card schemes (ISO/IEC 7812 industry 9, national use). */
export const CARD_PREFIX = "941000";
export const CARD_NUMBER_DIGITS = 16;
export const PIN_DIGITS = 12;
/** Random digits that make a number: 9 after the prefix, and 11 of the PIN#, each before its check digit. */
export const CARD_RANDOM_DIGITS = CARD_NUMBER_DIGITS - CARD_PREFIX.length - 1;
export const PIN_RANDOM_DIGITS = PIN_DIGITS - 1;

/**
 * A number that identifies value. It prints masked wherever it is logged, joined to a text or serialised;
 * `reveal` is the one way to the digits and easy to search for.
 */
export type CardIdentifier = Readonly<{
  kind: "pin" | "number";
  masked: string;
  reveal(): string;
  toString(): string;
  toJSON(): string;
}>;

/** "12345678 ****" for a PIN#, "941000 ****** 1234" for the printed number. */
export function maskDigits(digits: string): string {
  if (digits.length === PIN_DIGITS) return `${digits.slice(0, 8)} ****`;
  if (digits.length === CARD_NUMBER_DIGITS) return `${digits.slice(0, 6)} ****** ${digits.slice(-4)}`;
  return "****";
}

/** A PIN# of 11 random digits and Damm's check digit. */
export function pinFrom(randomDigits: string): CardIdentifier {
  assert(/^\d{11}$/.test(randomDigits), "a PIN# is made of 11 digits");
  return identifier("pin", randomDigits + dammDigit(randomDigits));
}

/** A card number of our prefix, 9 random digits and Luhn's check digit. */
export function cardNumberFrom(randomDigits: string): CardIdentifier {
  assert(/^\d{9}$/.test(randomDigits), "a card number is made of 9 digits after the prefix");
  const digits = CARD_PREFIX + randomDigits;
  return identifier("number", digits + luhnDigit(digits));
}

/**
 * Reads what was swiped or typed; blanks between the digits are allowed.
 * Fails with CARD_NUMBER_INVALID (length or check digit) or CARD_NOT_OURS (another issuer's number).
 */
export function parseIdentifier(typed: string): Result<CardIdentifier, Failure> {
  const digits = typed.replaceAll(" ", "");
  if (!/^\d+$/.test(digits)) return err({ code: "CARD_NUMBER_INVALID", detail: "not digits" });
  if (digits.length === PIN_DIGITS) {
    return passesDamm(digits) ? ok(identifier("pin", digits)) : wrongDigit;
  }
  if (digits.length !== CARD_NUMBER_DIGITS) return err({ code: "CARD_NUMBER_INVALID", detail: "length" });
  if (!passesLuhn(digits)) return wrongDigit;
  return digits.startsWith(CARD_PREFIX) ? ok(identifier("number", digits)) : err({ code: "CARD_NOT_OURS" });
}

const wrongDigit = err<Failure>({ code: "CARD_NUMBER_INVALID", detail: "check digit" });

function identifier(kind: CardIdentifier["kind"], digits: string): CardIdentifier {
  const masked = maskDigits(digits);
  const show = () => masked;
  // The digits live in the closure only, so that no way of listing the object's properties shows them.
  return Object.freeze({ kind, masked, reveal: () => digits, toString: show, toJSON: show });
}

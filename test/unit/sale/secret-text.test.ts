import { describe, expect, it } from "vitest";
import { cardNumberFrom, pinFrom } from "#core/card/number.ts";
import { looksLikeSecret } from "#core/sale/secret-text.ts";

const CARD = cardNumberFrom("000000001").reveal();
const PIN_NUMBER = pinFrom("12345678901").reveal();
const grouped = (digits: string, separator: string) => digits.replace(/(\d{4})(?=\d)/g, `$1${separator}`);

describe("a text that somebody typed", () => {
  it.each([
    ["a card number", CARD],
    ["one in groups", grouped(CARD, " ")],
    ["one with dashes", grouped(CARD, "-")],
    ["one in a sentence", `card ${CARD} please`],
    ["a bank card's number", "4111111111111111"],
    ["a mistyped number of ours", `${CARD.slice(0, 15)}${(Number(CARD[15]) + 1) % 10}`],
    ["a PIN#", PIN_NUMBER],
    ["a PIN# in groups", grouped(PIN_NUMBER, " ")],
    ["track 2", `;${CARD}=30121010000?`],
    ["track 2 without its sentinel", `${CARD}=3012`],
    ["track 1", `%B${CARD}^DOE/JOHN^3012?`],
  ])("is taken for a secret: %s", (_what, text) => {
    expect(looksLikeSecret(text)).toBe(true);
  });

  it.each([
    ["a name", "americano"],
    ["Korean", "아메리카노"],
    ["an EAN-13", "8801234567893"],
    ["a price", "120000"],
    ["a date and a time", "2026-03-01 12:00"],
    ["12 digits that are no PIN#", `${PIN_NUMBER.slice(0, 11)}${(Number(PIN_NUMBER[11]) + 1) % 10}`],
    ["nothing", ""],
  ])("is searched for: %s", (_what, text) => {
    expect(looksLikeSecret(text)).toBe(false);
  });
});

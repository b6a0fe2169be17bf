import { inspect } from "node:util";
import { expect, test } from "vitest";
import { cardNumberFrom, parseIdentifier, pinFrom } from "#core/card/number.ts";

test("C11 a PIN# ends in the digit that Damm's published example gives", () => {
  // H. M. Damm's own example: the check digit of 572 is 4.
  expect(pinFrom("00000000572").reveal()).toBe("000000005724");
});

test("a card number carries our prefix, 16 digits and Luhn's check digit", () => {
  const number = cardNumberFrom("123456789").reveal();
  expect(number).toMatch(/^941000123456789\d$/);
  expect(parseIdentifier(number)).toMatchObject({ ok: true, value: { kind: "number" } });
});

test("the number of another issuer is not ours, one with a wrong digit is invalid", () => {
  expect(parseIdentifier("4111111111111111")).toMatchObject({ error: { code: "CARD_NOT_OURS" } });
  expect(parseIdentifier("4111111111111112")).toMatchObject({ error: { code: "CARD_NUMBER_INVALID" } });
  expect(parseIdentifier("12345")).toMatchObject({ error: { code: "CARD_NUMBER_INVALID" } });
  expect(parseIdentifier("12ab")).toMatchObject({ error: { code: "CARD_NUMBER_INVALID" } });
});

test("blanks as printed on the card are read", () => {
  const digits = cardNumberFrom("000000001").reveal();
  const printed = digits.replace(/(\d{4})(?=\d)/g, "$1 ");
  expect(parseIdentifier(printed)).toMatchObject({ ok: true });
});

test("C11 an identifier prints masked however it is written", () => {
  const pin = pinFrom("12345678901");
  const shown = [`${pin}`, JSON.stringify({ pin }), inspect(pin, { depth: 5, showHidden: true }), pin.masked];
  for (const text of shown) expect(text).not.toContain(pin.reveal());
  expect(pin.masked).toBe("12345678 ****");
});

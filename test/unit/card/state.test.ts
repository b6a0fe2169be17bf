import { describe, expect, test } from "vitest";
import { expiryOf } from "#core/card/expiry.ts";
import { isPartOfNumber, passwordText } from "#core/card/password.ts";
import { CARD_STATES, type CardMove, type CardState, moved, refusalOf } from "#core/card/state.ts";
import { instant, isoOf } from "#core/time.ts";

const ALLOWED: Readonly<Record<CardMove, readonly CardState[]>> = {
  sell: ["stock"],
  gift: ["sold"],
  register: ["sold", "gifted"],
  block: ["active"],
  unblock: ["blocked"],
  "begin-ending": ["sold", "gifted", "active", "blocked"],
  end: ["closing"],
};

describe("C22 states and legal moves", () => {
  for (const move of Object.keys(ALLOWED) as CardMove[]) {
    test(`${move} is legal from ${ALLOWED[move].join(", ")} and from nowhere else`, () => {
      const legal = CARD_STATES.filter((from) => moved(from, move, "closed").ok);
      expect(legal).toEqual(CARD_STATES.filter((state) => ALLOWED[move].includes(state)));
    });
  }

  test("a card that has ended never moves again", () => {
    for (const from of ["expired", "refunded", "closed"] as const) {
      for (const move of Object.keys(ALLOWED) as CardMove[]) {
        expect(moved(from, move, "closed")).toMatchObject({ error: { code: "CARD_MOVE_ILLEGAL" } });
      }
    }
  });

  test("an ending has to be named", () => {
    expect(moved("closing", "end").ok).toBe(false);
    expect(moved("closing", "end", "refunded")).toEqual({ ok: true, value: "refunded" });
  });
});

test("a card pays until the instant before its expiry, and not at it", () => {
  const expiresAt = instant(1_000);
  expect(refusalOf({ state: "active", expiresAt }, instant(999))).toBeUndefined();
  expect(refusalOf({ state: "active", expiresAt }, instant(1_000))).toBe("CARD_EXPIRED");
});

test("validity ends with the last day at the station, not in London", () => {
  const issued = instant(Date.parse("2026-03-01T16:00:00.000Z")); // 2 March, 01:00 in Seoul
  expect(isoOf(expiryOf(issued, 1, 540))).toBe("2026-03-03T15:00:00.000Z");
});

test("a password has 4 to 32 characters, Hangul counted as people count it", () => {
  expect(passwordText("123")).toMatchObject({ error: { code: "PASSWORD_FORM" } });
  expect(passwordText("1234").ok).toBe(true);
  expect(passwordText("비밀번호").ok).toBe(true);
  expect(passwordText("x".repeat(32)).ok).toBe(true);
  expect(passwordText("x".repeat(33)).ok).toBe(false);
  expect(passwordText("12\n34").ok).toBe(false);
  expect(passwordText("한글암호".normalize("NFD"))).toEqual(passwordText("한글암호"));
});

test("a part of the card's own number is recognised", () => {
  expect(isPartOfNumber("2345", ["123456"])).toBe(true);
  expect(isPartOfNumber("9999", ["123456"])).toBe(false);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { dammDigit, luhnDigit, passesDamm, passesLuhn } from "#core/card/check-digit.ts";

const digits = fc.stringMatching(/^\d{2,15}$/);

test("both check digits find any one wrong digit", () => {
  fc.assert(
    fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (payload, at, shift) => {
      for (const [made, passes] of [
        [payload + luhnDigit(payload), passesLuhn],
        [payload + dammDigit(payload), passesDamm],
      ] as const) {
        expect(passes(made)).toBe(true);
        const place = at % made.length;
        const other = String((Number(made[place]) + shift) % 10);
        expect(passes(made.slice(0, place) + other + made.slice(place + 1))).toBe(false);
      }
    }),
  );
});

test("Damm finds every swap of two neighbours", () => {
  fc.assert(
    fc.property(digits, fc.nat(), (payload, at) => {
      const made = payload + dammDigit(payload);
      const place = at % (made.length - 1);
      const [a = "", b = ""] = [made[place], made[place + 1]];
      fc.pre(a !== b);
      expect(passesDamm(made.slice(0, place) + b + a + made.slice(place + 2))).toBe(false);
    }),
  );
});

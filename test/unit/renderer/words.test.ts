// Both languages say everything.
import { describe, expect, test } from "vitest";
import { ERRORS, type ErrorCode } from "#core/errors.ts";
import { devicesWords } from "#renderer/devices/words.ts";
import { setupWords } from "#renderer/setup/words.ts";
import { shiftWords } from "#renderer/shift/words.ts";
import { tillWords } from "#renderer/till/words.ts";
import { ERROR_TEXT, errorText } from "#renderer/ui/i18n/error-text.ts";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";

const HANGUL = /[가-힣]/;
/** The name of a report, and the button that names the other language. */
const SAME_IN_BOTH = new Set(["language"]);

const tables = {
  kit: kitWords,
  till: tillWords,
  shift: shiftWords,
  setup: setupWords,
  devices: devicesWords,
};

describe.each(Object.entries(tables))("the words of %s", (_name, { en, ko }) => {
  test("are Korean in Korean and not in English", () => {
    const say = (word: unknown): string =>
      typeof word === "function" ? String(word("1", "2", "3")) : String(word);
    for (const [key, word] of Object.entries(ko))
      if (!SAME_IN_BOTH.has(key)) expect(say(word)).toMatch(HANGUL);
    for (const [key, word] of Object.entries(en))
      if (!SAME_IN_BOTH.has(key)) expect(say(word)).not.toMatch(HANGUL);
  });
  test("offer as many choices in both", () => {
    for (const [key, word] of Object.entries(en)) {
      if (typeof word !== "string") continue;
      const other: unknown = ko[key as keyof typeof ko];
      expect(String(other).split("|").length).toBe(word.split("|").length);
    }
  });
});
describe("errors", () => {
  test.each(Object.keys(ERRORS) as ErrorCode[])(
    "%s says what happened and what to do in both languages",
    (code) => {
      for (const language of ["ko", "en"] as const) {
        const { happened, todo } = ERROR_TEXT[language][code];
        expect(happened).toMatch(/[.?]$/);
        expect(todo).toMatch(/[.?]$/);
        expect(HANGUL.test(happened)).toBe(language === "ko");
      }
    },
  );
  test("with a code from a newer till read as an inside fault", () => {
    expect(errorText("NEWER_THAN_THIS", "en")).toEqual(ERROR_TEXT.en.INTERNAL);
  });
});

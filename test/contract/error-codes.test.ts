// A code means the same wherever it is met: in the table, as a status, and as a sentence in both languages.
import { describe, expect, it } from "vitest";
import { HTTP_STATUS } from "#backoffice/http/http-status.ts";
import { LANGUAGES } from "#core/contract/values.ts";
import { ERRORS, type ErrorCode, isErrorCode } from "#core/errors.ts";
import { errorText } from "#renderer/ui/i18n/error-text.ts";

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe("every error code", () => {
  it.each(CODES)("%s has a name in capitals, a sentence and a status that refuses", (code) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(ERRORS[code].says).toMatch(/^[A-Z].*\.$/);
    expect(HTTP_STATUS[code]).toBeGreaterThanOrEqual(400);
    expect(HTTP_STATUS[code]).toBeLessThan(600);
  });

  it.each(CODES.flatMap((code) => LANGUAGES.map((language) => [code, language] as const)))(
    "%s says what happened and what to do, in %s",
    (code, language) => {
      const { happened, todo } = errorText(code, language);
      expect(happened.length).toBeGreaterThan(3);
      expect(todo.length).toBeGreaterThan(3);
      if (language === "ko") expect(happened).toMatch(/[가-힣]/);
    },
  );

  it("is told from what is none", () => {
    expect(isErrorCode("CARD_BLOCKED")).toBe(true);
    expect(isErrorCode("toString")).toBe(false);
    expect(errorText("NO_SUCH_CODE", "en")).toEqual(errorText("INTERNAL", "en"));
  });
});

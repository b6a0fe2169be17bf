// Both languages say everything at the console.
import { describe, expect, test } from "vitest";
import { catalogueWords } from "#backoffice/web/console/catalogue-words.ts";
import { closingWords } from "#backoffice/web/console/closing-words.ts";
import { exceptionWords } from "#backoffice/web/console/exception-words.ts";
import { exportWords } from "#backoffice/web/console/export-words.ts";
import { exposureWords } from "#backoffice/web/console/exposure-words.ts";
import { paymentWords } from "#backoffice/web/console/payment-words.ts";
import { restoredWords } from "#backoffice/web/console/restored-words.ts";
import { staffWords } from "#backoffice/web/console/staff-words.ts";
import { words } from "#backoffice/web/console/words.ts";

const HANGUL = /[가-힣]/;
/** The button that names the other language, names that are one everywhere, and what is a person and a time only. */
const SAME_IN_BOTH = new Set(["language", "pin", "csv", "statedBy"]);

const tables = {
  console: words,
  catalogue: catalogueWords,
  closing: closingWords,
  exceptions: exceptionWords,
  exports: exportWords,
  exposure: exposureWords,
  payments: paymentWords,
  restored: restoredWords,
  staff: staffWords,
};

describe.each(Object.entries(tables))("the words of %s", (_name, table) => {
  test("are Korean in Korean and not in English", () => {
    expect(said(table.ko).filter(([, text]) => !HANGUL.test(text))).toEqual([]);
    expect(said(table.en).filter(([, text]) => HANGUL.test(text))).toEqual([]);
  });
});

/** Every word with its key; a table within a table is read through. */
const said = (table: object): (readonly [key: string, text: string])[] =>
  Object.entries(table)
    .filter(([key]) => !SAME_IN_BOTH.has(key))
    .flatMap(([key, word]: [string, unknown]) => {
      if (typeof word === "function") return [[key, String(word("1", "2", "3"))] as const];
      return typeof word === "object" && word !== null ? said(word) : [[key, String(word)] as const];
    });

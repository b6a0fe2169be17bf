// A story of money is read by whoever pays for it: in words, in both languages.
import { describe, expect, test } from "vitest";
import { accountsInWords, doerInWords } from "#backoffice/web/console/parts/account-words.ts";
import { storyWord, withShortIds } from "#backoffice/web/console/parts/story-words.ts";
import { LANGUAGES } from "#core/contract/values.ts";
import { POSTING_EVENTS } from "#core/ledger/postings.ts";

describe.each(LANGUAGES)("a story in %s", (language) => {
  test.each(POSTING_EVENTS)("has words for %s", (event) => {
    expect(storyWord(event, language)).not.toBe(event);
    expect(/[가-힣]/.test(storyWord(event, language))).toBe(language === "ko");
  });
});

test.each(LANGUAGES)("tells what a till reported, that it was taken and resolved, in %s", (language) => {
  const reported = storyWord("slip-short", language);
  expect(reported).not.toBe("slip-short");
  expect(storyWord("slip-short resolved", language)).toBe(
    `${reported}: ${language === "ko" ? "처리됨" : "resolved"}`,
  );
  expect(storyWord("slip-short taken", language)).toBe(
    `${reported}: ${language === "ko" ? "담당 정함" : "taken"}`,
  );
  for (const title of ["enrolled", "epoch-enrolled", "epoch-restored", "shift-opened", "shift-closed"])
    expect(storyWord(title, language)).not.toBe(title);
});

test("names accounts by what they are, and cards by their end", () => {
  const detail = "card:6e0f1f5e-3a53-4c1b-9d7e-0123456541a0/KRW → merchant:station-7/KRW";
  expect(accountsInWords(detail, "en")).toBe("card …541a0 → merchant station-7");
  expect(accountsInWords("offline-loss/KRW → merchant:station-7/KRW", "ko")).toBe(
    "오프라인 손실 → 가맹점 station-7",
  );
});

test("shows an account of a kind that it does not know as it was written", () => {
  expect(accountsInWords("lottery:7/KRW → commission/KRW", "en")).toBe("lottery 7 → commission");
});

test("names a person who changed a card, the holder, and nobody", () => {
  expect(doerInWords("staff:park", "en")).toBe("park");
  expect(doerInWords("holder", "ko")).toBe("카드 소지자");
  expect(doerInWords("system", "en")).toBe("by itself");
});

test("shows a name at the bank by its end", () => {
  expect(withShortIds("P01a21df83377712da3275b3cf6f8e485")).toBe("P…8e485");
  expect(withShortIds("CS01a21df83377712da327546c70587fe0.pain.001.001.09.xml")).toBe(
    "CS…87fe0.pain.001.001.09.xml",
  );
});

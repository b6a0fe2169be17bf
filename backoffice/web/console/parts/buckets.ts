// What the bank and we do not agree on, in words.
import type { Language } from "#core/contract/values.ts";
import type { Bucket } from "#core/settlement/matching.ts";
import { words } from "../words.ts";

type Word = keyof (typeof words)["en"];

/** Where a line of the bank or of ours ended: a batch counts its lines under the same words. */
const LINES = {
  matched: "matched",
  "amount-differs": "amountDiffers",
  "status-differs": "statusDiffers",
  "missing-here": "missingHere",
  "missing-there": "missingThere",
  duplicate: "duplicate",
} as const satisfies Record<Bucket, Word>;

/** What else the settlement asks a person about. */
const OTHERS = {
  en: {
    rejected: "rejected by the bank",
    "answer-unknown": "an answer nobody asked for",
    "statement-changed": "the statement has changed",
    "account-missing": "no account to pay to",
    "account-not-ours": "a statement of an account that is not ours",
    "file-refused": "a file that cannot be read",
    "file-odd": "a file with faults",
    "line-refused": "a line that the books do not take",
    "sent-unknown": "sent before a restore",
  },
  ko: {
    rejected: "은행이 거절",
    "answer-unknown": "보낸 적 없는 건의 답변",
    "statement-changed": "바뀐 거래 명세",
    "account-missing": "지급할 계좌 없음",
    "account-not-ours": "우리 계좌가 아닌 거래 명세",
    "file-refused": "읽을 수 없는 파일",
    "file-odd": "잘못된 곳이 있는 파일",
    "line-refused": "장부에 올릴 수 없는 내역",
    "sent-unknown": "복원 전에 보낸 파일",
  },
} as const satisfies Record<Language, Readonly<Record<string, string>>>;

/** The word of a bucket, or undefined where the text is none of them but a code. */
export function bucketWord(text: string, language: Language): string | undefined {
  if (Object.hasOwn(LINES, text)) return words[language][LINES[text as keyof typeof LINES]];
  return Object.hasOwn(OTHERS.en, text) ? OTHERS[language][text as keyof typeof OTHERS.en] : undefined;
}

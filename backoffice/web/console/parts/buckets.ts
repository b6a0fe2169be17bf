// What the bank and we do not agree on, in words.
import type { Bucket } from "#core/settlement/matching.ts";
import type { words } from "../words.ts";

type Word = keyof (typeof words)["en"];

/** Where a line of the bank or of ours ended, and what else the settlement asks a person about. */
const WORDS = {
  matched: "matched",
  "amount-differs": "amountDiffers",
  "status-differs": "statusDiffers",
  "missing-here": "missingHere",
  "missing-there": "missingThere",
  duplicate: "duplicate",
  rejected: "bankRejected",
  "answer-unknown": "answerUnknown",
  "statement-changed": "statementChanged",
  "account-missing": "accountMissing",
  "account-not-ours": "accountNotOurs",
  "file-refused": "fileRefused",
  "file-odd": "fileOdd",
  "line-refused": "lineRefused",
  "sent-unknown": "sentUnknown",
} as const satisfies Record<Bucket, Word> & Readonly<Record<string, Word>>;

/** The word of a bucket, or undefined where the text is none of them but a code. */
export const bucketWord = (text: string): (typeof WORDS)[keyof typeof WORDS] | undefined =>
  Object.hasOwn(WORDS, text) ? WORDS[text as keyof typeof WORDS] : undefined;

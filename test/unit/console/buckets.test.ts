import { expect, test } from "vitest";
import type { ExceptionBucket } from "#backoffice/settlement/exceptions.ts";
import { bucketWord } from "#backoffice/web/console/parts/buckets.ts";
import { LANGUAGES } from "#core/contract/values.ts";

const EXCEPTIONS: Readonly<Record<ExceptionBucket, true>> = {
  "amount-differs": true,
  "status-differs": true,
  "missing-here": true,
  "missing-there": true,
  duplicate: true,
  rejected: true,
  "file-refused": true,
  "file-odd": true,
  "line-refused": true,
  "answer-unknown": true,
  "statement-changed": true,
  "account-missing": true,
  "account-not-ours": true,
  "sent-unknown": true,
};

test.each(Object.keys(EXCEPTIONS))("an exception %s has words in both languages", (bucket) => {
  for (const language of LANGUAGES) expect(bucketWord(bucket, language)).toMatch(/\S/);
});

test("a code that is no bucket has none", () => {
  for (const text of ["BUSY", "toString", ""]) expect(bucketWord(text, "en")).toBeUndefined();
});

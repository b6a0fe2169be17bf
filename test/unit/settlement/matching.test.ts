import { expect, test } from "vitest";
import { krw, money } from "#core/money.ts";
import { type ExpectedLine, matchLines, type StatementLine } from "#core/settlement/matching.ts";

const payout = (over: Partial<ExpectedLine> = {}): ExpectedLine => ({
  reference: "P1",
  amount: krw(1_000),
  expects: "payment",
  ...over,
});

const line = (over: Partial<StatementLine> = {}): StatementLine => ({
  id: "S1/0",
  reference: "P1",
  amount: krw(1_000),
  direction: "debit",
  booked: true,
  ...over,
});

const bucketsOf = (expected: readonly ExpectedLine[], statement: readonly StatementLine[]) =>
  matchLines(expected, statement).map((match) => [match.bucket, match.statement?.id]);

test.each([
  ["the same amount, booked", payout(), line(), "matched"],
  ["one won less", payout(), line({ amount: krw(999) }), "amount-differs"],
  ["another currency", payout(), line({ amount: money(1_000n, "EUR") }), "amount-differs"],
  ["an amount nobody can read", payout(), line({ amount: undefined }), "amount-differs"],
  ["not booked yet", payout(), line({ booked: false }), "status-differs"],
  ["money that came instead of going", payout(), line({ direction: "credit" }), "status-differs"],
  ["paid though it was refused", payout({ expects: "nothing" }), line(), "status-differs"],
])("a payout and a line with %s", (_what, expected, statement, bucket) => {
  expect(bucketsOf([expected], [statement])).toEqual([[bucket, "S1/0"]]);
});

test("a payout on no statement is missing there, and a refused one agrees", () => {
  expect(bucketsOf([payout()], [])).toEqual([["missing-there", undefined]]);
  expect(bucketsOf([payout({ expects: "nothing" })], [])).toEqual([["matched", undefined]]);
});

test("a line that is not ours is missing here, with or without a reference", () => {
  expect(bucketsOf([], [line(), line({ id: "S1/1", reference: undefined })])).toEqual([
    ["missing-here", "S1/0"],
    ["missing-here", "S1/1"],
  ]);
});

test("of several lines the best answers, and the others are duplicates", () => {
  const lines = [
    line({ id: "S1/0", booked: false }),
    line({ id: "S1/1", amount: krw(999) }),
    line({ id: "S1/2" }),
    line({ id: "S1/3" }),
  ];
  expect(bucketsOf([payout()], lines)).toEqual([
    ["matched", "S1/2"],
    ["duplicate", "S1/0"],
    ["duplicate", "S1/1"],
    ["duplicate", "S1/3"],
  ]);
});

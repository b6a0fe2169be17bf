// Each difference with the bank in words that a person can act on.
import { decimalOf, describe } from "#core/money.ts";
import type { Bucket, Match } from "#core/settlement/matching.ts";
import type { Instant } from "#core/time.ts";
import type { LineRecord } from "./bank-lines.ts";
import type { NewException } from "./exceptions.ts";
import type { OpenPayout } from "./match-statements.ts";

/** The exception of a line; undefined where it agrees, or is only announced and not booked yet. */
export function differenceOf(
  match: Match,
  line: LineRecord,
  payout: OpenPayout | undefined,
  returned: boolean,
  at: Instant,
): NewException | undefined {
  if (match.bucket === "matched" || match.bucket === "missing-there" || !line.booked) return undefined;
  return {
    id: `line:${line.id}`,
    at,
    bucket: match.bucket,
    subject: payout?.id ?? line.id,
    batchId: payout?.batchId ?? null,
    expected: payout?.net ?? null,
    actual: line.amount ?? null,
    detail: returned
      ? `The bank sent the payout to ${payout?.creditorName ?? "a merchant"} back; it is owed again.`
      : DETAILS[match.bucket](line, payout),
  };
}

type Words = (line: LineRecord, payout: OpenPayout | undefined) => string;

const DETAILS: Readonly<Record<Exclude<Bucket, "matched" | "missing-there">, Words>> = {
  "amount-differs": (line, payout) =>
    `The bank paid ${amountOf(line)} where ${payout === undefined ? "nothing" : describe(payout.net)} was due.`,
  "status-differs": (line, payout) =>
    payout?.state === "rejected"
      ? `The bank paid ${amountOf(line)} although it had refused the payout.`
      : `The bank shows a ${line.direction} of ${amountOf(line)} for a payout.`,
  "missing-here": (line) =>
    `The bank shows a ${line.direction} of ${amountOf(line)} that is in no batch${
      line.counterparty === null ? "" : ` (${line.counterparty})`
    }.`,
  duplicate: (line) => `The bank shows a further ${line.direction} of ${amountOf(line)} for the same payout.`,
};

const amountOf = (line: LineRecord) =>
  line.amount === undefined
    ? "an amount that cannot be read"
    : `${decimalOf(line.amount)} ${line.amount.currency}`;

export function missingThere(payout: OpenPayout, at: Instant): NewException {
  return {
    id: `payout:${payout.id}:missing`,
    at,
    bucket: "missing-there",
    subject: payout.id,
    batchId: payout.batchId,
    expected: payout.net,
    actual: null,
    detail: `The payout to ${payout.creditorName} is on no statement yet.`,
  };
}

// Our payouts against the bank's lines: each of both sides ends in exactly one bucket, whatever order they come in.
import type { Money } from "../money.ts";

/** A payout that we know of. A rejected one is expected not to be paid. */
export type ExpectedLine = Readonly<{
  /** The end-to-end id, unique among payouts. */
  reference: string;
  amount: Money;
  expects: "payment" | "nothing";
}>;

export type StatementLine = Readonly<{
  /** Unique among lines: statement and position. */
  id: string;
  /** The end-to-end id that the bank passed on; undefined where it did not. */
  reference: string | undefined;
  /** Undefined where the file holds none that can be read. */
  amount: Money | undefined;
  direction: "debit" | "credit";
  booked: boolean;
}>;

export type Bucket =
  | "matched"
  | "amount-differs"
  /** Booked though it was refused, not booked though it is on the statement, or going the wrong way. */
  | "status-differs"
  /** On the statement, not in our books. */
  | "missing-here"
  /** In our books, not on any statement. */
  | "missing-there"
  /** A further line for what another line answers already. */
  | "duplicate";

export const BUCKETS: readonly Bucket[] = [
  "matched",
  "amount-differs",
  "status-differs",
  "missing-here",
  "missing-there",
  "duplicate",
];

/** A pair, or one side alone. A refused payout that is on no statement agrees: matched, without a line. */
export type Match = Readonly<{
  bucket: Bucket;
  expected: ExpectedLine | undefined;
  statement: StatementLine | undefined;
}>;

/**
 * Matches by reference. Among several lines for one payout the best one answers it (right amount, booked, debit,
 * then the lowest id) and the others are duplicates. Running it again on the same lines gives the same.
 */
export function matchLines(
  expected: readonly ExpectedLine[],
  statement: readonly StatementLine[],
): readonly Match[] {
  const linesByReference = groupBy(statement, (line) => line.reference ?? "");
  const expectedByReference = groupBy(expected, (line) => line.reference);
  const matches: Match[] = [];
  for (const [reference, ours] of expectedByReference) {
    const theirs = reference === "" ? [] : (linesByReference.get(reference) ?? []);
    matches.push(...matchOne(ours, theirs));
  }
  for (const [reference, lines] of linesByReference) {
    if (reference !== "" && expectedByReference.has(reference)) continue;
    matches.push(
      ...lines.map((line) => ({ bucket: "missing-here", expected: undefined, statement: line }) as const),
    );
  }
  return matches.sort((a, b) => compareText(orderOf(a), orderOf(b)));
}

function matchOne(ours: readonly ExpectedLine[], theirs: readonly StatementLine[]): readonly Match[] {
  const [expected, ...oursAgain] = [...ours].sort((a, b) => compareText(rankOf(a), rankOf(b)));
  if (expected === undefined) return [];
  const [answer, ...theirsAgain] = [...theirs].sort(
    (a, b) => penaltyOf(a, expected) - penaltyOf(b, expected) || compareText(a.id, b.id),
  );
  return [
    { bucket: bucketOf(expected, answer), expected, statement: answer },
    ...oursAgain.map((line) => ({ bucket: "duplicate", expected: line, statement: undefined }) as const),
    ...theirsAgain.map((line) => ({ bucket: "duplicate", expected: undefined, statement: line }) as const),
  ];
}

function bucketOf(expected: ExpectedLine, line: StatementLine | undefined): Bucket {
  const paymentExpected = expected.expects === "payment";
  if (line === undefined) return paymentExpected ? "missing-there" : "matched";
  if (!paymentExpected || !line.booked || line.direction !== "debit") return "status-differs";
  return sameAmount(expected, line) ? "matched" : "amount-differs";
}

const sameAmount = (expected: ExpectedLine, line: StatementLine) =>
  line.amount?.minor === expected.amount.minor && line.amount.currency === expected.amount.currency;

/** The smaller, the better a line answers what is expected. */
function penaltyOf(line: StatementLine, expected: ExpectedLine): number {
  const faults = [line.direction !== "debit", !line.booked, !sameAmount(expected, line)];
  return faults.reduce((all, fault, index) => all + (fault ? 4 >> index : 0), 0);
}

/** Two expected lines of one reference are a defect elsewhere; they are still ordered by what they say alone. */
const rankOf = (line: ExpectedLine) =>
  `${line.expects === "payment" ? 0 : 1} ${line.amount.currency} ${String(line.amount.minor).padStart(20, "0")}`;

const orderOf = ({ expected, statement }: Match) =>
  `${expected?.reference ?? statement?.reference ?? "~"} ${expected === undefined ? 1 : 0} ${statement?.id ?? ""}`;

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

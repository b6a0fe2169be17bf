// A booked line that the books cannot take: it is set aside alone, so that the lines behind it go on.
import { describe, MINOR_MAX } from "#core/money.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import type { LineRecord } from "./bank-lines.ts";
import { exceptionInsert } from "./exceptions.ts";

/** Nine trillion won: no payment of a business is near it, and a million lines of it still fit into 64 bits. */
export const LINE_MINOR_MAX = MINOR_MAX / 1_000_000n;

export const isBeyondReason = ({ amount }: LineRecord): boolean =>
  amount !== undefined && amount.minor > LINE_MINOR_MAX;

/** The bucket of a line that is never matched and never posted. */
export const REFUSED = "line-refused";

/** Puts a line into the bucket in which nothing looks at it again, with an exception that says why. */
export function lineRefused(line: LineRecord, why: string, at: Instant): readonly Statement[] {
  const { id, amount, direction } = line;
  const moved = amount === undefined ? "an amount that cannot be read" : describe(amount);
  return [
    {
      sql: "UPDATE bank_line SET bucket = ? WHERE id = ? AND bucket IS NULL",
      params: [REFUSED, id],
    },
    exceptionInsert({
      id: `line:${id}`,
      at,
      bucket: REFUSED,
      subject: id,
      batchId: null,
      expected: null,
      actual: amount ?? null,
      detail: `The bank shows a ${direction} of ${moved}; the books do not take it (${why}). Nothing of it was posted.`,
    }),
  ];
}

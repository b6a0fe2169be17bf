// The bank's lines as rows: recorded once per statement, matched and posted afterwards.
import type { BankLine, Statement as BankStatement } from "#backoffice/bank/read-statement.ts";
import { fail } from "#core/errors.ts";
import { type Money, money } from "#core/money.ts";
import type { Bucket, StatementLine } from "#core/settlement/matching.ts";
import type { Instant } from "#core/time.ts";
import type { Row, Statement, WriteDb } from "#database/database.ts";
import { bigintOf, booleanOf, nullable, textOf } from "#database/row.ts";
import { currencyOf } from "../merchants/store.ts";
import { hashOf } from "./deps.ts";
import { exceptionInsert } from "./exceptions.ts";

/** Records the lines of a statement; 0 where it was recorded before, with an exception if it says something else now. */
export async function recordStatement(
  tx: WriteDb,
  statement: BankStatement,
  sha256: string,
  at: Instant,
): Promise<number> {
  // Without an account and an id it cannot be known again, so the file itself has to name it.
  const account = bounded(statement.account ?? "unknown");
  const id = bounded(statement.id ?? sha256);
  const contentHash = hashOf(statement.lines.map(({ line: _line, ...said }) => said));
  const known = await tx.get("SELECT content_hash FROM bank_statement WHERE account = ? AND id = ?", [
    account,
    id,
  ]);
  if (known !== undefined) {
    if (textOf(known, "content_hash") !== contentHash) {
      const changed = statementChanged(account, id, sha256, at);
      await tx.run(changed.sql, changed.params);
    }
    return 0;
  }
  await tx.run("INSERT INTO bank_statement (account, id, file, content_hash) VALUES (?, ?, ?, ?)", [
    account,
    id,
    sha256,
    contentHash,
  ]);
  await tx.runEach(
    statement.lines.map((line) => lineInsert(line, lineIdOf(account, id, line.position), sha256, at)),
  );
  return statement.lines.length;
}

const NAME_CHARACTERS_MAX = 50; // no account or statement id of the standard has more than 35
const TEXT_CHARACTERS_MAX = 140;

/** Files may hold anything; an id that is too long, or holds what the books' names may not, is known by its hash. */
const bounded = (text: string) =>
  text.length <= NAME_CHARACTERS_MAX && /^[\x21-\x7e]+$/.test(text) ? text : hashOf(text).slice(0, 32);

const LINE_ID_CHARACTERS_MAX = 70; // names of exceptions and transfers are made of it and have bounds of their own

/** Readable where it can be: account, statement and place. */
function lineIdOf(account: string, statementId: string, position: number): string {
  const id = `${account}/${statementId}/${position}`;
  return id.length <= LINE_ID_CHARACTERS_MAX ? id : hashOf(id).slice(0, 32);
}

const shortened = (text: string | undefined) => text?.slice(0, TEXT_CHARACTERS_MAX) ?? null;

function lineInsert(line: BankLine, id: string, sha256: string, at: Instant): Statement {
  return {
    sql: `INSERT INTO bank_line (id, file, reference, amount, currency, direction, booked, bank_reference,
            booking_day, counterparty, taken_at, posted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      id,
      sha256,
      shortened(line.endToEndId),
      line.amount?.minor ?? null,
      line.amount?.currency ?? null,
      line.direction,
      line.status === "booked",
      shortened(line.bankReference),
      shortened(line.bookingDay),
      shortened(line.counterparty),
      at,
      false,
    ],
  };
}

function statementChanged(account: string, id: string, sha256: string, at: Instant): Statement {
  return exceptionInsert({
    id: `file:${sha256}`,
    at,
    bucket: "statement-changed",
    subject: `${account}/${id}`,
    batchId: null,
    expected: null,
    actual: null,
    detail: "The bank sent a statement again, and it says something else now. The first one stands.",
  });
}

export type LineRecord = StatementLine &
  Readonly<{
    bankReference: string | null;
    counterparty: string | null;
    bucket: Bucket | null;
    payoutId: string | null;
    posted: boolean;
  }>;

export const LINE = `l.id, l.reference, CAST(l.amount AS TEXT) AS amount, l.currency, l.direction, l.booked,
  l.bank_reference, l.counterparty, l.bucket, l.payout_id, l.posted`;

export function lineOf(row: Row): LineRecord {
  const direction = textOf(row, "direction");
  if (direction !== "debit" && direction !== "credit") {
    return fail("DATABASE_CORRUPT", "a bank line's direction");
  }
  return {
    id: textOf(row, "id"),
    reference: nullable(row, "reference", textOf) ?? undefined,
    amount: amountOf(row),
    direction,
    booked: booleanOf(row, "booked"),
    bankReference: nullable(row, "bank_reference", textOf),
    counterparty: nullable(row, "counterparty", textOf),
    bucket: nullable(row, "bucket", textOf) as Bucket | null,
    payoutId: nullable(row, "payout_id", textOf),
    posted: booleanOf(row, "posted"),
  };
}

const amountOf = (row: Row): Money | undefined =>
  row.amount === null ? undefined : money(bigintOf(row, "amount"), currencyOf(row, "currency"));

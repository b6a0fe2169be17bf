// Whose statement a bank's file holds: one of another account may name our payouts, and moves nothing of ours.
import type { Statement as BankStatement } from "#backoffice/bank/read-statement.ts";
import type { Instant } from "#core/time.ts";
import type { OurBank } from "./deps.ts";
import type { NewException } from "./exceptions.ts";

/**
 * True where the statement names the account of our settings. Banks group the same number with blanks or hyphens, and some
 * write an IBAN where others write a domestic number, so the characters alone decide. One that names no account is not ours.
 */
export const isOurs = ({ party }: OurBank, { account }: Pick<BankStatement, "account">): boolean =>
  account !== undefined && bareNumber(account) === bareNumber(party.account.number);

const bareNumber = (number: string) => number.replace(/[\s-]/g, "").toUpperCase();

const ACCOUNT_CHARACTERS_MAX = 40; // an IBAN has 34

/** One exception for all statements of a file that are not ours; undefined where there is none. */
export function notOurs(
  statements: readonly BankStatement[],
  file: Readonly<{ name: string; sha256: string }>,
  at: Instant,
): NewException | undefined {
  const [first] = statements;
  if (first === undefined) return undefined;
  const account = first.account?.slice(0, ACCOUNT_CHARACTERS_MAX) ?? "that it does not name";
  return {
    id: `account:${file.sha256}`,
    at,
    bucket: "account-not-ours",
    subject: file.name,
    batchId: null,
    expected: null,
    actual: null,
    detail: `Statements that are not of our account: ${statements.length}, the first of account ${account}. Nothing of them was posted.`,
  };
}

// What a booked line of the bank does to our books: our account there follows the statement to the last won.
import { bankAccount, clearingAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { isPositive, isZero, type Money, smaller, subtract } from "#core/money.ts";
import type { Match } from "#core/settlement/matching.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { owedAgain } from "./apply-status-report.ts";
import type { LineRecord } from "./bank-lines.ts";
import type { OurBank } from "./deps.ts";
import type { OpenPayout } from "./match-statements.ts";

export type Posted = Readonly<{
  transfers: readonly TransferDraft[];
  changes: readonly Statement[];
  /** The payout as it is afterwards, where it changed. */
  payout: OpenPayout | undefined;
  /** The line gives a paid payout back. */
  returned: boolean;
}>;

/**
 * A line is posted once, when it is first seen booked. A payout's own line empties its part of the clearing account,
 * and a difference goes to suspense for a person to decide; a credit for a paid payout makes it owed to its merchant
 * again; everything else stands against suspense. Undefined where there is nothing to post.
 */
export function postLine(
  bank: OurBank,
  match: Match,
  line: LineRecord,
  payout: OpenPayout | undefined,
  now: Instant,
): Posted | undefined {
  const { amount } = line;
  if (line.posted || !line.booked || amount === undefined || isZero(amount)) return undefined;
  const account = bankAccount(bank.ledgerName);
  const ours = payout !== undefined && payout.net.currency === amount.currency ? payout : undefined;
  if (ours !== undefined && line.direction === "debit" && isPayable(ours) && match.expected !== undefined) {
    return payingLine(account, line, amount, ours);
  }
  if (ours !== undefined && isReturn(line, amount, ours))
    return returningLine(account, line, amount, ours, now);
  const id = postingIdOf(line);
  const transfers =
    line.direction === "debit"
      ? post("suspense-resolved", { id, to: account, amount })
      : post("suspense-parked", { id, from: account, amount });
  return { transfers, changes: [], payout: undefined, returned: false };
}

const postingIdOf = (line: LineRecord) => `bank-line:${line.id}`;

const isPayable = (payout: OpenPayout) => payout.state === "waiting" || payout.state === "accepted";

const isReturn = (line: LineRecord, amount: Money, payout: OpenPayout) =>
  line.direction === "credit" &&
  payout.state === "paid" &&
  !payout.givenBack &&
  amount.minor === payout.net.minor;

type Account = ReturnType<typeof bankAccount>;

function payingLine(account: Account, line: LineRecord, amount: Money, payout: OpenPayout): Posted {
  const clearing = clearingAccount(payout.batchId);
  const paid = smaller(amount, payout.net);
  const excess = subtract(amount, paid);
  const rest = subtract(payout.net, paid);
  const id = postingIdOf(line);
  return {
    transfers: [
      ...post("settlement-paid", { id: payout.id, clearing, bank: account, amount: paid }),
      ...(isPositive(excess) ? post("suspense-resolved", { id, to: account, amount: excess }) : []),
      ...(isPositive(rest) ? post("suspense-parked", { id, from: clearing, amount: rest }) : []),
    ],
    changes: [],
    payout: { ...payout, state: "paid", bankReference: line.bankReference },
    returned: false,
  };
}

function returningLine(
  account: Account,
  line: LineRecord,
  amount: Money,
  payout: OpenPayout,
  now: Instant,
): Posted {
  return {
    transfers: post("settlement-returned", {
      id: postingIdOf(line),
      bank: account,
      merchant: merchantAccount(payout.merchantId),
      amount,
    }),
    changes: [owedAgain(payout, now)],
    payout: { ...payout, givenBack: true },
    returned: true,
  };
}

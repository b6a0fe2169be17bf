// What moves money. A transfer debits one account and credits one; nothing about it ever changes.
import type { AccountId, TransferId } from "../ids.ts";
import type { Money } from "../money.ts";
import type { Instant } from "../time.ts";
import type { AccountName } from "./accounts.ts";

/**
 * A transfer as asked for. The drafts of one request are linked: all or none.
 * `id` is unique for ever over all callers, so it is made by the server or derived from one that is.
 */
export type TransferDraft = SingleDraft | PendingDraft | EndingDraft;

export type SingleDraft = Readonly<{
  kind: "single";
  id: TransferId;
  /** What happened, for people: an event of the posting table. */
  event: string;
  debit: AccountName;
  credit: AccountName;
  amount: Money;
  /** The posted transfer that this takes back, whole or in part; never more than it in sum. */
  corrects?: TransferId;
}>;

/** A hold: counted against the floor at once, posted or released later by exactly one ending. */
export type PendingDraft = Readonly<{
  kind: "pending";
  id: TransferId;
  event: string;
  debit: AccountName;
  credit: AccountName;
  amount: Money;
  /** From then on an `expire` may end it. A hold placed by a terminal has none and never ends by a clock. */
  expiresAt?: Instant;
}>;

/** Each ending is a row of its own that names its pending; there is at most one for ever. */
export type EndingDraft =
  | Readonly<{ kind: "post"; id: TransferId; event: string; pending: TransferId; amount: Money }>
  | Readonly<{ kind: "void" | "expire"; id: TransferId; event: string; pending: TransferId }>;

export type TransferKind = TransferDraft["kind"];

/** A transfer as it stands in the books. Of a void or expiry, `amount` is what was released. */
export type Transfer = Readonly<{
  id: TransferId;
  kind: TransferKind;
  event: string;
  debit: AccountId;
  credit: AccountId;
  amount: Money;
  pending: TransferId | null;
  corrects: TransferId | null;
  expiresAt: Instant | null;
}>;

/** Sums of an account, each zero or more. What is pending is not in what is posted. */
export type Balance = Readonly<{
  debitsPosted: bigint;
  creditsPosted: bigint;
  debitsPending: bigint;
  creditsPending: bigint;
}>;

export const EMPTY_BALANCE: Balance = {
  debitsPosted: 0n,
  creditsPosted: 0n,
  debitsPending: 0n,
  creditsPending: 0n,
};

/** What was posted: the balance of a liability, minus that of an asset. */
export const postedOf = (balance: Balance) => balance.creditsPosted - balance.debitsPosted;

/** Posted less what is held: what may still be spent. */
export const availableOf = (balance: Balance) => postedOf(balance) - balance.debitsPending;

// The names of accounts and what each kind may do. Every party and every purpose has one account per currency.
import { assert } from "../assert.ts";
import type { Brand } from "../brand.ts";
import type { AccountId, BatchId, CardId, MerchantId, TerminalId } from "../ids.ts";
import { CURRENCIES, type Currency } from "../money.ts";

/** "card:9f2c": an account without its currency. */
export type AccountName = Brand<string, "AccountName">;

/**
 * `floored`: credits − debits, pending debits counted, may never go below zero. That holds for what we owe to a holder
 * and cannot owe less than nothing of. A merchant's may: a refund after a payout is taken off the next one.
 */
const KINDS = {
  card: { floored: true, says: "what a prepaid card still buys" },
  user: { floored: true, says: "e-money of a user" },
  escrow: { floored: true, says: "a card's slice set aside at a terminal for offline use" },
  clearing: { floored: true, says: "one settlement batch on its way to the bank; zero after it" },
  merchant: { floored: false, says: "what we owe a merchant" },
  agent: { floored: false, says: "what a card agent owes or is owed" },
  operator: { floored: false, says: "what a mobile operator owes or is owed" },
  foreign: { floored: false, says: "what a foreign provider owes or is owed" },
  bank: { floored: false, says: "our own account at a bank" },
  gateway: { floored: false, says: "what a payment gateway collected for us" },
  commission: { floored: false, says: "commission earned of merchants" },
  fees: { floored: false, says: "fees earned of holders" },
  breakage: { floored: false, says: "what expired cards left behind" },
  points: { floored: false, says: "points granted and not yet used" },
  "offline-loss": { floored: false, says: "offline payments that nobody could be charged for" },
  suspense: { floored: false, says: "what waits for a person to decide" },
} as const satisfies Record<string, Readonly<{ floored: boolean; says: string }>>;

export type AccountKind = keyof typeof KINDS;
export const ACCOUNT_KINDS = Object.keys(KINDS) as readonly AccountKind[];

export const cardAccount = (id: CardId) => named("card", id);
export const escrowAccount = (terminal: TerminalId, card: CardId) => named("escrow", terminal, card);
export const merchantAccount = (id: MerchantId) => named("merchant", id);
/** `account` is our own name for the account at the bank, such as "main", never its number. */
export const bankAccount = (account: string) => named("bank", account);
export const clearingAccount = (batch: BatchId) => named("clearing", batch);
export const GATEWAY = named("gateway");
export const COMMISSION = named("commission");
export const FEES = named("fees");
export const BREAKAGE = named("breakage");
export const POINTS = named("points");
export const OFFLINE_LOSS = named("offline-loss");
export const SUSPENSE = named("suspense");

/** The key of an account in the books: "card:9f2c/KRW". */
export const accountIdOf = (name: AccountName, currency: Currency) => `${name}/${currency}` as AccountId;

/** Takes an account's key apart. The key comes from `accountIdOf` or from a row that it wrote. */
export function accountOf(
  id: AccountId,
): Readonly<{ name: AccountName; kind: AccountKind; currency: Currency }> {
  const slash = id.lastIndexOf("/");
  const name = id.slice(0, slash);
  const [kind = ""] = name.split(":", 1);
  const currency = CURRENCIES.find((known) => known === id.slice(slash + 1));
  assert(currency !== undefined && isKind(kind), `an account of the books: ${id}`);
  return { name: name as AccountName, kind, currency };
}

/** By the kind alone: it is asked for every account of every transfer. */
export function isFloored(id: AccountId): boolean {
  const colon = id.indexOf(":");
  const kind = id.slice(0, colon < 0 ? id.lastIndexOf("/") : colon);
  assert(isKind(kind), "an account of the books has one of their kinds");
  return KINDS[kind].floored;
}

const isKind = (text: string): text is AccountKind => Object.hasOwn(KINDS, text);

function named(kind: AccountKind, ...parts: readonly string[]): AccountName {
  assert(
    parts.every((part) => /^[\w.-]{1,80}$/.test(part)),
    "a part of an account's name is plain",
  );
  return [kind, ...parts].join(":") as AccountName;
}

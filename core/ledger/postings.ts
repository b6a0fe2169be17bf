// The posting table: what each event moves, from where to where. Read it as a page of the books.
import { assert } from "../assert.ts";
import type { TransferId } from "../ids.ts";
import type { Money } from "../money.ts";
import type { Instant } from "../time.ts";
import { type AccountName, BREAKAGE, COMMISSION, FEES, OFFLINE_LOSS, SUSPENSE } from "./accounts.ts";
import type { TransferDraft } from "./transfer.ts";

type Take = "amount" | "commission";

type Leg =
  | Readonly<{ do: "move"; from: string; to: string; take: Take; corrects?: string }>
  | Readonly<{ do: "hold"; from: string; to: string; take: Take }>
  | Readonly<{ do: "capture"; ends: string; take: Take }>
  | Readonly<{ do: "void" | "expire"; ends: string }>;

const move = <From extends string, To extends string>(from: From, to: To) =>
  ({ do: "move", from, to, take: "amount" }) as const;
const undo = <From extends string, To extends string, Original extends string>(
  from: From,
  to: To,
  corrects: Original,
) => ({ do: "move", from, to, take: "amount", corrects }) as const;

const commission = { do: "move", from: "merchant", to: "commission", take: "commission" } as const;
const commissionBack = {
  do: "move",
  from: "commission",
  to: "merchant",
  take: "commission",
  corrects: "commissionTaken",
} as const;

/** `source` is whoever brought the money: a bank account of ours, the gateway, an agent. A leg of zero is left out. */
export const POSTINGS = {
  // Cards
  "card-sold": [move("source", "card")],
  "card-recharged": [move("source", "card")],
  "card-transferred": [move("card", "otherCard")],
  "card-fee-charged": [move("card", "fees")],
  "card-expired": [move("card", "breakage")],
  "card-paid-out": [move("card", "source")],

  // Payments: card to merchant, and the merchant's commission to us
  "payment-held": [{ do: "hold", from: "card", to: "merchant", take: "amount" }],
  "payment-captured": [{ do: "capture", ends: "hold", take: "amount" }, commission],
  "payment-voided": [{ do: "void", ends: "hold" }],
  "payment-expired": [{ do: "expire", ends: "hold" }],
  "payment-taken": [move("card", "merchant"), commission],
  "payment-refunded": [undo("merchant", "card", "payment"), commissionBack],
  /** An online attempt that was answered, but took place offline after all. */
  "payment-reversed": [undo("merchant", "card", "payment"), commissionBack],

  // Offline inside escrow: a slice of the card's own balance, set aside at one terminal
  "escrow-granted": [move("card", "escrow")],
  "escrow-returned": [move("escrow", "card")],
  "escrow-spent": [move("escrow", "merchant"), commission],
  "escrow-spend-voided": [undo("merchant", "escrow", "payment"), commissionBack],
  "escrow-written-off": [move("escrow", "card")],

  // Offline outside escrow: at the risk of whoever the policy names
  "risk-spent": [move("card", "merchant"), commission],
  "risk-lost": [move("offline-loss", "merchant"), commission],
  "risk-recovered": [move("card", "offline-loss")],

  // While the tills of a restored back office are awaited: a card that is short only because another till has not synced
  "shortage-advanced": [move("suspense", "card")],
  "shortage-repaid": [move("card", "suspense")],
  "shortage-lost": [move("offline-loss", "suspense")],

  // Settlement with the bank
  "settlement-cleared": [move("merchant", "clearing")],
  /** The batch was refused before it was sent. */
  "settlement-refused": [undo("clearing", "merchant", "cleared")],
  "settlement-paid": [move("clearing", "bank")],
  "settlement-rejected": [move("clearing", "merchant")],
  /** A payout that the bank sent back after it had been paid. */
  "settlement-returned": [move("bank", "merchant")],

  // What a person must look at
  "suspense-parked": [move("from", "suspense")],
  "suspense-resolved": [move("suspense", "to")],
} as const satisfies Record<string, readonly Leg[]>;

export type PostingEvent = keyof typeof POSTINGS;
export const POSTING_EVENTS = Object.keys(POSTINGS) as readonly PostingEvent[];

/** Purposes that have one account only: their column of the table needs no account given. */
const PURPOSES = {
  commission: COMMISSION,
  fees: FEES,
  breakage: BREAKAGE,
  "offline-loss": OFFLINE_LOSS,
  suspense: SUSPENSE,
} as const;

type LegsOf<Event extends PostingEvent> = (typeof POSTINGS)[Event][number];
type Values<Union, Key extends string> =
  Union extends Readonly<Record<Key, infer Value extends string>> ? Value : never;
type PartiesOf<Event extends PostingEvent> = Exclude<
  Values<LegsOf<Event>, "from" | "to"> | Values<LegsOf<Event>, "from"> | Values<LegsOf<Event>, "to">,
  keyof typeof PURPOSES
>;
type NamedOf<Event extends PostingEvent> = Values<LegsOf<Event>, "ends"> | Values<LegsOf<Event>, "corrects">;

/** What an event needs to become transfers: its accounts, its amounts and the transfers it names. */
export type Posting<Event extends PostingEvent> = Readonly<
  {
    /** Of what happened; the ids of the transfers are derived from it, see `transferIdOf`. */
    id: string;
  } & { [Party in PartiesOf<Event>]: AccountName } & { [Name in NamedOf<Event>]: TransferId } & {
    [Amount in Values<LegsOf<Event>, "take">]: Money;
  } & (Event extends "payment-held" ? { expiresAt?: Instant } : unknown)
>;

/** The id of one leg of an event's posting; legs count from 0 in the order of the table. */
export const transferIdOf = (event: PostingEvent, id: string, leg = 0) =>
  `${id}/${event}/${leg}` as TransferId;

/** The transfers of an event, to be given to the ledger in one request. */
export function post<Event extends PostingEvent>(
  event: Event,
  posting: Posting<Event>,
): readonly TransferDraft[] {
  const given: Given = posting as Readonly<{ id: string }>;
  const legs: readonly Leg[] = POSTINGS[event];
  return legs
    .map((leg, index) => draftOf(leg, transferIdOf(event, given.id, index), event, given))
    .filter((draft) => draft !== undefined);
}

type Given = Readonly<{ id: string; expiresAt?: Instant; [column: string]: unknown }>;

function draftOf(leg: Leg, id: TransferId, event: PostingEvent, given: Given): TransferDraft | undefined {
  if (!("take" in leg)) return { id, event, kind: leg.do, pending: given[leg.ends] as TransferId };
  const amount = given[leg.take] as Money;
  if (amount.minor === 0n && leg.take === "commission") return undefined;
  if (leg.do === "capture")
    return { id, event, kind: "post", pending: given[leg.ends] as TransferId, amount };
  const debit = accountFor(leg.from, given);
  const credit = accountFor(leg.to, given);
  if (leg.do === "hold") {
    const { expiresAt } = given;
    const expiry = expiresAt === undefined ? {} : { expiresAt };
    return { id, event, kind: "pending", debit, credit, amount, ...expiry };
  }
  const single = { id, event, kind: "single", debit, credit, amount } as const;
  return leg.corrects === undefined ? single : { ...single, corrects: given[leg.corrects] as TransferId };
}

function accountFor(party: string, given: Given): AccountName {
  const account = Object.hasOwn(PURPOSES, party) ? PURPOSES[party as keyof typeof PURPOSES] : given[party];
  assert(typeof account === "string", "a posting names the accounts of its parties");
  return account as AccountName;
}

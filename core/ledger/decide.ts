// What a request does to the books. The engine, the simulator and the property tests run this same function.
import { assertNever } from "../assert.ts";
import type { ErrorCode, Failure } from "../errors.ts";
import type { AccountId, TransferId } from "../ids.ts";
import { MINOR_MAX, type Money } from "../money.ts";
import { err, ok, type Result } from "../result.ts";
import type { Instant } from "../time.ts";
import { accountIdOf, isFloored } from "./accounts.ts";
import {
  availableOf,
  type Balance,
  EMPTY_BALANCE,
  type EndingDraft,
  type PendingDraft,
  type SingleDraft,
  type Transfer,
  type TransferDraft,
} from "./transfer.ts";

/** A transfer that a request may name, and what has come of it. */
export type KnownTransfer = Readonly<{
  transfer: Transfer;
  /** Of a pending: it was posted, voided or has expired. */
  ended: boolean;
  /** Of a posted one: how much of it corrections have taken back. */
  correctedMinor: bigint;
}>;

/** The part of the books that a batch touches. An account that is not in it has never moved. */
export type LedgerState = Readonly<{
  balances: ReadonlyMap<AccountId, Balance>;
  transfers: ReadonlyMap<TransferId, KnownTransfer>;
}>;

/** Transfers that go together, and the server's time at which they are decided. */
export type LinkedDrafts = Readonly<{ transfers: readonly TransferDraft[]; at: Instant }>;

export type Decision =
  | Readonly<{ kind: "accepted"; transfers: readonly Transfer[] }>
  | Readonly<{ kind: "declined"; code: ErrorCode; detail: string }>;

/** Decides requests in order, each on what the accepted ones before it left. */
export function decideBatch(
  state: LedgerState,
  requests: readonly LinkedDrafts[],
): Readonly<{ decisions: readonly Decision[]; state: LedgerState }> {
  const books = openBooks(state);
  const decisions = requests.map((request) => books.decide(request));
  return { decisions, state: books.state() };
}

/** The books while a batch is decided: what `decideBatch` does, one request at a time. */
export type Books = Readonly<{
  /**
   * All transfers of the request, or none: FUNDS_INSUFFICIENT, AMOUNT_INVALID, REQUEST_INVALID, STATE_CONFLICT,
   * PAYMENT_UNKNOWN, HOLD_ENDED, CAPTURE_EXCEEDS_HOLD, REFUND_EXCEEDS_PAYMENT.
   */
  decide(request: LinkedDrafts): Decision;
  /** The state given at first with every accepted request applied; asked for when all are decided. */
  state(): LedgerState;
}>;

export function openBooks(before: LedgerState): Books {
  const balances = new Map(before.balances);
  const transfers = new Map(before.transfers);
  const page = openPage({ balances, transfers });
  return {
    decide({ transfers: drafts, at }) {
      page.turn();
      const made: Transfer[] = [];
      for (const draft of drafts) {
        const entered = enter(page, draft, at);
        if (!entered.ok) return refused(page, entered.error);
        made.push(entered.value);
      }
      const overdrawn = page.overdrawn();
      if (overdrawn !== undefined) return refused(page, { code: "FUNDS_INSUFFICIENT", detail: overdrawn });
      return { kind: "accepted", transfers: made };
    },
    state: () => ({ balances, transfers }),
  };
}

function refused(page: Page, { code, detail = "" }: Failure): Decision {
  page.strike();
  return { kind: "declined", code, detail };
}

/** What one request changes in the books. It is written at once, as nearly all of them stand, and struck out if not. */
type Page = Readonly<{
  /** Begins the next request. */
  turn(): void;
  known(id: TransferId): KnownTransfer | undefined;
  note(known: KnownTransfer): void;
  /** Fails where a sum would not fit into 64 bits. */
  move(id: AccountId, change: Partial<Balance>): Result<void>;
  overdrawn(): AccountId | undefined;
  /** Undoes everything since the turn. */
  strike(): void;
}>;

type Was<Id, Value> = Readonly<{ id: Id; was: Value | undefined }>;

function openPage({
  balances,
  transfers,
}: Readonly<{
  balances: Map<AccountId, Balance>;
  transfers: Map<TransferId, KnownTransfer>;
}>): Page {
  let moved: Was<AccountId, Balance>[] = [];
  let noted: Was<TransferId, KnownTransfer>[] = [];
  return {
    turn() {
      moved = [];
      noted = [];
    },
    known: (id) => transfers.get(id),
    note(known) {
      const { id } = known.transfer;
      noted.push({ id, was: transfers.get(id) });
      transfers.set(id, known);
    },
    move(id, change) {
      const before = balances.get(id);
      const was = before ?? EMPTY_BALANCE;
      const is: Balance = {
        debitsPosted: was.debitsPosted + (change.debitsPosted ?? 0n),
        creditsPosted: was.creditsPosted + (change.creditsPosted ?? 0n),
        debitsPending: was.debitsPending + (change.debitsPending ?? 0n),
        creditsPending: was.creditsPending + (change.creditsPending ?? 0n),
      };
      if (
        is.debitsPosted + is.debitsPending > MINOR_MAX ||
        is.creditsPosted + is.creditsPending > MINOR_MAX
      ) {
        return err({ code: "AMOUNT_INVALID", detail: `the sums of ${id} would not fit into 64 bits` });
      }
      moved.push({ id, was: before });
      balances.set(id, is);
      return ok(undefined);
    },
    overdrawn() {
      for (const { id } of moved) {
        if (isFloored(id) && availableOf(balances.get(id) ?? EMPTY_BALANCE) < 0n) return id;
      }
      return undefined;
    },
    strike() {
      restore(balances, moved);
      restore(transfers, noted);
    },
  };
}

/** Backwards, because one request may change the same thing twice. */
function restore<Id, Value>(values: Map<Id, Value>, changes: readonly Was<Id, Value>[]): void {
  for (const { id, was } of changes.toReversed()) {
    if (was === undefined) values.delete(id);
    else values.set(id, was);
  }
}

function enter(page: Page, draft: TransferDraft, at: Instant): Result<Transfer> {
  if (page.known(draft.id) !== undefined) return no("STATE_CONFLICT", `transfer ${draft.id} exists already`);
  switch (draft.kind) {
    case "single":
      return enterSingle(page, draft);
    case "pending":
      return enterPending(page, draft);
    case "post":
    case "void":
    case "expire":
      return enterEnding(page, draft, at);
    default:
      return assertNever(draft);
  }
}

function enterSingle(page: Page, draft: SingleDraft): Result<Transfer> {
  const transfer = begun(draft, draft.corrects ?? null, null);
  const refusal = refusalOf(transfer) ?? correct(page, transfer);
  if (refusal !== undefined) return err(refusal);
  return moved(page, transfer, { debitsPosted: draft.amount.minor }, { creditsPosted: draft.amount.minor });
}

function enterPending(page: Page, draft: PendingDraft): Result<Transfer> {
  const transfer = begun(draft, null, draft.expiresAt ?? null);
  const refusal = refusalOf(transfer);
  if (refusal !== undefined) return err(refusal);
  return moved(page, transfer, { debitsPending: draft.amount.minor }, { creditsPending: draft.amount.minor });
}

/** A transfer that ends nothing. Written out, as it is made for every leg of every posting. */
const begun = (
  { id, kind, event, debit, credit, amount }: SingleDraft | PendingDraft,
  corrects: TransferId | null,
  expiresAt: Instant | null,
): Transfer => ({
  id,
  kind,
  event,
  debit: accountIdOf(debit, amount.currency),
  credit: accountIdOf(credit, amount.currency),
  amount,
  pending: null,
  corrects,
  expiresAt,
});

function enterEnding(page: Page, draft: EndingDraft, at: Instant): Result<Transfer> {
  const held = page.known(draft.pending);
  if (held === undefined || held.transfer.kind !== "pending")
    return no("PAYMENT_UNKNOWN", `no hold ${draft.pending}`);
  if (held.ended) return no("HOLD_ENDED", `hold ${draft.pending} has ended`);
  const { debit, credit, amount, expiresAt } = held.transfer;
  if (draft.kind === "expire" && (expiresAt === null || at < expiresAt)) {
    return no("STATE_CONFLICT", `hold ${draft.pending} has not expired`);
  }
  const posted = draft.kind === "post" ? draft.amount : amount;
  const refusal = amountRefusal(posted) ?? captureRefusal(posted, amount);
  if (refusal !== undefined) return err(refusal);
  page.note({ ...held, ended: true });
  const { id, kind, event, pending } = draft;
  const transfer: Transfer = {
    id,
    kind,
    event,
    debit,
    credit,
    amount: posted,
    pending,
    corrects: null,
    expiresAt: null,
  };
  const postedMinor = kind === "post" ? posted.minor : 0n;
  return moved(
    page,
    transfer,
    { debitsPending: -amount.minor, debitsPosted: postedMinor },
    { creditsPending: -amount.minor, creditsPosted: postedMinor },
  );
}

function moved(
  page: Page,
  transfer: Transfer,
  debit: Partial<Balance>,
  credit: Partial<Balance>,
): Result<Transfer> {
  const debited = page.move(transfer.debit, debit);
  if (!debited.ok) return debited;
  const credited = page.move(transfer.credit, credit);
  if (!credited.ok) return credited;
  page.note({ transfer, ended: false, correctedMinor: 0n });
  return ok(transfer);
}

function refusalOf(transfer: Transfer): Failure | undefined {
  if (transfer.debit === transfer.credit) {
    return { code: "REQUEST_INVALID", detail: "a transfer has two different accounts" };
  }
  return amountRefusal(transfer.amount);
}

function amountRefusal({ minor }: Money): Failure | undefined {
  return minor > 0n && minor <= MINOR_MAX
    ? undefined
    : { code: "AMOUNT_INVALID", detail: "an amount is more than zero and fits into 64 bits" };
}

function captureRefusal(posted: Money, held: Money): Failure | undefined {
  if (posted.currency !== held.currency) return { code: "AMOUNT_INVALID", detail: "the currencies differ" };
  return posted.minor <= held.minor
    ? undefined
    : { code: "CAPTURE_EXCEEDS_HOLD", detail: "more than was held" };
}

/**
 * A correction is given back by the account that received, so that whoever decides it has locked that account
 * and no two corrections can each take the last of the same original.
 */
function correct(page: Page, correction: Transfer): Failure | undefined {
  if (correction.corrects === null) return undefined;
  const original = page.known(correction.corrects);
  if (original === undefined || !["single", "post"].includes(original.transfer.kind)) {
    return { code: "PAYMENT_UNKNOWN", detail: `no posted transfer ${correction.corrects}` };
  }
  if (correction.debit !== original.transfer.credit) {
    return { code: "STATE_CONFLICT", detail: "a correction is given back by the account that received" };
  }
  const correctedMinor = original.correctedMinor + correction.amount.minor;
  if (correctedMinor > original.transfer.amount.minor) {
    return { code: "REFUND_EXCEEDS_PAYMENT", detail: "more than the original moved" };
  }
  page.note({ ...original, correctedMinor });
  return undefined;
}

const no = (code: ErrorCode, detail: string): Result<never> => err({ code, detail });

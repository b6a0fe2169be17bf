// What the back office knows of the things that a batch of entries is about, kept up as the entries are planned.
import type { LedgerRequest, Tombstone } from "#backoffice/ledger/request.ts";
import type { WorkItem } from "#core/contract/terminals.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { AttemptId, CardId, GrantId } from "#core/ids.ts";
import type { Entry } from "#core/journal/entry.ts";
import { add, type Money, subtract } from "#core/money.ts";
import type { CommissionTerms } from "#core/settlement/commission.ts";
import type { Instant } from "#core/time.ts";
import type { ReadDb, Statement } from "#database/database.ts";
import { balancesOf, type CardRecord, cardsById } from "../cards/store.ts";
import { knownRefunds, type PaymentRecord, paymentsOfTerminal } from "../payments/store.ts";
import { refundIdOf } from "../payments/terminal-payments.ts";
import type { Verdict } from "./judge-sealed.ts";
import { lackingRoom, waitingAtRisk } from "./shortages.ts";
import { type GrantRecord, grantsById, type TerminalRecord } from "./store.ts";

/** What one entry makes: requests that must all be accepted, and rows that commit with them. */
export type Plan = {
  readonly requests: (LedgerRequest | Tombstone)[];
  readonly rows: Statement[];
  /** Cards whose grants or holds this changes: a closing one may now end. */
  readonly cards: Set<CardId>;
};

export type WorkItemDraft = Readonly<
  Pick<WorkItem, "kind" | "policy" | "bearer" | "detail"> & { amount: Money | null; code: ErrorCode }
>;

export type FactsSource = Readonly<{
  terminal: TerminalRecord;
  /** This terminal has not caught up since the back office was restored: what it says was agreed is believed. */
  restoring: boolean;
  /** Some terminal has not caught up since: a card that is short now may have its money when that one syncs. */
  awaiting: boolean;
  now: Instant;
  triesMax: number;
  /** Of sealed slips, by tender. */
  verdicts: ReadonlyMap<string, Verdict>;
  /** Requests that the ledger would not take as planned before: how often, and why. */
  refused: ReadonlyMap<string, readonly ErrorCode[]>;
  /** What may still be lost here at the operator's cost. */
  lossLeft: Money;
  termsAt(at: Instant): CommissionTerms | undefined;
}>;

export type Facts = FactsSource &
  Readonly<{
    plan: Plan;
    paymentOfAttempt(attemptId: string): PaymentRecord | undefined;
    /** The payment that a slip's refund or void is about. */
    paymentOfTender(tenderId: string): PaymentRecord | undefined;
    isRefunded(refundId: string): boolean;
    grant(grantId: GrantId): GrantRecord | undefined;
    card(cardId: CardId): CardRecord | undefined;
    /** What the card alone can pay after all that was planned so far. */
    available(cardId: CardId): bigint;
    setPayment(payment: PaymentRecord): void;
    setRefunded(refundId: string): void;
    setGrant(grant: GrantRecord): void;
    charge(cardId: CardId, amount: Money): void;
    /** What a card gets back, by a refund or a hold that ends. */
    release(cardId: CardId, amount: Money): void;
    /**
     * False, and nothing counted, where a card was never worth so much of what was agreed, or the operator does not bear
     * that much of what the terminal took at its own risk.
     */
    mayLack(cardId: CardId, short: Money, atRisk: boolean): boolean;
    /** False, and nothing counted, where the operator does not bear that much at this terminal. */
    bears(lost: Money): boolean;
    /** The time of an entry, kept between this terminal's last sync and now: a till's clock sets no commission. */
    plausible(at: Instant): Instant;
  }>;

/** Reads everything that the entries mention. */
export async function loadFacts(db: ReadDb, source: FactsSource, entries: readonly Entry[]): Promise<Facts> {
  const said = mentions(entries);
  const { terminalId } = source.terminal;
  const payments = indexPayments(await paymentsOfTerminal(db, terminalId, said));
  const refunds = new Set(
    await knownRefunds(
      db,
      said.refundIds.map((id) => refundIdOf(terminalId, id)),
    ),
  );
  const grants = new Map((await grantsById(db, said.grantIds)).map((grant) => [grant.grantId, grant]));
  const verdictCards = [...source.verdicts.values()].flatMap(({ cardId }) =>
    cardId === null ? [] : [cardId],
  );
  const cardIds = new Set([...said.cardIds, ...verdictCards]);
  const cards = new Map((await cardsById(db, [...cardIds])).map((card) => [card.cardId, card]));
  const balances = await balancesOf(db, [...cards.values()]);
  const charged = new Map([...balances].map(([cardId, { available }]) => [cardId, available.minor]));

  const lackable = new Map(source.awaiting ? await lackingRoom(db, terminalId, [...cards.keys()]) : []);
  const waiting = source.awaiting ? await waitingAtRisk(db, terminalId, source.lossLeft.currency) : 0n;
  let lossLeft = source.lossLeft.minor - waiting;
  const { enrolledAt, lastSyncAt } = source.terminal;
  const earliest = lastSyncAt ?? enrolledAt;

  const bears = (minor: bigint) => {
    if (minor > lossLeft) return false;
    lossLeft -= minor;
    return true;
  };

  return {
    ...source,
    plan: { requests: [], rows: [], cards: new Set() },
    paymentOfAttempt: payments.ofRequest,
    paymentOfTender: payments.ofTender,
    isRefunded: (refundId) => refunds.has(refundId),
    grant: (grantId) => grants.get(grantId),
    card: (cardId) => cards.get(cardId),
    available: (cardId) => charged.get(cardId) ?? 0n,
    setPayment: payments.set,
    setRefunded: (refundId) => void refunds.add(refundId),
    setGrant: (grant) => void grants.set(grant.grantId, grant),
    charge: (cardId, { minor }) => void charged.set(cardId, (charged.get(cardId) ?? 0n) - minor),
    mayLack: (cardId, { minor }, atRisk) => {
      if (atRisk) return minor <= 0n || bears(minor);
      const room = lackable.get(cardId) ?? 0n;
      if (minor > room) return minor <= 0n;
      lackable.set(cardId, room - minor);
      return true;
    },
    bears: ({ minor }) => bears(minor),
    plausible: (at) => (at > source.now ? source.now : at < earliest ? earliest : at),
    release: (cardId, { minor }) => void charged.set(cardId, (charged.get(cardId) ?? 0n) + minor),
  };
}

/** Payments by what entries call them. Several attempts may be of one tender; at most one of them was captured. */
function indexPayments(found: readonly PaymentRecord[]) {
  const byRequest = new Map<string, PaymentRecord>();
  const capturedByTender = new Map<string, PaymentRecord>();
  const set = (payment: PaymentRecord) => {
    byRequest.set(payment.requestId, payment);
    if (payment.state === "captured" && payment.tenderId !== null) {
      capturedByTender.set(payment.tenderId, payment);
    }
  };
  found.forEach(set);
  return {
    set,
    ofRequest: (requestId: string) => byRequest.get(requestId),
    ofTender: (tenderId: string) => capturedByTender.get(tenderId),
  };
}

/** The ids that entries name. */
function mentions(entries: readonly Entry[]) {
  const requestIds = new Set<AttemptId>();
  const tenderIds = new Set<string>();
  const refundIds = new Set<string>();
  const grantIds = new Set<GrantId>();
  const cardIds = new Set<CardId>();
  for (const entry of entries) {
    for (const tender of tendersOf(entry)) {
      if (tender.method !== "prepaid") continue;
      tenderIds.add(tender.tenderId);
      if (tender.card.cardId !== undefined) cardIds.add(tender.card.cardId);
      if (tender.approval.kind === "online") requestIds.add(tender.approval.attemptId);
      if (tender.approval.kind === "escrow")
        for (const { grantId } of tender.approval.slices) grantIds.add(grantId);
    }
    switch (entry.kind) {
      case "tender-approved":
        for (const attemptId of entry.body.supersedes) requestIds.add(attemptId);
        break;
      case "attempt-closed":
        requestIds.add(entry.body.attemptId);
        break;
      case "refund-approved":
        refundIds.add(entry.body.refundId);
        if (entry.body.to.method === "prepaid") tenderIds.add(entry.body.to.tenderId);
        break;
      case "grant-accepted":
      case "grant-closed":
        grantIds.add(entry.body.grantId);
        cardIds.add(entry.body.cardId);
        break;
      default:
        break;
    }
  }
  return {
    requestIds: [...requestIds],
    tenderIds: [...tenderIds],
    refundIds: [...refundIds],
    grantIds: [...grantIds],
    cardIds: [...cardIds],
  };
}

export function tendersOf(entry: Entry) {
  if (entry.kind === "sale-completed") return entry.body.tenders;
  return entry.kind === "tender-approved" || entry.kind === "tender-voided" ? [entry.body.tender] : [];
}

export const left = (grant: GrantRecord) => subtract(grant.amount, grant.spent);
export const spendOf = (grant: GrantRecord, amount: Money): GrantRecord => ({
  ...grant,
  spent: add(grant.spent, amount),
});

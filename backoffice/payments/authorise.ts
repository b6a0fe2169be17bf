// Holding an amount on a card: who, the password, the money, in this order; each refusal is remembered under its id.

import { contentHashOf } from "#backoffice/ledger/hash.ts";
import type { Check, LedgerAnswer } from "#backoffice/ledger/request.ts";
import { type CardIdentifier, maskDigits, parseIdentifier } from "#core/card/number.ts";
import { refusalOf } from "#core/card/state.ts";
import type { PaymentRoute } from "#core/contract/payments.ts";
import { type ErrorCode, fail } from "#core/errors.ts";
import type { CardId, MerchantId, SaleId, TerminalId } from "#core/ids.ts";
import { cardAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { isPositive, type Money } from "#core/money.ts";
import type { Instant } from "#core/time.ts";
import { type Asker, tillAsks } from "../cards/password-shares.ts";
import { isPassword } from "../cards/passwords.ts";
import { cardSeenAt } from "../cards/seen-at.ts";
import { type CardRecord, cardByLookup, forgetTries, wrongTryStatements } from "../cards/store.ts";
import type { PaymentDeps } from "./deps.ts";
import { holdIdOf } from "./posting.ts";
import { type Shortage, shortageOf } from "./shortage.ts";
import { insertPayment, isIdUsed, type NewPayment, type PaymentRecord, paymentByRequest } from "./store.ts";

export type HoldOrder = Readonly<{
  /** "terminal:t1" or "merchant:m1": whose id `requestId` is. */
  caller: string;
  requestId: string;
  merchantId: MerchantId;
  terminalId: TerminalId | null;
  saleId: SaleId | null;
  tenderId: string | null;
  amount: Money;
  number: string;
  password: string;
  route: Extract<PaymentRoute, "api" | "online">;
  /** Null for a terminal: its hold ends by its journal, never by a clock. */
  expiresAt: Instant | null;
}>;

export type HoldAnswer =
  | Readonly<{ kind: "payment"; payment: PaymentRecord }>
  /** Declined before it arrived: the till had given it up. */
  | Readonly<{ kind: "closed"; code: ErrorCode }>;

/**
 * Holds an amount. A business refusal is an answer (`payment.state` is declined, with its code) and is the same for
 * every resend. Fails with AMOUNT_INVALID, ID_REUSED, BUSY or what the database could not do; these are not remembered.
 */
export async function holdAmount(deps: PaymentDeps, order: HoldOrder): Promise<HoldAnswer> {
  if (!isPositive(order.amount)) return fail("AMOUNT_INVALID");
  const attempt = await openAttempt(deps, order);
  // The answer of a known id needs no password check; another content under it is refused by the ledger. Also where the
  // id was used for something else: a password that is tried under it would be counted nowhere.
  if (await isIdUsed(deps.database.read, order.caller, order.requestId)) {
    return decline(deps, attempt, "STATE_CONFLICT");
  }
  return decide(deps, attempt);
}

type Attempt = Readonly<{
  order: HoldOrder;
  paymentId: string;
  at: Instant;
  contentHash: string;
  card: CardRecord | undefined;
  masked: string;
  refusal: ErrorCode | undefined;
}>;

async function openAttempt(deps: PaymentDeps, order: HoldOrder): Promise<Attempt> {
  const at = deps.clock.now();
  const read = parseIdentifier(order.number);
  const lookups = read.ok ? deps.cards.keys.lookupsOf(read.value) : [];
  const card = read.ok ? await cardByLookup(deps.database.read, lookups) : undefined;
  if (card !== undefined && card.currency !== order.amount.currency) {
    return fail("AMOUNT_INVALID", "the card is of another currency");
  }
  const { saleId, tenderId, merchantId, amount } = order;
  return {
    order,
    paymentId: deps.ids.next(),
    at,
    // A card is named by its id where it has one, so that number and PIN# of the same card are the same content.
    contentHash: contentHashOf({
      hold: card?.cardId ?? lookups.at(-1) ?? "unreadable",
      saleId,
      tenderId,
      merchantId,
      minor: String(amount.minor),
      currency: amount.currency,
    }),
    card,
    masked: maskOf(read.ok ? read.value : undefined, order.number),
    refusal: read.ok ? (card === undefined ? "CARD_UNKNOWN" : refusalOf(card, at)) : read.error.code,
  };
}

const maskOf = (identifier: CardIdentifier | undefined, typed: string) =>
  identifier?.masked ?? maskDigits(typed);

async function decide(deps: PaymentDeps, attempt: Attempt): Promise<HoldAnswer> {
  const { card, order } = attempt;
  if (card === undefined || attempt.refusal !== undefined) {
    return decline(deps, attempt, attempt.refusal ?? "CARD_UNKNOWN");
  }
  if (card.wrongTries >= deps.cards.wrongTriesMax) return decline(deps, attempt, "CARD_BLOCKED");
  if (!(await isPassword(deps.cards, card.passwordHash, order.password, askerOf(order)))) {
    return declineWrongPassword(deps, attempt, card);
  }
  const shortage = await shortageOf(deps, card, order);
  return shortage === undefined
    ? hold(deps, attempt, card)
    : decline(deps, attempt, shortage.code, {
        checks: cardChecks(card, deps.cards.wrongTriesMax),
        takeable: offered(order, shortage),
      });
}

/** Nobody but a till may ask for a balance, so a refusal tells it to nobody else. */
const offered = ({ terminalId }: HoldOrder, { takeable }: Shortage): Money | null =>
  terminalId !== null && isPositive(takeable) ? takeable : null;

const askerOf = ({ terminalId, caller }: HoldOrder): Asker =>
  terminalId === null ? { share: "others", who: caller } : tillAsks(terminalId);

async function hold(deps: PaymentDeps, attempt: Attempt, card: CardRecord): Promise<HoldAnswer> {
  const { order, paymentId } = attempt;
  const { cardId } = card;
  return answerOf(
    deps,
    order,
    await deps.ledger.submit({
      ...headOf(attempt),
      checks: cardChecks(card, deps.cards.wrongTriesMax),
      transfers: post("payment-held", {
        id: paymentId,
        card: cardAccount(cardId),
        merchant: merchantAccount(order.merchantId),
        amount: order.amount,
        ...(order.expiresAt === null ? {} : { expiresAt: order.expiresAt }),
      }),
      changes: [forgetTries(cardId), insertPayment({ ...rowOf(attempt), state: "held" }), ...seenAt(attempt)],
      changesIfDeclined: [insertPayment({ ...rowOf(attempt), state: "declined" })],
      answer: { paymentId, hold: holdIdOf(paymentId) },
    }),
  );
}

/**
 * What was read before the password was checked must still hold when the answer is written: whoever guesses at many at once
 * learns of none that was right, once the card is blocked.
 */
const cardChecks = ({ cardId, passwordVersion }: CardRecord, triesMax: number): readonly Check[] => [
  triesCheck(cardId, triesMax),
  {
    sql: "SELECT card_id FROM card WHERE card_id = ? AND state = 'active'",
    params: [cardId],
    code: "CARD_CLOSED",
  },
  {
    sql: "SELECT card_id FROM card WHERE card_id = ? AND password_version = ?",
    params: [cardId, passwordVersion],
    code: "PASSWORD_WRONG",
  },
];

const triesCheck = (cardId: CardId, triesMax: number): Check => ({
  sql: "SELECT card_id FROM card WHERE card_id = ? AND state <> 'blocked' AND wrong_tries < ?",
  params: [cardId, triesMax],
  code: "CARD_BLOCKED",
});

/** A card that pays at a till on line is one that the till may get a grant of. */
const seenAt = ({ order, card, at }: Attempt) =>
  order.terminalId === null || card === undefined ? [] : [cardSeenAt(order.terminalId, card.cardId, at)];

/**
 * Records a refusal under the id, once for ever: `code`, or that of the first of `checks` that finds no row. What the card
 * could pay is remembered with `code` alone.
 */
async function decline(
  deps: PaymentDeps,
  attempt: Attempt,
  code: ErrorCode,
  { checks, takeable }: Readonly<{ checks: readonly Check[]; takeable: Money | null }> = NOTHING_KNOWN,
): Promise<HoldAnswer> {
  return answerOf(
    deps,
    attempt.order,
    await deps.ledger.submit({
      ...headOf(attempt),
      transfers: [],
      checks,
      changes: [insertPayment({ ...rowOf(attempt), state: "declined", code, takeable })],
      changesIfDeclined: [insertPayment({ ...rowOf(attempt), state: "declined" })],
      answer: { declined: code },
    }),
  );
}

/** Of a card that was refused before its password was checked. */
const NOTHING_KNOWN = { checks: [], takeable: null };

/** The try is counted in the transaction that remembers the answer, so it counts once per id. */
async function declineWrongPassword(
  deps: PaymentDeps,
  attempt: Attempt,
  card: CardRecord,
): Promise<HoldAnswer> {
  const { cardId } = card;
  const { wrongTriesMax } = deps.cards;
  const answer = await answerOf(
    deps,
    attempt.order,
    await deps.ledger.submit({
      ...headOf(attempt),
      transfers: [],
      checks: [triesCheck(cardId, wrongTriesMax)],
      changes: [
        ...wrongTryStatements({
          cardId,
          eventId: deps.ids.next(),
          at: attempt.at,
          triesMax: wrongTriesMax,
          by: attempt.order.caller,
        }),
        insertPayment({ ...rowOf(attempt), state: "declined", code: "PASSWORD_WRONG" }),
        {
          sql: `UPDATE payment SET tries_left = (SELECT ? - wrong_tries FROM card WHERE card_id = ?)
                WHERE payment_id = ?`,
          params: [wrongTriesMax, cardId, attempt.paymentId],
        },
      ],
      changesIfDeclined: [insertPayment({ ...rowOf(attempt), state: "declined" })],
      answer: { declined: "PASSWORD_WRONG" },
    }),
  );
  if (answer.kind === "payment" && answer.payment.triesLeft === 0) deps.cards.changed([cardId]);
  return answer;
}

const headOf = ({ order, contentHash, at }: Attempt) => ({
  caller: order.caller,
  id: order.requestId,
  contentHash,
  happenedAt: at,
});

const rowOf = ({ order, paymentId, card, masked, at }: Attempt): Omit<NewPayment, "state"> => ({
  paymentId,
  caller: order.caller,
  requestId: order.requestId,
  merchantId: order.merchantId,
  terminalId: order.terminalId,
  saleId: order.saleId,
  tenderId: order.tenderId,
  cardId: card?.cardId ?? null,
  cardMasked: card?.numberMasked ?? masked,
  route: order.route,
  code: null,
  triesLeft: null,
  amount: order.amount,
  happenedAt: at,
  recordedAt: at,
  expiresAt: order.expiresAt,
});

/** Whatever this request did, the row tells: a resend reads the same one. */
async function answerOf(deps: PaymentDeps, order: HoldOrder, answer: LedgerAnswer): Promise<HoldAnswer> {
  if (answer.kind === "declined" && answer.code === "ID_REUSED") return fail("ID_REUSED");
  const payment = await paymentByRequest(deps.database.read, order.caller, order.requestId);
  if (payment !== undefined) return { kind: "payment", payment };
  return answer.kind === "declined"
    ? { kind: "closed", code: answer.code }
    : fail("INTERNAL", "a payment without its row");
}

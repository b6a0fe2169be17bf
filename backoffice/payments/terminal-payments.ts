// Payments that a till asks for on line, in the till's own words.
import type { z } from "zod";
import { refusalOf } from "#core/card/state.ts";
import type {
  AttemptState,
  AuthoriseRequest,
  CardBalance,
  RefundRequest,
  RefundState,
} from "#core/contract/terminal.ts";
import { moneyOf, wireInstant, wireMoney } from "#core/contract/values.ts";
import { type ErrorCode, FailureError, fail } from "#core/errors.ts";
import type { AttemptId, MerchantId, TerminalId } from "#core/ids.ts";
import { add } from "#core/money.ts";
import type { Instant } from "#core/time.ts";
import { tillAsks } from "../cards/password-shares.ts";
import { findCard, tryPassword } from "../cards/passwords.ts";
import { balancesOf, cardById } from "../cards/store.ts";
import { holdAmount } from "./authorise.ts";
import type { PaymentDeps } from "./deps.ts";
import { refundPayment } from "./refund.ts";
import { rememberRefusal } from "./remember-refusal.ts";
import { isIdUsed, type PaymentRecord, paymentByRequest, paymentByTender } from "./store.ts";

/** A terminal as its signature proved it. */
export type TerminalCaller = Readonly<{
  terminalId: TerminalId;
  merchantId: MerchantId;
  /** Since when its machine is enrolled under another id. */
  leftAt?: Instant | null;
}>;

export const callerOf = (terminalId: TerminalId) => `terminal:${terminalId}`;
/** The id under which a till's hold is captured by its journal. */
export const captureIdOf = (attemptId: string) => `capture:${attemptId}`;

export async function authoriseForTerminal(
  deps: PaymentDeps,
  { terminalId, merchantId }: TerminalCaller,
  asked: z.output<typeof AuthoriseRequest>,
): Promise<AttemptState> {
  const answer = await holdAmount(deps, {
    caller: callerOf(terminalId),
    requestId: asked.attemptId,
    merchantId,
    terminalId,
    saleId: asked.saleId,
    tenderId: asked.tenderId,
    amount: moneyOf(asked.amount),
    number: asked.card.number,
    password: asked.card.password,
    route: "online",
    expiresAt: null,
  });
  return answer.kind === "closed"
    ? declined(asked.attemptId, answer.code)
    : attemptOf(deps, terminalId, asked.attemptId, answer.payment);
}

/** What became of an attempt, without asking for anything. */
export async function attemptOfTerminal(
  deps: PaymentDeps,
  terminalId: TerminalId,
  attemptId: AttemptId,
): Promise<AttemptState> {
  const payment = await paymentByRequest(deps.database.read, callerOf(terminalId), attemptId);
  if (payment !== undefined) return attemptOf(deps, terminalId, attemptId, payment);
  const closed = await deps.database.read.get("SELECT code FROM ledger_decline WHERE caller = ? AND id = ?", [
    callerOf(terminalId),
    attemptId,
  ]);
  return closed === undefined ? { kind: "unseen", attemptId } : declined(attemptId, String(closed.code));
}

async function attemptOf(
  deps: PaymentDeps,
  terminalId: TerminalId,
  attemptId: AttemptId,
  payment: PaymentRecord,
): Promise<AttemptState> {
  const { cardId, state, code, triesLeft, takeable } = payment;
  if (state === "declined") {
    const grants =
      code === "FUNDS_HELD_OFFLINE" && cardId !== null ? await deps.setAside.openGrants(cardId) : [];
    const own = grants.filter((grant) => grant.terminalId === terminalId).slice(0, OWN_GRANTS_MAX);
    return {
      kind: "declined",
      attemptId,
      code: code ?? "STATE_CONFLICT",
      triesLeft,
      takeable: takeable === null ? null : wireMoney(takeable),
      ownGrants: own.map(({ grantId }) => grantId),
      cardId,
    };
  }
  if (state === "voided" || state === "expired") return { ...declined(attemptId, "HOLD_ENDED"), cardId };
  const card = cardId === null ? undefined : await cardById(deps.database.read, cardId);
  if (card === undefined) return fail("DATABASE_CORRUPT", "a hold without its card");
  const balance = (await balancesOf(deps.database.read, [card])).get(card.cardId);
  return {
    kind: "approved",
    attemptId,
    cardId: card.cardId,
    masked: card.numberMasked,
    balanceAfter: wireMoney(
      balance === undefined ? payment.amount : add(balance.available, balance.setAside),
    ),
    passwordVersion: card.passwordVersion,
  };
}

const OWN_GRANTS_MAX = 10;

const declined = (attemptId: AttemptId, code: string): Extract<AttemptState, { kind: "declined" }> => ({
  kind: "declined",
  attemptId,
  code,
  triesLeft: null,
  takeable: null,
  ownGrants: [],
  cardId: null,
});

/**
 * A refund that the till asks for on line; a refusal is an answer, and the same for every resend. BOOKS_RESTORED is a
 * failure, and says nothing of it. A terminal that was left hears what was decided before; what never was is refused.
 */
export async function refundForTerminal(
  deps: PaymentDeps,
  { terminalId, leftAt = null }: TerminalCaller,
  asked: z.output<typeof RefundRequest>,
): Promise<z.infer<typeof RefundState>> {
  const { attemptId, tenderId } = asked;
  const found = await paymentByTender(deps.database.read, terminalId, tenderId);
  // The till writes a refusal down as final, so a copy of the request that comes late must meet it too.
  const order = { caller: callerOf(terminalId), requestId: attemptId };
  try {
    return await rememberRefusal(deps, order, REFUSALS, async () => {
      if (leftAt !== null) await refuseUndecided(deps, order);
      return refundState(deps, terminalId, asked, found ?? fail("PAYMENT_UNKNOWN"));
    });
  } catch (error) {
    if (!(error instanceof FailureError) || !REFUSALS.has(error.failure.code)) throw error;
    return { kind: "declined", attemptId, code: error.failure.code };
  }
}

/** Fails with STATE_CONFLICT where nothing was done under that id, or with BOOKS_RESTORED while that cannot be known. */
async function refuseUndecided(
  deps: PaymentDeps,
  { caller, requestId }: Readonly<{ caller: string; requestId: string }>,
): Promise<void> {
  if (await deps.booksRestored()) return fail("BOOKS_RESTORED");
  if (!(await isIdUsed(deps.database.read, caller, requestId))) {
    return fail("STATE_CONFLICT", "the till was enrolled again before this refund came");
  }
}

async function refundState(
  deps: PaymentDeps,
  terminalId: TerminalId,
  { attemptId, refundId, amount }: z.output<typeof RefundRequest>,
  found: PaymentRecord,
): Promise<z.infer<typeof RefundState>> {
  // Till and books differ while the journal is on its way: the hold may have been given up for an offline slip.
  if (found.state === "held") return fail("BUSY", "the sale has not come yet");
  const payment = await refundPayment(deps, found, {
    caller: callerOf(terminalId),
    requestId: attemptId,
    refundId: refundIdOf(terminalId, refundId),
    amount: moneyOf(amount),
  });
  const card = payment.cardId === null ? undefined : await cardById(deps.database.read, payment.cardId);
  const balance = card && (await balancesOf(deps.database.read, [card])).get(card.cardId);
  return {
    kind: "approved",
    attemptId,
    masked: payment.cardMasked,
    balanceAfter: wireMoney(
      balance === undefined ? moneyOf(amount) : add(balance.available, balance.setAside),
    ),
  };
}

/** Unique over all tills, and the same for the till's own journal entry of the refund. */
export const refundIdOf = (terminalId: TerminalId, refundId: string) => `refund:${terminalId}:${refundId}`;

const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  "HOLD_ENDED",
  "REFUND_EXCEEDS_PAYMENT",
  "STATE_CONFLICT",
  "AMOUNT_INVALID",
  "PAYMENT_UNKNOWN",
]);

/** The balance that the holder sees, by number and password; a wrong one counts. Fails as a payment would be declined. */
export async function balanceForTerminal(
  deps: PaymentDeps,
  { terminalId }: TerminalCaller,
  credentials: Readonly<{ number: string; password: string }>,
): Promise<z.infer<typeof CardBalance>> {
  const { card } = await findCard(deps.cards, credentials.number);
  const refusal = refusalOf(card, deps.clock.now());
  if (refusal !== undefined) return fail(refusal);
  await tryPassword(deps.cards, card, card.passwordHash, credentials.password, tillAsks(terminalId));
  const balance = (await balancesOf(deps.database.read, [card])).get(card.cardId);
  if (balance === undefined) return fail("DATABASE_CORRUPT", "a card without its balance");
  return {
    masked: card.numberMasked,
    state: card.state,
    available: wireMoney(add(balance.available, balance.setAside)),
    expiresAt: wireInstant(card.expiresAt),
  };
}

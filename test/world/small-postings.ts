// What the small back office makes of each entry of a journal. Every posting has a key made of the entry's id.
import { assertNever } from "#core/assert.ts";
import type { WireMoney } from "#core/contract/values.ts";
import type { AttemptId, CardId } from "#core/ids.ts";
import type { Tender } from "#core/journal/bodies.ts";
import type { Entry } from "#core/journal/entry.ts";
import { balanceOf, post } from "./small-books.ts";
import type { SmallState, SmallTerminal } from "./small-state.ts";

const minorOf = (amount: WireMoney): bigint => BigInt(amount.minor);
type PrepaidTender = Extract<Tender, { method: "prepaid" }>;

export function postEntry(state: SmallState, terminal: SmallTerminal, entry: Entry): void {
  switch (entry.kind) {
    case "verifier-made":
      terminal.verifiers.add(entry.body.cardId);
      return;
    case "verifier-revoked":
      terminal.verifiers.delete(entry.body.cardId);
      return;
    case "grant-accepted":
      acceptGrant(state, terminal, entry);
      return;
    case "grant-closed":
      closeGrant(state, entry);
      return;
    case "tender-approved":
      for (const attemptId of entry.body.supersedes) endAttempt(state, attemptId);
      if (entry.body.tender.method === "prepaid") payTender(state, terminal, entry.id, entry.body.tender);
      return;
    case "tender-voided":
      if (entry.body.tender.method === "prepaid") voidTender(state, entry.id, entry.body.tender);
      return;
    case "attempt-closed":
      endAttempt(state, entry.body.attemptId);
      return;
    default:
      // Everything else moves no stored value.
      return;
  }
}

/** A grant that this server gave before it was restored is set aside again. */
function acceptGrant(
  state: SmallState,
  terminal: SmallTerminal,
  { body }: Extract<Entry, { kind: "grant-accepted" }>,
): void {
  const { grantId, cardId } = body;
  const known = state.grants.get(grantId);
  if (known !== undefined) {
    if (known.state === "offered") known.state = "open";
    return;
  }
  const amount = minorOf(body.amount);
  const isWaiting = state.waitsFor.size > 0;
  if (!post(state.books, `grant:${grantId}`, `card:${cardId}`, `escrow:${grantId}`, amount, isWaiting)) {
    state.workItems.push(`${grantId}: nothing left to set aside`);
  }
  state.grants.set(grantId, {
    grantId,
    terminalId: terminal.terminalId,
    cardId,
    amount,
    expiresAt: Date.parse(body.expiresAt) as never,
    state: "open",
    isRecalled: false,
  });
}

function closeGrant(state: SmallState, { body }: Extract<Entry, { kind: "grant-closed" }>): void {
  const grant = state.grants.get(body.grantId);
  const left = balanceOf(state.books, `escrow:${body.grantId}`);
  if (grant === undefined || left !== minorOf(body.remaining)) {
    state.workItems.push(`${body.grantId}: closed with ${body.remaining.minor}, escrow holds ${left}`);
  }
  post(state.books, `close:${body.grantId}`, `escrow:${body.grantId}`, `card:${body.cardId}`, left);
  state.grants.delete(body.grantId);
}

function payTender(state: SmallState, terminal: SmallTerminal, entryId: string, tender: PrepaidTender): void {
  const { approval } = tender;
  const amount = minorOf(tender.amount);
  switch (approval.kind) {
    case "online": {
      const attempt = state.attempts.get(approval.attemptId);
      const from = attempt === undefined ? cardAccount(tender.card.cardId) : `hold:${approval.attemptId}`;
      if (attempt !== undefined) attempt.end = "captured";
      pay(state, entryId, from, amount, `online ${tender.tenderId}`);
      return;
    }
    case "escrow":
      for (const slice of approval.slices) {
        const key = `${entryId}:${slice.grantId}`;
        pay(state, key, `escrow:${slice.grantId}`, minorOf(slice.amount), `escrow ${tender.tenderId}`);
      }
      return;
    case "risk":
      if (approval.password.kind === "sealed") terminal.judged.push(tender.tenderId);
      payAtRisk(state, tender.tenderId, cardAccount(tender.card.cardId), amount);
      return;
    default:
      assertNever(approval);
  }
}

const riskKey = (tenderId: string) => `risk:${tenderId}`;

/** A risk slip comes last in line: it is judged once every till has sent what it was promised before. */
function payAtRisk(state: SmallState, tenderId: string, account: string, amount: bigint): void {
  const slip = { key: riskKey(tenderId), account, amount, what: `risk ${tenderId}` };
  if (state.waitsFor.size === 0) pay(state, slip.key, account, amount, slip.what);
  else state.deferred.push(slip);
}

export function judgeDeferred(state: SmallState): void {
  for (const { key, account, amount, what } of state.deferred.splice(0))
    pay(state, key, account, amount, what);
}

/** What was paid goes back to who bore it: a voided slip that nobody could honour is no loss any more. */
function voidRisk(state: SmallState, entryId: string, tenderId: string, amount: bigint): void {
  const key = riskKey(tenderId);
  const paid = state.books.postings.get(key);
  if (paid === undefined) state.deferred = state.deferred.filter((slip) => slip.key !== key);
  else post(state.books, entryId, "merchant", paid.debit, amount);
  state.workItems = state.workItems.filter((item) => !item.startsWith(`loss risk ${tenderId} `));
}

const cardAccount = (cardId: CardId | undefined) => `card:${cardId ?? "unknown"}`;

/** The merchant is paid in any case; what the account cannot bear is a loss with a work item. */
function pay(state: SmallState, key: string, from: string, amount: bigint, what: string): void {
  if (post(state.books, key, from, "merchant", amount, state.waitsFor.size > 0)) return;
  state.workItems.push(`loss ${what} ${amount}`);
  post(state.books, key, "offline-loss", "merchant", amount);
}

function voidTender(state: SmallState, entryId: string, tender: PrepaidTender): void {
  const { approval } = tender;
  if (approval.kind === "escrow") {
    for (const slice of approval.slices) {
      const isOpen = state.grants.get(slice.grantId)?.state === "open";
      const to = isOpen ? `escrow:${slice.grantId}` : cardAccount(tender.card.cardId);
      post(state.books, `${entryId}:${slice.grantId}`, "merchant", to, minorOf(slice.amount));
    }
    return;
  }
  if (approval.kind === "risk") voidRisk(state, entryId, tender.tenderId, minorOf(tender.amount));
  else post(state.books, entryId, "merchant", cardAccount(tender.card.cardId), minorOf(tender.amount));
}

/** Declined if it never came, released if it holds, paid back if it was captured: nobody pays twice for a lost answer. */
function endAttempt(state: SmallState, attemptId: AttemptId): void {
  const attempt = state.attempts.get(attemptId);
  if (attempt === undefined) {
    state.attempts.set(attemptId, {
      attemptId,
      content: "",
      state: {
        kind: "declined",
        attemptId,
        code: "STATE_CONFLICT",
        triesLeft: null,
        ownGrants: [],
        cardId: null,
      },
      cardId: null,
      amount: 0n,
      end: "none",
    });
    return;
  }
  if (attempt.end !== "held" && attempt.end !== "captured") return;
  const from = attempt.end === "held" ? `hold:${attemptId}` : "merchant";
  post(state.books, `end:${attemptId}`, from, `card:${attempt.cardId}`, attempt.amount);
  attempt.end = "released";
}

// The prepaid tender at the counter: card, password, question, answer. The route is chosen when the question is asked.

import { parseIdentifier } from "#core/card/number.ts";
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { AttemptId, StaffId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { exactTender } from "#core/tender/due.ts";
import { openPrepaid, type PrepaidTender } from "#core/tender/prepaid.ts";
import { managerApproval } from "../staff/override.ts";
import { saleDue } from "../state.ts";
import { actor, type TillWork } from "../till-work.ts";
import { askOffline, refuseEarly } from "./ask-offline.ts";
import { askAgainOnline, askOnline } from "./ask-online.ts";
import { isUnsettled, payingSale } from "./paying.ts";
import { movePrepaid, prepaidOf } from "./prepaid-at-hand.ts";
import type { PrepaidSecrets } from "./prepaid-secrets.ts";
import { unwrap } from "./unwrap.ts";

/** Opens the tender; the card follows. AMOUNT_INVALID, TENDER_EXCEEDS_DUE, TENDER_UNSETTLED, CASH_ONLY. */
export async function startPrepaid(work: TillWork, { amount }: { amount: WireMoney }): Promise<void> {
  const sale = payingSale(work);
  if (isUnsettled(sale)) return fail("TENDER_UNSETTLED");
  if (work.line.state().kind === "cash-only") return fail("CASH_ONLY");
  const exact = unwrap(exactTender(saleDue(sale), moneyOf(amount)));
  work.state.set({ sale: { ...sale, prepaid: openPrepaid(work.ids.next(), exact) } });
}

/** A number that was typed or swiped. What is wrong with it is shown in the step, so that it can be tried again. */
export async function readCard(work: TillWork, secrets: PrepaidSecrets, number: string): Promise<void> {
  const { prepaid } = prepaidOf(work);
  secrets.forget();
  const identifier = parseIdentifier(number);
  if (!identifier.ok) {
    movePrepaid(work, { kind: "card-refused", code: identifier.error.code });
    return;
  }
  const mention = await work.desk.mention(identifier.value.reveal());
  movePrepaid(work, { kind: "card-read", card: { mention, identifier: identifier.value } });
  if (routeOf(work, prepaid) === "offline") await refuseEarly(work);
}

/** Shows why a swipe was not read, where a card is waited for. */
export function swipeFailed(work: TillWork): void {
  const { sale } = work.state.get();
  if (sale?.stage !== "paying" || sale.prepaid === null) return;
  if (sale.prepaid.step === "card" || sale.prepaid.step === "declined")
    movePrepaid(work, { kind: "card-refused", code: "CARD_UNREADABLE" });
}

/** The password of the card at hand: the question goes out, and its answer shows in the view. */
export async function typePassword(
  work: TillWork,
  secrets: PrepaidSecrets,
  { password }: { password: string },
): Promise<void> {
  const { prepaid } = prepaidOf(work);
  if (prepaid.step !== "password") return fail("STATE_CONFLICT", "no password is waited for");
  secrets.keep(password);
  if (routeOf(work, prepaid) === "online") await askOnline(work, secrets);
  else askOffline(work, secrets, null);
}

/**
 * A tender with an unanswered question goes on offline only: a second question online could hold the amount twice,
 * and nobody would say which of the two the sale used.
 */
const routeOf = ({ line }: TillWork, prepaid: PrepaidTender): "online" | "offline" =>
  line.state().kind === "online" && prepaid.unanswered.length === 0 ? "online" : "offline";

/** In the step "unknown": the same question under the same id. */
export async function askAgain(work: TillWork, secrets: PrepaidSecrets): Promise<void> {
  const { prepaid } = prepaidOf(work);
  if (prepaid.step !== "unknown") return fail("STATE_CONFLICT", "nothing is unanswered");
  askAgainOnline(work, secrets);
}

/** In the step "unknown": decide here, in the place of the unanswered question. */
export async function goOffline(work: TillWork, secrets: PrepaidSecrets): Promise<void> {
  const { prepaid } = prepaidOf(work);
  if (prepaid.step !== "unknown") return fail("STATE_CONFLICT", "nothing is unanswered");
  if (work.desk.limits().cashOnly) return fail("CASH_ONLY");
  // After a restart the number is gone, as it was never written: the card is read once more.
  if (prepaid.card.identifier === null || secrets.password() === null) {
    movePrepaid(work, { kind: "card-needed" });
    return;
  }
  askOffline(work, secrets, null);
}

/** A manager takes the payment above a cap upon himself. What a manager's PIN may fail with. */
export async function approveAsManager(
  work: TillWork,
  secrets: PrepaidSecrets,
  input: { managerId: StaffId; managerPin: string },
): Promise<void> {
  const { prepaid } = prepaidOf(work);
  if (prepaid.step !== "manager") return fail("STATE_CONFLICT", "no manager is waited for");
  const { approvedBy, drafts } = await managerApproval(work, "offline-payment", input, prepaid.code);
  if (drafts.length > 0) await work.journal.append(drafts, { staffId: actor(work) });
  askOffline(work, secrets, approvedBy);
}

/**
 * The amount was too much for this card here: the tender is given up and another one opened for what the card can
 * pay. The card stays at hand, and its password where it was typed. STATE_CONFLICT, and as for `startPrepaid`.
 */
export async function takeLess(work: TillWork, secrets: PrepaidSecrets): Promise<void> {
  const { prepaid } = prepaidOf(work);
  const isRefused = prepaid.step === "manager" || prepaid.step === "declined";
  if (!isRefused || prepaid.takeable === null || prepaid.card.identifier === null)
    return fail("STATE_CONFLICT", "no smaller amount was offered");
  const { takeable, card } = prepaid;
  const password = secrets.password();
  await cancelPrepaid(work, secrets);
  await startPrepaid(work, { amount: wireMoney(takeable) });
  movePrepaid(work, { kind: "card-read", card });
  if (password !== null) await typePassword(work, secrets, { password });
}

/** Gives the tender up. Questions without an answer are closed: the back office undoes what became of them. */
export async function cancelPrepaid(work: TillWork, secrets: PrepaidSecrets): Promise<void> {
  const { sale, prepaid } = prepaidOf(work);
  const open = new Set<AttemptId>(prepaid.unanswered);
  if (prepaid.step === "unknown" || (prepaid.step === "asking" && prepaid.route === "online"))
    open.add(prepaid.attemptId);
  const drafts = [...open].map(
    (attemptId): EntryDraft => ({ kind: "attempt-closed", body: { saleId: sale.saleId, attemptId } }),
  );
  await work.journal.append(drafts, { staffId: actor(work) });
  secrets.forget();
  work.state.set({ sale: { ...payingSale(work), prepaid: null } });
  if (drafts.length > 0) work.line.syncSoon();
}

// Deciding without the line: the desk decides, and its drafts commit together with the outcome.
import { wireMoney } from "#core/contract/values.ts";
import { type ErrorCode, FailureError } from "#core/errors.ts";
import type { AttemptId, StaffId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import type { PrepaidTender } from "#core/tender/prepaid.ts";
import type { OfflineAnswer } from "../ports.ts";
import type { PayingSale } from "../state.ts";
import { codeOfError, type TillWork } from "../till-work.ts";
import { takeTender } from "./paying.ts";
import { movePrepaid, prepaidOf } from "./prepaid-at-hand.ts";
import type { PrepaidSecrets } from "./prepaid-secrets.ts";

/** A card that no password would help is refused before anybody types one. */
export async function refuseEarly(work: TillWork): Promise<void> {
  const { sale, prepaid } = prepaidOf(work);
  if (prepaid.step !== "password" || prepaid.card.identifier === null) return;
  const answer = await work.desk.decide({
    saleId: sale.saleId,
    tenderId: prepaid.tenderId,
    amount: prepaid.amount,
    number: prepaid.card.identifier.reveal(),
    password: null,
    managerId: null,
  });
  if (answer.kind === "refused") await refused(work, sale, prepaid, work.ids.next() as AttemptId, answer);
}

/** Decides in the background, as checking a password takes its time. The view shows that it is being asked. */
export function askOffline(work: TillWork, secrets: PrepaidSecrets, managerId: StaffId | null): void {
  const attemptId = work.ids.next() as AttemptId;
  movePrepaid(work, { kind: "asked", attemptId, route: "offline", at: work.journal.now() });
  const run = async () => {
    try {
      await decideOnce(work, secrets, attemptId, managerId);
    } catch (error) {
      // A grant was spent or closed between the decision and the disk: what is left is decided anew, once.
      if (codeOfError(error) !== "STATE_CONFLICT") throw error;
      await decideOnce(work, secrets, attemptId, managerId);
    }
  };
  run().catch((error: unknown) => {
    work.log.error({ attemptId, code: codeOfError(error), err: error }, "tender.offline-not-decided");
    if (isStillDeciding(work, attemptId))
      movePrepaid(work, { kind: "declined", code: codeOfError(error), triesLeft: null, takeable: null });
  });
}

function isStillDeciding({ state }: TillWork, attemptId: AttemptId): boolean {
  const { sale } = state.get();
  return sale?.stage === "paying" && sale.prepaid?.step === "asking" && sale.prepaid.attemptId === attemptId;
}

async function decideOnce(
  work: TillWork,
  secrets: PrepaidSecrets,
  attemptId: AttemptId,
  managerId: StaffId | null,
): Promise<void> {
  const { sale, prepaid } = prepaidOf(work);
  if (prepaid.step !== "asking" || prepaid.card.identifier === null)
    throw new FailureError({ code: "STATE_CONFLICT", detail: "no card is at hand" });
  const answer = await work.desk.decide({
    saleId: sale.saleId,
    tenderId: prepaid.tenderId,
    amount: prepaid.amount,
    number: prepaid.card.identifier.reveal(),
    password: secrets.password(),
    managerId,
  });
  await work.actions.run(async () => {
    if (!isStillDeciding(work, attemptId)) return;
    const now = prepaidOf(work);
    switch (answer.kind) {
      case "approved":
        await approved(work, secrets, now.sale, now.prepaid, attemptId, answer);
        return;
      case "needs-password":
        movePrepaid(work, {
          kind: "password-needed",
          card: { mention: answer.card, identifier: prepaid.card.identifier },
        });
        return;
      case "needs-manager":
        movePrepaid(work, { kind: "manager-needed", code: answer.code, takeable: answer.takeable });
        return;
      case "refused":
        await refused(work, now.sale, now.prepaid, attemptId, answer);
    }
  });
}

const attempted = (
  sale: PayingSale,
  prepaid: PrepaidTender,
  attemptId: AttemptId,
  { card }: OfflineAnswer,
): EntryDraft => ({
  kind: "tender-attempted",
  body: {
    saleId: sale.saleId,
    tenderId: prepaid.tenderId,
    attemptId,
    amount: wireMoney(prepaid.amount),
    card,
    route: "offline",
  },
});

async function approved(
  work: TillWork,
  secrets: PrepaidSecrets,
  sale: PayingSale,
  prepaid: PrepaidTender,
  attemptId: AttemptId,
  answer: Extract<OfflineAnswer, { kind: "approved" }>,
): Promise<void> {
  await takeTender(work, sale, {
    tender: {
      method: "prepaid",
      tenderId: prepaid.tenderId,
      amount: wireMoney(prepaid.amount),
      card: answer.card,
      approval: answer.approval,
    },
    supersedes: [...prepaid.unanswered],
    before: [attempted(sale, prepaid, attemptId, answer), ...answer.drafts],
    effects: answer.effects,
  });
  secrets.forget();
}

async function refused(
  work: TillWork,
  sale: PayingSale,
  prepaid: PrepaidTender,
  attemptId: AttemptId,
  answer: Extract<OfflineAnswer, { kind: "refused" }>,
): Promise<void> {
  const code: ErrorCode = answer.code;
  const declined: EntryDraft = {
    kind: "tender-declined",
    body: { saleId: sale.saleId, tenderId: prepaid.tenderId, attemptId, code },
  };
  await work.journal.append([attempted(sale, prepaid, attemptId, answer), ...answer.drafts, declined], {
    staffId: work.state.get().person?.staffId ?? null,
  });
  movePrepaid(work, { kind: "declined", code, triesLeft: answer.triesLeft, takeable: answer.takeable });
}

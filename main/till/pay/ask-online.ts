// Asking the back office: the attempt is on the disk before the question goes out, the outcome before it is shown.
import type { z } from "zod";
import type { AttemptState as AttemptStateSchema } from "#core/contract/terminal.ts";
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import { type ErrorCode, FailureError, fail, isErrorCode } from "#core/errors.ts";
import type { AttemptId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import type { Money } from "#core/money.ts";
import type { PrepaidTender } from "#core/tender/prepaid.ts";
import type { PayingSale } from "../state.ts";
import { actor, codeOfError, type TillWork } from "../till-work.ts";
import { takeTender } from "./paying.ts";
import { movePrepaid, prepaidOf } from "./prepaid-at-hand.ts";
import type { PrepaidSecrets } from "./prepaid-secrets.ts";

type AttemptState = z.infer<typeof AttemptStateSchema>;
type Asking = Extract<PrepaidTender, { step: "asking" }>;
type Answer = AttemptState | Readonly<{ kind: "no-answer"; code: ErrorCode }>;

/** After this a cashier wants to do something else; the attempt is then `unknown`, not failed. */
const ANSWER_MS_MAX = 8_000;

/** These say nothing of what became of the question; every other code is a final refusal. */
const SAYS_NOTHING: ReadonlySet<ErrorCode> = new Set([
  "LINE_CUT",
  "TIMED_OUT",
  "PEER_GONE",
  "BUSY",
  "INTERNAL",
  "NOT_READY",
]);

/** A new question under a new id. */
export async function askOnline(work: TillWork, secrets: PrepaidSecrets): Promise<void> {
  const { sale, prepaid } = prepaidOf(work);
  if (prepaid.step !== "password" && prepaid.step !== "asking")
    return fail("STATE_CONFLICT", "no card is at hand");
  const attemptId = work.ids.next() as AttemptId;
  const attempted: EntryDraft = {
    kind: "tender-attempted",
    body: {
      saleId: sale.saleId,
      tenderId: prepaid.tenderId,
      attemptId,
      amount: wireMoney(prepaid.amount),
      card: prepaid.card.mention,
      route: "online",
    },
  };
  await work.journal.append([attempted], { staffId: actor(work) });
  movePrepaid(work, { kind: "asked", attemptId, route: "online", at: work.journal.now() });
  askInBackground(work, secrets, attemptId, { mayCloseGrants: true });
}

/** The same question under the same id. Where the password is gone, only what became of it is asked. */
export function askAgainOnline(work: TillWork, secrets: PrepaidSecrets): void {
  const { prepaid } = prepaidOf(work);
  if (prepaid.step !== "unknown") throw new FailureError({ code: "STATE_CONFLICT" });
  const { attemptId } = prepaid;
  movePrepaid(work, { kind: "asked", attemptId, route: "online", at: work.journal.now() });
  askInBackground(work, secrets, attemptId, { mayCloseGrants: true });
}

/** The view shows that it is being asked; whatever happens ends in a step that the cashier can leave. */
function askInBackground(
  work: TillWork,
  secrets: PrepaidSecrets,
  attemptId: AttemptId,
  options: { mayCloseGrants: boolean },
): void {
  const run = async () => {
    const { sale, prepaid } = prepaidOf(work);
    const answer = await ask(work, secrets, sale, prepaid as Asking);
    await settle(work, secrets, attemptId, answer, options);
  };
  run().catch((error: unknown) => {
    work.log.error({ attemptId, code: codeOfError(error), err: error }, "tender.outcome-not-written");
    // The disk did not take the outcome: to the cashier it is a question without an answer, to be asked again.
    if (isStillAsking(work, attemptId)) movePrepaid(work, { kind: "no-answer", code: codeOfError(error) });
  });
}

async function ask(
  { backOffice }: TillWork,
  secrets: PrepaidSecrets,
  { saleId }: PayingSale,
  { attemptId, tenderId, amount, card }: Asking,
): Promise<Answer> {
  const options = { signal: AbortSignal.timeout(ANSWER_MS_MAX) };
  const password = secrets.password();
  try {
    if (card.identifier === null || password === null)
      return await backOffice.attempt({ attemptId }, options);
    const number = card.identifier.reveal();
    const request = { attemptId, tenderId, saleId, amount: wireMoney(amount), card: { number, password } };
    return await backOffice.authorise(request, options);
  } catch (error) {
    const code = options.signal.aborted ? "TIMED_OUT" : codeOfAnswer(error);
    if (SAYS_NOTHING.has(code)) return { kind: "no-answer", code };
    return { kind: "declined", attemptId, code, triesLeft: null, ownGrants: [], cardId: null };
  }
}

/** A failure that is none of ours came from the line itself. */
function codeOfAnswer(error: unknown): ErrorCode {
  const code = codeOfError(error);
  if (code !== "INTERNAL") return code;
  const wireCode = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return isErrorCode(wireCode) ? wireCode : "LINE_CUT";
}

function isStillAsking({ state }: TillWork, attemptId: AttemptId): boolean {
  const { sale } = state.get();
  return (
    sale?.stage === "paying" &&
    sale.prepaid?.step === "asking" &&
    sale.prepaid.route === "online" &&
    sale.prepaid.attemptId === attemptId
  );
}

/** Writes the outcome down, in turn with the other actions. One that was given up meanwhile is closed already. */
function settle(
  work: TillWork,
  secrets: PrepaidSecrets,
  attemptId: AttemptId,
  answer: Answer,
  options: { mayCloseGrants: boolean },
): Promise<void> {
  return work.actions.run(async () => {
    if (!isStillAsking(work, attemptId)) {
      work.log.info({ attemptId, kind: answer.kind }, "tender.late-answer");
      return;
    }
    const { sale, prepaid } = prepaidOf(work);
    const asking = prepaid as Asking;
    const about = { saleId: sale.saleId, tenderId: asking.tenderId, attemptId };
    const write = (draft: EntryDraft) =>
      work.journal.append([draft], { staffId: work.state.get().person?.staffId ?? null });
    switch (answer.kind) {
      case "approved":
        await approved(work, secrets, sale, asking, answer);
        return;
      case "declined": {
        const code: ErrorCode = isErrorCode(answer.code) ? answer.code : "INTERNAL";
        await write({ kind: "tender-declined", body: { ...about, code } });
        if (options.mayCloseGrants && code === "FUNDS_HELD_OFFLINE" && answer.ownGrants.length > 0) {
          freeOwnGrants(work, secrets, asking, answer);
          return;
        }
        movePrepaid(work, {
          kind: "declined",
          code,
          triesLeft: answer.triesLeft,
          takeable: takeableOf(answer),
        });
        return;
      }
      case "unseen":
        // It may still be under way, so it is closed as well: should it arrive, the back office undoes it.
        await write({ kind: "attempt-closed", body: { saleId: sale.saleId, attemptId } });
        movePrepaid(work, { kind: "start-over", problem: null });
        work.line.syncSoon();
        return;
      case "no-answer":
        await write({ kind: "tender-unknown", body: { ...about, code: answer.code } });
        movePrepaid(work, { kind: "no-answer", code: answer.code });
        work.line.syncSoon();
    }
  });
}

const takeableOf = ({ takeable }: Extract<AttemptState, { kind: "declined" }>): Money | null =>
  takeable === undefined || takeable === null ? null : moneyOf(takeable);

async function approved(
  work: TillWork,
  secrets: PrepaidSecrets,
  sale: PayingSale,
  asking: Asking,
  answer: Extract<AttemptState, { kind: "approved" }>,
): Promise<void> {
  const { attemptId, cardId, balanceAfter, passwordVersion } = answer;
  const password = secrets.password();
  const { identifier, mention } = asking.card;
  await takeTender(work, sale, {
    tender: {
      method: "prepaid",
      tenderId: asking.tenderId,
      amount: wireMoney(asking.amount),
      card: { ...mention, cardId },
      approval: { kind: "online", attemptId, balanceAfter },
    },
    supersedes: asking.unanswered.filter((other) => other !== attemptId),
  });
  secrets.forget();
  if (identifier !== null && password !== null) {
    // Never fails: what goes wrong is logged by the desk.
    void work.desk.learn({ number: identifier.reveal(), password, cardId, passwordVersion });
  }
}

/** What this till holds aside for the card is given back first; then the question is asked anew, under a new id. */
function freeOwnGrants(
  work: TillWork,
  secrets: PrepaidSecrets,
  asking: Asking,
  answer: Extract<AttemptState, { kind: "declined" }>,
): void {
  const declined = () =>
    movePrepaid(work, {
      kind: "declined",
      code: "FUNDS_HELD_OFFLINE",
      triesLeft: null,
      takeable: takeableOf(answer),
    });
  const run = async () => {
    const isFreed = await work.desk.closeGrants(answer.ownGrants).then(
      () => true,
      () => false,
    );
    await work.actions.run(async () => {
      if (!isStillAsking(work, asking.attemptId)) return;
      if (!isFreed) {
        declined();
        return;
      }
      const { sale } = prepaidOf(work);
      const attemptId = work.ids.next() as AttemptId;
      await work.journal.append(
        [
          {
            kind: "tender-attempted",
            body: {
              saleId: sale.saleId,
              tenderId: asking.tenderId,
              attemptId,
              amount: wireMoney(asking.amount),
              card: asking.card.mention,
              route: "online",
            },
          },
        ],
        { staffId: work.state.get().person?.staffId ?? null },
      );
      movePrepaid(work, { kind: "asked", attemptId, route: "online", at: work.journal.now() });
      askInBackground(work, secrets, attemptId, { mayCloseGrants: false });
    });
  };
  run().catch((error: unknown) => {
    work.log.error({ attemptId: asking.attemptId, err: error }, "tender.grants-not-freed");
    if (isStillAsking(work, asking.attemptId)) declined();
  });
}

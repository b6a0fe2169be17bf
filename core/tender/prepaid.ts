// One prepaid tender from the press of its button to its answer, as states and moves. The service journals around it:
// the attempt before the question, the outcome before anything is shown.
import { assertNever } from "../assert.ts";
import type { CardIdentifier } from "../card/number.ts";
import type { ErrorCode, Failure } from "../errors.ts";
import type { AttemptId } from "../ids.ts";
import type { CardMention } from "../journal/bodies.ts";
import type { Money } from "../money.ts";
import { err, ok, type Result } from "../result.ts";
import type { Instant } from "../time.ts";

export type Route = "online" | "offline";

/** What is known of the card at hand. After a restart only its mention is left: the number was never written. */
export type CardAtHand = Readonly<{ mention: CardMention; identifier: CardIdentifier | null }>;

type Common = Readonly<{
  tenderId: string;
  amount: Money;
  /** Attempts of this tender that were sent and never answered: an offline approval supersedes them. */
  unanswered: readonly AttemptId[];
}>;

/** `takeable`: what the card pays here without a manager, where the amount was too much; null where none would do. */

export type PrepaidTender = Common &
  (
    | Readonly<{ step: "card"; problem: ErrorCode | null }>
    | Readonly<{ step: "password"; card: CardAtHand; problem: ErrorCode | null; triesLeft: number | null }>
    | Readonly<{ step: "asking"; card: CardAtHand; attemptId: AttemptId; route: Route; since: Instant }>
    | Readonly<{ step: "unknown"; card: CardAtHand; attemptId: AttemptId; code: ErrorCode }>
    | Readonly<{ step: "manager"; card: CardAtHand; code: ErrorCode; takeable: Money | null }>
    | Readonly<{
        step: "declined";
        card: CardAtHand;
        code: ErrorCode;
        triesLeft: number | null;
        takeable: Money | null;
      }>
  );
export type PrepaidStepName = PrepaidTender["step"];

export type PrepaidMove =
  | Readonly<{ kind: "card-read"; card: CardAtHand }>
  | Readonly<{ kind: "card-refused"; code: ErrorCode }>
  /** The question goes out, under this attempt. Also when it is asked again with the same one. */
  | Readonly<{ kind: "asked"; attemptId: AttemptId; route: Route; at: Instant }>
  | Readonly<{ kind: "declined"; code: ErrorCode; triesLeft: number | null; takeable: Money | null }>
  | Readonly<{ kind: "no-answer"; code: ErrorCode }>
  /** The back office never saw the attempt, or it was given up: the card is needed again. */
  | Readonly<{ kind: "start-over"; problem: ErrorCode | null }>
  /** To go on offline the card must be read again; what was never answered stays to be superseded. */
  | Readonly<{ kind: "card-needed" }>
  | Readonly<{ kind: "password-needed"; card: CardAtHand }>
  | Readonly<{ kind: "manager-needed"; code: ErrorCode; takeable: Money | null }>;

export const openPrepaid = (tenderId: string, amount: Money): PrepaidTender => ({
  tenderId,
  amount,
  unanswered: [],
  step: "card",
  problem: null,
});

/** The tender of an attempt that a restart found without an answer. */
export const restoredPrepaid = (
  tenderId: string,
  amount: Money,
  mention: CardMention,
  attempts: readonly [AttemptId, ...AttemptId[]],
  code: ErrorCode,
): PrepaidTender => ({
  tenderId,
  amount,
  unanswered: attempts,
  step: "unknown",
  card: { mention, identifier: null },
  attemptId: attempts.at(-1) ?? attempts[0],
  code,
});

/** A wrong password is typed again; everything else that was declined needs another card or another tender. */
const TRY_PASSWORD_AGAIN: ReadonlySet<ErrorCode> = new Set(["PASSWORD_WRONG", "PASSWORD_FORM"]);

/** The tender after a move; STATE_CONFLICT where the move does not belong to its step. */
export function nextPrepaid(tender: PrepaidTender, move: PrepaidMove): Result<PrepaidTender, Failure> {
  const common: Common = {
    tenderId: tender.tenderId,
    amount: tender.amount,
    unanswered: tender.unanswered,
  };
  switch (move.kind) {
    case "card-read":
      // Another card may be read until something was asked; while an attempt is open it could pay twice.
      if (!isOneOf(tender, ["card", "password", "declined"])) return conflict(tender, move);
      return ok({ ...common, step: "password", card: move.card, problem: null, triesLeft: null });
    case "card-refused":
      if (!isOneOf(tender, ["card", "password", "declined"])) return conflict(tender, move);
      return ok({ ...common, step: "card", problem: move.code });
    case "asked":
      if (!isOneOf(tender, ["password", "unknown", "manager", "asking"])) return conflict(tender, move);
      return ok({
        ...common,
        step: "asking",
        card: tender.card,
        attemptId: move.attemptId,
        route: move.route,
        since: move.at,
      });
    case "declined":
      if (!isOneOf(tender, ["asking", "unknown", "password", "manager"])) return conflict(tender, move);
      return ok(declined(answered(common, tender), tender.card, move));
    case "no-answer":
      if (!isOneOf(tender, ["asking"])) return conflict(tender, move);
      return ok({
        ...common,
        unanswered: [...new Set([...common.unanswered, tender.attemptId])],
        step: "unknown",
        card: tender.card,
        attemptId: tender.attemptId,
        code: move.code,
      });
    case "start-over":
      if (!isOneOf(tender, ["asking", "unknown", "manager"])) return conflict(tender, move);
      return ok({ ...answered(common, tender), step: "card", problem: move.problem });
    case "card-needed":
      if (!isOneOf(tender, ["unknown"])) return conflict(tender, move);
      return ok({ ...common, step: "card", problem: null });
    case "password-needed":
      if (!isOneOf(tender, ["card", "password", "asking", "unknown", "manager"]))
        return conflict(tender, move);
      return ok({ ...common, step: "password", card: move.card, problem: null, triesLeft: null });
    case "manager-needed":
      if (!isOneOf(tender, ["asking", "password", "unknown"])) return conflict(tender, move);
      return ok({ ...common, step: "manager", card: tender.card, code: move.code, takeable: move.takeable });
    default:
      return assertNever(move);
  }
}

/** A decline answers the attempt at hand, so it is no longer one that an approval must supersede. */
function answered(common: Common, tender: PrepaidTender): Common {
  if (tender.step !== "asking" && tender.step !== "unknown") return common;
  if (tender.step === "asking" && tender.route === "offline") return common;
  return { ...common, unanswered: common.unanswered.filter((attempt) => attempt !== tender.attemptId) };
}

function declined(
  common: Common,
  card: CardAtHand,
  { code, triesLeft, takeable }: Extract<PrepaidMove, { kind: "declined" }>,
): PrepaidTender {
  if (TRY_PASSWORD_AGAIN.has(code) && triesLeft !== 0 && card.identifier !== null)
    return { ...common, step: "password", card, problem: code, triesLeft };
  return { ...common, step: "declined", card, code, triesLeft, takeable };
}

function isOneOf<Step extends PrepaidStepName>(
  tender: PrepaidTender,
  steps: readonly Step[],
): tender is Extract<PrepaidTender, { step: Step }> {
  return (steps as readonly PrepaidStepName[]).includes(tender.step);
}

const conflict = (tender: PrepaidTender, move: PrepaidMove) =>
  err<Failure>({ code: "STATE_CONFLICT", detail: `${move.kind} in step ${tender.step}` });

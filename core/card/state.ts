// What a card may become (C22). One table; everything that moves a card asks it.
import { assertNever } from "../assert.ts";
import type { ErrorCode, Failure } from "../errors.ts";
import { err, ok, type Result } from "../result.ts";
import type { Instant } from "../time.ts";

export const CARD_STATES = [
  "stock",
  "sold",
  "gifted",
  "active",
  "blocked",
  "closing",
  "expired",
  "refunded",
  "closed",
] as const;
export type CardState = (typeof CARD_STATES)[number];

/** How a card ends: its validity ran out, its owner had the balance paid back, or it was withdrawn. */
export const CARD_ENDINGS = ["expired", "refunded", "closed"] as const;
export type CardEnding = (typeof CARD_ENDINGS)[number];

export type CardMove = "sell" | "gift" | "register" | "block" | "unblock" | "begin-ending" | "end";

const MOVES = {
  sell: { from: ["stock"], to: ["sold"] },
  gift: { from: ["sold"], to: ["gifted"] },
  register: { from: ["sold", "gifted"], to: ["active"] },
  block: { from: ["active"], to: ["blocked"] },
  unblock: { from: ["blocked"], to: ["active"] },
  // Grants at tills are called back first; the card pays nothing meanwhile.
  "begin-ending": { from: ["sold", "gifted", "active", "blocked"], to: ["closing"] },
  end: { from: ["closing"], to: CARD_ENDINGS },
} as const satisfies Record<CardMove, { from: readonly CardState[]; to: readonly CardState[] }>;

/** The state after a move. Fails with CARD_MOVE_ILLEGAL. `ending` names which end, for the move `end` only. */
export function moved(from: CardState, move: CardMove, ending?: CardEnding): Result<CardState, Failure> {
  const { from: allowed, to } = MOVES[move] as { from: readonly CardState[]; to: readonly CardState[] };
  const target = to.length === 1 ? to[0] : to.find((state) => state === ending);
  if (!allowed.includes(from) || target === undefined) {
    return err({ code: "CARD_MOVE_ILLEGAL", detail: `${move} from ${from}` });
  }
  return ok(target);
}

/** Whether a move may be made, for screens that offer only what is possible. */
export const mayMove = (from: CardState, move: CardMove): boolean =>
  (MOVES[move].from as readonly CardState[]).includes(from);

/**
 * Why a card may not pay at an instant; undefined where it may. A card is expired from its expiry instant on,
 * whether or not somebody has yet moved it.
 */
export function refusalOf(
  card: Readonly<{ state: CardState; expiresAt: Instant }>,
  at: Instant,
): ErrorCode | undefined {
  switch (card.state) {
    case "stock":
    case "sold":
    case "gifted":
      return "CARD_NOT_REGISTERED";
    case "blocked":
      return "CARD_BLOCKED";
    case "expired":
      return "CARD_EXPIRED";
    case "closing":
    case "refunded":
    case "closed":
      return "CARD_CLOSED";
    case "active":
      return at < card.expiresAt ? undefined : "CARD_EXPIRED";
    default:
      return assertNever(card.state);
  }
}

/** The entry of the tills' hot list for a card; undefined where tills may take it. */
export function hotCodeOf(
  card: Readonly<{ state: CardState; expiresAt: Instant }>,
  at: Instant,
): "CARD_BLOCKED" | "CARD_EXPIRED" | "CARD_CLOSED" | undefined {
  const refusal = refusalOf(card, at);
  return refusal === "CARD_BLOCKED" || refusal === "CARD_EXPIRED" || refusal === "CARD_CLOSED"
    ? refusal
    : undefined;
}

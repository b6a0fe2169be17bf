// Whether a card is short, and if so whether tills hold what is missing: then it is called back at once (DESIGN §6).
import type { ErrorCode } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { type Money, sum } from "#core/money.ts";
import { balancesOf, type CardRecord, cardById } from "../cards/store.ts";
import type { OpenGrant, PaymentDeps } from "./deps.ts";

/** A customer stands at the counter: longer than this is worse than a second press of Pay. */
const RECALL_WAIT_MS_MAX = 1_500;
const RECALL_POLL_MS = 50;

export type ShortageOrder = Readonly<{ amount: Money; terminalId: TerminalId | null }>;

/**
 * Undefined where the card alone can pay. Otherwise FUNDS_INSUFFICIENT, or FUNDS_HELD_OFFLINE where its slices at tills
 * would have made up for it: they are recalled, and those of other tills on line are waited for.
 */
export async function shortageOf(
  deps: PaymentDeps,
  card: CardRecord,
  { amount, terminalId }: ShortageOrder,
): Promise<ErrorCode | undefined> {
  const first = await moneyOf(deps, card);
  if (covers(first.available, [], amount)) return undefined;
  if (!covers(first.available, first.grants, amount)) return "FUNDS_INSUFFICIENT";

  // A guesser whose card was blocked meanwhile calls nothing back, and waits for nothing that tells him he was right.
  if (!(await mayStillPay(deps, card))) return "FUNDS_HELD_OFFLINE";
  await deps.setAside.recall(card.cardId);
  const waitedFor = (grant: OpenGrant) =>
    grant.terminalId !== terminalId && deps.setAside.isLive(grant.terminalId);
  if (!covers(first.available, first.grants.filter(waitedFor), amount)) return "FUNDS_HELD_OFFLINE";

  for (let waitedMs = 0; waitedMs < RECALL_WAIT_MS_MAX; waitedMs += RECALL_POLL_MS) {
    await deps.pause(RECALL_POLL_MS);
    const now = await moneyOf(deps, card);
    if (covers(now.available, [], amount)) return undefined;
    if (!covers(now.available, now.grants, amount)) return "FUNDS_INSUFFICIENT";
  }
  return "FUNDS_HELD_OFFLINE";
}

async function mayStillPay({ database, cards }: PaymentDeps, { cardId }: CardRecord): Promise<boolean> {
  const card = await cardById(database.read, cardId);
  return card?.state === "active" && card.wrongTries < cards.wrongTriesMax;
}

async function moneyOf({ database, setAside }: PaymentDeps, card: CardRecord) {
  const balances = await balancesOf(database.read, [card]);
  return {
    available: balances.get(card.cardId)?.available.minor ?? 0n,
    grants: await setAside.openGrants(card.cardId),
  };
}

const covers = (available: bigint, grants: readonly OpenGrant[], amount: Money) =>
  available +
    sum(
      grants.map(({ left }) => left),
      amount.currency,
    ).minor >=
  amount.minor;

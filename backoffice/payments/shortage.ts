// Whether a card is short, and if so whether tills hold what is missing: then it is called back at once (DESIGN §6).
import type { TerminalId } from "#core/ids.ts";
import { add, exceeds, type Money, sum, zero } from "#core/money.ts";
import { balancesOf, type CardRecord, cardById } from "../cards/store.ts";
import type { OpenGrant, PaymentDeps } from "./deps.ts";

/** A customer stands at the counter: longer than this is worse than a second press of Pay. */
const RECALL_WAIT_MS_MAX = 1_500;
const RECALL_POLL_MS = 50;

export type ShortageOrder = Readonly<{ amount: Money; terminalId: TerminalId | null }>;

export type Shortage = Readonly<{
  /** FUNDS_HELD_OFFLINE where the card's slices at tills would have made up for what is missing. */
  code: "FUNDS_INSUFFICIENT" | "FUNDS_HELD_OFFLINE";
  /** What the card can pay now, zero included. */
  takeable: Money;
}>;

/**
 * Undefined where the card alone can pay. Where its slices at tills make up for what is missing, they are recalled, and
 * those of other tills on line are waited for.
 */
export async function shortageOf(
  deps: PaymentDeps,
  card: CardRecord,
  { amount, terminalId }: ShortageOrder,
): Promise<Shortage | undefined> {
  const first = await fundsOf(deps, card);
  if (covers(first, amount)) return undefined;
  const isLive = (grant: OpenGrant) => deps.setAside.isLive(grant.terminalId);
  const comesAtOnce = (grant: OpenGrant) => grant.terminalId === terminalId || isLive(grant);
  if (!covers(first, amount, EVERY_GRANT)) return insufficient(first, comesAtOnce);

  // A guesser whose card was blocked meanwhile calls nothing back, and waits for nothing that tells him he was right.
  if (!(await mayStillPay(deps, card))) return heldOffline(first);
  await deps.setAside.recall(card.cardId);
  const waitedFor = (grant: OpenGrant) => grant.terminalId !== terminalId && isLive(grant);
  if (!covers(first, amount, waitedFor)) return heldOffline(first);

  let now = first;
  for (let waitedMs = 0; waitedMs < RECALL_WAIT_MS_MAX; waitedMs += RECALL_POLL_MS) {
    await deps.pause(RECALL_POLL_MS);
    now = await fundsOf(deps, card);
    if (covers(now, amount)) return undefined;
    if (!covers(now, amount, EVERY_GRANT)) return insufficient(now, comesAtOnce);
  }
  return heldOffline(now);
}

type Funds = Readonly<{ available: Money; grants: readonly OpenGrant[] }>;
type WhichGrants = (grant: OpenGrant) => boolean;

const EVERY_GRANT: WhichGrants = () => true;
const NO_GRANT: WhichGrants = () => false;

/** What tills can give back at once counts: asked for, it is called back as any slice is. */
const insufficient = (funds: Funds, comesAtOnce: WhichGrants): Shortage => ({
  code: "FUNDS_INSUFFICIENT",
  takeable: together(funds, comesAtOnce),
});

/** The slices have been called back, and nobody knows when they come. */
const heldOffline = ({ available }: Funds): Shortage => ({ code: "FUNDS_HELD_OFFLINE", takeable: available });

async function mayStillPay({ database, cards }: PaymentDeps, { cardId }: CardRecord): Promise<boolean> {
  const card = await cardById(database.read, cardId);
  return card?.state === "active" && card.wrongTries < cards.wrongTriesMax;
}

async function fundsOf({ database, setAside }: PaymentDeps, card: CardRecord): Promise<Funds> {
  const balances = await balancesOf(database.read, [card]);
  return {
    available: balances.get(card.cardId)?.available ?? zero(card.currency),
    grants: await setAside.openGrants(card.cardId),
  };
}

const covers = (funds: Funds, amount: Money, which: WhichGrants = NO_GRANT) =>
  !exceeds(amount, together(funds, which));

const together = ({ available, grants }: Funds, which: WhichGrants) =>
  add(
    available,
    sum(
      grants.filter(which).map(({ left }) => left),
      available.currency,
    ),
  );

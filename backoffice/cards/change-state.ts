// Blocking and ending cards. A card that ends calls its grants back first; only then is the rest paid out (DESIGN §6).

import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { CARD_ENDINGS, type CardEnding, type CardMove, type CardState, moved } from "#core/card/state.ts";
import { fail } from "#core/errors.ts";
import type { CardId } from "#core/ids.ts";
import { cardAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { isPositive } from "#core/money.ts";
import { textOf } from "#database/row.ts";
import { openRestore } from "../terminals/store.ts";
import type { CardDeps } from "./deps.ts";
import { balancesOf, type CardRecord, cardById, moveStatements } from "./store.ts";

export type StateChange = Readonly<{ cardId: CardId; by: string; reason: string }>;

/** Fails with CARD_UNKNOWN or CARD_MOVE_ILLEGAL. */
export const blockCard = (deps: CardDeps, change: StateChange) => moveCard(deps, change, "block", "blocked");

/** Also sets the wrong tries back, whichever state they left the card in. Fails as `blockCard` does. */
export async function unblockCard(deps: CardDeps, change: StateChange): Promise<CardRecord> {
  const card = await known(deps, change.cardId);
  const triesSpent = card.wrongTries >= deps.wrongTriesMax;
  if (card.state === "blocked") await moveCard(deps, change, "unblock", "unblocked");
  else if (!triesSpent) return fail("CARD_MOVE_ILLEGAL", `unblock from ${card.state}`);
  await deps.database.transaction((tx) =>
    tx.run("UPDATE card SET wrong_tries = 0 WHERE card_id = ?", [change.cardId]),
  );
  return known(deps, change.cardId);
}

/** Begins the end of a card and ends it at once where no grant or hold stands in the way. */
export async function endCard(deps: CardDeps, change: StateChange, ending: CardEnding): Promise<CardRecord> {
  await moveCard(deps, change, "begin-ending", `to be ${ending}`, ending);
  await finishEnding(deps, change.cardId);
  return known(deps, change.cardId);
}

/**
 * Pays out a closing card once its grants are closed and its holds have ended; true when it has ended. While terminals
 * of a restored back office are awaited nobody knows which of its grants live, so then it waits for them all.
 * An expired card's rest is breakage; a refunded or closed one's goes back to where it came from.
 */
export async function finishEnding(deps: CardDeps, cardId: CardId): Promise<boolean> {
  const card = await known(deps, cardId);
  if (CARD_ENDINGS.some((ending) => ending === card.state)) return payOutLate(deps, card);
  if (card.state !== "closing" || card.ending === null) return false;
  if ((await openRestore(deps.database.read)) !== undefined) return false;
  const balance = (await balancesOf(deps.database.read, [card])).get(cardId);
  if (balance === undefined || isPositive(balance.setAside) || (await hasHolds(deps, cardId))) return false;
  const at = deps.clock.now();
  const id = deps.ids.next();
  const amount = balance.available;
  const answer = await deps.ledger.submit({
    caller: "system",
    id,
    contentHash: contentHashOf({ end: cardId }),
    happenedAt: at,
    checks: [
      {
        sql: `SELECT card_id FROM card WHERE card_id = ? AND state = 'closing' AND NOT EXISTS
              (SELECT 1 FROM card_grant g WHERE g.card_id = card.card_id AND g.state IN ('live', 'recalled'))`,
        params: [cardId],
        code: "STATE_CONFLICT",
      },
    ],
    transfers: isPositive(amount) ? payout(deps, card, id, amount) : [],
    changes: moveStatements({
      eventId: id,
      cardId,
      from: "closing",
      to: card.ending,
      what: card.ending,
      by: "system",
      reason: "",
      at,
    }),
  });
  if (answer.kind === "accepted") deps.changed([cardId]);
  return answer.kind === "accepted";
}

/**
 * What was given back to a card after its end belongs to its holder, who can spend it no more: it goes back to where the
 * card's money came from, also where the rest of an expired one was breakage.
 */
async function payOutLate(deps: CardDeps, card: CardRecord): Promise<boolean> {
  const { cardId, state } = card;
  const amount = (await balancesOf(deps.database.read, [card])).get(cardId)?.available;
  if (amount === undefined || !isPositive(amount)) return true;
  const at = deps.clock.now();
  const id = deps.ids.next();
  await deps.ledger.submit({
    caller: "system",
    id,
    contentHash: contentHashOf({ late: cardId }),
    happenedAt: at,
    transfers: post("card-paid-out", { id, card: cardAccount(cardId), source: deps.source, amount }),
    changes: moveStatements({
      eventId: id,
      cardId,
      from: state,
      to: state,
      what: "late refund paid out",
      by: "system",
      reason: "",
      at,
    }),
  });
  return true;
}

function payout(deps: CardDeps, card: CardRecord, id: string, amount: CardBalanceAmount) {
  const from = cardAccount(card.cardId);
  return card.ending === "expired"
    ? post("card-expired", { id, card: from, amount })
    : post("card-paid-out", { id, card: from, source: deps.source, amount });
}
type CardBalanceAmount = Parameters<typeof post<"card-expired">>[1]["amount"];

/** Ends what has run out and finishes what waited for a till; to be called every minute or so. At most 500 cards. */
export async function sweepCards(deps: CardDeps): Promise<number> {
  const { read } = deps.database;
  const expired = await read.all(
    `SELECT card_id FROM card WHERE state IN ('sold', 'gifted', 'active', 'blocked') AND expires_at <= ?
     ORDER BY expires_at LIMIT 500`,
    [deps.clock.now()],
  );
  for (const row of expired) {
    const change = { cardId: textOf(row, "card_id") as CardId, by: "system", reason: "validity ran out" };
    await moveCard(deps, change, "begin-ending", "to be expired", "expired");
  }
  const closing = await read.all("SELECT card_id FROM card WHERE state = 'closing' LIMIT 500");
  let ended = 0;
  for (const row of closing) if (await finishEnding(deps, textOf(row, "card_id") as CardId)) ended += 1;
  return ended;
}

async function moveCard(
  deps: CardDeps,
  { cardId, by, reason }: StateChange,
  move: CardMove,
  what: string,
  ending?: CardEnding,
): Promise<CardRecord> {
  const card = await known(deps, cardId);
  const to = moved(card.state, move);
  if (!to.ok) return fail(to.error.code, to.error.detail);
  const at = deps.clock.now();
  const step = { eventId: deps.ids.next(), cardId, from: card.state, to: to.value, what, by, reason, at };
  await deps.database.transaction(async (tx) => {
    const [, changed] = await tx.runEach(moveStatements({ ...step, ending: ending ?? null }));
    if (changed !== 1) fail("STATE_CONFLICT", "the card changed meanwhile");
    if (ending !== undefined) await recallGrants(tx, cardId);
  });
  deps.changed([cardId]);
  return { ...card, state: to.value satisfies CardState };
}

const recallGrants = (
  tx: Readonly<{ run(sql: string, params: readonly string[]): Promise<number> }>,
  cardId: CardId,
) => tx.run("UPDATE card_grant SET state = 'recalled' WHERE card_id = ? AND state = 'live'", [cardId]);

async function hasHolds({ database }: CardDeps, cardId: CardId): Promise<boolean> {
  const row = await database.read.get(
    "SELECT 1 AS held FROM payment WHERE card_id = ? AND state = 'held' LIMIT 1",
    [cardId],
  );
  return row !== undefined;
}

async function known({ database }: CardDeps, cardId: CardId): Promise<CardRecord> {
  return (await cardById(database.read, cardId)) ?? fail("CARD_UNKNOWN");
}

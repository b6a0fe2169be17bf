// Slices of cards set aside at a terminal, and calling them back (DESIGN §6).
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { refusalOf } from "#core/card/state.ts";
import { WireCardId, wireInstant } from "#core/contract/values.ts";
import type { CardId, GrantId, TerminalId } from "#core/ids.ts";
import { cardAccount, escrowAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import type { Money } from "#core/money.ts";
import { decideGrant } from "#core/offline/grant-sizing.ts";
import { after, type Instant } from "#core/time.ts";
import { numberOf } from "#database/row.ts";
import { balancesOf, type CardRecord, cardsById } from "../cards/store.ts";
import type { SetAside } from "../payments/deps.ts";
import type { TerminalDeps } from "./deps.ts";
import { left } from "./facts.ts";
import { booksRestored } from "./restored-books.ts";
import { openGrantsOf, terminalById } from "./store.ts";

/** Cards that one sync looks at: those seen last come first. */
const CARDS_MAX = 2_000;

/** Gives and renews grants of the cards that pay at a terminal; how many were given. None while the books are restored. */
export async function renewGrants(deps: TerminalDeps, terminalId: TerminalId): Promise<number> {
  const { read } = deps.database;
  if (await booksRestored(read)) return 0;
  const now = deps.clock.now();
  const seen = await read.all(
    `SELECT card_id, password_version, last_seen_at FROM card_at_terminal
     WHERE terminal_id = ? AND password_version IS NOT NULL AND last_seen_at >= ?
     ORDER BY last_seen_at DESC LIMIT ${CARDS_MAX}`,
    [terminalId, now - deps.grantPolicy.seenWithinMs],
  );
  const visits = new Map(
    seen.map((row) => [
      WireCardId.parse(row.card_id),
      { passwordVersion: numberOf(row, "password_version"), at: numberOf(row, "last_seen_at") as Instant },
    ]),
  );
  const cards = await cardsById(read, [...visits.keys()]);
  const balances = await balancesOf(read, cards);
  const open = await openGrantsOf(read, { terminalId });
  const recalledAt = await lastRecalls(deps, now);
  let given = 0;
  for (const card of cards) {
    const visit = visits.get(card.cardId);
    const available = balances.get(card.cardId)?.available;
    if (visit === undefined || available === undefined) continue;
    const held = open.filter((grant) => grant.cardId === card.cardId);
    const decision = decideGrant(
      {
        available,
        grants: held.map((grant) => ({ ...grant, recalled: grant.state === "recalled" })),
        lastSeenAt: visit.at,
        recalledAt: recalledAt.get(card.cardId) ?? null,
        hasVerifier: visit.passwordVersion === card.passwordVersion,
        maySpend: refusalOf(card, now) === undefined,
      },
      deps.grantPolicy,
      now,
    );
    if (decision.kind === "grant" && (await give(deps, terminalId, card, decision.amount))) given += 1;
  }
  if (given > 0) deps.nudges.publish(terminalId, "snapshot");
  return given;
}

/** Cards that were called back so lately that they rest. */
async function lastRecalls(
  { database, grantPolicy }: TerminalDeps,
  now: Instant,
): Promise<ReadonlyMap<CardId, Instant>> {
  const rows = await database.read.all(
    "SELECT card_id, max(recalled_at) AS at FROM card_grant WHERE recalled_at > ? GROUP BY card_id",
    [now - grantPolicy.restMs],
  );
  return new Map(rows.map((row) => [WireCardId.parse(row.card_id), numberOf(row, "at") as Instant]));
}

/** The older grants of the card at this till are called back with it: their rest returns when the till has closed them. */
async function give(
  deps: TerminalDeps,
  terminalId: TerminalId,
  { cardId, expiresAt: cardExpiresAt }: CardRecord,
  amount: Money,
): Promise<boolean> {
  const grantId = deps.ids.next() as GrantId;
  const now = deps.clock.now();
  const expiresAt = Math.min(after(now, deps.grantPolicy.validMs), cardExpiresAt) as Instant;
  const epoch = (await terminalById(deps.database.read, terminalId))?.epoch ?? "none";
  const answer = await deps.ledger.submit({
    caller: "system",
    id: `grant:${grantId}`,
    contentHash: contentHashOf({ grant: grantId, cardId, terminalId, expiresAt: wireInstant(expiresAt) }),
    happenedAt: now,
    checks: [
      {
        sql: "SELECT card_id FROM card WHERE card_id = ? AND state = 'active'",
        params: [cardId],
        code: "CARD_BLOCKED",
      },
      {
        sql: "SELECT terminal_id FROM terminal WHERE terminal_id = ? AND state = 'enrolled' AND left_at IS NULL",
        params: [terminalId],
        code: "STATE_CONFLICT",
      },
    ],
    transfers: post("escrow-granted", {
      id: grantId,
      card: cardAccount(cardId),
      escrow: escrowAccount(terminalId, cardId),
      amount,
    }),
    changes: [
      {
        sql: "UPDATE card_grant SET state = 'recalled' WHERE terminal_id = ? AND card_id = ? AND state = 'live'",
        params: [terminalId, cardId],
      },
      {
        sql: `INSERT INTO card_grant (grant_id, terminal_id, epoch, card_id, state, currency, amount, spent, given_at,
                expires_at) VALUES (?, ?, ?, ?, 'live', ?, ?, 0, ?, ?)`,
        params: [grantId, terminalId, epoch, cardId, amount.currency, amount.minor, now, expiresAt],
      },
    ],
  });
  // Declined where the card was spent or blocked meanwhile: the next sync sees.
  return answer.kind === "accepted";
}

/** A till that has synced this lately answers a recall soon. */
const LIVE_MS = 60_000;

/** What payments ask of the money set aside at tills. `isLive` goes by who listens, and by this process's last syncs. */
export function setAsideOf(
  deps: Pick<TerminalDeps, "database" | "nudges" | "clock">,
  lastHeardAt: (terminalId: TerminalId) => Instant | undefined,
): SetAside {
  return {
    openGrants: async (cardId) => {
      const grants = await openGrantsOf(deps.database.read, { cardId });
      return grants.map((grant) => ({
        grantId: grant.grantId,
        terminalId: grant.terminalId,
        left: left(grant),
      }));
    },
    recall: (cardId) => recallGrants(deps, cardId),
    isLive: (terminalId) =>
      deps.nudges.isConnected(terminalId) ||
      deps.clock.now() - (lastHeardAt(terminalId) ?? Number.NEGATIVE_INFINITY) < LIVE_MS,
  };
}

/** Calls the card's grants back from every till. Tills that are on line hear of it at once. */
export async function recallGrants(
  { database, nudges, clock }: Pick<TerminalDeps, "database" | "nudges" | "clock">,
  cardId: CardId,
): Promise<void> {
  const open = await openGrantsOf(database.read, { cardId });
  if (open.length === 0) return;
  await database.transaction((tx) =>
    tx.run(
      "UPDATE card_grant SET state = 'recalled', recalled_at = ? WHERE card_id = ? AND state IN ('live', 'recalled')",
      [clock.now(), cardId],
    ),
  );
  for (const terminalId of new Set(open.map((grant) => grant.terminalId)))
    nudges.publish(terminalId, "recall");
}

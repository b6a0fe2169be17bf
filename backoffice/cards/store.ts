// The queries of cards. Balances are the ledger's; here are states, look-ups and tries.
import { z } from "zod";
import { CARD_ENDINGS, CARD_STATES, type CardEnding, type CardState } from "#core/card/state.ts";
import { WireCardId, WireTerminalId } from "#core/contract/values.ts";
import type { CardId, TerminalId } from "#core/ids.ts";
import { accountIdOf, cardAccount, escrowAccount } from "#core/ledger/accounts.ts";
import { CURRENCIES, type Currency, type Money, money } from "#core/money.ts";
import type { Instant } from "#core/time.ts";
import type { ReadDb, Statement } from "#database/database.ts";
import { textsIn, textsParam } from "#database/insert-rows.ts";

const instantColumn = z.coerce.number().transform((at) => at as Instant);
export const currencyColumn = z.enum(CURRENCIES as readonly [Currency, ...Currency[]]);

const CardRecord = z
  .object({
    card_id: WireCardId,
    state: z.enum(CARD_STATES),
    ending: z.enum(CARD_ENDINGS).nullable(),
    currency: currencyColumn,
    number_masked: z.string(),
    number_sealed: z.string(),
    pin_masked: z.string(),
    pin_sealed: z.string(),
    initial_hash: z.string().nullable(),
    password_hash: z.string().nullable(),
    password_version: z.coerce.number(),
    wrong_tries: z.coerce.number(),
    issued_at: instantColumn,
    expires_at: instantColumn,
  })
  .transform((row) => ({
    cardId: row.card_id,
    state: row.state,
    ending: row.ending,
    currency: row.currency,
    numberMasked: row.number_masked,
    numberSealed: row.number_sealed,
    pinMasked: row.pin_masked,
    pinSealed: row.pin_sealed,
    initialHash: row.initial_hash,
    passwordHash: row.password_hash,
    passwordVersion: row.password_version,
    wrongTries: row.wrong_tries,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  }));
export type CardRecord = z.infer<typeof CardRecord>;

const COLUMNS =
  "card_id, state, ending, currency, number_masked, number_sealed, pin_masked, pin_sealed, initial_hash, password_hash, password_version, wrong_tries, issued_at, expires_at";

export const cardOf = (row: unknown): CardRecord => CardRecord.parse(row);

/** A card by any of the keyed hashes of its number or PIN#. */
export async function cardByLookup(db: ReadDb, lookups: readonly string[]): Promise<CardRecord | undefined> {
  const row = await db.get(
    `SELECT ${COLUMNS} FROM card WHERE number_lookup IN (${marks(lookups)}) OR pin_lookup IN (${marks(lookups)})`,
    [...lookups, ...lookups],
  );
  return row === undefined ? undefined : cardOf(row);
}

export async function cardById(db: ReadDb, cardId: CardId): Promise<CardRecord | undefined> {
  const row = await db.get(`SELECT ${COLUMNS} FROM card WHERE card_id = ?`, [cardId]);
  return row === undefined ? undefined : cardOf(row);
}

export async function cardsById(db: ReadDb, cardIds: readonly CardId[]): Promise<readonly CardRecord[]> {
  if (cardIds.length === 0) return [];
  const rows = await db.all(`SELECT ${COLUMNS} FROM card WHERE ${textsIn(db, "card_id")}`, [
    textsParam(db, cardIds),
  ]);
  return rows.map(cardOf);
}

/** For a list that cannot be long: SQLite binds 32,766 values at most. `textsIn` is for any other. */
export const marks = (values: readonly unknown[]) => values.map(() => "?").join(", ");

/** `available`: of the card alone, holds taken off. `setAside`: what its grants at tills still hold. */
export type CardBalance = Readonly<{ available: Money; setAside: Money }>;

export async function balancesOf(
  db: ReadDb,
  cards: readonly Readonly<{ cardId: CardId; currency: Currency }>[],
): Promise<ReadonlyMap<CardId, CardBalance>> {
  const terminals = await terminalsOf(
    db,
    cards.map(({ cardId }) => cardId),
  );
  const accounts = cards.map(({ cardId, currency }) => ({
    cardId,
    currency,
    own: accountIdOf(cardAccount(cardId), currency),
    escrows: (terminals.get(cardId) ?? []).map((terminalId) =>
      accountIdOf(escrowAccount(terminalId, cardId), currency),
    ),
  }));
  const available = await availableIn(
    db,
    accounts.flatMap(({ own, escrows }) => [own, ...escrows]),
  );
  return new Map(
    accounts.map(({ cardId, currency, own, escrows }) => {
      const setAside = escrows.reduce((sum, account) => sum + (available.get(account) ?? 0n), 0n);
      return [
        cardId,
        { available: money(available.get(own) ?? 0n, currency), setAside: money(setAside, currency) },
      ];
    }),
  );
}

/** The terminals that each card ever had a grant at. */
async function terminalsOf(
  db: ReadDb,
  cardIds: readonly CardId[],
): Promise<ReadonlyMap<CardId, readonly TerminalId[]>> {
  const terminals = new Map<CardId, TerminalId[]>();
  if (cardIds.length === 0) return terminals;
  const rows = await db.all(
    `SELECT DISTINCT terminal_id, card_id FROM card_grant WHERE ${textsIn(db, "card_id")}`,
    [textsParam(db, cardIds)],
  );
  for (const row of rows) {
    const cardId = WireCardId.parse(row.card_id);
    const known = terminals.get(cardId) ?? [];
    known.push(WireTerminalId.parse(row.terminal_id));
    terminals.set(cardId, known);
  }
  return terminals;
}

/** What may be spent from accounts of the books, in minor units; one that never moved is not in the map. */
export async function availableIn(
  db: ReadDb,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  if (accounts.length === 0) return new Map();
  const rows = await db.all(
    `SELECT id, CAST(credits_posted - debits_posted - debits_pending AS TEXT) AS available
     FROM ledger_account WHERE ${textsIn(db, "id")}`,
    [textsParam(db, accounts)],
  );
  return new Map(rows.map((row) => [String(row.id), BigInt(String(row.available))]));
}

/** A move of a card as a bound change, with its line of history; it changes nothing where the state is another. */
export function moveStatements(
  move: Readonly<{
    eventId: string;
    cardId: CardId;
    from: CardState;
    to: CardState;
    ending?: CardEnding | null;
    what: string;
    by: string;
    reason: string;
    at: Instant;
  }>,
): readonly Statement[] {
  const { eventId, cardId, from, to, what, by, reason, at } = move;
  return [
    {
      sql: `INSERT INTO card_event (event_id, card_id, at, what, from_state, to_state, by_whom, reason)
            SELECT ?, card_id, ?, ?, ?, ?, ?, ? FROM card WHERE card_id = ? AND state = ?`,
      params: [eventId, at, what, from, to, by, reason, cardId, from],
    },
    {
      sql: "UPDATE card SET state = ?, ending = COALESCE(?, ending), changed_at = ? WHERE card_id = ? AND state = ?",
      params: [to, move.ending ?? null, at, cardId, from],
    },
  ];
}

/**
 * A wrong try, counted; the last one that is allowed blocks an active card in the same statement,
 * so that tries that arrive together cannot all see a low count.
 */
export function wrongTryStatements(
  tried: Readonly<{
    cardId: CardId;
    eventId: string;
    at: Instant;
    triesMax: number;
    by: string;
    count?: number;
  }>,
): readonly Statement[] {
  const { cardId, eventId, at, triesMax, by, count = 1 } = tried;
  return [
    {
      sql: `INSERT INTO card_event (event_id, card_id, at, what, from_state, to_state, by_whom, reason)
            SELECT ?, card_id, ?, 'blocked', 'active', 'blocked', ?, 'too many wrong passwords'
            FROM card WHERE card_id = ? AND state = 'active' AND wrong_tries + ? >= ?`,
      params: [eventId, at, by, cardId, count, triesMax],
    },
    {
      sql: `UPDATE card SET wrong_tries = wrong_tries + ?, changed_at = ?,
            state = CASE WHEN state = 'active' AND wrong_tries + ? >= ? THEN 'blocked' ELSE state END
            WHERE card_id = ?`,
      params: [count, at, count, triesMax, cardId],
    },
  ];
}

/** After the right password. Nothing is written where no try was wrong. */
export const forgetTries = (cardId: CardId): Statement => ({
  sql: "UPDATE card SET wrong_tries = 0 WHERE card_id = ? AND wrong_tries > 0",
  params: [cardId],
});

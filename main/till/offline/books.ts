// What the offline desk reads of the till's tables: grants, exposure, tries, verifiers and the names of cards.
import { z } from "zod";
import { instantOf, WireCardId, WireGrantId } from "#core/contract/values.ts";
import type { CardId, GrantId } from "#core/ids.ts";
import { CURRENCIES, type Currency, type Money, money, zero } from "#core/money.ts";
import type { LiveGrant } from "#core/offline/grants.ts";
import type { Exposure } from "#core/offline/risk.ts";
import { days, type Instant, instant, isoOf } from "#core/time.ts";
import type { Row } from "#database/database.ts";
import { bigintOf, numberOf, textOf } from "#database/row.ts";
import type { ReadDb } from "../store/tx.ts";

const GRANT_COLUMNS = `grant_id, card_id, CAST(amount AS TEXT) AS amount, CAST(remaining AS TEXT) AS remaining,
  currency, expires_at`;

const currencyCode = z.enum(CURRENCIES as readonly [Currency, ...Currency[]]);
const cardIdOf = (row: Row) => WireCardId.parse(textOf(row, "card_id"));

function grantOf(row: Row): LiveGrant {
  const currency = currencyCode.parse(textOf(row, "currency"));
  return {
    grantId: WireGrantId.parse(textOf(row, "grant_id")),
    cardId: cardIdOf(row),
    amount: money(bigintOf(row, "amount"), currency),
    remaining: money(bigintOf(row, "remaining"), currency),
    expiresAt: instantOf(textOf(row, "expires_at")),
  };
}

/** Grants that were accepted and not closed; of one card, or of all. */
export async function openGrants(db: ReadDb, cardId?: CardId): Promise<readonly LiveGrant[]> {
  const rows =
    cardId === undefined
      ? await db.all(`SELECT ${GRANT_COLUMNS} FROM grants WHERE state = 'open' ORDER BY grant_id`)
      : await db.all(`SELECT ${GRANT_COLUMNS} FROM grants WHERE state = 'open' AND card_id = ?`, [cardId]);
  return rows.map(grantOf);
}

/** Those of the grants that this till's journal has ever named. */
export async function seenGrants(db: ReadDb, ids: readonly GrantId[]): Promise<ReadonlySet<GrantId>> {
  const rows = await db.all(
    `SELECT grant_id FROM grants WHERE grant_id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(ids)],
  );
  return new Set(rows.map((row) => WireGrantId.parse(textOf(row, "grant_id"))));
}

/** Entries that the back office has not countersigned; `t` is a table with an epoch and a seq. */
const UNSYNCED = `NOT EXISTS (SELECT 1 FROM countersignatures c WHERE c.epoch = t.epoch AND t.seq <= c.seq)`;

/** At risk and not countersigned: what this till could lose now. */
export async function terminalExposure(db: ReadDb, currency: Currency): Promise<Omit<Exposure, "cardDay">> {
  // Epoch by epoch from its countersigned place, so that the index leads past all that is synced.
  const row = await db.get(
    `SELECT CAST(COALESCE(SUM(t.amount), 0) AS TEXT) AS total, COUNT(*) AS slips
     FROM epochs e LEFT JOIN countersignatures c ON c.epoch = e.epoch
     JOIN offline_slips t ON t.epoch = e.epoch AND t.seq > COALESCE(c.seq, 0)
     WHERE t.basis IN ('risk', 'refund') AND t.state = 'standing'`,
  );
  return row === undefined
    ? { terminal: zero(currency), count: 0 }
    : { terminal: money(bigintOf(row, "total"), currency), count: numberOf(row, "slips") };
}

/** What a card took or got back at risk here on the calendar day of an instant, synced or not. */
export async function cardDayExposure(
  db: ReadDb,
  cardRef: string,
  at: Instant,
  place: Readonly<{ currency: Currency; utcOffsetMinutes: number }>,
): Promise<Money> {
  const dayMs = days(1);
  const offsetMs = place.utcOffsetMinutes * 60_000;
  const start = Math.floor((at + offsetMs) / dayMs) * dayMs - offsetMs;
  const row = await db.get(
    `SELECT CAST(COALESCE(SUM(amount), 0) AS TEXT) AS total FROM offline_slips
     WHERE card_ref = ? AND at >= ? AND at < ? AND basis IN ('risk', 'refund') AND state = 'standing'`,
    [cardRef, isoOf(instant(start)), isoOf(instant(start + dayMs))],
  );
  return row === undefined ? zero(place.currency) : money(bigintOf(row, "total"), place.currency);
}

/** Wrong passwords in a row that the back office has not heard of yet. After a sync it counts them itself. */
export async function localTries(
  db: ReadDb,
  cardRef: string,
): Promise<Readonly<{ wrongTries: number; isBlocked: boolean }>> {
  const row = await db.get(
    `SELECT t.wrong_tries, t.blocked FROM password_tries t WHERE t.card_ref = ? AND ${UNSYNCED}`,
    [cardRef],
  );
  if (row === undefined) return { wrongTries: 0, isBlocked: false };
  return { wrongTries: numberOf(row, "wrong_tries"), isBlocked: numberOf(row, "blocked") !== 0 };
}

export type KnownCard = Readonly<{ cardId: CardId; knownAs: string }>;

/** The card behind a number that was learnt, and the mention that the journal uses for it. */
export async function knownCard(db: ReadDb, ref: string): Promise<KnownCard | undefined> {
  const row = await db.get(`SELECT card_id, known_as FROM card_refs WHERE ref = ?`, [ref]);
  return row === undefined ? undefined : { cardId: cardIdOf(row), knownAs: textOf(row, "known_as") };
}

export type StoredVerifier = Readonly<{ passwordVersion: number; sealed: string }>;

/** The sealed verifier of a card, where the journal says that it is live. */
export async function liveVerifier(db: ReadDb, cardId: CardId): Promise<StoredVerifier | undefined> {
  const row = await db.get(
    `SELECT s.password_version, s.sealed FROM verifier_secrets s
     JOIN verifiers v ON v.card_id = s.card_id AND v.password_version = s.password_version
     WHERE s.card_id = ? AND v.state = 'live'`,
    [cardId],
  );
  return row === undefined
    ? undefined
    : { passwordVersion: numberOf(row, "password_version"), sealed: textOf(row, "sealed") };
}

export type LiveVersion = Readonly<{ cardId: CardId; passwordVersion: number }>;
const versionOf = (row: Row): LiveVersion => ({
  cardId: cardIdOf(row),
  passwordVersion: numberOf(row, "password_version"),
});

/** Every verifier that the journal says is live. */
export async function liveVersions(db: ReadDb): Promise<readonly LiveVersion[]> {
  const rows = await db.all(`SELECT card_id, password_version FROM verifiers WHERE state = 'live'`);
  return rows.map(versionOf);
}

/** Those made first, beyond as many as the till keeps. */
export async function verifiersBeyond(db: ReadDb, kept: number): Promise<readonly LiveVersion[]> {
  const rows = await db.all(
    `SELECT card_id, password_version FROM verifier_secrets ORDER BY made_at DESC, card_id LIMIT -1 OFFSET ?`,
    [kept],
  );
  return rows.map(versionOf);
}

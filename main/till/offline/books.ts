// What the offline desk reads of the till's tables: grants, exposure, tries, verifiers and the names of cards.
import { z } from "zod";
import { instantOf, WireCardId, WireGrantId, WireInstant } from "#core/contract/values.ts";
import type { CardId, GrantId } from "#core/ids.ts";
import { CURRENCIES, type Currency, type Money, money } from "#core/money.ts";
import type { LiveGrant } from "#core/offline/grants.ts";
import type { Exposure } from "#core/offline/risk.ts";
import { days, type Instant, instant, isoOf } from "#core/time.ts";
import type { ReadTx, Row } from "../store/tx.ts";

const amountText = z.string().regex(/^-?\d{1,19}$/);

const GrantRow = z.object({
  grant_id: WireGrantId,
  card_id: WireCardId,
  amount: amountText,
  remaining: amountText,
  currency: z.enum(CURRENCIES as readonly [Currency, ...Currency[]]),
  expires_at: WireInstant,
});
const GRANT_COLUMNS = `grant_id, card_id, CAST(amount AS TEXT) AS amount, CAST(remaining AS TEXT) AS remaining,
  currency, expires_at`;

function grantOf(row: Row): LiveGrant {
  const { grant_id, card_id, amount, remaining, currency, expires_at } = GrantRow.parse(row);
  return {
    grantId: grant_id,
    cardId: card_id,
    amount: money(BigInt(amount), currency),
    remaining: money(BigInt(remaining), currency),
    expiresAt: instantOf(expires_at),
  };
}

/** Grants that were accepted and not closed; of one card, or of all. */
export async function openGrants(tx: ReadTx, cardId?: CardId): Promise<readonly LiveGrant[]> {
  const rows =
    cardId === undefined
      ? await tx.all(`SELECT ${GRANT_COLUMNS} FROM grants WHERE state = 'open' ORDER BY grant_id`)
      : await tx.all(`SELECT ${GRANT_COLUMNS} FROM grants WHERE state = 'open' AND card_id = ?`, [cardId]);
  return rows.map(grantOf);
}

const IdRow = z.object({ grant_id: WireGrantId });

/** Those of the grants that this till's journal has ever named. */
export async function seenGrants(tx: ReadTx, ids: readonly GrantId[]): Promise<ReadonlySet<GrantId>> {
  const rows = await tx.all(
    `SELECT grant_id FROM grants WHERE grant_id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(ids)],
  );
  return new Set(rows.map((row) => IdRow.parse(row).grant_id));
}

/** Entries that the back office has not countersigned; `t` is a table with an epoch and a seq. */
const UNSYNCED = `NOT EXISTS (SELECT 1 FROM countersignatures c WHERE c.epoch = t.epoch AND t.seq <= c.seq)`;

const SumRow = z.object({ total: amountText, slips: z.number().int() });

/** At risk and not countersigned: what this till could lose now. */
export async function terminalExposure(tx: ReadTx, currency: Currency): Promise<Omit<Exposure, "cardDay">> {
  const row = await tx.get(
    `SELECT CAST(COALESCE(SUM(t.amount), 0) AS TEXT) AS total, COUNT(*) AS slips FROM offline_slips t
     WHERE t.basis IN ('risk', 'refund') AND t.state = 'standing' AND ${UNSYNCED}`,
  );
  const { total, slips } = SumRow.parse(row);
  return { terminal: money(BigInt(total), currency), count: slips };
}

/** What a card took or got back at risk here on the calendar day of an instant, synced or not. */
export async function cardDayExposure(
  tx: ReadTx,
  cardRef: string,
  at: Instant,
  place: Readonly<{ currency: Currency; utcOffsetMinutes: number }>,
): Promise<Money> {
  const dayMs = days(1);
  const offsetMs = place.utcOffsetMinutes * 60_000;
  const start = Math.floor((at + offsetMs) / dayMs) * dayMs - offsetMs;
  const row = await tx.get(
    `SELECT CAST(COALESCE(SUM(amount), 0) AS TEXT) AS total, COUNT(*) AS slips FROM offline_slips
     WHERE card_ref = ? AND at >= ? AND at < ? AND basis IN ('risk', 'refund') AND state = 'standing'`,
    [cardRef, isoOf(instant(start)), isoOf(instant(start + dayMs))],
  );
  return money(BigInt(SumRow.parse(row).total), place.currency);
}

const TriesRow = z.object({ wrong_tries: z.number().int(), blocked: z.number().int() });

/** Wrong passwords in a row that the back office has not heard of yet. After a sync it counts them itself. */
export async function localTries(
  tx: ReadTx,
  cardRef: string,
): Promise<Readonly<{ wrongTries: number; isBlocked: boolean }>> {
  const row = await tx.get(
    `SELECT t.wrong_tries, t.blocked FROM password_tries t WHERE t.card_ref = ? AND ${UNSYNCED}`,
    [cardRef],
  );
  if (row === undefined) return { wrongTries: 0, isBlocked: false };
  const { wrong_tries, blocked } = TriesRow.parse(row);
  return { wrongTries: wrong_tries, isBlocked: blocked !== 0 };
}

export type KnownCard = Readonly<{ cardId: CardId; knownAs: string }>;
const CardRefRow = z.object({ card_id: WireCardId, known_as: z.string() });

/** The card behind a number that was learnt, and the mention that the journal uses for it. */
export async function knownCard(tx: ReadTx, ref: string): Promise<KnownCard | undefined> {
  const row = await tx.get(`SELECT card_id, known_as FROM card_refs WHERE ref = ?`, [ref]);
  if (row === undefined) return undefined;
  const { card_id, known_as } = CardRefRow.parse(row);
  return { cardId: card_id, knownAs: known_as };
}

/** The mention that a card goes by already, where one of its numbers was learnt. */
export async function mentionOfCard(tx: ReadTx, cardId: CardId): Promise<string | undefined> {
  const row = await tx.get(`SELECT card_id, known_as FROM card_refs WHERE card_id = ? LIMIT 1`, [cardId]);
  return row === undefined ? undefined : CardRefRow.parse(row).known_as;
}

export type StoredVerifier = Readonly<{ passwordVersion: number; sealed: string }>;
const VerifierRow = z.object({ password_version: z.number().int(), sealed: z.string() });

/** The sealed verifier of a card, where the journal says that it is live. */
export async function liveVerifier(tx: ReadTx, cardId: CardId): Promise<StoredVerifier | undefined> {
  const row = await tx.get(
    `SELECT s.password_version, s.sealed FROM verifier_secrets s
     JOIN verifiers v ON v.card_id = s.card_id AND v.password_version = s.password_version
     WHERE s.card_id = ? AND v.state = 'live'`,
    [cardId],
  );
  if (row === undefined) return undefined;
  const { password_version, sealed } = VerifierRow.parse(row);
  return { passwordVersion: password_version, sealed };
}

const LiveRow = z.object({ card_id: WireCardId, password_version: z.number().int() });
export type LiveVersion = Readonly<{ cardId: CardId; passwordVersion: number }>;

/** Every verifier that the journal says is live. */
export async function liveVersions(tx: ReadTx): Promise<readonly LiveVersion[]> {
  const rows = await tx.all(`SELECT card_id, password_version FROM verifiers WHERE state = 'live'`);
  return rows.map((row) => {
    const { card_id, password_version } = LiveRow.parse(row);
    return { cardId: card_id, passwordVersion: password_version };
  });
}

/** Those made first, beyond as many as the till keeps. */
export async function verifiersBeyond(tx: ReadTx, kept: number): Promise<readonly LiveVersion[]> {
  const rows = await tx.all(
    `SELECT card_id, password_version FROM verifier_secrets ORDER BY made_at DESC, card_id LIMIT -1 OFFSET ?`,
    [kept],
  );
  return rows.map((row) => {
    const { card_id, password_version } = LiveRow.parse(row);
    return { cardId: card_id, passwordVersion: password_version };
  });
}

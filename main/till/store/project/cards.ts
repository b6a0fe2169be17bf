// Grants, the verifiers this till holds, and wrong passwords typed here.
import { moneyOf } from "#core/contract/values.ts";
import type { WriteTx } from "../tx.ts";
import { changeOne } from "./expect-change.ts";
import type { EntryOf } from "./project.ts";

async function grantAccepted(tx: WriteTx, { body, at }: EntryOf<"grant-accepted">): Promise<void> {
  await changeOne(
    tx,
    "the grant was accepted before",
    `INSERT INTO grants (grant_id, card_id, amount, remaining, currency, expires_at, accepted_at, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'open') ON CONFLICT (grant_id) DO NOTHING`,
    [
      body.grantId,
      body.cardId,
      moneyOf(body.amount).minor,
      moneyOf(body.amount).minor,
      body.amount.currency,
      body.expiresAt,
      at,
    ],
  );
}

/** What it says remains must be what was not spent: only this entry returns money. */
async function grantClosed(tx: WriteTx, { body }: EntryOf<"grant-closed">): Promise<void> {
  await changeOne(
    tx,
    "the grant is not open, or not this much of it remains",
    `UPDATE grants SET state = 'closed' WHERE grant_id = ? AND state = 'open' AND remaining = CAST(? AS BIGINT)`,
    [body.grantId, moneyOf(body.remaining).minor],
  );
}

async function verifierMade(tx: WriteTx, { body, epoch, seq }: EntryOf<"verifier-made">): Promise<void> {
  await tx.run(
    `INSERT INTO verifiers (card_id, password_version, state, epoch, seq) VALUES (?, ?, 'live', ?, ?)
     ON CONFLICT (card_id) DO UPDATE SET password_version = excluded.password_version, state = 'live',
       epoch = excluded.epoch, seq = excluded.seq`,
    [body.cardId, body.passwordVersion, epoch, seq],
  );
}

async function verifierRevoked(
  tx: WriteTx,
  { body, epoch, seq }: EntryOf<"verifier-revoked">,
): Promise<void> {
  await tx.run("UPDATE verifiers SET state = 'revoked', epoch = ?, seq = ? WHERE card_id = ?", [
    epoch,
    seq,
    body.cardId,
  ]);
}

async function passwordWrong(tx: WriteTx, { body, epoch, seq }: EntryOf<"password-wrong">): Promise<void> {
  await tx.run(
    `INSERT INTO password_tries (card_ref, wrong_tries, blocked, epoch, seq) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (card_ref) DO UPDATE SET wrong_tries = excluded.wrong_tries, blocked = excluded.blocked,
       epoch = excluded.epoch, seq = excluded.seq`,
    [body.card.cardRef, body.wrongTries, body.blockedHere, epoch, seq],
  );
}

export const cardProjections = {
  "grant-accepted": grantAccepted,
  "grant-closed": grantClosed,
  "verifier-made": verifierMade,
  "verifier-revoked": verifierRevoked,
  "password-wrong": passwordWrong,
};

// Grants, the verifiers this till holds, and wrong passwords typed here.
import { moneyOf } from "#core/contract/values.ts";
import type { Statement } from "#database/database.ts";
import type { EntryOf } from "./project.ts";

const grantAccepted = ({ body, at }: EntryOf<"grant-accepted">): readonly Statement[] => [
  {
    must: "the grant was accepted before",
    sql: `INSERT INTO grants (grant_id, card_id, amount, remaining, currency, expires_at, accepted_at, state)
          VALUES (?, ?, ?, ?, ?, ?, ?, 'open') ON CONFLICT (grant_id) DO NOTHING`,
    params: [
      body.grantId,
      body.cardId,
      moneyOf(body.amount).minor,
      moneyOf(body.amount).minor,
      body.amount.currency,
      body.expiresAt,
      at,
    ],
  },
];

/** What it says remains must be what was not spent: only this entry returns money. */
const grantClosed = ({ body }: EntryOf<"grant-closed">): readonly Statement[] => [
  {
    must: "the grant is not open, or not this much of it remains",
    sql: `UPDATE grants SET state = 'closed' WHERE grant_id = ? AND state = 'open' AND remaining = CAST(? AS BIGINT)`,
    params: [body.grantId, moneyOf(body.remaining).minor],
  },
];

const verifierMade = ({ body, epoch, seq }: EntryOf<"verifier-made">): readonly Statement[] => [
  {
    sql: `INSERT INTO verifiers (card_id, password_version, state, epoch, seq) VALUES (?, ?, 'live', ?, ?)
          ON CONFLICT (card_id) DO UPDATE SET password_version = excluded.password_version, state = 'live',
            epoch = excluded.epoch, seq = excluded.seq`,
    params: [body.cardId, body.passwordVersion, epoch, seq],
  },
];

const verifierRevoked = ({ body, epoch, seq }: EntryOf<"verifier-revoked">): readonly Statement[] => [
  {
    sql: "UPDATE verifiers SET state = 'revoked', epoch = ?, seq = ? WHERE card_id = ?",
    params: [epoch, seq, body.cardId],
  },
];

const passwordWrong = ({ body, epoch, seq }: EntryOf<"password-wrong">): readonly Statement[] => [
  {
    sql: `INSERT INTO password_tries (card_ref, wrong_tries, blocked, epoch, seq) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (card_ref) DO UPDATE SET wrong_tries = excluded.wrong_tries, blocked = excluded.blocked,
            epoch = excluded.epoch, seq = excluded.seq`,
    params: [body.card.cardRef, body.wrongTries, body.blockedHere, epoch, seq],
  },
];

export const cardProjections = {
  "grant-accepted": grantAccepted,
  "grant-closed": grantClosed,
  "verifier-made": verifierMade,
  "verifier-revoked": verifierRevoked,
  "password-wrong": passwordWrong,
};

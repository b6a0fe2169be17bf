// How the journal names a card: by an HMAC of its number under this till's key, and by a mask. Never by the number.
import { maskDigits } from "#core/card/number.ts";
import type { CardId } from "#core/ids.ts";
import type { CardMention } from "#core/journal/bodies.ts";
import type { Statement } from "#database/database.ts";
import type { TillKeys } from "../keys/till-keys.ts";
import type { ReadDb } from "../store/tx.ts";
import { knownCard } from "./books.ts";

/** The digits of a number that was swiped or typed. */
const digitsOf = (number: string) => number.replaceAll(" ", "");

/** A card that was learnt goes by one mention, whether its number or its PIN# is given. */
export async function mentionOf(db: ReadDb, keys: TillKeys, number: string): Promise<CardMention> {
  const digits = digitsOf(number);
  const ref = keys.cardRef(digits);
  const known = await knownCard(db, ref);
  const masked = maskDigits(digits);
  return known === undefined
    ? { cardRef: ref, masked }
    : { cardId: known.cardId, cardRef: known.knownAs, masked };
}

/** Remembers which card a number belongs to. The first number that was learnt names the card from then on. */
export function learnNumber(keys: TillKeys, number: string, cardId: CardId): Statement {
  const ref = keys.cardRef(digitsOf(number));
  return {
    sql: `INSERT INTO card_refs (ref, card_id, known_as)
          VALUES (?, ?, COALESCE((SELECT known_as FROM card_refs WHERE card_id = ? LIMIT 1), ?))
          ON CONFLICT (ref) DO UPDATE SET card_id = excluded.card_id, known_as = excluded.known_as`,
    params: [ref, cardId, cardId, ref],
  };
}

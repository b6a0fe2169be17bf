// A card's passwords: the initial one opens registration and nothing else, the registered one opens the value (D17).
import { type CardIdentifier, parseIdentifier } from "#core/card/number.ts";
import { isPartOfNumber, passwordText } from "#core/card/password.ts";
import { moved, refusalOf } from "#core/card/state.ts";
import { fail } from "#core/errors.ts";
import type { Result } from "#core/result.ts";
import { numberOf } from "#database/row.ts";
import type { CardDeps } from "./deps.ts";
import type { Asker } from "./password-shares.ts";
import { type CardRecord, cardByLookup, forgetTries, moveStatements, wrongTryStatements } from "./store.ts";

/** A card by what was swiped or typed. Fails with CARD_NUMBER_INVALID, CARD_NOT_OURS, CARD_UNKNOWN. */
export async function findCard(
  deps: Pick<CardDeps, "database" | "keys">,
  typed: string,
): Promise<Readonly<{ card: CardRecord; identifier: CardIdentifier }>> {
  const identifier = orFail(parseIdentifier(typed));
  const card = await cardByLookup(deps.database.read, deps.keys.lookupsOf(identifier));
  return card === undefined ? fail("CARD_UNKNOWN") : { card, identifier };
}

/** Argon2id over the peppered HMAC. A text that could never be a password is wrong without being hashed. */
export async function isPassword(
  deps: Pick<CardDeps, "keys" | "passwords">,
  stored: string | null,
  typed: string,
  asker: Asker,
): Promise<boolean> {
  const text = passwordText(typed);
  if (stored === null || !text.ok) return false;
  const colon = stored.indexOf(":");
  const peppered = deps.keys.pepperOf(Number(stored.slice(0, colon)), text.value);
  return deps.passwords.verify(stored.slice(colon + 1), peppered, asker);
}

/** A holder of whom nothing is known. */
const HOLDER: Asker = { share: "others", who: "holder" };

export type Registration = Readonly<{ number: string; initialPassword: string; password: string }>;

/**
 * Registers the holder's own password and makes the card usable (C14). Fails with CARD_UNKNOWN, CARD_MOVE_ILLEGAL,
 * CARD_BLOCKED (too many tries), CARD_EXPIRED, PASSWORD_WRONG or PASSWORD_FORM.
 */
export async function registerPassword(
  deps: CardDeps,
  asked: Registration,
  asker: Asker = HOLDER,
): Promise<CardRecord> {
  const { card } = await findCard(deps, asked.number);
  const to = orFail(moved(card.state, "register"));
  if (deps.clock.now() >= card.expiresAt) return fail("CARD_EXPIRED");
  await tryPassword(deps, card, card.initialHash, asked.initialPassword, asker);
  const passwordHash = await hashNew(deps, asked.password, card, asker);
  const at = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    await tx.runEach(
      moveStatements({
        eventId: deps.ids.next(),
        cardId: card.cardId,
        from: card.state,
        to,
        what: "registered",
        by: "holder",
        reason: "",
        at,
      }),
    );
    const set = await tx.run(
      `UPDATE card SET password_hash = ?, password_version = password_version + 1, initial_hash = NULL,
       initial_sealed = NULL, wrong_tries = 0 WHERE card_id = ? AND initial_hash = ?`,
      [passwordHash, card.cardId, card.initialHash],
    );
    if (set !== 1) fail("STATE_CONFLICT", "registered meanwhile");
  });
  deps.changed([card.cardId]);
  return { ...card, state: to };
}

export type PasswordChange = Readonly<{ number: string; password: string; newPassword: string }>;

/** Replaces the password (C23); tills revoke verifiers made from the old one. Fails as a payment's password check does. */
export async function changePassword(
  deps: CardDeps,
  asked: PasswordChange,
  asker: Asker = HOLDER,
): Promise<CardRecord> {
  const { card } = await findCard(deps, asked.number);
  const refusal = refusalOf(card, deps.clock.now());
  if (refusal !== undefined) return fail(refusal);
  await tryPassword(deps, card, card.passwordHash, asked.password, asker);
  const passwordHash = await hashNew(deps, asked.newPassword, card, asker);
  await deps.database.transaction(async (tx) => {
    const set = await tx.run(
      `UPDATE card SET password_hash = ?, password_version = password_version + 1, wrong_tries = 0
       WHERE card_id = ? AND password_version = ? AND state = 'active'`,
      [passwordHash, card.cardId, card.passwordVersion],
    );
    if (set !== 1) fail("STATE_CONFLICT", "changed meanwhile");
  });
  deps.changed([card.cardId]);
  return card;
}

/**
 * Checks a password outside a payment; a wrong one is counted before the answer. Whoever is right after the last
 * allowed try was used up is refused like everybody else. Fails with CARD_BLOCKED or PASSWORD_WRONG.
 */
export async function tryPassword(
  deps: CardDeps,
  card: CardRecord,
  stored: string | null,
  typed: string,
  asker: Asker,
): Promise<void> {
  if (card.wrongTries >= deps.wrongTriesMax) return fail("CARD_BLOCKED", "too many wrong passwords");
  const right = await isPassword(deps, stored, typed, asker);
  const at = deps.clock.now();
  const { cardId } = card;
  const counted = wrongTryStatements({
    cardId,
    eventId: deps.ids.next(),
    at,
    triesMax: deps.wrongTriesMax,
    by: "holder",
  });
  const triesBefore = await deps.database.transaction(async (tx) => {
    // Locks the row before it is read. Serializable, many at once would be turned away uncounted.
    await tx.run("UPDATE card SET wrong_tries = wrong_tries WHERE card_id = ?", [cardId]);
    const row = await tx.get("SELECT wrong_tries FROM card WHERE card_id = ?", [cardId]);
    const tries = numberOf(row ?? {}, "wrong_tries");
    if (tries < deps.wrongTriesMax) await tx.runEach(right ? [forgetTries(cardId)] : counted);
    return tries;
  }, "read-committed");
  if (triesBefore >= deps.wrongTriesMax) return fail("CARD_BLOCKED", "too many wrong passwords");
  if (right) return;
  // By what was counted, not by what was read before the check: others may have tried meanwhile.
  if (triesBefore + 1 >= deps.wrongTriesMax) deps.changed([cardId]);
  return fail("PASSWORD_WRONG");
}

async function hashNew(deps: CardDeps, password: string, card: CardRecord, asker: Asker): Promise<string> {
  const text = orFail(passwordText(password));
  // Both numbers are on the card: whoever registers by one of them may not choose a part of the other.
  const numbers = [
    deps.keys.open(card.numberSealed, `${card.cardId}/number`),
    deps.keys.open(card.pinSealed, `${card.cardId}/pin`),
  ];
  if (isPartOfNumber(text, numbers)) return fail("PASSWORD_FORM", "part of the number");
  const { version, text: peppered } = deps.keys.pepper(text);
  return `${version}:${await deps.passwords.hash(peppered, asker)}`;
}

const orFail = <T>(result: Result<T>): T =>
  result.ok ? result.value : fail(result.error.code, result.error.detail);

// Credentials that a till sealed because it could not check them: opened for their slip alone, judged once, then gone.
import { createHash } from "node:crypto";
import { parseIdentifier } from "#core/card/number.ts";
import { refusalOf } from "#core/card/state.ts";
import type { SyncRequest } from "#core/contract/terminal.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { CardId, TerminalId } from "#core/ids.ts";
import type { EntryBody } from "#core/journal/bodies.ts";
import { readSealedPlaintext, sealedAssociatedData } from "#core/offline/sealed.ts";
import { tillAsks } from "../cards/password-shares.ts";
import { isPassword } from "../cards/passwords.ts";
import { cardByLookup } from "../cards/store.ts";
import type { TerminalDeps } from "./deps.ts";

type SealedTender = Extract<EntryBody<"tender-approved">["tender"], { method: "prepaid" }>;
export type Sealed = SyncRequest["sealed"][number];

/** `cardId` is null where the credentials name no card of ours. */
export type Verdict =
  | Readonly<{ kind: "right"; cardId: CardId }>
  | Readonly<{ kind: "wrong"; cardId: CardId | null; code: ErrorCode; countsAsTry: boolean }>;

/** Wrong tries of the cards of one sync: they are written down with the whole of it, and count before that. */
export type TriesOfSync = Map<CardId, number>;

/**
 * Judges one slip's credentials. What does not open, or is not what the journal named by its hash, is wrong:
 * the till took the risk. After the last allowed try no password of the card is looked at. Fails with BUSY when passwords
 * wait in too great a number; then the till sends again.
 */
export async function judge(
  deps: TerminalDeps,
  terminalId: TerminalId,
  tender: SealedTender,
  sealed: Sealed,
  tries: TriesOfSync,
): Promise<Verdict> {
  const wrong = (code: ErrorCode, cardId: CardId | null = null, countsAsTry = false): Verdict => ({
    kind: "wrong",
    cardId,
    code,
    countsAsTry,
  });
  if (tender.approval.kind !== "risk" || tender.approval.password.kind !== "sealed")
    return wrong("STATE_CONFLICT");
  if (hashOf(sealed) !== tender.approval.password.sealedHash) return wrong("SIGNATURE_WRONG");
  const { tenderId, amount } = tender;
  const text = await deps.keys.open(sealed, sealedAssociatedData({ terminalId, tenderId, amount }));
  const credentials = text === undefined ? undefined : readSealedPlaintext(text);
  if (credentials?.ok !== true) return wrong("REQUEST_INVALID");
  const identifier = parseIdentifier(credentials.value.number);
  if (!identifier.ok) return wrong(identifier.error.code);
  const card = await cardByLookup(deps.database.read, deps.cards.keys.lookupsOf(identifier.value));
  if (card === undefined) return wrong("CARD_UNKNOWN");
  const refusal = refusalOf(card, deps.clock.now());
  if (refusal !== undefined) return wrong(refusal, card.cardId);
  const { cardId } = card;
  const triesBefore = tries.get(cardId) ?? card.wrongTries;
  if (triesBefore >= deps.cards.wrongTriesMax) return wrong("CARD_BLOCKED", cardId);
  const { password } = credentials.value;
  const right = await isPassword(deps.cards, card.passwordHash, password, tillAsks(terminalId));
  tries.set(cardId, right ? 0 : triesBefore + 1);
  return right ? { kind: "right", cardId } : wrong("PASSWORD_WRONG", cardId, true);
}

const hashOf = ({ enc, ciphertext }: Sealed) =>
  createHash("sha256")
    .update(Buffer.from(enc, "base64"))
    .update(Buffer.from(ciphertext, "base64"))
    .digest("hex");

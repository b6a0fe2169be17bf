// A batch of cards: numbers, initial passwords, and their value, which is posted in the same transaction.
import { z } from "zod";
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { expiryOf, isValidityDays } from "#core/card/expiry.ts";
import { isWithinIssueCaps } from "#core/card/issue-caps.ts";
import {
  CARD_RANDOM_DIGITS,
  cardNumberFrom,
  PIN_RANDOM_DIGITS,
  parseIdentifier,
  pinFrom,
} from "#core/card/number.ts";
import type { IssuedCard } from "#core/contract/cards.ts";
import { ISSUE_QUANTITY_MAX } from "#core/contract/cards.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { CardId, StaffId } from "#core/ids.ts";
import { cardAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { isPositive, type Money } from "#core/money.ts";
import { type Instant, instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { bigintOf, numberOf, textOf } from "#database/row.ts";
import type { CardDeps } from "./deps.ts";
import { staffAsks } from "./password-shares.ts";
import { currencyColumn } from "./store.ts";

const INITIAL_PASSWORD_DIGITS = 8;

export type IssueOrder = Readonly<{
  /** Of the order: sent again, it gives the same cards. */
  id: string;
  makerId: StaffId;
  quantity: number;
  amount: Money;
  validDays: number;
  /** Chosen numbers, for the demonstration's known cards only. */
  numbers?: readonly Readonly<{ card: string; pin: string; initialPassword: string }>[];
}>;

export type IssuedBatch = Readonly<{ batchId: string; makerId: StaffId; cards: readonly IssuedCard[] }>;

/**
 * Issues cards that are sold and not yet registered. Fails with AMOUNT_INVALID, REQUEST_INVALID, ID_REUSED, or
 * ISSUE_ABOVE_CAP where it is more than one card, or one order, may hold.
 */
export async function issueCards(deps: CardDeps, order: IssueOrder): Promise<IssuedBatch> {
  if (!isPositive(order.amount)) return fail("AMOUNT_INVALID", "a card is issued with a value");
  if (!isValidityDays(order.validDays)) return fail("REQUEST_INVALID", "validity");
  if (order.quantity < 1 || order.quantity > ISSUE_QUANTITY_MAX) return fail("REQUEST_INVALID", "quantity");
  const { id, makerId, quantity, amount, validDays } = order;
  if (!isWithinIssueCaps(amount, quantity)) return fail("ISSUE_ABOVE_CAP");
  const at = deps.clock.now();
  const batchId = deps.ids.next();
  const expiresAt = expiryOf(at, validDays, deps.utcOffsetMinutes);
  const cards = await draftCards(deps, order);
  const batch = { batchId, makerId, amount, at, expiresAt };
  const contentHash = contentHashOf({
    issue: quantity,
    minor: String(amount.minor),
    currency: amount.currency,
    validDays,
  });
  const [answer] = await deps.ledger.submitTogether(
    chunks(cards, CARDS_PER_REQUEST).map((part, index) => ({
      caller: `staff:${makerId}`,
      id: index === 0 ? id : `${id}.${index}`,
      contentHash,
      happenedAt: at,
      transfers: part.flatMap(({ cardId }) =>
        post("card-sold", { id: cardId, source: deps.source, card: cardAccount(cardId), amount }),
      ),
      changes: [
        ...(index === 0 ? [batchStatement(batch, quantity)] : []),
        ...part.flatMap((card) => cardStatements(deps, card, batch)),
      ],
      answer: { batchId },
    })),
  );
  if (answer?.kind !== "accepted") return fail(answer?.code ?? "INTERNAL", answer?.detail);
  const issued = IssueAnswer.parse(answer.answer);
  return { batchId: issued.batchId, makerId, cards: await handedOver(deps, issued.batchId) };
}

const IssueAnswer = z.object({ batchId: z.string() });

/** The ledger takes 64 transfers in one request; a batch of cards is several requests of one transaction. */
const CARDS_PER_REQUEST = 50;

const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );

/** A batch is not in such a hurry that others have to wait for it. */
const DRAFTED_AT_ONCE = 8;

async function draftCards(deps: CardDeps, order: IssueOrder): Promise<readonly CardDraft[]> {
  const chosen = Array.from({ length: order.quantity }, (_, index) => order.numbers?.[index]);
  const drafts: CardDraft[] = [];
  for (const part of chunks(chosen, DRAFTED_AT_ONCE))
    drafts.push(...(await Promise.all(part.map((numbers) => draftCard(deps, order.makerId, numbers)))));
  return drafts;
}

type CardDraft = Awaited<ReturnType<typeof draftCard>>;

async function draftCard(
  deps: CardDeps,
  makerId: StaffId,
  chosen: NonNullable<IssueOrder["numbers"]>[number] | undefined,
) {
  const number =
    chosen === undefined
      ? cardNumberFrom(deps.randomDigits(CARD_RANDOM_DIGITS))
      : asIdentifier(chosen.card, "number");
  const pin =
    chosen === undefined ? pinFrom(deps.randomDigits(PIN_RANDOM_DIGITS)) : asIdentifier(chosen.pin, "pin");
  const initialPassword = chosen?.initialPassword ?? deps.randomDigits(INITIAL_PASSWORD_DIGITS);
  const { version, text } = deps.keys.pepper(initialPassword);
  return {
    cardId: deps.ids.next() as CardId,
    number,
    pin,
    initialPassword,
    initialHash: `${version}:${await deps.passwords.hash(text, staffAsks(makerId))}`,
  };
}

function asIdentifier(digits: string, kind: "number" | "pin") {
  const read = parseIdentifier(digits);
  return read.ok && read.value.kind === kind ? read.value : fail("CARD_NUMBER_INVALID", kind);
}

type Batch = Readonly<{ batchId: string; makerId: StaffId; amount: Money; at: Instant; expiresAt: Instant }>;

const batchStatement = (batch: Batch, quantity: number): Statement => ({
  sql: `INSERT INTO card_batch (batch_id, maker_id, quantity, amount, currency, issued_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
  params: [
    batch.batchId,
    batch.makerId,
    quantity,
    batch.amount.minor,
    batch.amount.currency,
    batch.at,
    batch.expiresAt,
  ],
});

function cardStatements(deps: CardDeps, card: CardDraft, batch: Batch): readonly Statement[] {
  const { cardId, number, pin } = card;
  const { keys } = deps;
  return [
    {
      sql: `INSERT INTO card (card_id, batch_id, state, currency, number_lookup, number_sealed, number_masked,
              pin_lookup, pin_sealed, pin_masked, initial_hash, initial_sealed, password_version, wrong_tries,
              issued_at, expires_at, changed_at)
            VALUES (?, ?, 'sold', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?)`,
      params: [
        cardId,
        batch.batchId,
        batch.amount.currency,
        keys.lookupOf(number),
        keys.seal(number.reveal(), `${cardId}/number`),
        number.masked,
        keys.lookupOf(pin),
        keys.seal(pin.reveal(), `${cardId}/pin`),
        pin.masked,
        card.initialHash,
        keys.seal(card.initialPassword, `${cardId}/initial`),
        batch.at,
        batch.expiresAt,
        batch.at,
      ],
    },
    {
      sql: `INSERT INTO card_event (event_id, card_id, at, what, from_state, to_state, by_whom, reason)
            VALUES (?, ?, ?, 'issued', NULL, 'sold', ?, '')`,
      params: [deps.ids.next(), cardId, batch.at, `staff:${batch.makerId}`],
    },
  ];
}

/** The cards of a batch as they are handed over; initial passwords that opened a registration are gone. */
async function handedOver(deps: CardDeps, batchId: string): Promise<readonly IssuedCard[]> {
  const rows = await deps.database.read.all(
    `SELECT c.card_id, c.number_sealed, c.pin_sealed, c.initial_sealed, c.expires_at, b.currency,
            CAST(b.amount AS TEXT) AS amount
     FROM card c JOIN card_batch b ON b.batch_id = c.batch_id
     WHERE c.batch_id = ? AND c.initial_sealed IS NOT NULL ORDER BY c.card_id`,
    [batchId],
  );
  return rows.map((row) => {
    const cardId = textOf(row, "card_id") as CardId;
    return {
      cardId,
      number: deps.keys.open(textOf(row, "number_sealed"), `${cardId}/number`),
      pin: deps.keys.open(textOf(row, "pin_sealed"), `${cardId}/pin`),
      initialPassword: deps.keys.open(textOf(row, "initial_sealed"), `${cardId}/initial`),
      amount: wireMoney({ minor: bigintOf(row, "amount"), currency: currencyColumn.parse(row.currency) }),
      expiresAt: wireInstant(instant(numberOf(row, "expires_at"))),
    };
  });
}

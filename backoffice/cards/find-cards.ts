// Cards as staff see them: masked, with the balance that a holder would see.
import { type Model, Op } from "sequelize";
import { z } from "zod";
import { parseIdentifier } from "#core/card/number.ts";
import { CARD_STATES, type CardState } from "#core/card/state.ts";
import type { CardDetail, CardRow } from "#core/contract/cards.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { CardId, StaffId } from "#core/ids.ts";
import { add, money } from "#core/money.ts";
import { instant } from "#core/time.ts";
import { bigintOf, numberOf, textOf } from "#database/row.ts";
import type { CardDeps } from "./deps.ts";
import { cardModel } from "./model.ts";
import { balancesOf, type CardBalance, type CardRecord, cardById, cardOf, currencyColumn } from "./store.ts";

export type CardSearch = Readonly<{
  /** A whole number or PIN#, or what is visible of a masked one: its last four digits, or a PIN#'s first eight. */
  query?: string | undefined;
  state?: CardState | undefined;
  page: number;
  pageSize: number;
}>;

/** Newest first. */
export async function searchCards(
  deps: CardDeps,
  search: CardSearch,
): Promise<Readonly<{ total: number; rows: readonly CardRow[] }>> {
  const model = cardModel(deps.database.sequelize());
  const found = await model.findAndCountAll({
    where: {
      ...(search.state === undefined ? {} : { state: search.state }),
      ...matching(deps, search.query),
    },
    order: [
      ["issued_at", "DESC"],
      ["card_id", "DESC"],
    ],
    limit: search.pageSize,
    offset: search.page * search.pageSize,
  });
  const cards = found.rows.map((row: Model) => cardOf(row.get({ plain: true })));
  const balances = await balancesOf(deps.database.read, cards);
  return { total: found.count, rows: cards.map((card) => cardRow(card, balances.get(card.cardId))) };
}

function matching({ keys }: CardDeps, query = "") {
  const digits = query.replaceAll(/[\s*]/g, "");
  if (digits === "") return {};
  const whole = parseIdentifier(digits);
  if (whole.ok) {
    const lookups = [...keys.lookupsOf(whole.value)];
    return whole.value.kind === "pin" ? { pin_lookup: lookups } : { number_lookup: lookups };
  }
  // Digits only: neither a wildcard nor anything else of a pattern reaches LIKE.
  const part = /^\d{1,8}$/.test(digits) ? digits : "none";
  return {
    [Op.or]: [{ number_masked: { [Op.like]: `%${part}` } }, { pin_masked: { [Op.like]: `${part}%` } }],
  };
}

/** One card with its history and grants. Fails with CARD_UNKNOWN. */
export async function cardDetail(deps: CardDeps, cardId: CardId): Promise<CardDetail> {
  const { read } = deps.database;
  const card = (await cardById(read, cardId)) ?? fail("CARD_UNKNOWN");
  const balances = await balancesOf(read, [card]);
  const events = await read.all(
    "SELECT at, what, from_state, to_state, by_whom, reason FROM card_event WHERE card_id = ? ORDER BY at, event_id LIMIT 500",
    [cardId],
  );
  const grants = await read.all(
    `SELECT grant_id, terminal_id, CAST(amount AS TEXT) AS amount, CAST(spent AS TEXT) AS spent, currency, state, expires_at
     FROM card_grant WHERE card_id = ? ORDER BY given_at DESC, grant_id LIMIT 200`,
    [cardId],
  );
  return {
    ...cardRow(card, balances.get(cardId)),
    history: events.map((row) => CardEvent.parse(row)),
    grants: grants.map((row) => {
      const currency = currencyColumn.parse(row.currency);
      return {
        grantId: textOf(row, "grant_id"),
        terminalId: textOf(row, "terminal_id") as CardDetail["grants"][number]["terminalId"],
        amount: wireMoney(money(bigintOf(row, "amount"), currency)),
        spent: wireMoney(money(bigintOf(row, "spent"), currency)),
        state: textOf(row, "state"),
        expiresAt: wireInstant(instant(numberOf(row, "expires_at"))),
      };
    }),
  };
}

const CardEvent = z
  .object({
    at: z.coerce.number(),
    what: z.string(),
    from_state: z.enum(CARD_STATES).nullable(),
    to_state: z.enum(CARD_STATES),
    by_whom: z.string(),
    reason: z.string(),
  })
  .transform(({ at, what, from_state, to_state, by_whom, reason }) => ({
    at: wireInstant(instant(at)),
    what,
    from: from_state,
    to: to_state,
    by: by_whom,
    reason,
  }));

/** The numbers in full. Who asked and why is in the card's history before they are given. Fails with CARD_UNKNOWN. */
export async function revealCard(
  deps: CardDeps,
  asked: Readonly<{ cardId: CardId; by: StaffId; reason: string }>,
): Promise<Readonly<{ number: string; pin: string }>> {
  const card = (await cardById(deps.database.read, asked.cardId)) ?? fail("CARD_UNKNOWN");
  await deps.database.transaction((tx) =>
    tx.run(
      `INSERT INTO card_event (event_id, card_id, at, what, from_state, to_state, by_whom, reason)
       VALUES (?, ?, ?, 'numbers shown', ?, ?, ?, ?)`,
      [
        deps.ids.next(),
        card.cardId,
        deps.clock.now(),
        card.state,
        card.state,
        `staff:${asked.by}`,
        asked.reason,
      ],
    ),
  );
  return {
    number: deps.keys.open(card.numberSealed, `${card.cardId}/number`),
    pin: deps.keys.open(card.pinSealed, `${card.cardId}/pin`),
  };
}

export function cardRow(card: CardRecord, balance: CardBalance | undefined): CardRow {
  const none = money(0n, card.currency);
  const { available, setAside } = balance ?? { available: none, setAside: none };
  return {
    cardId: card.cardId,
    number: card.numberMasked,
    pin: card.pinMasked,
    state: card.state,
    available: wireMoney(add(available, setAside)),
    setAside: wireMoney(setAside),
    issuedAt: wireInstant(card.issuedAt),
    expiresAt: wireInstant(card.expiresAt),
    registered: card.passwordHash !== null,
    wrongTries: card.wrongTries,
  };
}

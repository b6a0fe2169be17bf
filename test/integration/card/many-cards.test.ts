// Lists that are longer than what a database binds in one statement (SQLite: 32,766 values, PostgreSQL: 65,535).
import { expect, test } from "vitest";
import { availableIn, balancesOf, cardsById } from "#backoffice/cards/store.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { grantsById } from "#backoffice/terminals/store.ts";
import type { CardId, GrantId, TerminalId } from "#core/ids.ts";
import { accountIdOf, cardAccount, escrowAccount } from "#core/ledger/accounts.ts";
import { krw } from "#core/money.ts";
import { insertRows } from "#database/insert-rows.ts";
import { eachDatabase } from "#test/world/database.ts";

const CARDS = 2;
const TERMINALS = 17_000;
const UNKNOWN_CARDS = 70_000;

const GRANT = {
  table: "card_grant",
  columns: { grant_id: "text", terminal_id: "text", card_id: "text" },
  shared: {
    epoch: "text",
    state: "text",
    currency: "text",
    amount: "money",
    spent: "money",
    given_at: "integer",
    expires_at: "integer",
  },
} as const;
const ACCOUNT = {
  table: "ledger_account",
  columns: { id: "text", credits_posted: "money" },
  shared: {
    floored: "boolean",
    debits_posted: "money",
    debits_pending: "money",
    credits_pending: "money",
  },
} as const;

const cardIds = Array.from({ length: CARDS }, (_, index) => `card-${index}` as CardId);
const terminalIds = Array.from({ length: TERMINALS }, (_, index) => `till-${index}` as TerminalId);
const pairs = cardIds.flatMap((cardId) => terminalIds.map((terminalId) => ({ cardId, terminalId })));
const grantIdOf = ({ cardId, terminalId }: (typeof pairs)[number]) => `${cardId}.${terminalId}` as GrantId;

eachDatabase((databases) => {
  test("balances are found of cards that have grants at more tills than one statement binds", async () => {
    const database = await databases.open(MIGRATIONS);
    const escrows = pairs.map(({ cardId, terminalId }) =>
      accountIdOf(escrowAccount(terminalId, cardId), "KRW"),
    );
    await database.transaction(async (tx) => {
      const grants = pairs.map((pair) => [grantIdOf(pair), pair.terminalId, pair.cardId]);
      await insertRows(tx, GRANT, grants, ["epoch", "live", "KRW", "2", "0", 1, 2]);
      const own = cardIds.map((cardId) => [accountIdOf(cardAccount(cardId), "KRW"), "1000"]);
      await insertRows(tx, ACCOUNT, [...own, ...escrows.map((id) => [id, "2"])], [true, "0", "0", "0"]);
    });
    const balances = await balancesOf(
      database.read,
      cardIds.map((cardId) => ({ cardId, currency: "KRW" })),
    );
    expect([...balances]).toEqual(
      cardIds.map((cardId) => [cardId, { available: krw(1_000), setAside: krw(2 * TERMINALS) }]),
    );
    expect((await availableIn(database.read, escrows)).size).toBe(pairs.length);
    expect(await grantsById(database.read, pairs.map(grantIdOf))).toHaveLength(pairs.length);
  });

  test("more cards are asked for than one statement binds", async () => {
    const database = await databases.open(MIGRATIONS);
    const many = Array.from({ length: UNKNOWN_CARDS }, (_, index) => `unknown-${index}` as CardId);
    expect(await cardsById(database.read, many)).toEqual([]);
    const balances = await balancesOf(
      database.read,
      many.map((cardId) => ({ cardId, currency: "KRW" })),
    );
    expect(balances.size).toBe(many.length);
  });
});

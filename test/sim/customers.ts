// Who carries the cards of the real back office: they buy them, choose passwords, and know what the books have.
import { FailureError, fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import type { ReadDb } from "#database/database.ts";
import { numberOf } from "#database/row.ts";
import type { RealOffice } from "./real-office.ts";
import type { SimCard, SimWorld } from "./sim-server.ts";

export const MANAGER = "mina" as StaffId;
/** Some cards are nearly empty from the start, so that what tills hold of them is wanted back. */
const CARD_WON_MIN = 20_000;
const CARD_WON_MAX = 600_000;

/** Passwords by their version: a restore brings an older one back. */
type Held = SimCard & { readonly passwords: ReadonlyMap<number, string> };

export type Customers = Readonly<{
  cards(): readonly SimCard[];
  /** A new card takes the place of the oldest. */
  buy(): Promise<void>;
  changePassword(card: SimCard): Promise<void>;
  /** After a restore. */
  remember(): Promise<void>;
}>;

export function someCustomers(
  { random, nextId }: SimWorld,
  cardCount: number,
  ask: <T>(work: (office: RealOffice) => Promise<T>) => Promise<T>,
  read: () => ReadDb,
): Customers {
  let hand: readonly Held[] = [];

  /** Who got no answer to a change tries both: the version that the books have says which it is. */
  const remember = async (tried?: Readonly<{ cardId: string; password: string }>) => {
    const rows = await read().all("SELECT card_id, password_version FROM card");
    const versions = new Map(rows.map((row) => [String(row.card_id), numberOf(row, "password_version")]));
    hand = hand.map((card) => {
      const version = versions.get(card.cardId) ?? 0;
      const passwords = new Map([...card.passwords].filter(([of]) => of <= version));
      if (tried?.cardId === card.cardId && !passwords.has(version)) passwords.set(version, tried.password);
      return { ...card, passwords, password: passwords.get(version) ?? card.password };
    });
  };

  return {
    cards: () => hand,
    buy: async () => {
      const won = CARD_WON_MIN + Math.floor(random() ** 2 * (CARD_WON_MAX - CARD_WON_MIN));
      const order = {
        id: nextId(),
        makerId: MANAGER,
        quantity: 1,
        amount: krw(BigInt(won)),
        validDays: 3_650,
      };
      const [card] = (await ask((office) => office.cards.issue(order))).cards;
      if (card === undefined) return fail("INTERNAL", "a batch has a card");
      const { cardId, number, pin, initialPassword } = card;
      const password = `password ${nextId()}`;
      await ask((office) => office.cards.register({ number, initialPassword, password }));
      hand = [...hand, { cardId, number, pin, password, passwords: new Map([[1, password]]) }].slice(
        -cardCount,
      );
    },
    changePassword: async ({ cardId, number, password }) => {
      const newPassword = `password ${nextId()}`;
      try {
        await ask((office) => office.cards.changePassword({ number, password, newPassword }));
      } finally {
        await remember({ cardId, password: newPassword });
      }
    },
    remember: () => remember(),
  };
}

/** What the console refuses, or never answers, a person leaves for another time. */
export async function ifPossible(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof FailureError)) throw error;
  });
}

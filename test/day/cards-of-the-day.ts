// The cards that are sold in the morning: issued at the console, registered by their holders.
import type { Console } from "#test/world/day-console.ts";
import { wireWon } from "./counter.ts";
import type { DayCard } from "./customers.ts";
import type { Random } from "./random.ts";

/** Cards with a part of their own to play, and what they were sold for in won. */
export const ROLES_WON = {
  exact: 10_000,
  blocked: 20_000,
  raceOnline: 10_000,
  raceOffline: 10_000,
  escrow: 100_000,
  blockedLate: 50_000,
  tries: 30_000,
  sealed: 100_000,
  thief: 20_000,
  refunded: 50_000,
} as const;
export type Role = keyof typeof ROLES_WON;
export const ROLES = Object.keys(ROLES_WON) as readonly Role[];

export type CardsOfTheDay = Readonly<{
  of: Readonly<Record<Role, DayCard>>;
  /** Everybody else's. */
  others: readonly DayCard[];
}>;

const AMOUNTS_WON = [5_000, 10_000, 20_000, 30_000, 50_000, 100_000] as const;
const BATCH_CARDS_MAX = 99;
const VALID_DAYS = 365;

export async function sellCards(console: Console, count: number, random: Random): Promise<CardsOfTheDay> {
  const amounts = [
    ...ROLES.map((role) => ROLES_WON[role]),
    ...Array.from({ length: count - ROLES.length }, () => random.pick(AMOUNTS_WON)),
  ];
  const waiting = new Map<number, DayCard[]>();
  for (const amountWon of new Set(amounts)) {
    const quantity = amounts.filter((amount) => amount === amountWon).length;
    waiting.set(amountWon, await issue(console, amountWon, quantity, random));
  }
  const take = (amountWon: number): DayCard => {
    const card = waiting.get(amountWon)?.shift();
    if (card === undefined) throw new Error(`no card of ${amountWon} won was issued`);
    return card;
  };
  const of = Object.fromEntries(ROLES.map((role) => [role, take(ROLES_WON[role])]));
  const others = amounts.slice(ROLES.length).map(take);
  return { of: of as CardsOfTheDay["of"], others };
}

async function issue(
  console: Console,
  amountWon: number,
  quantity: number,
  random: Random,
): Promise<DayCard[]> {
  const cards: DayCard[] = [];
  while (cards.length < quantity) {
    const batch = await console.cards.issue({
      id: `day-${amountWon}-${cards.length}`,
      quantity: Math.min(BATCH_CARDS_MAX, quantity - cards.length),
      amount: wireWon(amountWon),
      validDays: VALID_DAYS,
    });
    for (const { cardId, number, pin, initialPassword } of batch.cards) {
      const password = String(random.between(1_000, 99_999_999));
      await console.cards.register({ number, initialPassword, password });
      cards.push({ cardId, number, pin, password, amountWon });
    }
  }
  return cards;
}

// Who comes while processes are being killed: small baskets, so that there is always a sale to hit, paid by card more
// often than not, with the habits that make a till write most: split payments and tenders taken back.
import {
  aCustomer,
  byCard,
  CASH_EXACT,
  type Customer,
  type DayCard,
  type Purses,
  type Wish,
} from "#test/day/customers.ts";
import type { Random } from "#test/day/random.ts";

const AMOUNTS_WON = [1, 900, 1_500, 2_400, 3_700, 5_000, 8_000] as const;
const CASH_NOTES: Wish = { method: "cash", given: "notes" };

/** Holders know what is left on their cards; a careless few do not. */
const CARELESS_CHANCE = 0.04;

/**
 * @param regulars cards known at this till more often than the others, so that it may take them without a line
 * @param purses what is left on each card by its holder's own reckoning
 */
export function someCustomer(
  number: number,
  random: Random,
  pockets: Readonly<{ regulars: readonly DayCard[]; others: readonly DayCard[]; purses: Purses }>,
): Customer {
  const { regulars, others, purses } = pockets;
  const amountWon = random.pick(AMOUNTS_WON);
  const isCareless = random.chance(CARELESS_CHANCE);
  const canPay = ({ cardId }: DayCard) => isCareless || (purses.get(cardId) ?? 0) >= amountWon;
  const [card] = random.shuffled((random.chance(0.8) ? regulars : others).filter(canPay));
  const cash = random.pick([CASH_EXACT, CASH_NOTES]);
  if (card === undefined || random.chance(0.3))
    return aCustomer(number, [cash], { basketWon: amountWon, changesMind: random.chance(0.1) });
  purses.set(card.cardId, (purses.get(card.cardId) ?? 0) - amountWon);
  const wish = byCard(card, amountWon, {
    entry: random.pick(["swipe", "number", "pin"]),
    wrongPasswords: random.chance(0.04) ? 1 : 0,
    asksManager: random.chance(0.5),
  });
  const habits = { takesBack: random.chance(0.1), leavesWithoutCard: random.chance(0.2) };
  if (random.chance(0.7)) return aCustomer(number, [wish], habits);
  const basketWon = amountWon + random.pick(AMOUNTS_WON);
  return aCustomer(number, random.chance(0.5) ? [wish, cash] : [CASH_NOTES, wish], { ...habits, basketWon });
}

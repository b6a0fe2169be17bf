// Who comes to the counters, with what in the basket and how they mean to pay: chosen from the seed alone.
import type { SwipeFault } from "#core/contract/simulators.ts";
import type { Random } from "./random.ts";

/** A card in somebody's pocket. */
export type DayCard = Readonly<{
  cardId: string;
  number: string;
  pin: string;
  password: string;
  /** What it was sold for, in won. */
  amountWon: number;
}>;

export type CardWish = Readonly<{
  method: "prepaid";
  card: DayCard;
  /** What of the basket it shall pay, at most. */
  amountWon: number;
  entry: "swipe" | "number" | "pin";
  fault: SwipeFault;
  /** Wrong passwords that are typed before the right one; more than the tries there are means never the right one. */
  wrongPasswords: number;
  /** Whether the manager is asked where a cap wants one. */
  asksManager: boolean;
}>;
export type Wish = CardWish | Readonly<{ method: "cash"; given: "exact" | "notes" }>;

export type Customer = Readonly<{
  number: number;
  /** The basket is filled until it costs at least this much. */
  basketWon: number;
  /** Something is put into the basket and taken out again. */
  changesMind: boolean;
  wishes: readonly Wish[];
  /** The first approved tender is taken back, and the sale paid otherwise. */
  takesBack: boolean;
  /** Without the card there is no sale; others pay the rest in cash. */
  leavesWithoutCard: boolean;
}>;

/** Both sides of every cap of the demo's policy, and the smallest amount there is. */
const EDGES_WON = [1, 29_999, 30_000, 30_001, 49_999, 50_000, 50_001] as const;
const COMMON_WON = [1_200, 4_500, 5_500, 8_000, 9_900, 12_000, 15_500, 21_000] as const;
const FAULTS = ["fragmented", "two-in-one-chunk", "noise", "bad-lrc", "half"] as const;

export const CASH_EXACT: Wish = { method: "cash", given: "exact" };

/** A wish to pay by card without anything going wrong. */
export const byCard = (card: DayCard, amountWon: number, but: Partial<CardWish> = {}): CardWish => ({
  method: "prepaid",
  card,
  amountWon,
  entry: "swipe",
  fault: "none",
  wrongPasswords: 0,
  asksManager: false,
  ...but,
});

export const aCustomer = (
  number: number,
  wishes: readonly Wish[],
  but: Partial<Customer> = {},
): Customer => ({
  number,
  basketWon: wishes.reduce((sum, wish) => sum + (wish.method === "prepaid" ? wish.amountWon : 0), 0) || 3_000,
  changesMind: false,
  wishes,
  takesBack: false,
  leavesWithoutCard: false,
  ...but,
});

/** What is left on each card by its holder's own reckoning, in won. */
export type Purses = Map<string, number>;

export const fullPurses = (cards: readonly DayCard[]): Purses =>
  new Map(cards.map(({ cardId, amountWon }) => [cardId, amountWon]));

export type Pockets = Readonly<{ regulars: readonly DayCard[]; others: readonly DayCard[]; purses: Purses }>;

/** Somebody of the street, with a card that is known at this till more often than not. */
export function anyCustomer(number: number, random: Random, pockets: Pockets): Customer {
  const kind = random.below(10);
  const cash: Wish = { method: "cash", given: random.pick(["exact", "notes"]) };
  const onlyCash = () =>
    aCustomer(number, [cash], { basketWon: commonWon(random), changesMind: random.chance(0.2) });
  const first = kind < 3 ? undefined : cardWish(random, pockets);
  if (first === undefined) return onlyCash();
  const habits = {
    changesMind: random.chance(0.1),
    leavesWithoutCard: random.chance(0.3),
    takesBack: random.chance(0.12),
  };
  if (kind < 7) return aCustomer(number, [first], habits);
  const second = (kind < 9 ? undefined : cardWish(random, pockets)) ?? cash;
  const basketWon = first.amountWon + commonWon(random);
  const wishes = random.chance(0.5) ? [first, second] : [partOf(second, random), first];
  return aCustomer(number, wishes, { ...habits, basketWon });
}

/** What comes first pays a part only. */
const partOf = (wish: Wish, random: Random): Wish =>
  wish.method === "cash"
    ? { ...wish, given: "notes" }
    : { ...wish, amountWon: random.between(1, wish.amountWon) };

const commonWon = (random: Random) => random.pick(COMMON_WON);

/** A card whose holder believes that it can pay; some are careless, and some have none that could. */
function cardWish(random: Random, { regulars, others, purses }: Pockets): CardWish | undefined {
  const amountWon = random.chance(0.2) ? random.pick(EDGES_WON) : commonWon(random);
  const isCareless = random.chance(0.07);
  const canPay = ({ cardId }: DayCard) => isCareless || (purses.get(cardId) ?? 0) >= amountWon;
  const known = random.chance(0.7) ? regulars.filter(canPay) : [];
  const [card] = random.shuffled(known.length > 0 ? known : others.filter(canPay));
  if (card === undefined) return undefined;
  const wish = byCard(card, random.chance(0.05) ? (purses.get(card.cardId) ?? 0) + 1 : amountWon, {
    entry: random.pick(["swipe", "swipe", "number", "pin"]),
    fault: random.chance(0.15) ? random.pick(FAULTS) : "none",
    wrongPasswords: random.chance(0.08) ? random.between(1, 3) : 0,
    asksManager: random.chance(0.5),
  });
  purses.set(card.cardId, Math.max(0, (purses.get(card.cardId) ?? 0) - wish.amountWon));
  return wish;
}

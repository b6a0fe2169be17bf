// The scenes that every day must have, whatever its seed: each says what has to come of it.
import type { CardsOfTheDay } from "./cards-of-the-day.ts";
import type { Counter } from "./counter.ts";
import { aCustomer, byCard, type CardWish, type Customer, type DayCard } from "./customers.ts";
import { refundWhole } from "./refund.ts";
import { type Sale, sell } from "./sell.ts";

export type Stage = Readonly<{
  /** The counters of the first and the second till. */
  first: Counter;
  second: Counter;
  cards: CardsOfTheDay["of"];
  nextNumber(): number;
  say(line: string): void;
}>;

/** How many customers the scenes need: the rest of the day's customers are anybody. */
const MORNING_CUSTOMERS = 11;
const OFFLINE_CUSTOMERS = 11;
const AFTERNOON_CUSTOMERS = 1;
export const SCENE_CUSTOMERS = MORNING_CUSTOMERS + OFFLINE_CUSTOMERS + AFTERNOON_CUSTOMERS;

const SAYS_SHORT = ["FUNDS_INSUFFICIENT", "FUNDS_HELD_OFFLINE"];

/** With the line up. Leaves every card that has a part offline known at its till. */
export async function morningScenes(stage: Stage): Promise<void> {
  const { first, second, cards, say } = stage;

  say("A card of 10,000 won is asked for 10,001, and then for its last won.");
  refusedWith(first, await one(stage, first, cards.exact, 10_001), SAYS_SHORT);
  sold(first, await one(stage, first, cards.exact, 10_000));

  say("A card is blocked at the console and then shown at a till.");
  refusedWith(first, await one(stage, first, cards.blocked, 3_000), ["CARD_BLOCKED"]);

  say("Two tills ask for all of one card at the same moment.");
  const [left, right] = await Promise.all([
    one(stage, first, cards.raceOnline, 10_000),
    one(stage, second, cards.raceOnline, 10_000),
  ]);
  if ([left, right].filter(({ kind }) => kind === "sold").length !== 1)
    first.problem(`of two tills racing for one card, ${left.kind} and ${right.kind}`);

  say("A holder mistypes the password once.");
  const mistyped = await one(stage, first, cards.tries, 1_000, { wrongPasswords: 1 });
  sold(first, mistyped);
  if (!mistyped.codes.includes("PASSWORD_WRONG")) first.problem("a wrong password was not called wrong");

  say("Cards are used that will come back while the line is cut.");
  sold(first, await one(stage, first, cards.escrow, 1_000));
  sold(first, await one(stage, first, cards.blockedLate, 1_000));
  sold(first, await one(stage, first, cards.raceOffline, 500));
  sold(second, await one(stage, second, cards.raceOffline, 500));

  say("Something is brought back.");
  const bought = await one(stage, first, cards.refunded, 8_000);
  await givenBack(first, bought);
}

/** With both lines cut, and one of the cards blocked at the console since. */
export async function offlineScenes(stage: Stage): Promise<void> {
  const { first, second, cards, say } = stage;

  say("A card pays from the slice of its own money that was set aside at this till.");
  sold(first, await one(stage, first, cards.escrow, 20_000));

  say("A card that was blocked after the line was cut pays from its slice: the till cannot know yet.");
  sold(first, await one(stage, first, cards.blockedLate, 5_000));

  say("Two tills without a line take the same 10,000 won card for 8,000 each.");
  const racing = await Promise.all([
    one(stage, first, cards.raceOffline, 8_000),
    one(stage, second, cards.raceOffline, 8_000),
  ]);
  for (const sale of racing) sold(first, sale);

  say("Three wrong passwords without a line.");
  const locked = await one(stage, first, cards.tries, 2_000, { wrongPasswords: 3 });
  refusedWith(first, locked, ["OFFLINE_TRIES"]);

  say("A card that nobody knows here pays up to each cap, and not one won more.");
  sold(second, await one(stage, second, cards.sealed, 30_000));
  refusedWith(second, await one(stage, second, cards.sealed, 30_001), ["OFFLINE_CAP_PAYMENT"]);
  sold(second, await one(stage, second, cards.sealed, 20_000));
  refusedWith(second, await one(stage, second, cards.sealed, 1), ["OFFLINE_CAP_CARD"]);

  say("Somebody pays with a card that is not his, and a password that he made up.");
  sold(second, await one(stage, second, cards.thief, 5_000, { wrongPasswords: 1 }));

  say("Something is brought back while the line is cut.");
  // Until a till is sure that its line is cut it asks, and completes the refund by itself once there is an answer.
  await first.driver.until(({ line }) => (line.state === "offline" ? true : undefined), "a till off line");
  await givenBack(first, await one(stage, first, cards.refunded, 3_000));
}

/** With the line up again at the first till. */
export async function afternoonScenes(stage: Stage): Promise<void> {
  const { first, cards, say } = stage;
  say("The card that was blocked meanwhile is refused now that the till has heard of it.");
  refusedWith(first, await one(stage, first, cards.blockedLate, 1_000), ["CARD_BLOCKED"]);
}

/** One customer who pays by card alone, or goes. */
function one(
  stage: Stage,
  counter: Counter,
  card: DayCard,
  amountWon: number,
  but: Partial<CardWish> = {},
): Promise<Sale> {
  const customer: Customer = aCustomer(stage.nextNumber(), [byCard(card, amountWon, but)], {
    basketWon: amountWon,
    leavesWithoutCard: true,
  });
  return sell(counter, customer);
}

function sold(counter: Counter, sale: Sale): void {
  if (sale.kind !== "sold")
    counter.problem(`a card was refused that should have paid: ${sale.codes.join(", ")}`);
}

function refusedWith(counter: Counter, sale: Sale, codes: readonly string[]): void {
  const isRight = sale.kind === "refused" && sale.codes.some((code) => codes.includes(code));
  if (!isRight)
    counter.problem(`expected a refusal by ${codes.join(" or ")}, got ${sale.kind} ${sale.codes.join(", ")}`);
}

async function givenBack(counter: Counter, sale: Sale): Promise<void> {
  if (sale.kind !== "sold") {
    counter.problem(`nothing could be brought back: ${sale.codes.join(", ")}`);
    return;
  }
  const answer = await refundWhole(counter, sale);
  if (answer !== "done") counter.problem(`a refund was refused by ${answer}`);
}

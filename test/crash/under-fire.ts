// A station of real processes that sells while its processes are killed, and then comes to rest: every question that a
// crash left open is answered, everything is synced, and what the people were told is in the record.
import { setTimeout as pause } from "node:timers/promises";

import { makeAccidents } from "#test/day/accidents.ts";
import { sellCards } from "#test/day/cards-of-the-day.ts";
import { type Counter, whateverHappens, wonOf } from "#test/day/counter.ts";
import { type DayCard, fullPurses, type Purses } from "#test/day/customers.ts";
import { closeCounter, type Office, openCounters, openOffice } from "#test/day/opening.ts";
import { type Random, randomFrom } from "#test/day/random.ts";
import { type DayRecord, emptyRecord } from "#test/day/record.ts";
import { refundWhole } from "#test/day/refund.ts";
import { type Sold, sell } from "#test/day/sell.ts";
import { type DayStation, type DayTill, openDayStation } from "#test/world/day-station.ts";
import { isGone } from "#test/world/till-driver.ts";
import { someCustomer } from "./customers.ts";
import { cutNowAndThen, killAtRandom } from "./killer.ts";

export type UnderFireOptions = Readonly<{
  seed: number;
  kills: number;
  tills: number;
  dir: string;
  distDir: string;
  say(line: string): void;
}>;

/** Enough money for as long as it takes: a longer run sells more. */
const CARDS_AT_LEAST = 24;
const CARDS_PER_KILL = 2;
const CARDS_MAX = 200;
/** A customer takes the receipt and the next one comes: without it a till on its own would outsell one that asks. */
const BETWEEN_CUSTOMERS_MS = [100, 500] as const;
const REST_MS_MAX = 90_000;
const CARDS_PER_PAGE = 200;
const REFUND_CHANCE = 0.08;

const iso = () => new Date().toISOString();

/** Sells under fire and stops every process. `onRecord` gets the record as soon as it begins, for a run that fails. */
export async function sellUnderFire(
  options: UnderFireOptions,
  onRecord: (record: DayRecord) => void,
): Promise<void> {
  const record = emptyRecord(options.seed, iso());
  onRecord(record);
  const station = await openDayStation(options);
  try {
    await underFire(options, station, record);
  } finally {
    await station.stop();
  }
}

async function underFire(options: UnderFireOptions, station: DayStation, record: DayRecord): Promise<void> {
  const { say } = options;
  const random = randomFrom(options.seed);
  const tills = new Map<number, DayTill>();
  const accidents = makeAccidents({
    record,
    say,
    now: iso,
    kill: (victim, till) => {
      if (victim === "backoffice") station.backoffice.kill();
      else tills.get(till)?.process.kill();
    },
  });
  const office = await openOffice(station);
  const count = Math.min(CARDS_MAX, CARDS_AT_LEAST + options.kills * CARDS_PER_KILL);
  const sold = await sellCards(office.maker, count, random.fork("cards"));
  const cards = [...Object.values(sold.of), ...sold.others];
  record.cards.push(...cards.map(({ cardId, amountWon }) => ({ cardId, amountWon })));
  const counters = await openCounters({
    station,
    office,
    tills: options.tills,
    record,
    accidents,
    onTill: (till) => void tills.set(till.number, till),
  });
  say(`${counters.length} tills are open; from now on processes are killed.`);

  let isOver = false;
  const purses = fullPurses(cards);
  const work = counters.flatMap((counter, index) => [
    serve(
      counter,
      { regulars: cardsAt(cards, index, counters.length), others: cards, purses },
      random,
      () => isOver,
    ),
    cutNowAndThen(counter, random.fork(`line/${counter.till}`), () => isOver),
  ]);
  const killing = killAtRandom(
    {
      counters,
      station,
      tills: [...tills.values()],
      accidents,
      record,
      random: random.fork("kills"),
      now: iso,
      say,
    },
    options.kills,
  ).finally(() => {
    isOver = true;
  });
  // A counter that fails ends the run at once; the killer is waited for, so that nothing outlives the station.
  const outcomes = await Promise.allSettled([
    killing,
    ...work.map((each) =>
      each.catch((error: unknown) => {
        isOver = true;
        throw error;
      }),
    ),
  ]);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  await comeToRest(station, office, counters, record, say);
}

const cardsAt = (cards: readonly DayCard[], index: number, counters: number) =>
  cards.filter((_, place) => place % counters === index);

async function serve(
  counter: Counter,
  pockets: Readonly<{ regulars: readonly DayCard[]; others: readonly DayCard[]; purses: Purses }>,
  random: Random,
  isOver: () => boolean,
): Promise<void> {
  for (let number = counter.till; !isOver(); number += 1_000) {
    const luck = random.fork(`customer/${number}`);
    const sale = await sell(counter, someCustomer(number, luck, pockets));
    if (sale.kind === "sold" && isByCardAlone(counter, sale) && luck.chance(REFUND_CHANCE))
      await bringBack(counter, sale);
    await pause(luck.between(...BETWEEN_CUSTOMERS_MS));
  }
}

/** What comes back goes to the card it came from; cash would leave the drawer at a moment that the crash hides. */
const isByCardAlone = ({ record }: Counter, { saleId }: Sold): boolean =>
  !record.tenders.some((tender) => tender.saleId === saleId && tender.method === "cash");

/** A refund may be refused, as when a cap stands against it without a line; then the customer keeps what was bought. */
async function bringBack(counter: Counter, sale: Sold): Promise<void> {
  try {
    await refundWhole(counter, sale);
  } catch (error) {
    if (!isGone(error)) throw error;
    await whateverHappens(counter, async () => counter.driver.view());
  }
}

async function comeToRest(
  station: DayStation,
  office: Office,
  counters: readonly Counter[],
  record: DayRecord,
  say: (line: string) => void,
): Promise<void> {
  await station.backoffice.up();
  await atRest(counters);
  for (const counter of counters) await closeCounter(counter, 0);
  for (const counter of counters) await whateverHappens(counter, () => counter.driver.press().signOut());
  await atRest(counters);
  say("Every process runs again, no question is open, and every entry is countersigned.");
  for (let page = 0; ; page += 1) {
    const { rows } = await office.checker.cards.list({ page, pageSize: CARDS_PER_PAGE });
    record.balances.push(
      ...rows.map(({ cardId, available }) => ({ cardId, availableWon: wonOf(available) })),
    );
    if (rows.length < CARDS_PER_PAGE) return;
  }
}

/** Line up, nothing unsynced, no attempt or refund without an answer. */
async function atRest(counters: readonly Counter[]): Promise<void> {
  for (const counter of counters) {
    await whateverHappens(counter, () =>
      counter.driver.until(
        ({ line, openAttempts }) =>
          line.state === "online" && line.unsynced === 0 && openAttempts === 0 ? true : undefined,
        "a till at rest",
        REST_MS_MAX,
      ),
    );
  }
}

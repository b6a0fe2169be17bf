// A day at Station 7, told as it happens. Everything in it is real but the people: processes, wires, files and kills.
import type { TillView } from "#core/contract/till.ts";
import type { DayStation, DayTill } from "#test/world/day-station.ts";
import { openDayStation } from "#test/world/day-station.ts";
import { eventually } from "#test/world/eventually.ts";
import { makeAccidents } from "./accidents.ts";
import { type CardsOfTheDay, sellCards } from "./cards-of-the-day.ts";
import { type Counter, standAtCounter, whateverHappens, wonOf } from "./counter.ts";
import { anyCustomer, type Customer, fullPurses } from "./customers.ts";
import { closeCounter, type Office, openCounters, openOffice } from "./opening.ts";
import { type Random, randomFrom } from "./random.ts";
import { type DayRecord, emptyRecord } from "./record.ts";
import { afternoonScenes, morningScenes, offlineScenes, SCENE_CUSTOMERS, type Stage } from "./scenes.ts";
import { sell } from "./sell.ts";
import { type Settlement, settle } from "./settle.ts";

export type DayOptions = Readonly<{
  seed: number;
  tills: number;
  cards: number;
  sales: number;
  kills: number;
  dir: string;
  distDir: string;
  say(line: string): void;
}>;

/** Shares of the day's customers, of those who come with the line up and with it cut; the rest comes afterwards. */
const MORNING_SHARE = 0.4;
const OFFLINE_SHARE = 0.4;
const SYNC_MS_MAX = 60_000;
const GRANTS_MS_MAX = 20_000;

const iso = () => new Date().toISOString();

/** Lives the day and stops every process. The record is what the people of the day were told. */
export async function liveDay(
  options: DayOptions,
  onRecord: (record: DayRecord) => void,
): Promise<DayRecord> {
  const record = emptyRecord(options.seed, iso());
  onRecord(record);
  options.say("The back office is started.");
  const station = await openDayStation(options);
  try {
    await theDay(options, station, record);
  } finally {
    await station.stop();
  }
  return record;
}

async function theDay(options: DayOptions, station: DayStation, record: DayRecord): Promise<void> {
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
  const cards = await sellCards(office.maker, options.cards, random.fork("cards"));
  const all = [...Object.values(cards.of), ...cards.others];
  record.cards.push(...all.map(({ cardId, amountWon }) => ({ cardId, amountWon })));
  say(`${all.length} cards are sold and registered. ${options.tills} tills are enrolled.`);
  await block(office, cards.of.blocked.cardId);
  const counters = await openCounters({
    station,
    office,
    tills: options.tills,
    record,
    accidents,
    onTill: (till) => void tills.set(till.number, till),
  });
  say("Every device answers; the shifts are open.");

  const plan = planCustomers(options, cards, random);
  const strikesLater = options.kills > 1 ? 1 : 0;
  accidents.plan(options.kills - strikesLater, plan.all, random.fork("accidents"));
  const stage = stageOf(counters, cards, plan.nextScene, say);
  const crowd = { counters, accidents, station };
  const late = counters[1] ?? counters[0];
  const settlement = settlementOf(office, tills, record, say, station);

  await morningScenes(stage);
  await serveAll(crowd, plan.morning);
  await allSynced(counters);
  await grantsGiven(office, record, counters);
  say(
    `Morning: ${record.receipts.length} sales. ${(await exposure(office)).granted} won are set aside at tills.`,
  );

  const cutAt = iso();
  for (const counter of counters) await line(counter, "cut");
  say("Every line is cut. At the console a card is blocked that a till knows.");
  await block(office, cards.of.blockedLate.cardId);
  await offlineScenes(stage);
  await serveAll(crowd, plan.offline);
  say(
    `Without a line: ${counters.map(({ driver }) => driver.view().line.unsynced).join(", ")} entries wait.`,
  );

  const onTime = counters.filter((counter) => counter !== late);
  for (const counter of onTime) await restore(counter, cutAt);
  await allSynced(onTime);
  say(`The lines are back but that of till ${late?.till}; the others are in step.`);
  await afternoonScenes(stage);
  await serveAll(crowd, plan.afternoon);

  for (const counter of counters) {
    const differenceWon = random.fork(`count/${counter.till}`).pick([0, 0, 0, -100, 500, -20_000]);
    await closeCounter(counter, differenceWon);
  }
  say("The drawers are counted and the shifts closed, one of them without a line.");
  await allSynced(onTime);

  const strike = striking(random, () => accidents.strike("backoffice", 0));
  const rejects = random.fork("bank").between(1, 2);
  await settle(settlement, rejects, strikesLater > 0 ? strike : undefined);
  if (late !== undefined) {
    await restore(late, cutAt);
    await allSynced([late]);
    say(`Till ${late.till} is back: what it sold goes into the next batch, with what the bank refused.`);
  }
  await settle(settlement, null);
  await evening(office, counters, record);
  await accidents.allDone();
}

/**
 * The customers of each part of the day, in the order in which they come, and the numbers of the accidents' candidates.
 * Those of the scenes have numbers of their own.
 */
function planCustomers({ sales, tills }: DayOptions, { others }: CardsOfTheDay, random: Random) {
  const street = sales - SCENE_CUSTOMERS;
  const purses = fullPurses(others);
  const customers = Array.from({ length: street }, (_, index) => {
    const number = SCENE_CUSTOMERS + index + 1;
    const regulars = others.filter((_card, place) => place % tills === number % tills);
    return anyCustomer(number, random.fork(`customer/${number}`), { regulars, others, purses });
  });
  const morningEnd = Math.round(street * MORNING_SHARE);
  const offlineEnd = morningEnd + Math.round(street * OFFLINE_SHARE);
  let scene = 0;
  return {
    all: customers.map(({ number }) => number),
    morning: customers.slice(0, morningEnd),
    offline: customers.slice(morningEnd, offlineEnd),
    afternoon: customers.slice(offlineEnd),
    nextScene: () => {
      scene += 1;
      return scene;
    },
  };
}

function stageOf(
  counters: readonly Counter[],
  cards: CardsOfTheDay,
  nextNumber: () => number,
  say: (line: string) => void,
): Stage {
  const [first, second] = counters;
  if (first === undefined || second === undefined) throw new Error("a day needs two tills");
  return { first, second, cards: cards.of, nextNumber, say };
}

type Crowd = Readonly<{
  counters: readonly Counter[];
  accidents: ReturnType<typeof makeAccidents>;
  station: DayStation;
}>;

/** The queues at all tills at once. Ends when everybody is served and everything that was killed is up again. */
async function serveAll({ counters, accidents, station }: Crowd, customers: readonly Customer[]) {
  await Promise.all(
    counters.map(async (counter, index) => {
      for (const customer of customers) {
        if (customer.number % counters.length === index) await sell(counter, customer);
      }
    }),
  );
  await accidents.allDone();
  await station.backoffice.up();
  // A till that was killed with its last customer does not look dead yet.
  for (const counter of counters) await standAtCounter(counter);
}

const line = ({ simulators }: Counter, state: "cut" | "up") => simulators.line({ state });

async function restore(counter: Counter, from: string): Promise<void> {
  await line(counter, "up");
  counter.record.offline.push({ till: counter.till, from, to: iso() });
}

async function allSynced(counters: readonly Counter[]): Promise<void> {
  for (const counter of counters) {
    const inStep = ({ line }: TillView) =>
      line.state === "online" && line.unsynced === 0 ? true : undefined;
    await whateverHappens(counter, () => counter.driver.until(inStep, "a till in step", SYNC_MS_MAX));
  }
}

async function block({ checker }: Office, cardId: string): Promise<void> {
  type CardId = Parameters<typeof checker.cards.block>[0]["cardId"];
  await checker.cards.block({ cardId: cardId as CardId, reason: "the holder has lost it" });
}

async function exposure({ checker }: Office): Promise<{ granted: number; without: number }> {
  const { rows } = await checker.terminals.list({});
  return {
    granted: rows.reduce((sum, row) => sum + wonOf(row.exposure.granted), 0),
    without: rows.filter((row) => row.exposure.grants === 0).length,
  };
}

/** Slices are set aside with the syncs that follow a payment. */
async function grantsGiven(office: Office, record: DayRecord, counters: readonly Counter[]): Promise<void> {
  await eventually(
    async () => ((await exposure(office)).granted > 0 ? true : undefined),
    () => "money set aside at tills",
    GRANTS_MS_MAX,
  ).catch((error: unknown) => record.problems.push(String(error)));
  await allSynced(counters);
}

function settlementOf(
  office: Office,
  tills: ReadonlyMap<number, DayTill>,
  record: DayRecord,
  say: (line: string) => void,
  station: DayStation,
): Settlement {
  const bank = tills.get(1)?.simulators;
  if (bank === undefined) throw new Error("the bank is with the first till's simulators");
  return { ...office, bank, record, say, backofficeUp: () => station.backoffice.up() };
}

const NETTING_MS_MAX = 30;

/** A blow at some moment of the netting. */
const striking = (random: Random, strike: () => void) => () =>
  new Promise<void>((resolve) => {
    setTimeout(() => {
      strike();
      resolve();
    }, random.fork("netting").below(NETTING_MS_MAX));
  });

const CARDS_PER_PAGE = 200;

/** Everybody goes home, every till says its last, and the holders look at their balances. */
async function evening(office: Office, counters: readonly Counter[], record: DayRecord): Promise<void> {
  for (const { driver } of counters) {
    await driver.until(({ openAttempts }) => (openAttempts === 0 ? true : undefined), "no open question");
    await driver.press().signOut();
  }
  await allSynced(counters);
  for (let page = 0; ; page += 1) {
    const { rows } = await office.checker.cards.list({ page, pageSize: CARDS_PER_PAGE });
    record.balances.push(
      ...rows.map(({ cardId, available }) => ({ cardId, availableWon: wonOf(available) })),
    );
    if (rows.length < CARDS_PER_PAGE) return;
  }
}

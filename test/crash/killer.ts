// Kills one process after the other at moments that chance picks, and cuts lines now and then, while others sell.
import { setTimeout as pause } from "node:timers/promises";
import type { Accidents } from "#test/day/accidents.ts";
import type { Counter } from "#test/day/counter.ts";
import type { Random } from "#test/day/random.ts";
import type { DayRecord } from "#test/day/record.ts";
import type { DayStation, DayTill } from "#test/world/day-station.ts";
import type { StationProcess } from "#test/world/station-process.ts";
import { isGone } from "#test/world/till-driver.ts";

/** Wide enough to hit an idle process too, narrow enough to hit the same sale twice. */
const GAP_MS_MAX = 3_000;
/** A till asks a back office that was away at most every fifteen seconds. */
const LINE_MS_MAX = 20_000;
/** The other kills come as they come, so that what starts is hit too. */
const WAIT_FOR_LINE_CHANCE = 0.6;
/** A restart waits ten seconds at most and then starts; a process that is away for longer has not come back. */
const NOBODY_UP_MS_MAX = 60_000;
const LOOK_EVERY_MS = 20;

type Victim = Readonly<{ weight: number; isUp(): boolean; kill(): void }>;

export type KillerOptions = Readonly<{
  counters: readonly Counter[];
  station: DayStation;
  tills: readonly DayTill[];
  accidents: Accidents;
  record: DayRecord;
  random: Random;
  now(): string;
  say(line: string): void;
}>;

/**
 * Kills `count` running processes, each at a random moment. Those that are on their way up are spared until they run.
 * Most kills wait until a till has its line again: else nothing would be asked on line while processes are killed.
 */
export async function killAtRandom(options: KillerOptions, count: number): Promise<void> {
  const victims = victimsOf(options);
  const { random } = options;
  for (let done = 0; done < count; done += 1) {
    if (random.chance(WAIT_FOR_LINE_CHANCE)) await someoneOnLine(options.counters);
    await pause(random.below(GAP_MS_MAX));
    await someoneUp(victims);
    const running = victims.filter((victim) => victim.isUp());
    const chosen = pickByWeight(running, random);
    chosen?.kill();
  }
}

function victimsOf({ station, tills, accidents, record, now, say }: KillerOptions): readonly Victim[] {
  const isUp = (process: Pick<StationProcess<"till">, "channels">) => process.channels() !== undefined;
  return [
    { weight: 4, isUp: () => isUp(station.backoffice), kill: () => accidents.strike("backoffice", 0) },
    ...tills.flatMap(({ number, process, deviceHost }): readonly Victim[] => [
      { weight: 3, isUp: () => isUp(process), kill: () => accidents.strike("till", number) },
      {
        weight: 1,
        isUp: () => isUp(deviceHost),
        kill: () => {
          record.kills.push({ victim: `device host ${number}`, at: now() });
          say(`kill -9: the device host of till ${number}`);
          deviceHost.kill();
        },
      },
    ]),
  ];
}

function pickByWeight(victims: readonly Victim[], random: Random): Victim | undefined {
  let left = random.below(victims.reduce((sum, { weight }) => sum + weight, 0));
  return victims.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}

async function someoneUp(victims: readonly Victim[]): Promise<void> {
  const endsAtMs = performance.now() + NOBODY_UP_MS_MAX;
  while (!victims.some((victim) => victim.isUp())) {
    if (performance.now() > endsAtMs) throw new Error("no process came back");
    await pause(LOOK_EVERY_MS);
  }
}

/** A till that is being killed shows nothing, and so has no line. */
function isOnLine({ driver }: Counter): boolean {
  try {
    return driver.view().line.state === "online";
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

async function someoneOnLine(counters: readonly Counter[]): Promise<void> {
  const endsAtMs = performance.now() + LINE_MS_MAX;
  while (!counters.some(isOnLine) && performance.now() < endsAtMs) await pause(LOOK_EVERY_MS);
}

const LINE_UP_MS = [5_000, 12_000] as const;
const LINE_CUT_MS = [1_500, 3_000] as const;

/** Cuts the line of one till again and again until told to end, and leaves it up. */
export async function cutNowAndThen(
  { simulators, record, till }: Counter,
  random: Random,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    await pauseUnless(isOver, random.between(...LINE_UP_MS));
    if (isOver()) return;
    const from = new Date().toISOString();
    await simulators.line({ state: "cut" });
    await pauseUnless(isOver, random.between(...LINE_CUT_MS));
    await simulators.line({ state: "up" });
    record.offline.push({ till, from, to: new Date().toISOString() });
  }
}

async function pauseUnless(isOver: () => boolean, ms: number): Promise<void> {
  const endsAtMs = performance.now() + ms;
  while (!isOver() && performance.now() < endsAtMs) await pause(LOOK_EVERY_MS);
}

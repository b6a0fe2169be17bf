// What goes wrong today: processes that are killed without warning, at moments that the seed chose.
import type { Random } from "./random.ts";
import type { DayRecord } from "./record.ts";

/** Where in a sale it happens. `asking`: a question about a card is on its way. */
const STAGES = ["basket", "freezing", "asking", "cash"] as const;
export type Stage = (typeof STAGES)[number];

type Planned = Readonly<{ victim: "till" | "backoffice"; customer: number; stage: Stage; delayMs: number }>;

/** The sale's own writes take some milliseconds: the blow falls among them. */
const DELAY_MS_MAX = 40;

export type Accidents = Readonly<{
  /** The customers of these numbers come next: plans this many accidents for them. */
  plan(count: number, customers: readonly number[], random: Random): void;
  /** Told at each moment of each sale; where an accident was planned for it, it happens now or a little later. */
  moment(stage: Stage, customer: number, at: Readonly<{ till: number }>): void;
  /** The sale is over: an accident that found no such moment in it happens now. */
  over(customer: number, at: Readonly<{ till: number }>): void;
  /** One that belongs to no sale. */
  strike(victim: "till" | "backoffice", till: number): void;
  /** Resolves when everything that was planned has happened. */
  allDone(): Promise<void>;
}>;

export function makeAccidents(
  options: Readonly<{
    record: DayRecord;
    kill(victim: "till" | "backoffice", till: number): void;
    say(line: string): void;
    now(): string;
  }>,
): Accidents {
  const planned = new Map<number, Planned>();
  const underWay = new Set<Promise<void>>();
  let isTillNext = true;

  const strike = (victim: "till" | "backoffice", till: number, where: string) => {
    const name = victim === "till" ? `till ${till}` : "the back office";
    options.record.kills.push({ victim: name, at: options.now() });
    options.say(`kill -9: ${name}, ${where}`);
    options.kill(victim, till);
  };
  const happen = ({ victim, customer, stage, delayMs }: Planned, till: number) => {
    planned.delete(customer);
    const blow = new Promise<void>((resolve) => {
      setTimeout(() => {
        strike(victim, till, `while customer ${customer} is served (${stage})`);
        resolve();
      }, delayMs);
    });
    underWay.add(blow);
    void blow.then(() => underWay.delete(blow));
  };

  return {
    plan: (count, customers, random) => {
      for (const customer of random.shuffled(customers).slice(0, count)) {
        const victim = isTillNext ? "till" : "backoffice";
        isTillNext = !isTillNext;
        const stage = victim === "backoffice" ? "asking" : random.pick(STAGES);
        planned.set(customer, { victim, customer, stage, delayMs: random.below(DELAY_MS_MAX) });
      }
    },
    moment: (stage, customer, { till }) => {
      const accident = planned.get(customer);
      if (accident?.stage === stage) happen(accident, till);
    },
    over: (customer, { till }) => {
      const accident = planned.get(customer);
      if (accident !== undefined) happen({ ...accident, delayMs: 0 }, till);
    },
    strike: (victim, till) => strike(victim, till, "between two steps"),
    allDone: async () => {
      await Promise.all(underWay);
    },
  };
}

// Twenty cards to play with. Their numbers and passwords are public; production never makes them.
import { cardNumberFrom, pinFrom } from "#core/card/number.ts";
import type { DemoCard } from "#core/contract/process.ts";

export type DemoCardPlan = Readonly<{
  number: string;
  pin: string;
  initialPassword: string;
  password: string;
  won: number;
  /** What is done with it after it was issued. */
  fate: "active" | "unregistered" | "blocked" | "expired";
}>;

const FIRST_NUMBER = 700_000_000;
const FIRST_PIN = 27_000_000_000;
/** Steps that leave no two cards alike at a glance. */
const NUMBER_STEP = 10_709;
const PIN_STEP = 1_000_357;

const WON = [
  100_000, 50_000, 30_000, 20_000, 10_000, 5_000, 100_000, 50_000, 30_000, 20_000, 10_000, 5_000, 100_000,
  50_000, 30_000, 20_000, 10_000, 50_000, 30_000, 20_000,
] as const;

const FATES: Readonly<Record<number, DemoCardPlan["fate"]>> = {
  17: "unregistered",
  18: "blocked",
  19: "expired",
};

export const DEMO_CARDS: readonly DemoCardPlan[] = WON.map((won, index) => ({
  number: cardNumberFrom(String(FIRST_NUMBER + index * NUMBER_STEP)).reveal(),
  pin: pinFrom(String(FIRST_PIN + index * PIN_STEP)).reveal(),
  initialPassword: `first-${index + 1}`,
  password: String(1_200 + index * 37),
  won,
  fate: FATES[index] ?? "active",
}));

const NOTES: Readonly<Record<DemoCardPlan["fate"], string | undefined>> = {
  active: undefined,
  unregistered: "has no password yet",
  blocked: "blocked",
  expired: "expired",
};

/** As the terminal, `station.json` and the Devices sheet show them. */
export const shownDemoCards = (): DemoCard[] =>
  DEMO_CARDS.map(({ number, pin, password, initialPassword, won, fate }) => {
    const note = NOTES[fate];
    return {
      number,
      pin,
      password: fate === "unregistered" ? initialPassword : password,
      balanceMinor: String(fate === "expired" ? 0 : won),
      ...(note === undefined ? {} : { note }),
    };
  });

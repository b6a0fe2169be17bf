// The morning: people sign in at the console, cards are sold, tills are enrolled, devices answer, shifts are opened.
import type { DemoSignIn } from "#core/contract/process.ts";
import type { StaffId } from "#core/ids.ts";
import { type Console, openConsole } from "#test/world/day-console.ts";
import type { DayStation, DayTill } from "#test/world/day-station.ts";
import { driveTill } from "#test/world/till-driver.ts";
import type { Accidents } from "./accidents.ts";
import { type Counter, standAtCounter, whateverHappens, wireWon } from "./counter.ts";
import type { DayRecord } from "./record.ts";

export type Office = Readonly<{ maker: Console; checker: Console }>;

/** Two managers, each with a session and an authenticator of their own. */
export async function openOffice(station: DayStation): Promise<Office> {
  const managers = station.signIns.filter(({ where, role }) => where === "console" && role === "manager");
  const [first, second] = managers;
  if (first === undefined || second === undefined) throw new Error("the demo has two managers");
  return {
    maker: await openConsole(station.backofficeUrl, first),
    checker: await openConsole(station.backofficeUrl, second),
  };
}

const STATION_MERCHANT = "station-7";
const NEIGHBOUR_MERCHANT = "car-wash-7";
const FLOAT_WON = 100_000;

export type OpeningOptions = Readonly<{
  station: DayStation;
  office: Office;
  tills: number;
  record: DayRecord;
  accidents: Accidents;
  /** Told of the running tills as they come up: whoever kills them must find them. */
  onTill(till: DayTill): void;
}>;

/** The last till is the car wash's next door, so that the bank has two merchants to pay. */
export async function openCounters(options: OpeningOptions): Promise<readonly Counter[]> {
  const numbers = Array.from({ length: options.tills }, (_, index) => index + 1);
  return Promise.all(
    numbers.map((number) =>
      openCounter(options, number, number === options.tills ? NEIGHBOUR_MERCHANT : STATION_MERCHANT),
    ),
  );
}

async function openCounter(options: OpeningOptions, number: number, merchantId: string): Promise<Counter> {
  const { station, office, record, accidents } = options;
  const { code } = await office.maker.terminals.createCode({
    terminalName: `Till ${number}`,
    merchantId: merchantId as Parameters<Console["terminals"]["createCode"]>[0]["merchantId"],
  });
  const till = await station.addTill(number, code);
  options.onTill(till);
  const driver = driveTill(till.process);
  const cashier = signInOf(station.signIns, "cashier", number % 2 === 0 ? "lee" : "kim");
  const manager = signInOf(station.signIns, "manager", "park");
  await standAtCounter({ driver, cashier });
  const { items } = await driver.press().catalogue();
  const { terminalId } = driver.view();
  record.tills.push({ till: number, name: till.name, terminalId, merchantId });
  const counter: Counter = {
    till: number,
    merchantId,
    driver,
    simulators: till.simulators,
    cashier,
    manager,
    items,
    record,
    accidents,
    drawer: { won: FLOAT_WON },
    problem: (text) => void record.problems.push(`till ${number}: ${text}`),
  };
  await devicesReady(counter);
  await driver.press().openShift({ float: wireWon(FLOAT_WON) });
  await driver.until(({ shift }) => shift ?? undefined, "an open shift");
  return counter;
}

/** The demo's people are known by their ids; their PINs are those that the back office said. */
function signInOf(
  signIns: readonly DemoSignIn[],
  role: string,
  staffId: string,
): Readonly<{ staffId: StaffId; pin: string }> {
  const names: Readonly<Record<string, string>> = { kim: "김하늘", lee: "이바다", park: "박노을" };
  const found = signIns.find(
    (signIn) => signIn.where === "till" && signIn.role === role && signIn.name === names[staffId],
  );
  if (found === undefined) throw new Error(`the demo has no ${role} ${staffId}`);
  return { staffId: staffId as StaffId, pin: found.secret };
}

async function devicesReady({ driver }: Counter): Promise<void> {
  await driver.until(
    ({ devices }) =>
      ["card-reader", "printer"].every((kind) =>
        devices.some((device) => device.kind === kind && device.state === "ready"),
      ) || undefined,
    "reader and printer ready",
  );
}

const FACES_WON = [50_000, 10_000, 5_000, 1_000, 500, 100, 50, 10, 5, 1] as const;

/**
 * Counts the drawer blind and closes the shift. A difference was put there on purpose, and has to be on the Z.
 * A till that is killed over it is asked afterwards.
 */
export async function closeCounter(counter: Counter, differenceWon: number): Promise<void> {
  const { driver, manager, record, till } = counter;
  let leftWon = counter.drawer.won + differenceWon;
  const counts = FACES_WON.map((face) => {
    const count = Math.floor(leftWon / face);
    leftWon -= count * face;
    return { faceMinor: String(face), count };
  });
  const { z } = await whateverHappens(counter, () =>
    driver.press().closeShift({ counts, managerId: manager.staffId, managerPin: manager.pin }),
  );
  await driver.until((view) => (view.shift === null ? true : undefined), "the shift closed");
  const countedWon = counter.drawer.won + differenceWon;
  record.shifts.push({
    till,
    zNumber: z.zNumber ?? 0,
    countedWon,
    expectedWon: counter.drawer.won,
    differenceWon,
  });
}

// A counter with its till and its cashier. What the screen shows as done goes into the record, once.

import type { CatalogueItem } from "#core/contract/terminal.ts";
import type { StaffId } from "#core/ids.ts";
import type { SimulatorsClient } from "#test/world/day-station.ts";
import { isGone, type TillDriver } from "#test/world/till-driver.ts";
import type { Accidents } from "./accidents.ts";
import type { DayRecord } from "./record.ts";

export type Counter = Readonly<{
  /** From 1. */
  till: number;
  merchantId: string;
  driver: TillDriver;
  simulators: SimulatorsClient;
  cashier: Readonly<{ staffId: StaffId; pin: string }>;
  manager: Readonly<{ staffId: StaffId; pin: string }>;
  items: readonly CatalogueItem[];
  record: DayRecord;
  accidents: Accidents;
  /** What lies in the drawer, by what went through the cashier's hands. */
  drawer: { won: number };
  /** Card ids by tender, for what was shown at this till. */
  problem(text: string): void;
}>;

export const wonOf = ({ minor }: Readonly<{ minor: string }>): number => Number(minor);
export const wireWon = (won: number) => ({ minor: String(won), currency: "KRW" as const });

/** Waits for the till to run, and signs the cashier in. A till that is killed meanwhile is waited for again. */
export async function standAtCounter({
  driver,
  cashier,
}: Pick<Counter, "driver" | "cashier">): Promise<void> {
  for (;;) {
    try {
      await driver.attach();
      if (driver.view().person !== null) return;
      // On the very first start the staff comes with the first snapshot.
      await driver.until(
        ({ people }) => people.find(({ staffId }) => staffId === cashier.staffId),
        "the cashier among those who may sign in",
      );
      await driver.press().signIn(cashier);
      await driver.until(({ person }) => person ?? undefined, "the cashier signed in");
      return;
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** Does something at the till, and again from its beginning after every crash of the till. */
export async function whateverHappens<T>(counter: Counter, act: () => Promise<T>): Promise<T> {
  let isBack = true;
  for (;;) {
    try {
      if (!isBack) await lookBack(counter);
      isBack = true;
      return await act();
    } catch (error) {
      if (!isGone(error)) throw error;
      isBack = false;
      await standAtCounter(counter);
    }
  }
}

const LOOKED_BACK_MAX = 10;

/** The first thing after a crash: what was told to the last customers is in the list of receipts, once. */
async function lookBack({ till, driver, record, problem }: Counter): Promise<void> {
  const { rows } = await driver.press().receipts({ query: "", page: 0 });
  const told = record.receipts.filter((receipt) => receipt.till === till).slice(-LOOKED_BACK_MAX);
  for (const { saleId, receiptNumber } of told) {
    const found = rows.filter((row) => row.kind === "sale" && row.saleId === saleId);
    if (found.length !== 1 || found[0]?.receiptNumber !== receiptNumber)
      problem(`after a crash, receipt ${receiptNumber} is there ${found.length} times`);
  }
}

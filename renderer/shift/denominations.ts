// Notes and coins of each currency, and what a count of them comes to.
import { type Currency, type Money, money, sum, times } from "#core/money.ts";

/** Face values in minor units, largest first, as they lie in a drawer. */
export const DENOMINATIONS = {
  KRW: [50_000n, 10_000n, 5_000n, 1_000n, 500n, 100n, 50n, 10n],
  JPY: [10_000n, 5_000n, 1_000n, 500n, 100n, 50n, 10n, 5n, 1n],
  EUR: [10_000n, 5_000n, 2_000n, 1_000n, 500n, 200n, 100n, 50n, 20n, 10n, 5n, 2n, 1n],
  USD: [10_000n, 5_000n, 2_000n, 1_000n, 500n, 100n, 25n, 10n, 5n, 1n],
} as const satisfies Record<Currency, readonly bigint[]>;

/** Pieces by face value, as typed: absent is none. */
export type Counts = Readonly<Record<string, string>>;

export function countedSum(counts: Counts, currency: Currency): Money {
  const parts = DENOMINATIONS[currency].map((face) =>
    times(money(face, currency), BigInt(counts[String(face)] || "0")),
  );
  return sum(parts, currency);
}

/** Whether anything was typed: an empty drawer is counted with a nought. */
export const isCounted = (counts: Counts): boolean => Object.values(counts).some((pieces) => pieces !== "");

/** In the form of the contract; faces that were not counted are left out. */
export const wireCounts = (counts: Counts) =>
  Object.entries(counts).flatMap(([faceMinor, pieces]) =>
    pieces === "" || pieces === "0" ? [] : [{ faceMinor, count: Number(pieces) }],
  );

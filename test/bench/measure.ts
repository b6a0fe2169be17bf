// What a figure is, and how noise is kept out of it: subject and baseline take turns, and medians count.

/** One line of the report. `ratio` is value to baseline; `target` is for the ratio. */
export type BenchRow = Readonly<{
  name: string;
  value: number;
  unit: string;
  baseline: number | null;
  ratio: number | null;
  target: number | null;
  better: "higher" | "lower";
}>;

/** How much is measured: all of it, or as much as shows that the bench itself works. */
export type Scale = Readonly<{
  /** Measurements of each kind; the median counts. */
  rounds: number;
  transfersPerRound: number;
  /** Short ones: what else the machine does then falls on subject and baseline alike. */
  captureRounds: number;
  capturesPerRound: number;
  approvals: number;
  passwordChecks: number;
  /** Entries of the long journal of a till; the short one has a thousand. */
  journalEntries: number;
  appends: number;
  syncBatchesPerRound: number;
  starts: number;
  /** Sales in the journals of the processes whose memory is read. */
  salesKept: number;
}>;

export const FULL: Scale = {
  rounds: 9,
  transfersPerRound: 40_000,
  captureRounds: 10,
  capturesPerRound: 4_000,
  approvals: 1_000,
  passwordChecks: 1_000,
  journalEntries: 1_000_000,
  appends: 1_500,
  syncBatchesPerRound: 10,
  starts: 5,
  salesKept: 100_000,
};

export const QUICK: Scale = {
  rounds: 3,
  transfersPerRound: 12_000,
  captureRounds: 3,
  capturesPerRound: 3_000,
  approvals: 150,
  passwordChecks: 120,
  journalEntries: 30_000,
  appends: 200,
  syncBatchesPerRound: 3,
  starts: 1,
  salesKept: 3_000,
};

export type Figure = Readonly<{
  name: string;
  unit: string;
  better: "higher" | "lower";
  value: number;
  baseline?: number;
  target?: number;
}>;

const hundredths = (value: number) => Math.round(value * 100) / 100;

/** A line from what was measured. Figures that are compared with nothing have no ratio. */
export function row({ name, unit, better, value, baseline, target }: Figure): BenchRow {
  return {
    name,
    value: hundredths(value),
    unit,
    baseline: baseline === undefined ? null : hundredths(baseline),
    ratio: baseline === undefined || baseline === 0 ? null : hundredths(value / baseline),
    target: target ?? null,
    better,
  };
}

/** The value that this share of all values does not exceed, by nearest rank; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export const median = (values: readonly number[]) => percentile(values, 0.5);

/** Milliseconds that something took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** How many a second, of so many done in this time. */
export const perSecond = (count: number, ms: number) => (count * 1_000) / ms;

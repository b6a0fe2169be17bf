// Whether a till gets slower with the years: a sale written into a journal of a million entries and into a short one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 } from "uuid";
import type { StaffId, TerminalId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import { makeTillSecrets, tillKeysOf } from "#main/till/keys/till-keys.ts";
import { createJournal, type Journal } from "#main/till/store/journal.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import { type BenchRow, median, percentile, row, type Scale, timed } from "./measure.ts";
import { bulkSales, cashSale, ENTRIES_PER_SALE, insertSales } from "./till-journal.ts";

const SHORT_ENTRIES = 1_000;
const WARM_UP = 20;
const SHIFT = "shift-1";
const STAFF = "kim" as StaffId;
const TERMINAL = "bench-till" as TerminalId;

export async function benchAppend({ journalEntries, appends }: Scale): Promise<readonly BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), "countersign-bench-append-"));
  const long = await journalOf(join(dir, "long.db"), journalEntries);
  const short = await journalOf(join(dir, "short.db"), SHORT_ENTRIES);
  try {
    const longMs: number[] = [];
    const shortMs: number[] = [];
    for (let sale = 0; sale < WARM_UP + appends; sale += 1) {
      // In turns, so that what else the machine does meets both alike.
      const [intoLong, intoShort] = [await long.sell(), await short.sell()];
      if (sale < WARM_UP) continue;
      longMs.push(intoLong);
      shortMs.push(intoShort);
    }
    const name = (what: string) =>
      `append to ${journalEntries.toLocaleString("en-GB")} entries against ${SHORT_ENTRIES.toLocaleString("en-GB")}, ${what}`;
    const common = { unit: "ms", better: "lower" } as const;
    return [
      row({
        ...common,
        name: name("p50"),
        value: median(longMs),
        baseline: median(shortMs),
        target: 1.1,
      }),
      row({
        ...common,
        name: name("p99"),
        value: percentile(longMs, 0.99),
        baseline: percentile(shortMs, 0.99),
      }),
    ];
  } finally {
    await long.close();
    await short.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A journal on disk with at least so many entries, opened as a till opens it. */
async function journalOf(path: string, entries: number) {
  const { signer } = tillKeysOf(makeTillSecrets());
  const database = await openTillDatabase(path);
  const open = () =>
    createJournal({
      database,
      clock: { now: () => instant(Date.now()) },
      ids: { next: v7 },
      signer,
      terminalId: TERMINAL,
      softwareVersion: "bench",
    });
  const first = await open();
  await first.append(
    [
      {
        kind: "shift-opened",
        body: { shiftId: SHIFT, number: 1, float: { minor: "0", currency: "KRW" } },
      },
    ],
    { staffId: STAFF },
  );
  let receipts = 0;
  const sales = Math.ceil(entries / ENTRIES_PER_SALE);
  const bulk = { signer, terminalId: TERMINAL, staffId: STAFF, shiftId: SHIFT, sales, head: first.head() };
  for (const part of bulkSales({ ...bulk, lastReceipt: 0 })) {
    await insertSales(database, part, SHIFT);
    receipts += part.length;
  }
  const journal = await open();
  return {
    sell: () => {
      receipts += 1;
      return sell(journal, receipts);
    },
    close: () => database.close(),
  };
}

/** Milliseconds of the two transactions of a sale: the basket is frozen, then paid and completed. */
function sell(journal: Journal, receiptNumber: number): Promise<number> {
  const { frozen, approved, completed } = cashSale(SHIFT, receiptNumber);
  return timed(async () => {
    await journal.append([frozen], { staffId: STAFF });
    await journal.append([approved, completed], { staffId: STAFF });
  });
}

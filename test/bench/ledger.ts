// How fast the ledger's engine is, beside the plain way on the same PostgreSQL: one transaction per transfer.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { type AccountName, accountIdOf } from "#core/ledger/accounts.ts";
import { instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { insertRows } from "#database/insert-rows.ts";
import { migrate } from "#database/migrate.ts";
import { openPostgres } from "#database/postgres.ts";
import { openSqlite } from "#database/sqlite.ts";
import { aCard, aMerchant, aRequest, aTransfer, BANK } from "#test/world/ledger.ts";
import { createTestDatabase, startPostgres } from "#test/world/postgres.ts";
import { type BenchRow, median, row as rowOf } from "./measure.ts";

export type LedgerBenchOptions = Readonly<{
  /** Transfers per measurement. */
  transfers: number;
  /** Measurements of each kind; the median counts. */
  rounds: number;
}>;

const CARDS = 10_000;
const MERCHANTS = 100;
/** Callers that each wait for their answer before they ask again. */
const CALLERS = 4_096;
const BASELINE_CONNECTIONS = 16;
const HOT_SHARE = 0.9;

/** One row per figure of the ledger. Starts its own PostgreSQL, and leaves nothing behind. */
export async function benchLedger({ transfers, rounds }: LedgerBenchOptions): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const server = await startPostgres({ durable: true });
  try {
    const open = {
      sqlite: async (name: string) => openSqlite(join(folder, `${name}.db`)),
      postgres: async () => openPostgres(await createTestDatabase(server.url)),
    };
    const baselines: number[] = [];
    const figures = { sqlite: [] as Pair[], postgres: [] as Pair[] };
    for (let round = 0; round < rounds; round += 1) {
      baselines.push(
        await inDatabase(await plainPostgres(server.url), (db) => plainRate(db, transfers / 10)),
      );
      for (const dialect of ["sqlite", "postgres"] as const) {
        const rate = async (traffic: Traffic) =>
          inDatabase(await open[dialect](`${round}-${traffic}`), (db) => engineRate(db, transfers, traffic));
        // The first of the two finds a quieter machine or a busier one, so each is first every other time.
        const isHotFirst = round % 2 === 1;
        const hotBefore = isHotFirst ? await rate("hot") : undefined;
        const uniform = await rate("uniform");
        figures[dialect].push({ uniform, hot: hotBefore ?? (await rate("hot")) });
      }
    }
    const baseline = median(baselines);
    return [
      row("ledger, one transaction per transfer, 16 connections, PostgreSQL", baseline, null, null),
      ...(["postgres", "sqlite"] as const).flatMap((dialect) => {
        const pairs = figures[dialect];
        const { hot, uniform } = medianPair(pairs);
        return [
          row(`ledger engine, ${dialect}`, median(pairs.map((pair) => pair.uniform)), baseline, 10),
          row(`ledger engine, 90 % on one account, ${dialect}`, hot, uniform, 0.95),
        ];
      }),
    ];
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Pair = Readonly<{ uniform: number; hot: number }>;
type Traffic = "uniform" | "hot";

/** The pair whose ratio is the median: the two of a pair follow each other, so that a slow minute meets both. */
function medianPair(pairs: readonly Pair[]): Pair {
  const byRatio = pairs.toSorted((a, b) => a.hot / a.uniform - b.hot / b.uniform);
  return byRatio[Math.floor(byRatio.length / 2)] ?? { uniform: 0, hot: 0 };
}

const row = (name: string, value: number, baseline: number | null, target: number | null): BenchRow =>
  rowOf({
    name,
    unit: "transfers/s",
    better: "higher",
    value,
    ...(baseline === null ? {} : { baseline }),
    ...(target === null ? {} : { target }),
  });

async function inDatabase(
  database: Database,
  measure: (database: Database) => Promise<number>,
): Promise<number> {
  try {
    await migrate(database, MIGRATIONS);
    return await measure(database);
  } finally {
    await database.close();
  }
}

const plainPostgres = async (serverUrl: string) =>
  openPostgres(await createTestDatabase(serverUrl), { connectionsMax: BASELINE_CONNECTIONS });

/** A payment of one won from some card to some merchant; most of them to the first merchant when traffic is hot. */
function sidesOf(index: number, traffic: Traffic): Readonly<{ debit: AccountName; credit: AccountName }> {
  // Multiplying by a prime spreads consecutive payments over all cards without a random source.
  const spread = (index * 7_919) % CARDS;
  const isHot = traffic === "hot" && index % 100 < HOT_SHARE * 100;
  return { debit: aCard(String(spread)), credit: aMerchant(String(isHot ? 0 : spread % MERCHANTS)) };
}

/** Transfers per second through the engine, from callers that each wait for a durable answer. */
async function engineRate(database: Database, transfers: number, traffic: Traffic): Promise<number> {
  const ids = timeOrderedIds();
  const ledger = createLedger({ database, clock: { now: () => instant(Date.now()) }, ids });
  const funding = Array.from({ length: CARDS }, (_, card) =>
    ledger.submit(
      aRequest(`fund-${card}`, [aTransfer(`fund-${card}`, BANK, aCard(String(card)), 1_000_000)]),
    ),
  );
  await Promise.all(funding);
  let next = 0;
  const call = async () => {
    while (next < transfers) {
      const { debit, credit } = sidesOf(next, traffic);
      next += 1;
      const id = ids.next();
      const answer = await ledger.submit(aRequest(id, [aTransfer(id, debit, credit, 1)]));
      if (answer.kind !== "accepted") throw new Error(`declined: ${answer.code}`);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CALLERS }, call));
  const seconds = (performance.now() - start) / 1_000;
  await ledger.close();
  return transfers / seconds;
}

/** The same rows and the same floor, in one transaction per transfer, each statement awaited before the next. */
async function plainRate(database: Database, transfers: number): Promise<number> {
  await fundPlainly(database);
  const ids = timeOrderedIds();
  let next = 0;
  const call = async () => {
    while (next < transfers) {
      const index = next;
      next += 1;
      await plainTransfer(database, ids.next(), sidesOf(index, "uniform"));
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: BASELINE_CONNECTIONS }, call));
  return transfers / ((performance.now() - start) / 1_000);
}

async function fundPlainly(database: Database): Promise<void> {
  const cards = Array.from({ length: CARDS }, (_, card) => [
    accountIdOf(aCard(String(card)), "KRW"),
    true,
    1_000_000,
  ]);
  const merchants = Array.from({ length: MERCHANTS }, (_, merchant) => [
    accountIdOf(aMerchant(String(merchant)), "KRW"),
    false,
    0,
  ]);
  await database.transaction((tx) =>
    insertRows(
      tx,
      {
        table: "ledger_account",
        columns: {
          id: "text",
          floored: "boolean",
          credits_posted: "money",
          debits_posted: "money",
          debits_pending: "money",
          credits_pending: "money",
        },
      },
      [...cards, ...merchants].map((account) => [...account, 0, 0, 0]),
    ),
  );
}

async function plainTransfer(
  database: Database,
  id: string,
  sides: Readonly<{ debit: AccountName; credit: AccountName }>,
): Promise<void> {
  const debit = accountIdOf(sides.debit, "KRW");
  const credit = accountIdOf(sides.credit, "KRW");
  await database.transaction(async (tx) => {
    await tx.run(
      `INSERT INTO ledger_request (caller, id, content_hash, happened_at, answer, position, lane, batch)
       VALUES ('bench', ?, ?, 0, 'null', ?, 0, 0)`,
      [id, id, Number.parseInt(id, 16)],
    );
    const debited = await tx.run(
      `UPDATE ledger_account SET debits_posted = debits_posted + 1
       WHERE id = ? AND credits_posted - debits_posted - debits_pending >= 1`,
      [debit],
    );
    if (debited !== 1) throw new Error("the card has no money left");
    await tx.run("UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id = ?", [credit]);
    await tx.run(
      `INSERT INTO ledger_transfer (id, kind, event, debit, credit, currency, amount, happened_at, recorded_at,
         lane, batch, position, request)
       VALUES (?, 'single', 'bench', ?, ?, 'KRW', 1, 0, 0, 0, 0, ?, 0)`,
      [id, debit, credit, Number.parseInt(id, 16)],
    );
  }, "read-committed");
}

/** Ids that grow as UUIDv7 do, and cost nothing to make. */
function timeOrderedIds() {
  let count = 0;
  return {
    next() {
      count += 1;
      return count.toString(16).padStart(12, "0").padEnd(32, "0").slice(0, 12);
    },
  };
}

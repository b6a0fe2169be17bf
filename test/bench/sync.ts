// How fast the back office takes in a till's journal, beside a bulk insert of the very rows that it then has.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { SYNC_ENTRIES_MAX } from "#core/contract/terminal.ts";
import type { CardId } from "#core/ids.ts";
import type { SignedEntry } from "#core/journal/entry.ts";
import type { Database } from "#database/database.ts";
import { type Cell, type ColumnKind, insertRows } from "#database/insert-rows.ts";
import { type Migration, migrate } from "#database/migrate.ts";
import { openSqlite } from "#database/sqlite.ts";
import {
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  risk,
  type TestTerminal,
} from "#test/world/a-terminal.ts";
import { anActiveCard } from "#test/world/back-office.ts";
import { type BenchRow, median, perSecond, row, type Scale, timed } from "./measure.ts";
import { cashSale } from "./till-journal.ts";

/** Every so many sales one is paid by card without the line, and so posts to the ledger too. */
const CARD_SALE_EVERY = 5;
/** What a sync inserts into, and what grows there. Rows that it only changes are left out of the baseline. */
const TABLES = {
  journal_entry: "rowid",
  sale: "rowid",
  sale_line: "rowid",
  sale_tender: "rowid",
  payment: "rowid",
  settlement_item: "rowid",
  ledger_request: "batch",
  ledger_transfer: "batch",
} as const;

type Table = Readonly<{
  name: string;
  columns: Readonly<Record<string, ColumnKind>>;
  rows: readonly (readonly Cell[])[];
}>;

export async function benchSync({ rounds, syncBatchesPerRound }: Scale): Promise<readonly BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), "countersign-bench-sync-"));
  const databases = openIn(dir);
  try {
    const syncRates: number[] = [];
    const bulkRates: number[] = [];
    const world = await aStation(databases);
    const till = await aTerminal(world);
    const card = await anActiveCard(world.cards, 10_000_000);
    await till.sync(); // the first entry of the epoch
    const sales = salesOf(till, card.cardId);
    for (let round = 0; round < rounds; round += 1) {
      for (let part = 0; part < syncBatchesPerRound; part += 1) {
        const before = await placeNow(world.database);
        const entries = Array.from({ length: SYNC_ENTRIES_MAX }, () => sales.next().value);
        const synced = await timed(() =>
          world.terminals.sync(till.terminalId, {
            epoch: till.place().epoch,
            entries: [...entries],
            sealed: [],
          }),
        );
        syncRates.push(perSecond(entries.length, synced));
        const tables = await rowsSince(world.database, before);
        const copy = await databases.open(MIGRATIONS);
        bulkRates.push(perSecond(entries.length, await timed(() => insertAll(copy, tables))));
        await copy.close();
      }
    }
    return [
      row({
        name: "sync of a till's journal, SQLite",
        unit: "entries/s",
        better: "higher",
        value: median(syncRates),
        baseline: median(bulkRates),
        target: 0.3,
      }),
    ];
  } finally {
    await databases.closeAll();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Sales for ever, entry by entry: as a full sync ends in the middle of one, the next goes on with it. */
function* salesOf(till: TestTerminal, cardId: CardId): Generator<SignedEntry, never> {
  for (let sale = 0; ; sale += 1) {
    const cash = cashSale("shift-1", sale + 1);
    const tender = aTender(cardId, 100, risk());
    const drafts =
      sale % CARD_SALE_EVERY === 0
        ? [cash.frozen, approved(tender), completed([tender])]
        : [cash.frozen, cash.approved, cash.completed];
    for (const draft of drafts) yield till.write(draft);
  }
}

type Place = Readonly<Record<string, number>>;

async function placeNow(database: Database): Promise<Place> {
  const place: Record<string, number> = {};
  for (const [table, grows] of Object.entries(TABLES)) {
    const last = await database.read.get(`SELECT COALESCE(max(${grows}), 0) AS last FROM ${table}`);
    place[table] = Number(last?.last);
  }
  return place;
}

/** What was inserted since, table by table. */
async function rowsSince(database: Database, before: Place): Promise<readonly Table[]> {
  const tables: Table[] = [];
  for (const [name, grows] of Object.entries(TABLES)) {
    const found = await database.read.all(`SELECT * FROM ${name} WHERE ${grows} > ? ORDER BY ${grows}`, [
      before[name] ?? 0,
    ]);
    const [first] = found;
    if (first === undefined) continue;
    const columns = Object.keys(first);
    tables.push({
      name,
      // SQLite takes a value of JSON as what it is, so every column can be read as text is.
      columns: Object.fromEntries(columns.map((column) => [column, "text" as const])),
      rows: found.map((one) => columns.map((column) => one[column] as Cell)),
    });
  }
  return tables;
}

const insertAll = (database: Database, tables: readonly Table[]) =>
  database.transaction(async (tx) => {
    for (const { name, columns, rows } of tables) await insertRows(tx, { table: name, columns }, rows);
  });

function openIn(dir: string) {
  const open: Database[] = [];
  let count = 0;
  return {
    dialect: "sqlite" as const,
    open: async (migrations: readonly Migration[]) => {
      count += 1;
      const database = await openSqlite(join(dir, `bench-${count}.db`));
      open.push(database);
      await migrate(database, migrations);
      return database;
    },
    again: () => Promise.reject(new Error("one connection is enough here")),
    address: () => "",
    closeAll: async () => {
      for (const database of open) await database.close().catch(() => undefined); // copies are closed already
    },
  };
}

// The projections made again from the journal alone, to mend them and to prove that they are what the journal says.
import { FailureError, fail } from "#core/errors.ts";
import { decodeEntry } from "#core/journal/entry.ts";
import type { Statement } from "#database/database.ts";
import { migrate } from "#database/migrate.ts";
import { textOf } from "#database/row.ts";
import { openSqlite } from "#database/sqlite.ts";
import { rowsAfter, signedOf } from "./entry-rows.ts";
import { PROJECTION_TABLES } from "./migrations/0001-projections.ts";
import { MIGRATIONS } from "./migrations/all.ts";
import { project } from "./project/project.ts";
import type { ReadDb, TillDatabase, WriteTx } from "./tx.ts";
import { epochsOf } from "./verify-journal.ts";

const PAGE_ENTRIES = 1_000;

/**
 * Empties the projections and makes them from the journal, in one transaction; the number of entries.
 * Fails with JOURNAL_BROKEN at an entry that cannot be read, and then changes nothing.
 */
export function rebuild(database: TillDatabase): Promise<number> {
  return database.transaction(async (tx) => {
    for (const table of PROJECTION_TABLES) await tx.run(`DELETE FROM ${table}`);
    await tx.run("INSERT INTO figures VALUES (1, 0, 0, NULL, 0, 0, 0)");
    return projectAll(tx, (work) => work(tx));
  });
}

type InTransaction = (work: (tx: WriteTx) => Promise<void>) => Promise<void>;

async function projectAll(journal: ReadDb, inTransaction: InTransaction): Promise<number> {
  let count = 0;
  for (const { epoch } of await epochsOf(journal)) {
    for (let seq = 0; ; ) {
      const rows = await rowsAfter(journal, epoch, seq, PAGE_ENTRIES);
      await inTransaction(async (tx) => {
        const changes: Statement[] = [];
        for (const row of rows) {
          const signed = signedOf(row);
          const entry = signed === undefined ? undefined : decodeEntry(signed);
          if (entry === undefined) return fail("JOURNAL_BROKEN", `entry ${seq + 1} cannot be read`);
          changes.push(...project(entry));
          seq = entry.seq;
        }
        await tx.runAll(changes);
      });
      count += rows.length;
      if (rows.length < PAGE_ENTRIES) break;
    }
  }
  return count;
}

/** Where a table is not what the journal makes of it: the first row that differs, as text. */
export type ProjectionDifference = Readonly<{ table: string; stored: string | null; rebuilt: string | null }>;

/** Compares the projections with those made anew beside them. Null where they are the same. */
export async function compareWithRebuild(database: TillDatabase): Promise<ProjectionDifference | null> {
  const beside = await openSqlite(":memory:");
  try {
    await migrate(beside, MIGRATIONS);
    await projectAll(database.read, (work) => beside.transaction(work));
    for (const table of PROJECTION_TABLES) {
      const difference = await compareTable(table, database.read, beside.read);
      if (difference !== null) return difference;
    }
    return null;
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { table: "journal", stored: null, rebuilt: error.message };
  } finally {
    await beside.close();
  }
}

async function compareTable(
  table: string,
  stored: ReadDb,
  rebuilt: ReadDb,
): Promise<ProjectionDifference | null> {
  const rowsOf = async (db: ReadDb) => {
    const columns = (await db.all(`SELECT name FROM pragma_table_info('${table}') ORDER BY cid`)).map((row) =>
      textOf(row, "name"),
    );
    // `quote` gives every value as text, so that no amount is rounded on its way here.
    const asText = columns.map((column) => `quote(${column})`).join(" || ',' || ");
    const rows = await db.all(`SELECT ${asText} AS line FROM ${table} ORDER BY line`);
    return rows.map((row) => textOf(row, "line"));
  };
  const [here, there] = await Promise.all([rowsOf(stored), rowsOf(rebuilt)]);
  for (let at = 0; at < Math.max(here.length, there.length); at++) {
    if (here[at] !== there[at]) return { table, stored: here[at] ?? null, rebuilt: there[at] ?? null };
  }
  return null;
}

// Proves each till's journal: the file, the chain, the signatures, and that the tables are what the journal says.
import { FailureError } from "#core/errors.ts";
import type { Database } from "#database/database.ts";
import { openSqlite } from "#database/sqlite.ts";
import { compareWithRebuild } from "../till/store/rebuild.ts";
import { verifyJournal } from "../till/store/verify-journal.ts";
import { EXIT, type Say } from "./run-cli.ts";
import { tillFolders } from "./till-folders.ts";

/** The station may be running: nothing is written, and the first thing that is wrong is named. */
export async function verify(dataDir: string, say: Say): Promise<number> {
  let isRight = true;
  for (const { name, databasePath } of await tillFolders(dataDir)) {
    const wrong = await look(databasePath);
    say(
      wrong.says === null
        ? `${name}: ${wrong.entries} entries, the chain, its signatures and the tables hold.`
        : `${name}: ${wrong.says}`,
    );
    isRight &&= wrong.says === null;
  }
  return isRight ? EXIT.OK : EXIT.WRONG;
}

type Outcome = Readonly<{ says: string | null; entries: number }>;

/** Without bringing the database to today's form: a running till of an older version goes on with its own. */
async function look(databasePath: string): Promise<Outcome> {
  try {
    const database = await openSqlite(databasePath);
    try {
      return await firstWrong(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof FailureError) return { says: error.message, entries: 0 };
    throw error;
  }
}

async function firstWrong(database: Database): Promise<Outcome> {
  const [integrity] = await database.read.all("PRAGMA integrity_check(1)");
  const says = integrity === undefined ? "no answer" : String(integrity.integrity_check);
  if (says !== "ok") return { says: `the database is damaged (DATABASE_CORRUPT: ${says})`, entries: 0 };

  const { entries, broken } = await verifyJournal(database.read);
  if (broken !== null) {
    const where = `epoch ${broken.epoch}, entry ${broken.seq}`;
    return { says: `the chain is broken at ${where} (JOURNAL_BROKEN: ${broken.why})`, entries };
  }
  const different = await compareWithRebuild(database);
  if (different === null) return { says: null, entries };
  const { table, stored, rebuilt } = different;
  return {
    says: `the table ${table} is not what the journal says: it holds ${stored ?? "nothing"}, not ${rebuilt ?? "nothing"}`,
    entries,
  };
}

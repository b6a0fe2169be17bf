// Proves each till's journal: the file, the chain, the signatures, that the tables are what the journal says, and whose
// key signed it.
import { dirname, join } from "node:path";
import { FailureError } from "#core/errors.ts";
import type { Database } from "#database/database.ts";
import { openSqlite } from "#database/sqlite.ts";
import { compareWithRebuild } from "../till/store/rebuild.ts";
import { verifyJournal } from "../till/store/verify-journal.ts";
import { booksPath, hasBooks } from "./books.ts";
import { proveJournal, ringAt, type Witnesses } from "./prove-journal.ts";
import { EXIT, type Say } from "./run-cli.ts";
import { tillFolders } from "./till-folders.ts";

/** The station may be running: nothing is written, and the first thing that is wrong is named. */
export async function verify(dataDir: string, say: Say): Promise<number> {
  const books = hasBooks(dataDir) ? await openSqlite(booksPath(dataDir)) : undefined;
  try {
    let isRight = true;
    for (const { name, databasePath } of await tillFolders(dataDir)) {
      const outcome = await look(databasePath, books?.read);
      tell(name, outcome, say);
      isRight &&= outcome.says === null;
    }
    return isRight ? EXIT.OK : EXIT.WRONG;
  } finally {
    await books?.close();
  }
}

/** `says` is what is wrong; `unproved` names the epochs of which nothing here says whose key signed them. */
type Outcome = Readonly<{ says: string | null; entries: number; unproved?: readonly string[] }>;

function tell(name: string, { says, entries, unproved = [] }: Outcome, say: Say): void {
  if (says !== null) {
    say(`${name}: ${says}`);
    return;
  }
  say(`${name}: ${entries} entries, the chain, its signatures and the tables hold.`);
  if (unproved.length === 0) return;
  say(
    `${name}: the key was not proved of epoch ${unproved.join(", ")}: neither readable keys nor the books of its terminal are in the folder.`,
  );
}

/** Without bringing the database to today's form: a running till of an older version goes on with its own. */
async function look(databasePath: string, books: Witnesses["books"]): Promise<Outcome> {
  try {
    const ring = await ringAt(join(dirname(databasePath), "keys"));
    const database = await openSqlite(databasePath);
    try {
      return await firstWrong(database, { ring, books });
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof FailureError) return { says: error.message, entries: 0 };
    throw error;
  }
}

async function firstWrong(database: Database, witnesses: Witnesses): Promise<Outcome> {
  const [integrity] = await database.read.all("PRAGMA integrity_check(1)");
  const says = integrity === undefined ? "no answer" : String(integrity.integrity_check);
  if (says !== "ok") return { says: `the database is damaged (DATABASE_CORRUPT: ${says})`, entries: 0 };

  const { entries, broken } = await verifyJournal(database.read);
  if (broken !== null) {
    const where = `epoch ${broken.epoch}, entry ${broken.seq}`;
    return { says: `the chain is broken at ${where} (JOURNAL_BROKEN: ${broken.why})`, entries };
  }
  const different = await compareWithRebuild(database);
  if (different !== null) {
    const { table, stored, rebuilt } = different;
    const held = `it holds ${stored ?? "nothing"}, not ${rebuilt ?? "nothing"}`;
    return { says: `the table ${table} is not what the journal says: ${held}`, entries };
  }
  const { wrong, unproved } = await proveJournal(database.read, witnesses);
  return { says: wrong, entries, unproved };
}

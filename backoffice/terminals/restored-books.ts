// A back office that was restored from a back-up has forgotten what it agreed to since. Until every terminal has said
// what it knows, it gives no grants, refunds or batches (DESIGN §5).
import type { TerminalId } from "#core/ids.ts";
import type { Instant } from "#core/time.ts";
import type { ReadDb, WriteDb } from "#database/database.ts";
import type { TerminalDeps } from "./deps.ts";
import { openRestore, type TerminalRecord } from "./store.ts";

/** To be written by `restore`, before the server takes its first request. */
export async function markBooksRestored(tx: WriteDb, at: Instant): Promise<void> {
  await tx.run("INSERT INTO books_restore (restored_at) VALUES (?) ON CONFLICT (restored_at) DO NOTHING", [
    at,
  ]);
}

/** True while a terminal is awaited: BOOKS_RESTORED. */
export const booksRestored = async (db: ReadDb): Promise<boolean> => (await openRestore(db)) !== undefined;

/** True for a terminal that has not caught up since: what its journal says was agreed is believed. */
export async function isRestoring(db: ReadDb, terminal: TerminalRecord): Promise<boolean> {
  const restore = await openRestore(db);
  return restore !== undefined && (terminal.lastSyncAt === null || terminal.lastSyncAt < restore.restoredAt);
}

/** Notes a sync that brought everything; the last terminal that was awaited ends the restore. */
export async function noteCaughtUp(
  { database, clock, log }: TerminalDeps,
  terminalId: TerminalId,
  caughtUp: boolean,
): Promise<void> {
  if (!caughtUp) return;
  await database.transaction((tx) =>
    tx.run("UPDATE terminal SET last_sync_at = ? WHERE terminal_id = ?", [clock.now(), terminalId]),
  );
  if (await settleRestore({ database, clock })) log.info({ terminalId }, "books.caught-up");
}

/** Ends the restore where no terminal is awaited any more; true when it did. */
export async function settleRestore({
  database,
  clock,
}: Pick<TerminalDeps, "database" | "clock">): Promise<boolean> {
  const restore = await openRestore(database.read);
  if (restore === undefined) return false;
  const awaited = await database.read.get(
    `SELECT 1 AS awaited FROM terminal WHERE state <> 'written-off'
     AND (last_sync_at IS NULL OR last_sync_at < ?) LIMIT 1`,
    [restore.restoredAt],
  );
  if (awaited !== undefined) return false;
  await database.transaction((tx) =>
    tx.run("UPDATE books_restore SET settled_at = ? WHERE settled_at IS NULL", [clock.now()]),
  );
  return true;
}

// A back office that was restored from a back-up has forgotten what it agreed to since. Until every terminal has said
// what it knows, it gives no grants, refunds or batches (DESIGN §5).
import { SYNC_ENTRIES_MAX, type SyncRequest } from "#core/contract/terminal.ts";
import { wireInstant } from "#core/contract/values.ts";
import type { ChainPlace } from "#core/journal/chain.ts";
import { type Instant, instant } from "#core/time.ts";
import type { ReadDb, WriteDb } from "#database/database.ts";
import { nullable, numberOf } from "#database/row.ts";
import type { TerminalDeps } from "./deps.ts";
import { judgeShortages, repayShortages } from "./shortages.ts";
import { openRestore, type TerminalRecord } from "./store.ts";

/**
 * Versions of snapshots that are passed over: tills hold some that these books gave after the back-up and have
 * forgotten, and the same number must not stand for another content.
 */
const VERSIONS_SKIPPED = 1_000_000;

/**
 * To be written by `restore`, before the server takes its first request. What the bank was sent since the back-up was
 * made is settled by people (settlement/restored-bank.ts).
 */
export async function markBooksRestored(
  tx: WriteDb,
  at: Instant,
  backupMadeAt: Instant | null = null,
): Promise<void> {
  await tx.run(
    `INSERT INTO books_restore (restored_at, backup_made_at, checkpoint)
     VALUES (?, ?, (SELECT COALESCE(MAX(number), 0) FROM ledger_checkpoint)) ON CONFLICT (restored_at) DO NOTHING`,
    [at, backupMadeAt],
  );
  await tx.run("DELETE FROM snapshot_part");
  await tx.run(`UPDATE terminal SET snapshot_version = snapshot_version + ${VERSIONS_SKIPPED}`);
}

/** True while a terminal is awaited: BOOKS_RESTORED. */
export const booksRestored = async (db: ReadDb): Promise<boolean> => (await openRestore(db)) !== undefined;

/** When the books were last restored, whether or not terminals are still awaited; null where they never were. */
export async function lastRestoredAt(db: ReadDb): Promise<string | null> {
  const row = await db.get("SELECT MAX(restored_at) AS restored_at FROM books_restore");
  const at = row === undefined ? null : nullable(row, "restored_at", numberOf);
  return at === null ? null : wireInstant(instant(at));
}

/** True for a terminal that has not caught up since: what its journal says was agreed is believed. */
export async function isRestoring(db: ReadDb, terminal: TerminalRecord): Promise<boolean> {
  const restore = await openRestore(db);
  return restore !== undefined && (terminal.lastSyncAt === null || terminal.lastSyncAt < restore.restoredAt);
}

/**
 * Whether a sync that was stored up to `place` brought everything that the till had. One that was signed before the
 * books were restored says nothing of what the till knew by then.
 */
export async function isCaughtUp(db: ReadDb, request: SyncRequest, place: ChainPlace): Promise<boolean> {
  const { head, booksRestoredAt, entries } = request;
  if (booksRestoredAt !== undefined && booksRestoredAt !== (await lastRestoredAt(db))) return false;
  // A till of an older version names no head; it sends less than it may only when it has no more.
  return head === undefined
    ? entries.length < SYNC_ENTRIES_MAX
    : place.epoch === head.epoch && place.seq >= head.seq;
}

/** Notes a sync that brought everything; the last terminal that was awaited ends the restore. */
export async function noteCaughtUp(
  deps: TerminalDeps,
  { terminalId }: Pick<TerminalRecord, "terminalId">,
): Promise<void> {
  const restore = await openRestore(deps.database.read);
  // A clock that was set back must not keep a terminal awaited for ever.
  const at = Math.max(deps.clock.now(), restore?.restoredAt ?? 0);
  await deps.database.transaction((tx) =>
    tx.run("UPDATE terminal SET last_sync_at = ? WHERE terminal_id = ?", [at, terminalId]),
  );
  if (restore !== undefined && (await settleRestore(deps))) deps.log.info({ terminalId }, "books.caught-up");
}

/**
 * Ends the restore where no terminal is awaited any more; true when it did. What cards are still short of then is a
 * loss; until then, what they have repays it.
 */
export async function settleRestore(deps: TerminalDeps): Promise<boolean> {
  const restore = await openRestore(deps.database.read);
  if (restore === undefined) return false;
  await repayShortages(deps);
  const awaited = await deps.database.read.get(
    `SELECT 1 AS awaited FROM terminal WHERE state <> 'written-off'
     AND (last_sync_at IS NULL OR last_sync_at < ?) LIMIT 1`,
    [restore.restoredAt],
  );
  if (awaited !== undefined) return false;
  if (!(await judgeShortages(deps))) return false;
  await deps.database.transaction((tx) =>
    tx.run("UPDATE books_restore SET settled_at = ? WHERE settled_at IS NULL", [deps.clock.now()]),
  );
  return true;
}

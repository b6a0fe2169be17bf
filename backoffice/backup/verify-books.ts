// Proves a back office's books from its database alone, for the command line.
import type { Anchor } from "#backoffice/ledger/checkpoint.ts";
import { type Verified, verifyLedger } from "#backoffice/ledger/verify.ts";
import { instantOf } from "#core/contract/values.ts";
import type { Database, ReadDb } from "#database/database.ts";
import { openDatabase } from "#database/open.ts";
import { nullable, numberOf } from "#database/row.ts";
import { refusedBatches } from "../migrations/006-refused-batches.ts";
import { openBatchIds } from "../settlement/store.ts";
import { wrongPayout } from "../settlement/verify-payouts.ts";

/** A checkpoint that a till or a Z holds, and since which restore of the books it was theirs. */
export type WitnessedAnchor = Anchor & Readonly<{ booksRestoredAt?: string | null }>;

/**
 * Derives every balance and chain again, and each payout from its items; the first thing that is wrong is named.
 * `takenBack` counts the anchors that a restore of the books has taken back, and that so prove nothing: the back-up was
 * older than they are.
 * @param urlOrPath `postgres://…` or an SQLite file
 * @param anchors checkpoints that tills and Z reports hold
 */
export async function verifyBooks(
  urlOrPath: string,
  anchors: readonly WitnessedAnchor[] = [],
): Promise<Verified & Readonly<{ takenBack: number }>> {
  const database = await openDatabase(urlOrPath);
  try {
    const standing = await standingAnchors(database.read, anchors);
    const openBatches = await openBatchIds(database.read);
    const verified = await verifyLedger(database, { anchors: standing, openBatches });
    const wrong = verified.ok ? await payoutsOf(database) : undefined;
    return {
      ...(wrong === undefined ? verified : { ok: false, wrong }),
      takenBack: anchors.length - standing.length,
    };
  } finally {
    await database.close();
  }
}

/** Before batches could be refused no item ever left one; a database of that time is not looked at. */
async function payoutsOf(database: Database): Promise<string | undefined> {
  const known = await database.read.get("SELECT name FROM schema_migration WHERE name = ?", [
    refusedBatches.name,
  ]);
  return known === undefined ? undefined : database.snapshot(wrongPayout);
}

/** Those that no later restore took back. Each restore noted how far its back-up went. */
async function standingAnchors(
  db: ReadDb,
  anchors: readonly WitnessedAnchor[],
): Promise<readonly WitnessedAnchor[]> {
  if (anchors.length === 0) return [];
  const rows = await db.all("SELECT restored_at, checkpoint FROM books_restore");
  const restores = rows.map((row) => ({
    at: numberOf(row, "restored_at"),
    kept: nullable(row, "checkpoint", numberOf) ?? 0,
  }));
  return anchors.filter(({ number, booksRestoredAt }) => {
    const since = booksRestoredAt ? instantOf(booksRestoredAt) : Number.NEGATIVE_INFINITY;
    return restores.every(({ at, kept }) => at <= since || number <= kept);
  });
}

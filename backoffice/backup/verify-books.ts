// Proves a back office's books from its database alone, for the command line.
import type { Anchor } from "#backoffice/ledger/checkpoint.ts";
import { type Verified, verifyLedger } from "#backoffice/ledger/verify.ts";
import { openDatabase } from "#database/open.ts";
import { openBatchIds } from "../settlement/store.ts";

/**
 * Derives every balance and chain again; the first thing that is wrong is named.
 * @param urlOrPath `postgres://…` or an SQLite file
 * @param anchors checkpoints that tills and Z reports hold
 */
export async function verifyBooks(urlOrPath: string, anchors: readonly Anchor[] = []): Promise<Verified> {
  const database = await openDatabase(urlOrPath);
  try {
    return await verifyLedger(database, { anchors, openBatches: await openBatchIds(database.read) });
  } finally {
    await database.close();
  }
}

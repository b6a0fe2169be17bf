// Books that were restored from a back-up do not know what the bank was sent since: netting now would pay it again.
import { fail } from "#core/errors.ts";
import { type Instant, instant } from "#core/time.ts";
import type { ReadDb } from "#database/database.ts";
import { nullable, numberOf } from "#database/row.ts";
import type { SettlementDeps } from "./deps.ts";

/** `backupMadeAt` is null where a version that restored did not write it down. */
export type BankRestore = Readonly<{ restoredAt: Instant; backupMadeAt: Instant | null }>;

/**
 * The restore of which two people have not settled yet what the bank was sent, or undefined. Where there were several,
 * what is missing may be as old as the oldest of their back-ups.
 */
export async function openBankRestore(db: ReadDb): Promise<BankRestore | undefined> {
  const row = await db.get(
    `SELECT MAX(restored_at) AS restored_at, MIN(COALESCE(backup_made_at, 0)) AS backup_made_at
     FROM books_restore WHERE bank_settled_at IS NULL`,
  );
  const at = (column: string) => (row === undefined ? null : nullable(row, column, numberOf));
  const restoredAt = at("restored_at");
  if (restoredAt === null) return undefined;
  const madeAt = at("backup_made_at") ?? 0;
  return { restoredAt: instant(restoredAt), backupMadeAt: madeAt === 0 ? null : instant(madeAt) };
}

export const bankIsSettled = async (db: ReadDb): Promise<boolean> =>
  (await openBankRestore(db)) === undefined;

/** Every till has synced, and two people have settled what the bank was sent: batches may be made and sent. */
export const booksAreWhole = async ({
  database,
  tillsAreIn,
}: Pick<SettlementDeps, "database" | "tillsAreIn">): Promise<boolean> =>
  (await bankIsSettled(database.read)) && (await tillsAreIn());

/** Fails with BOOKS_RESTORED where they are not whole. */
export async function requireWholeBooks(
  deps: Pick<SettlementDeps, "database" | "tillsAreIn">,
): Promise<void> {
  if (!(await booksAreWhole(deps))) fail("BOOKS_RESTORED");
}

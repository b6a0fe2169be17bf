// What a till is given to witness: the last checkpoint of the ledger, signed, so that the books cannot be rewritten
// unseen by whoever keeps them (DESIGN §4).
import { lastAnchor } from "#backoffice/ledger/checkpoint.ts";
import type { BooksCheckpoint } from "#core/contract/terminal.ts";
import type { TerminalId } from "#core/ids.ts";
import type { TerminalDeps } from "./deps.ts";

/** Null before the first checkpoint. */
export async function checkpointToWitness(
  { database, keys }: Pick<TerminalDeps, "database" | "keys">,
  terminalId: TerminalId,
  booksRestoredAt: string | null,
): Promise<BooksCheckpoint | null> {
  const last = await lastAnchor(database.read);
  if (last === undefined) return null;
  const { number, hash } = last;
  const checkpoint = { number, hash };
  return { ...checkpoint, signature: keys.sign({ terminalId, booksRestoredAt, checkpoint }) };
}

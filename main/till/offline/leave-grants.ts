// What is set aside for a terminal is closed under its own name before its machine goes on as another one: only the arrival
// of that entry returns the money, and the new terminal has no right to spend it.

import type { KeyRing } from "../keys/key-store.ts";
import { signingKeysOf } from "../keys/till-keys.ts";
import { RESTORED_SETTING } from "../store/epochs.ts";
import { createJournal, type JournalDeps } from "../store/journal.ts";
import { epochsOf } from "../store/verify-journal.ts";
import { openGrants } from "./books.ts";
import { closeAll } from "./grant-book.ts";

/**
 * To be called before the journal of the present terminal is opened; does nothing where that was opened before. A crash
 * in between changes nothing, as the next start finds the old epoch still the last. Fails as an append does.
 */
export async function closeGrantsOfBefore(
  { earlier = [] }: KeyRing,
  deps: Pick<JournalDeps, "database" | "clock" | "ids" | "softwareVersion">,
): Promise<void> {
  const { read } = deps.database;
  const last = (await epochsOf(read)).at(-1);
  const keys = earlier.find(({ terminalId }) => terminalId === last?.terminalId);
  if (keys === undefined || last === undefined || (await openGrants(read)).length === 0) return;
  const { signer } = signingKeysOf(keys.signing);
  // Else it would begin an epoch of its own: what is in a lost part of the journal is not this one's to close.
  const restored = await read.get("SELECT 1 AS restored FROM settings WHERE name = ?", [RESTORED_SETTING]);
  if (signer.publicKey !== last.publicKey || restored !== undefined) return;
  const journal = await createJournal({ ...deps, signer, terminalId: last.terminalId });
  if (journal.alarm() !== "JOURNAL_BROKEN") await closeAll(journal);
}

// Before a machine goes on as another terminal, what the one of before had under way ends under its own name: only the
// arrival of those entries frees what is held or set aside for it, and the new terminal has no right to any of it.

import type { Logger } from "pino";
import { WireAttemptId, WireSaleId } from "#core/contract/values.ts";
import type { Epoch } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { numberOf, textOf } from "#database/row.ts";
import type { EarlierKeys, KeyRing } from "./keys/key-store.ts";
import { signingKeysOf } from "./keys/till-keys.ts";
import { closeAll } from "./offline/grant-book.ts";
import { entryAt } from "./store/entry-rows.ts";
import { RESTORED_SETTING } from "./store/epochs.ts";
import { createJournal, type JournalDeps, type Signer } from "./store/journal.ts";
import type { ReadDb } from "./store/tx.ts";
import { epochsOf } from "./store/verify-journal.ts";

/**
 * Takes back what cards paid towards a sale that is not complete, as the new terminal cannot complete it; closes the
 * attempts that have no answer, and the grants. To be called before the journal of the present terminal is opened: it does
 * nothing where that has begun its epoch. A crash leaves it to the next start. Fails as an append does.
 */
export async function leaveTerminal(
  { earlier = [] }: KeyRing,
  {
    log,
    ...deps
  }: Pick<JournalDeps, "database" | "clock" | "ids" | "softwareVersion"> & Readonly<{ log: Logger }>,
): Promise<void> {
  const { read } = deps.database;
  const last = (await epochsOf(read)).at(-1);
  const keys = earlier.find(({ terminalId }) => terminalId === last?.terminalId);
  if (keys === undefined || last === undefined) return;
  const signer = signerOf(keys, log);
  if (signer === undefined) return;
  // Else it would begin an epoch of its own: what is in a lost part of the journal is not this one's to end.
  const restored = await read.get("SELECT 1 AS restored FROM settings WHERE name = ?", [RESTORED_SETTING]);
  if (signer.publicKey !== last.publicKey || restored !== undefined) return;
  const journal = await createJournal({ ...deps, signer, terminalId: last.terminalId });
  if (journal.alarm() === "JOURNAL_BROKEN") return;
  await journal.append(async (db) => [...(await voided(db)), ...(await closed(db, last.epoch))], {
    staffId: null,
  });
  // After them, as slices that were taken back are in their grants again.
  await closeAll(journal);
}

/** A key that cannot be read keeps the till from nothing: what the one of before left is then a person's to end. */
function signerOf({ terminalId, signing }: EarlierKeys, log: Logger): Signer | undefined {
  try {
    return signingKeysOf(signing).signer;
  } catch (error) {
    log.error({ err: error, terminalId }, "leave.key-unreadable");
    return undefined;
  }
}

/** Cash is in the drawer, where the count of the shift finds it. */
async function voided(db: ReadDb): Promise<readonly EntryDraft[]> {
  const rows = await db.all(
    `SELECT t.epoch, t.seq FROM tenders t JOIN draft_sales d ON d.sale_id = t.sale_id
     WHERE d.stage = 'paying' AND t.state = 'approved' AND t.method = 'prepaid' ORDER BY t.epoch, t.seq`,
  );
  const drafts: EntryDraft[] = [];
  for (const row of rows) {
    const place = { epoch: textOf(row, "epoch"), seq: numberOf(row, "seq") };
    const { saleId, tender } = (await entryAt(db, place, "tender-approved")).body;
    const reason = "the till was enrolled again before the sale was complete";
    drafts.push({ kind: "tender-voided", body: { saleId, tender, reason } });
  }
  return drafts;
}

async function closed(db: ReadDb, epoch: Epoch): Promise<readonly EntryDraft[]> {
  const rows = await db.all(
    `SELECT attempt_id, sale_id FROM attempts
     WHERE purpose = 'payment' AND state IN ('asked', 'unknown') AND epoch = ? ORDER BY seq`,
    [epoch],
  );
  return rows.map((row) => ({
    kind: "attempt-closed",
    body: {
      saleId: WireSaleId.parse(textOf(row, "sale_id")),
      attemptId: WireAttemptId.parse(textOf(row, "attempt_id")),
    },
  }));
}

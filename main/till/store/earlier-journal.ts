// What this machine wrote as another terminal, before it was enrolled anew: how much of it is not countersigned, and the
// journal of one such terminal as its sender sees it.
import { fail } from "#core/errors.ts";
import type { Epoch, TerminalId } from "#core/ids.ts";
import { type Instant, instant } from "#core/time.ts";
import { numberOf, textOf } from "#database/row.ts";
import { rowsAfter, signedOf } from "./entry-rows.ts";
import { headAt, readCountersignature } from "./epochs.ts";
import type { Journal } from "./journal.ts";
import type { ReadDb } from "./tx.ts";
import { epochsOf } from "./verify-journal.ts";

/** The part of a journal that is needed to send it. */
export type SentJournal = Pick<
  Journal,
  "head" | "entriesAfter" | "epochs" | "countersigned" | "lastCountersigned" | "sawServerTime"
>;

export type UnsentEntries = Readonly<{ count: number; oldestAt: Instant }>;

/**
 * By terminal, those of any other than the present one that the back office has not countersigned. An epoch that was left
 * by a restore is all there once something of a later one of the same terminal is.
 */
export async function unsentOfEarlier(
  db: ReadDb,
  present: TerminalId,
): Promise<ReadonlyMap<TerminalId, UnsentEntries>> {
  const rows = await db.all(
    `SELECT p.terminal_id, COUNT(*) AS entries, MIN(e.at) AS oldest
     FROM epochs p LEFT JOIN countersignatures c ON c.epoch = p.epoch
       JOIN entries e ON e.epoch = p.epoch AND e.seq > COALESCE(c.seq, 0)
     WHERE p.terminal_id <> ? AND NOT EXISTS (
       SELECT 1 FROM epochs l JOIN countersignatures k ON k.epoch = l.epoch
       WHERE l.terminal_id = p.terminal_id AND l.ordinal > p.ordinal AND k.seq > 0)
     GROUP BY p.terminal_id ORDER BY MIN(p.ordinal)`,
    [present],
  );
  return new Map(
    rows.map((row) => [
      textOf(row, "terminal_id") as TerminalId,
      { count: numberOf(row, "entries"), oldestAt: instant(Date.parse(textOf(row, "oldest"))) },
    ]),
  );
}

/** The terminals that this machine was, the first one first, without the present one. */
export async function earlierTerminals(db: ReadDb, present: TerminalId): Promise<readonly TerminalId[]> {
  const terminals = new Set((await epochsOf(db)).map(({ terminalId }) => terminalId));
  return [...terminals].filter((terminalId) => terminalId !== present);
}

/** Of a terminal that this machine was: nothing is added to it any more. Fails with JOURNAL_BROKEN. */
export async function journalOfEarlier(
  db: ReadDb,
  journal: SentJournal,
  terminalId: TerminalId,
): Promise<SentJournal> {
  const epochs = (await epochsOf(db)).filter((each) => each.terminalId === terminalId);
  const last = epochs.at(-1) ?? fail("JOURNAL_BROKEN", "no epoch");
  const row = await db.get("SELECT MAX(seq) AS seq FROM entries WHERE epoch = ?", [last.epoch]);
  const seq = row === undefined ? 0 : numberOf(row, "seq");
  const [lastRow] = await rowsAfter(db, last.epoch, seq - 1, 1);
  const entry = lastRow === undefined ? undefined : signedOf(lastRow);
  const head = entry === undefined ? fail("JOURNAL_BROKEN", "an entry cannot be read") : headAt(entry);
  let countersignature = await lastCountersignature(
    db,
    epochs.map(({ epoch }) => epoch),
  );
  return {
    ...journal,
    head: () => head,
    lastCountersigned: () => countersignature,
    countersigned: async (next) => {
      await journal.countersigned(next);
      countersignature = next;
    },
  };
}

async function lastCountersignature(db: ReadDb, epochs: readonly Epoch[]) {
  for (const epoch of epochs.toReversed()) {
    const found = await readCountersignature(db, epoch);
    if (found !== null && found.mark.seq > 0) return found;
  }
  return null;
}

// A station that has sold a lot: the same sales in its till's journal and in its back office's, both in bulk.
import { join } from "node:path";
import { v7 } from "uuid";
import { projectionsOf } from "#backoffice/terminals/project.ts";
import { allTerminals, type TerminalRecord } from "#backoffice/terminals/store.ts";
import { storeEntries } from "#backoffice/terminals/store-entries.ts";
import { hashedText } from "#core/journal/chain.ts";
import { decodeEntry, type SignedEntry } from "#core/journal/entry.ts";
import { instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { openSqlite } from "#database/sqlite.ts";
import { keyStoreAt } from "#main/till/keys/key-store.ts";
import { tillKeysOf } from "#main/till/keys/till-keys.ts";
import { createJournal, type Journal } from "#main/till/store/journal.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import { bulkSales, insertSales } from "./till-journal.ts";

const SHIFT = "bench-shift";
const ENTRIES_AT_ONCE = 500;

/** Adds sales to the demo station in a folder, which must not be running. */
export async function fillStation(dir: string, sales: number): Promise<void> {
  const ring = await keyStoreAt(join(dir, "till-1", "keys"), null).read();
  if (ring?.enrolment == null) throw new Error("the station's till is not enrolled");
  const { terminalId } = ring.enrolment;
  const { signer } = tillKeysOf(ring.secrets);
  const till = await openTillDatabase(join(dir, "till-1", "till.db"));
  const office = await openSqlite(join(dir, "backoffice", "backoffice.db"));
  try {
    const journal = await createJournal({
      database: till,
      clock: { now: () => instant(Date.now()) },
      ids: { next: v7 },
      signer,
      terminalId,
      softwareVersion: "bench",
    });
    const terminal = (await allTerminals(office.read)).find((one) => one.terminalId === terminalId);
    if (terminal === undefined) throw new Error("the back office does not know the station's till");
    await journal.append(
      [
        {
          kind: "shift-opened",
          body: { shiftId: SHIFT, number: 1, float: { minor: "0", currency: "KRW" } },
        },
      ],
      { staffId: null },
    );
    await copyUnsent(office, journal, terminal);
    const bulk = { signer, terminalId, staffId: null, shiftId: SHIFT, sales, lastReceipt: 0 };
    let last: SignedEntry | undefined;
    for (const part of bulkSales({ ...bulk, head: journal.head() })) {
      await insertSales(till, part, SHIFT);
      const entries = part.flatMap((sale) => sale.entries);
      await keep(office, terminal, entries);
      last = entries.at(-1);
    }
    if (last !== undefined) await moveMark(office, last);
  } finally {
    await till.close();
    await office.close();
  }
}

/** What the till had written and not sent yet. */
async function copyUnsent(office: Database, journal: Journal, terminal: TerminalRecord): Promise<void> {
  const { epoch } = journal.head();
  let seq = terminal.epoch === epoch ? terminal.markSeq : 0;
  for (;;) {
    const entries = await journal.entriesAfter({ epoch, seq }, ENTRIES_AT_ONCE);
    const last = entries.at(-1);
    if (last === undefined) return;
    await keep(office, terminal, entries);
    seq = last.seq;
  }
}

async function keep(
  office: Database,
  terminal: TerminalRecord,
  entries: readonly SignedEntry[],
): Promise<void> {
  const decoded = entries.flatMap((entry) => decodeEntry(entry) ?? []);
  const { dialect } = office;
  await office.transaction((tx) =>
    tx.runEach([
      ...storeEntries(
        dialect,
        entries.map((entry) => ({ entry, content: hashedText(entry) })),
        instant(Date.now()),
      ),
      ...projectionsOf(dialect, decoded, terminal),
    ]),
  );
}

/** As the sync leaves it, so that the till finds all of its journal stored. */
async function moveMark(office: Database, { terminalId, epoch, seq, hash }: SignedEntry): Promise<void> {
  await office.transaction((tx) =>
    tx.runEach([
      {
        sql: "UPDATE terminal SET epoch = ?, mark_seq = ?, mark_hash = ? WHERE terminal_id = ?",
        params: [epoch, seq, hash, terminalId],
      },
      {
        sql: `INSERT INTO terminal_epoch (terminal_id, epoch, reason, started_at, mark_seq, mark_hash)
              VALUES (?, ?, 'enrolled', ?, ?, ?) ON CONFLICT (terminal_id, epoch)
              DO UPDATE SET mark_seq = excluded.mark_seq, mark_hash = excluded.mark_hash`,
        params: [terminalId, epoch, instant(Date.now()), seq, hash],
      },
    ]),
  );
}

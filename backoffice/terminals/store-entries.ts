// The journal as the back office keeps it: every entry for ever, as it was signed.
import { instantOf } from "#core/contract/values.ts";
import { hashedText } from "#core/journal/chain.ts";
import type { SignedEntry } from "#core/journal/entry.ts";
import type { Dialect, Statement } from "#database/database.ts";
import { type Insert, insertStatement } from "#database/insert-rows.ts";

const JOURNAL_ENTRIES: Insert = {
  table: "journal_entry",
  columns: {
    terminal_id: "text",
    epoch: "text",
    seq: "integer",
    entry_id: "text",
    kind: "text",
    at: "integer",
    content: "text",
    hash: "text",
    sig: "text",
    received_at: "integer",
  },
};

/** Inserts accepted entries; `now` is when they came. */
export function storeEntries(
  dialect: Dialect,
  fresh: readonly SignedEntry[],
  now: number,
): readonly Statement[] {
  if (fresh.length === 0) return [];
  const rows = fresh.map((entry) => [
    entry.terminalId,
    entry.epoch,
    entry.seq,
    entry.id,
    entry.kind,
    instantOf(entry.at),
    hashedText(entry),
    entry.hash,
    entry.sig,
    now,
  ]);
  return [insertStatement(dialect, JOURNAL_ENTRIES, rows)];
}

// The journal as the back office keeps it: every entry for ever, as it was signed.
import { instantOf } from "#core/contract/values.ts";
import type { Dialect, Statement } from "#database/database.ts";
import { type Insert, insertStatement } from "#database/insert-rows.ts";
import type { ChainedEntry } from "./accept-entries.ts";

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
  fresh: readonly ChainedEntry[],
  now: number,
): readonly Statement[] {
  if (fresh.length === 0) return [];
  const rows = fresh.map(({ entry, content }) => [
    entry.terminalId,
    entry.epoch,
    entry.seq,
    entry.id,
    entry.kind,
    instantOf(entry.at),
    content,
    entry.hash,
    entry.sig,
    now,
  ]);
  return [insertStatement(dialect, JOURNAL_ENTRIES, rows)];
}

// Entries of the journal as rows of their table, and back.

import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { fail } from "#core/errors.ts";
import { decodeEntry, type Entry, SignedEntry } from "#core/journal/entry.ts";
import type { Param, Row, Statement } from "#database/database.ts";
import { jsonOf, nullable, numberOf, textOf } from "#database/row.ts";
import type { ReadDb } from "./tx.ts";

/** For queries that join the journal: `e` is the entry, `p` its epoch. */
export const ENTRY_COLUMNS =
  "e.epoch, e.seq, e.id, e.kind, e.at, e.staff_id, e.body, e.prev_hash, e.hash, e.sig, p.terminal_id";
export const ENTRY_FROM = "FROM entries e JOIN epochs p ON p.epoch = e.epoch";

const INSERT = `INSERT INTO entries (epoch, seq, id, kind, at, staff_id, body, prev_hash, hash, sig)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Inserts entries, in order. */
export const entryStatements = (entries: readonly SignedEntry[]): readonly Statement[] =>
  entries.map((entry) => ({ sql: INSERT, params: valuesOf(entry) }));

const valuesOf = (entry: SignedEntry): readonly Param[] => [
  entry.epoch,
  entry.seq,
  entry.id,
  entry.kind,
  entry.at,
  entry.staffId,
  canonicalJson(entry.body as JsonValue),
  entry.prevHash,
  entry.hash,
  entry.sig,
];

/** The entry of a row; undefined where the row is not of an entry's form. */
export function signedOf(row: Row): SignedEntry | undefined {
  try {
    const parsed = SignedEntry.safeParse({
      terminalId: textOf(row, "terminal_id"),
      epoch: textOf(row, "epoch"),
      seq: numberOf(row, "seq"),
      id: textOf(row, "id"),
      kind: textOf(row, "kind"),
      at: textOf(row, "at"),
      staffId: nullable(row, "staff_id", textOf),
      body: jsonOf(row, "body"),
      prevHash: textOf(row, "prev_hash"),
      hash: textOf(row, "hash"),
      sig: textOf(row, "sig"),
    });
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Rows of an epoch after a place in it, in order. */
export const rowsAfter = (db: ReadDb, epoch: string, seq: number, limit: number): Promise<readonly Row[]> =>
  db.all(`SELECT ${ENTRY_COLUMNS} ${ENTRY_FROM} WHERE e.epoch = ? AND e.seq > ? ORDER BY e.seq LIMIT ?`, [
    epoch,
    seq,
    limit,
  ]);

/** The last row of all. */
export const lastRow = (db: ReadDb): Promise<Row | undefined> =>
  db.get(`SELECT ${ENTRY_COLUMNS} ${ENTRY_FROM} ORDER BY e.position DESC LIMIT 1`);

/** The entry of a place, of a kind that the caller knows it to be. Fails with DATABASE_CORRUPT where it is not. */
export async function entryAt<Kind extends Entry["kind"]>(
  db: ReadDb,
  place: Readonly<{ epoch: string; seq: number }>,
  ...kinds: readonly Kind[]
): Promise<Extract<Entry, { kind: Kind }>> {
  const row = await db.get(`SELECT ${ENTRY_COLUMNS} ${ENTRY_FROM} WHERE e.epoch = ? AND e.seq = ?`, [
    place.epoch,
    place.seq,
  ]);
  const signed = row === undefined ? undefined : signedOf(row);
  const entry = signed === undefined ? undefined : decodeEntry(signed);
  if (entry === undefined || !(kinds as readonly string[]).includes(entry.kind))
    return fail("DATABASE_CORRUPT", `entry ${place.seq} is not what a table says`);
  return entry as Extract<Entry, { kind: Kind }>;
}

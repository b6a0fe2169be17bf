// Where a journal begins, and what the server has said of it.
import { fail } from "#core/errors.ts";
import type { Epoch, Ids, TerminalId } from "#core/ids.ts";
import { type EntryDraft, GENESIS_HASH, type SignedEntry } from "#core/journal/entry.ts";
import { type Instant, instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import { lastRow, signedOf } from "./entry-rows.ts";
import type { Countersignature, JournalHead, Signer } from "./journal.ts";
import type { ReadDb, TillDatabase } from "./tx.ts";
import { epochsOf } from "./verify-journal.ts";

/** Set by `countersign restore`: the next start begins a new epoch. */
export const RESTORED_SETTING = "restored";

export const headAt = ({ epoch, seq, hash, at }: SignedEntry): JournalHead => ({
  epoch,
  seq,
  hash,
  at: instant(Date.parse(at)),
});

/** The last place of the last epoch; undefined in a database without one. */
export async function headOf(db: ReadDb): Promise<JournalHead | undefined> {
  const row = await lastRow(db);
  if (row === undefined) return undefined;
  const last = signedOf(row);
  return last === undefined ? fail("JOURNAL_BROKEN", "the last entry cannot be read") : headAt(last);
}

export type EpochStart = Readonly<{
  place: JournalHead;
  draft: Extract<EntryDraft, { kind: "epoch-started" }>;
}>;

type EpochDeps = Readonly<{
  ids: Ids;
  signer: Signer;
  terminalId: TerminalId;
  softwareVersion: string;
}>;

/**
 * The epoch to begin, where one must: in a new database, after a restore, and when the terminal or its key is another.
 * An epoch has one signer, so its entries verify under one key.
 */
export async function epochToStart(db: ReadDb, deps: EpochDeps): Promise<EpochStart | undefined> {
  const last = (await epochsOf(db)).at(-1);
  const restored = await db.get("SELECT value FROM settings WHERE name = ?", [RESTORED_SETTING]);
  const isSame = last?.terminalId === deps.terminalId && last.publicKey === deps.signer.publicKey;
  if (isSame && restored === undefined) return undefined;

  const previous = last === undefined ? undefined : await headOf(db);
  return {
    place: { epoch: deps.ids.next() as Epoch, seq: 0, hash: GENESIS_HASH, at: previous?.at ?? instant(0) },
    draft: {
      kind: "epoch-started",
      body: {
        reason: restored === undefined ? "enrolled" : "restored",
        previous:
          previous === undefined ? null : { epoch: previous.epoch, seq: previous.seq, hash: previous.hash },
        softwareVersion: deps.softwareVersion,
      },
    },
  };
}

/** Commits with the first entry of the epoch, so that there is never one without the other. */
export const epochStatements = ({ place }: EpochStart, deps: EpochDeps): readonly Statement[] => [
  {
    sql: "INSERT INTO epochs (epoch, terminal_id, public_key) VALUES (?, ?, ?)",
    params: [place.epoch, deps.terminalId, deps.signer.publicKey],
  },
  { sql: "DELETE FROM settings WHERE name = ?", params: [RESTORED_SETTING] },
  // What was being paid then may have been completed in a part of the journal that is lost: it is not paid again.
  { sql: "DELETE FROM draft_sales WHERE stage = 'paying'" },
];

export async function readCountersignature(db: ReadDb, epoch: Epoch): Promise<Countersignature | null> {
  const row = await db.get(
    "SELECT seq, hash, signature, server_time, prunable_before FROM countersignatures WHERE epoch = ?",
    [epoch],
  );
  if (row === undefined) return null;
  return {
    mark: { epoch, seq: numberOf(row, "seq"), hash: textOf(row, "hash") },
    signature: textOf(row, "signature"),
    serverTime: instant(numberOf(row, "server_time")),
    prunableBefore: instant(numberOf(row, "prunable_before")),
  };
}

export async function storeCountersignature(database: TillDatabase, next: Countersignature): Promise<void> {
  const { mark, signature, serverTime, prunableBefore } = next;
  await database.commit([
    {
      sql: `INSERT INTO countersignatures (epoch, seq, hash, signature, server_time, prunable_before)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (epoch) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signature = excluded.signature,
         server_time = max(server_time, excluded.server_time), prunable_before = excluded.prunable_before`,
      params: [mark.epoch, mark.seq, mark.hash, signature, serverTime, prunableBefore],
    },
  ]);
}

/** The latest time that the server ever gave. */
export async function lastServerTime(db: ReadDb): Promise<Instant> {
  const row = await db.get("SELECT COALESCE(MAX(server_time), 0) AS at FROM countersignatures");
  return instant(row === undefined ? 0 : numberOf(row, "at"));
}

/** When the first entry after a place was written; null at the head. */
export async function timeAfter(db: ReadDb, epoch: Epoch, seq: number): Promise<Instant | null> {
  const row = await db.get("SELECT at FROM entries WHERE epoch = ? AND seq > ? ORDER BY seq LIMIT 1", [
    epoch,
    seq,
  ]);
  return row === undefined ? null : instant(Date.parse(textOf(row, "at")));
}

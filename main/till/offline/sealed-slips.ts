// Credentials of risk slips that wait for the line, outside the journal: sent with their slip, and erased once they were
// judged and no back-up that the back office could be restored from is older than that.
import type { SyncRequest } from "#core/contract/terminal.ts";
import type { Instant } from "#core/time.ts";
import type { Row, Statement } from "#database/database.ts";
import { textOf } from "#database/row.ts";
import type { SealedCredentials } from "../keys/seal-credentials.ts";
import type { ReadDb, WriteTx } from "../store/tx.ts";

export type SealedSlipRow = SyncRequest["sealed"][number];

/** Stores them with the place of the slip's entry, in the transaction that writes that entry. */
export const keepSealed = (
  tenderId: string,
  place: Readonly<{ epoch: string; seq: number }>,
  { enc, ciphertext }: SealedCredentials,
): Statement => ({
  sql: "INSERT INTO sealed_slips (tender_id, epoch, seq, enc, ciphertext) VALUES (?, ?, ?, ?, ?)",
  params: [tenderId, place.epoch, place.seq, enc, ciphertext],
});

const sealedOf = (row: Row): SealedSlipRow => ({
  tenderId: textOf(row, "tender_id"),
  enc: textOf(row, "enc"),
  ciphertext: textOf(row, "ciphertext"),
});

/**
 * Those whose slips the back office will have after the entries `fromSeq` to `throughSeq`: a slip's credentials never come
 * before the slip. They are sent again until it says that they were judged, where it asks for them, and with each slip
 * that itself is sent again: what follows in the journal, such as its refund, is posted in the same turn. Last come those
 * of epochs that the same terminal has left: their slips are there, but the word on them may never have come.
 */
export async function sealedThrough(
  db: ReadDb,
  epoch: string,
  { fromSeq, throughSeq }: Readonly<{ fromSeq: number; throughSeq: number }>,
  limit: number,
): Promise<readonly SealedSlipRow[]> {
  const rows = await db.all(
    `SELECT s.tender_id, s.enc, s.ciphertext FROM sealed_slips s
       LEFT JOIN epochs p ON p.epoch = s.epoch LEFT JOIN epochs o ON o.epoch = ?
     WHERE (s.epoch = ? AND s.seq <= ? AND (s.judged_at IS NULL OR s.seq >= ?))
       OR (s.judged_at IS NULL AND p.terminal_id = o.terminal_id AND p.ordinal < o.ordinal)
     ORDER BY s.epoch = ? DESC, p.ordinal, s.seq LIMIT ?`,
    [epoch, epoch, throughSeq, fromSeq, epoch, limit],
  );
  return rows.map(sealedOf);
}

/** The tenders of a terminal that this machine is or was whose credentials wait to be judged. */
export async function unjudgedOf(db: ReadDb, terminalId: string): Promise<readonly string[]> {
  const rows = await db.all(
    `SELECT s.tender_id FROM sealed_slips s JOIN epochs p ON p.epoch = s.epoch
     WHERE p.terminal_id = ? AND s.judged_at IS NULL`,
    [terminalId],
  );
  return rows.map((row) => textOf(row, "tender_id"));
}

/** What an answer to a sync says of sealed slips, and when it was given. */
export type SealedNews = Readonly<{
  judgedTenders: readonly string[];
  /** Slips that the back office has without their credentials: a restore has taken back what it had judged. */
  awaitedTenders?: readonly string[] | undefined;
  serverTime: Instant;
  prunableBefore: Instant;
}>;

/** Judged ones rest, awaited ones are sent again, and those that no restore can bring back into question are erased. */
export async function noteSealed(tx: WriteTx, news: SealedNews): Promise<void> {
  const { judgedTenders, awaitedTenders = [], serverTime, prunableBefore } = news;
  const among = "tender_id IN (SELECT value FROM json_each(?))";
  await tx.run(`UPDATE sealed_slips SET judged_at = ? WHERE judged_at IS NULL AND ${among}`, [
    serverTime,
    JSON.stringify(judgedTenders),
  ]);
  await tx.run(`UPDATE sealed_slips SET judged_at = NULL WHERE ${among}`, [JSON.stringify(awaitedTenders)]);
  await tx.run("DELETE FROM sealed_slips WHERE judged_at < ?", [prunableBefore]);
}

// Credentials of risk slips that wait for the line, outside the journal: sent with their slip, erased once judged.
import type { SyncRequest } from "#core/contract/terminal.ts";
import type { Row } from "#database/database.ts";
import { textOf } from "#database/row.ts";
import type { SealedCredentials } from "../keys/seal-credentials.ts";
import type { ReadTx, WriteTx } from "../store/tx.ts";

export type SealedSlipRow = SyncRequest["sealed"][number];

/** Stores them with the place of the slip's entry, in the transaction that writes that entry. */
export async function keepSealed(
  tx: WriteTx,
  tenderId: string,
  place: Readonly<{ epoch: string; seq: number }>,
  { enc, ciphertext }: SealedCredentials,
): Promise<void> {
  await tx.run("INSERT INTO sealed_slips (tender_id, epoch, seq, enc, ciphertext) VALUES (?, ?, ?, ?, ?)", [
    tenderId,
    place.epoch,
    place.seq,
    enc,
    ciphertext,
  ]);
}

const sealedOf = (row: Row): SealedSlipRow => ({
  tenderId: textOf(row, "tender_id"),
  enc: textOf(row, "enc"),
  ciphertext: textOf(row, "ciphertext"),
});

/**
 * Those whose slips the back office will have after entries up to `throughSeq`: a slip's credentials never come
 * before the slip. They are sent again until it says that they were judged.
 */
export async function sealedThrough(
  tx: ReadTx,
  epoch: string,
  throughSeq: number,
  limit: number,
): Promise<readonly SealedSlipRow[]> {
  const rows = await tx.all(
    `SELECT tender_id, enc, ciphertext FROM sealed_slips WHERE epoch = ? AND seq <= ? ORDER BY seq LIMIT ?`,
    [epoch, throughSeq, limit],
  );
  return rows.map(sealedOf);
}

export async function eraseSealed(tx: WriteTx, tenderIds: readonly string[]): Promise<void> {
  if (tenderIds.length === 0) return;
  await tx.run("DELETE FROM sealed_slips WHERE tender_id IN (SELECT value FROM json_each(?))", [
    JSON.stringify(tenderIds),
  ]);
}

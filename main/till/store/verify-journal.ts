// Walks the journal as stored, epoch by epoch, and names the first entry that is wrong. Needs no secret.
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Epoch, TerminalId } from "#core/ids.ts";
import { type ChainPlace, type CheckSignature, chainStart, faultOf, placeOf } from "#core/journal/chain.ts";
import type { Row } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import { rowsAfter, signedOf } from "./entry-rows.ts";
import type { ChainBreak, ChainReport } from "./journal.ts";
import { sha256Hex } from "./sha256.ts";
import type { ReadDb } from "./tx.ts";

/** Entries held in memory at a time. */
const PAGE_ENTRIES = 1_000;

type EpochRow = Readonly<{ epoch: Epoch; terminalId: TerminalId; publicKey: string }>;

export async function epochsOf(db: ReadDb): Promise<readonly EpochRow[]> {
  const rows = await db.all("SELECT epoch, terminal_id, public_key FROM epochs ORDER BY ordinal");
  return rows.map((row) => ({
    epoch: textOf(row, "epoch") as Epoch,
    terminalId: textOf(row, "terminal_id") as TerminalId,
    publicKey: textOf(row, "public_key"),
  }));
}

/** Verifies every epoch from its first entry. */
export async function verifyJournal(db: ReadDb): Promise<ChainReport> {
  let entries = 0;
  for (const epoch of await epochsOf(db)) {
    const walked = await walk(db, epoch, chainStart(epoch.terminalId, epoch.epoch));
    entries += walked.entries;
    if (walked.broken !== null) return { entries, broken: walked.broken };
  }
  const strays = await db.get(
    "SELECT epoch, seq FROM entries WHERE epoch NOT IN (SELECT epoch FROM epochs) ORDER BY position LIMIT 1",
  );
  return { entries, broken: strays === undefined ? null : breakAt(strays, "terminal") };
}

/** Verifies the last entries of the last epoch: enough to see a torn tail at every start, however long the journal. */
export async function verifyTail(db: ReadDb, entriesMax: number): Promise<ChainReport> {
  const epoch = (await epochsOf(db)).at(-1);
  if (epoch === undefined) return { entries: 0, broken: null };
  const last = await db.get("SELECT COALESCE(MAX(seq), 0) AS seq FROM entries WHERE epoch = ?", [
    epoch.epoch,
  ]);
  const from = Math.max(0, (last === undefined ? 0 : numberOf(last, "seq")) - entriesMax);
  const start = await placeAt(db, epoch, from);
  if (start === undefined) return { entries: 0, broken: { epoch: epoch.epoch, seq: from, why: "form" } };
  return walk(db, epoch, start);
}

async function placeAt(db: ReadDb, epoch: EpochRow, seq: number): Promise<ChainPlace | undefined> {
  if (seq === 0) return chainStart(epoch.terminalId, epoch.epoch);
  const [row] = await rowsAfter(db, epoch.epoch, seq - 1, 1);
  const signed = row === undefined ? undefined : signedOf(row);
  return signed === undefined ? undefined : placeOf(signed);
}

async function walk(db: ReadDb, epoch: EpochRow, start: ChainPlace): Promise<ChainReport> {
  const isSigned = signatureCheck(epoch.publicKey);
  let place = start;
  for (;;) {
    const rows = await rowsAfter(db, epoch.epoch, place.seq, PAGE_ENTRIES);
    for (const row of rows) {
      const entry = signedOf(row);
      if (entry === undefined) return { entries: place.seq - start.seq, broken: breakAt(row, "form") };
      const why = faultOf(entry, place, sha256Hex, isSigned);
      if (why !== undefined)
        return {
          entries: place.seq - start.seq,
          broken: { epoch: epoch.epoch, seq: place.seq + 1, why },
        };
      place = placeOf(entry);
    }
    if (rows.length < PAGE_ENTRIES) return { entries: place.seq - start.seq, broken: null };
  }
}

const breakAt = (row: Row, why: ChainBreak["why"]): ChainBreak => ({
  epoch: textOf(row, "epoch"),
  seq: numberOf(row, "seq"),
  why,
});

function signatureCheck(publicKey: string): CheckSignature {
  let key: KeyObject | undefined;
  try {
    key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  } catch {
    // A damaged key proves nothing, so no signature holds under it.
  }
  return (hash, sig) =>
    key !== undefined && verify(null, Buffer.from(hash, "hex"), key, Buffer.from(sig, "base64"));
}

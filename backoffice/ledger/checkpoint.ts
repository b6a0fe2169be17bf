// A checkpoint lists every lane ever opened with its head and chains to the one before it: its hash stands for
// all of the books. A Z report prints it and a till stores it, so that nobody can rewrite what they witnessed.
import type { Clock } from "#core/time.ts";
import type { Database, ReadDb, Row, WriteDb } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import { checkpointHashOf, GENESIS_HASH } from "./hash.ts";

/** What a witness keeps of a checkpoint. */
export type Anchor = Readonly<{
  number: number;
  hash: string;
  /** Who holds it, for whoever reads that it is another: "till-1". */
  heldBy?: string;
}>;

export type Checkpoint = Anchor & Readonly<{ lanes: string; recordedAt: number; prevHash: string }>;

/** Writes a checkpoint, or gives the last one where nothing was committed since. */
export function writeCheckpoint(database: Database, clock: Clock): Promise<Anchor> {
  return database.transaction(async (tx) => {
    if (tx.dialect === "postgres") await tx.run("LOCK TABLE ledger_checkpoint IN EXCLUSIVE MODE");
    const last = await lastCheckpoint(tx);
    const lanes = await laneHeads(tx);
    if (last !== undefined && last.lanes === lanes) return { number: last.number, hash: last.hash };
    const number = (last?.number ?? 0) + 1;
    const prevHash = last?.hash ?? GENESIS_HASH;
    const recordedAt = clock.now();
    const hash = checkpointHashOf(number, recordedAt, prevHash, lanes);
    await insertCheckpoint(tx, { number, hash, lanes, recordedAt, prevHash });
    return { number, hash };
  }, "read-committed");
}

export async function lastCheckpoint(db: ReadDb): Promise<Checkpoint | undefined> {
  const row = await db.get("SELECT * FROM ledger_checkpoint ORDER BY number DESC LIMIT 1");
  return row === undefined ? undefined : checkpointOf(row);
}

/** As `lastCheckpoint`, without its list of lanes, which grows with every start of a process. */
export async function lastAnchor(db: ReadDb): Promise<Anchor | undefined> {
  const row = await db.get("SELECT number, hash FROM ledger_checkpoint ORDER BY number DESC LIMIT 1");
  return row === undefined ? undefined : { number: numberOf(row, "number"), hash: textOf(row, "hash") };
}

export const checkpointOf = (row: Row): Checkpoint => ({
  number: numberOf(row, "number"),
  hash: textOf(row, "hash"),
  lanes: textOf(row, "lanes"),
  recordedAt: numberOf(row, "recorded_at"),
  prevHash: textOf(row, "prev_hash"),
});

/** Every lane as [lane, number of its last batch, that batch's hash]; a lane without a batch has number 0. */
async function laneHeads(tx: WriteDb): Promise<string> {
  const rows = await tx.all(
    `SELECT l.id, b.number, b.hash FROM ledger_lane l LEFT JOIN ledger_batch b ON b.lane = l.id
       AND b.number = (SELECT MAX(number) FROM ledger_batch WHERE lane = l.id)
     ORDER BY l.id`,
  );
  return JSON.stringify(
    rows.map((row) =>
      row.number === null
        ? [numberOf(row, "id"), 0, GENESIS_HASH]
        : [numberOf(row, "id"), numberOf(row, "number"), textOf(row, "hash")],
    ),
  );
}

async function insertCheckpoint(tx: WriteDb, checkpoint: Checkpoint): Promise<void> {
  const { number, lanes, recordedAt, prevHash, hash } = checkpoint;
  await tx.run(
    "INSERT INTO ledger_checkpoint (number, lanes, recorded_at, prev_hash, hash) VALUES (?, ?, ?, ?, ?)",
    [number, lanes, recordedAt, prevHash, hash],
  );
}

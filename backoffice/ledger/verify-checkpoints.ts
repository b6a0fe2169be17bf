// Checkpoints against the lanes they list, and against what witnesses outside of the database hold.
import { z } from "zod";
import type { ReadDb } from "#database/database.ts";
import { type Anchor, type Checkpoint, checkpointOf } from "./checkpoint.ts";
import { checkpointHashOf, GENESIS_HASH } from "./hash.ts";

const LaneHeads = z.array(z.tuple([z.number().int(), z.number().int(), z.string()]));

const PAGE = 200;

/** The first checkpoint that does not hold, or the first anchor that has none; undefined when all do. */
export async function verifyCheckpoints(
  db: ReadDb,
  hashesOfLanes: ReadonlyMap<number, readonly string[]>,
  anchors: readonly Anchor[],
): Promise<string | undefined> {
  const hashes: string[] = [GENESIS_HASH];
  let lanesBefore = 0;
  for (;;) {
    const page = await readPage(db, hashes.length);
    for (const checkpoint of page) {
      const wrong = wrongIn(checkpoint, hashes) ?? wrongHeads(checkpoint, hashesOfLanes, lanesBefore);
      if (wrong !== undefined) return wrong;
      lanesBefore = headsOf(checkpoint)?.length ?? 0;
      hashes.push(checkpoint.hash);
    }
    if (page.length < PAGE) break;
  }
  const lost = anchors.find(({ number, hash }) => hashes[number] !== hash);
  if (lost === undefined) return undefined;
  return `checkpoint ${lost.number} is not the one that ${lost.heldBy ?? "its witness"} holds`;
}

async function readPage(db: ReadDb, from: number): Promise<readonly Checkpoint[]> {
  const rows = await db.all(
    `SELECT * FROM ledger_checkpoint WHERE number >= CAST(? AS BIGINT) ORDER BY number LIMIT ${PAGE}`,
    [from],
  );
  return rows.map(checkpointOf);
}

function wrongIn(checkpoint: Checkpoint, hashes: readonly string[]): string | undefined {
  const { number, recordedAt, prevHash, lanes, hash } = checkpoint;
  if (number !== hashes.length) return `checkpoint ${hashes.length} is missing`;
  if (prevHash !== hashes.at(-1)) return `checkpoint ${number} is not chained to the one before it`;
  return checkpointHashOf(number, recordedAt, prevHash, lanes) === hash
    ? undefined
    : `checkpoint ${number} is not what was hashed when it was written`;
}

function wrongHeads(
  checkpoint: Checkpoint,
  hashesOfLanes: ReadonlyMap<number, readonly string[]>,
  lanesBefore: number,
): string | undefined {
  const heads = headsOf(checkpoint);
  if (heads === undefined) return `checkpoint ${checkpoint.number} cannot be read`;
  if (heads.length < lanesBefore) return `checkpoint ${checkpoint.number} has lost a lane`;
  for (const [lane, number, hash] of heads) {
    if (hashesOfLanes.get(lane)?.[number] !== hash) {
      return `batch ${number} of lane ${lane} is not the one of checkpoint ${checkpoint.number}`;
    }
  }
  return undefined;
}

function headsOf({ lanes }: Checkpoint) {
  try {
    return LaneHeads.safeParse(JSON.parse(lanes)).data;
  } catch {
    return undefined;
  }
}

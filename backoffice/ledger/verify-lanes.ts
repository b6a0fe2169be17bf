// Walks along every lane: numbers without a gap, each batch chained to the one before, its content as it was hashed.
import type { ReadDb, Row } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import type { Derived } from "./derive-books.ts";
import { batchHashOf, GENESIS_HASH } from "./hash.ts";
import {
  decidedRequestOf,
  entryPlaceOf,
  PLACED_TRANSFER_COLUMNS,
  placedTransferOf,
  requestCells,
  transferCells,
} from "./rows.ts";
import { DECIDED_COLUMNS, FROM_DECIDED } from "./store.ts";

/** Batches read at a time: few enough for memory at the largest batch, many enough to read ahead. */
const BATCHES_PER_PAGE = 50;

export type WalkedLanes = Readonly<{
  /** Per lane, the hash of each batch by its number; index 0 is the genesis. */
  hashes: ReadonlyMap<number, readonly string[]>;
  batches: number;
  requests: number;
  declines: number;
  transfers: number;
}>;

export async function verifyLanes(
  db: ReadDb,
  derived: Derived,
): Promise<WalkedLanes | Readonly<{ wrong: string }>> {
  const lanes = (await db.all("SELECT id FROM ledger_lane ORDER BY id")).map((row) => numberOf(row, "id"));
  const hashes = new Map<number, readonly string[]>();
  const counts = { batches: 0, requests: 0, declines: 0, transfers: 0 };
  for (const [index, lane] of lanes.entries()) {
    if (lane !== index + 1) return { wrong: `lane ${index + 1} is missing` };
    const chain = [GENESIS_HASH];
    for (;;) {
      const page = await readPage(db, lane, chain.length);
      for (const batch of page) {
        const prevHash = chain.at(-1) ?? GENESIS_HASH;
        const wrong = wrongIn(batch, lane, chain.length, prevHash);
        if (wrong !== undefined) return { wrong };
        for (const transfer of batch.transfers)
          derived.enter(transfer, entryPlaceOf({ lane, number: batch.number }, transfer.position));
        chain.push(batch.hash);
        counts.batches += 1;
        counts.requests += batch.requests.length;
        counts.declines += batch.requests.filter(({ decline }) => decline !== null).length;
        counts.transfers += batch.transfers.length;
      }
      if (page.length < BATCHES_PER_PAGE) break;
    }
    hashes.set(lane, chain);
  }
  const wrong = derived.finish();
  return wrong === undefined ? { hashes, ...counts } : { wrong };
}

async function readPage(db: ReadDb, lane: number, from: number) {
  const bounds = [lane, from, from + BATCHES_PER_PAGE];
  const heads = await db.all(
    `SELECT * FROM ledger_batch WHERE lane = ? AND number >= CAST(? AS BIGINT) AND number < CAST(? AS BIGINT)
     ORDER BY number`,
    bounds,
  );
  const requests = await db.all(
    `SELECT r.batch, ${DECIDED_COLUMNS} ${FROM_DECIDED}
     WHERE r.lane = ? AND r.batch >= CAST(? AS BIGINT) AND r.batch < CAST(? AS BIGINT) ORDER BY r.batch, r.position`,
    bounds,
  );
  const transfers = await db.all(
    `SELECT ${PLACED_TRANSFER_COLUMNS} FROM ledger_transfer
     WHERE lane = ? AND batch >= CAST(? AS BIGINT) AND batch < CAST(? AS BIGINT) ORDER BY batch, position`,
    bounds,
  );
  const requestsOf = byBatch(requests);
  const transfersOf = byBatch(transfers);
  return heads.map((row) => {
    const number = numberOf(row, "number");
    return {
      number,
      recordedAt: numberOf(row, "recorded_at"),
      prevHash: textOf(row, "prev_hash"),
      hash: textOf(row, "hash"),
      requestCount: numberOf(row, "requests"),
      transferCount: numberOf(row, "transfers"),
      requests: (requestsOf.get(number) ?? []).map(decidedRequestOf),
      transfers: (transfersOf.get(number) ?? []).map(placedTransferOf),
      recordedOtherwise: (transfersOf.get(number) ?? []).some(
        (transfer) => numberOf(transfer, "recorded_at") !== numberOf(row, "recorded_at"),
      ),
    };
  });
}

function byBatch(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const batch = numberOf(row, "batch");
    const group = groups.get(batch);
    if (group === undefined) groups.set(batch, [row]);
    else group.push(row);
  }
  return groups;
}

type ReadBatch = Awaited<ReturnType<typeof readPage>>[number];

function wrongIn(batch: ReadBatch, lane: number, number: number, prevHash: string): string | undefined {
  const name = `batch ${number} of lane ${lane}`;
  if (batch.number !== number) return `${name} is missing`;
  if (batch.prevHash !== prevHash) return `${name} is not chained to the batch before it`;
  if (batch.requests.length !== batch.requestCount) return `${name} has lost or gained a request`;
  if (batch.transfers.length !== batch.transferCount) return `${name} has lost or gained a transfer`;
  if (batch.recordedOtherwise) return `${name} has a transfer recorded at another time`;
  const hash = batchHashOf({
    lane,
    number,
    recordedAt: batch.recordedAt,
    prevHash,
    requests: batch.requests.map(requestCells),
    transfers: batch.transfers.map(transferCells),
  });
  return hash === batch.hash ? undefined : `${name} is not what was hashed when it was written`;
}

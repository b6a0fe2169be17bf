// A lane: the batches of one run of one process, chained to each other. It is never resumed, so writers do not queue
// behind one chain; checkpoints tie the lanes together.
import type { Ids } from "#core/ids.ts";
import type { Clock } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { isUniqueViolation } from "#database/failures.ts";
import { numberOf } from "#database/row.ts";
import { GENESIS_HASH } from "./hash.ts";

/** Where the next batch goes. */
export type LaneHead = Readonly<{ lane: number; number: number; hash: string }>;

/** Processes that start at the same moment may ask for the same number; each round one of them gets it. */
const TRIES_MAX = 20;

export async function openLane(database: Database, clock: Clock, ids: Ids): Promise<LaneHead> {
  for (let tries = 1; ; tries += 1) {
    try {
      const lane = await insertLane(database, clock, ids);
      return { lane, number: 0, hash: GENESIS_HASH };
    } catch (error) {
      if (!isUniqueViolation(error) || tries === TRIES_MAX) throw error;
    }
  }
}

function insertLane(database: Database, clock: Clock, ids: Ids): Promise<number> {
  return database.transaction(async (tx) => {
    const row = await tx.get("SELECT COALESCE(MAX(id), 0) + 1 AS id FROM ledger_lane");
    const lane = numberOf(row ?? {}, "id");
    await tx.run("INSERT INTO ledger_lane (id, run, opened_at) VALUES (?, ?, ?)", [
      lane,
      ids.next(),
      clock.now(),
    ]);
    return lane;
  }, "read-committed");
}

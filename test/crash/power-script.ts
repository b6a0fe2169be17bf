// Power cuts of the till's own way to the disk: each append is one script on SQLite's thread, as in the product, and while
// it runs this thread copies the files at some moment. Where that falls is the machine's affair; what lies there is read
// from the log.
import { closeSync, mkdirSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Statement } from "#database/database.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import type { Random } from "#test/day/random.ts";
import { noCuts, type PowerCutOptions, type PowerCuts, type Snapshot, writeOften } from "./power-cut.ts";
import { headOf, KIM, lastNoted, lookAtCopies, opener, type Told } from "./power-journal.ts";
import { someSales } from "./sales-of-a-till.ts";
import { readWal, WAL_HEADER_BYTES, type Wal } from "./wal.ts";

/** Proving takes longer as a journal grows; another till is opened before it matters. */
const ENTRIES_PER_TILL = 150;
/** Whoever looks all the time keeps the script's answer waiting. */
const COPIES_PER_SCRIPT = 2;
const FIRST_GUESS_MS = 20;
/** A script's pages go into the log from its first statements on, so that there is something to cut before COMMIT. */
const SPILL_AT_ONCE = "PRAGMA cache_size = 2";
/** Fills more pages than stay in memory. */
const SALES_PER_SCRIPT = 3;
/** Far above what is written before a checkpoint empties it. */
const LOG_BYTES_MAX = 16_777_216;

/** Of working tables, which commit with the entries: the script dwells here, some 20 ms, before its COMMIT. */
const DWELL: Statement = {
  sql: `INSERT INTO settings (name, value)
    SELECT 'crash-dwelt', CAST(count(*) AS TEXT)
    FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000) SELECT i FROM n)
    WHERE true ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
};

/** Appends sales as a till does, copies the files while each script runs, and looks at what a cut there would leave. */
export async function cutTheScripts({ dir, cuts, random }: PowerCutOptions): Promise<PowerCuts> {
  const into = noCuts();
  for (let till = 1; into.cuts < cuts; till += 1) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    await cutOneTill({ dir, cuts, random: random.fork(`till/${till}`) }, into);
    if (Object.values(into.broken).some((list) => list.length > 0)) return into;
    rmSync(dir, { recursive: true });
  }
  return into;
}

async function cutOneTill({ dir, cuts, random }: PowerCutOptions, into: PowerCuts): Promise<void> {
  const path = join(dir, "till.db");
  const copy = join(dir, "copy.db");
  const database = await openTillDatabase(path);
  try {
    await writeOften(database);
    await database.transaction((tx) => tx.all(SPILL_AT_ONCE));
    const open = opener();
    const journal = await open(database);
    const told: Told[] = [headOf(journal)];
    const sales = someSales(random.fork("sales"));
    let usualMs = FIRST_GUESS_MS;
    while (into.cuts < cuts && told.length < ENTRIES_PER_TILL) {
      const promised = filesAt(path);
      const beganMs = performance.now();
      const dwells = random.chance(0.5);
      const drafts = Array.from({ length: SALES_PER_SCRIPT }, () => sales.next()).flat();
      const appended = journal.append(drafts, {
        ...KIM,
        effects: (written) => [lastNoted(written.at(-1)?.seq ?? 0), ...(dwells ? [DWELL] : [])],
      });
      const copies = await copiesDuring(appended, { path, promised, usualMs, random });
      const entries = await appended;
      // Long ones and short ones come mixed, and the guess follows them.
      usualMs = (usualMs + performance.now() - beganMs) / 2;
      for (const snapshot of copies)
        await lookAtCopies({
          snapshot,
          acknowledged: told,
          underWay: entries.length,
          copy,
          open,
          into,
          random,
          cuts,
        });
      told.push(...entries.map(({ seq, hash }) => ({ seq, hash })));
    }
  } finally {
    await database.close();
  }
}

/** The files once everything that was told is in them, and nothing is under way. */
type Promised = Readonly<{ database: Buffer; log: Wal }>;

const filesAt = (path: string): Promised => ({
  database: readFileSync(path),
  log: readWal(readFileSync(`${path}-wal`)),
});

type Watching = Readonly<{ path: string; promised: Promised; usualMs: number; random: Random }>;

/** Copies while the work is under way, each after a part of the usual time that chance names. */
async function copiesDuring(
  work: Promise<unknown>,
  { path, promised, usualMs, random }: Watching,
): Promise<readonly Snapshot[]> {
  const copies: Snapshot[] = [];
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done); // Whoever awaits the work hears of its failure.
  const beganMs = performance.now();
  for (let count = 0; count < COPIES_PER_SCRIPT; count += 1) {
    const partMs = (random.below(1_000) / 1_000) * usualMs;
    do await turn();
    while (!isDone && performance.now() - beganMs < partMs);
    if (isDone) break;
    const snapshot = copyNow(path, promised);
    if (snapshot !== undefined) copies.push(snapshot);
  }
  return copies;
}

/**
 * The files as they lie there while another thread writes. The log only grows past what was promised, so a copy of it is
 * what a cut could have left at some moment of the reading, as long as the database's own file stays as it was. A
 * checkpoint begins after the disk has confirmed the log; nothing is copied where it writes at this moment.
 */
function copyNow(path: string, promised: Promised): Snapshot | undefined {
  const log = bytesNow(`${path}-wal`);
  const database = readFileSync(path);
  if (!database.equals(promised.database)) return checkpointed(path, database);
  const found = readWal(log);
  // A log begins anew after the disk has confirmed the database.
  const promisedEnd = found.salts === promised.log.salts ? promised.log.committedEnd : 0;
  return { point: pointOf(found, promisedEnd), database, log, floor: promisedEnd };
}

/** In one reading: a script may end between two. */
function bytesNow(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(LOG_BYTES_MAX);
    return bytes.subarray(0, readSync(file, bytes, 0, LOG_BYTES_MAX, 0));
  } finally {
    closeSync(file);
  }
}

function checkpointed(path: string, database: Buffer): Snapshot | undefined {
  const log = readFileSync(`${path}-wal`);
  if (!readFileSync(path).equals(database)) return undefined;
  return { point: "duringCheckpoint", database, log, floor: readWal(log).committedEnd };
}

function pointOf({ committedEnd, writtenEnd }: Wal, promisedEnd: number): Snapshot["point"] {
  if (writtenEnd > committedEnd) return "beforeCommit";
  // Of a log that began anew, its header alone says nothing.
  return committedEnd > promisedEnd && committedEnd > WAL_HEADER_BYTES
    ? "afterCommit"
    : "afterAcknowledgement";
}

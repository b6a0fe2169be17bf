// Power cuts without a power switch: the database and its log are copied before COMMIT, after it and after the
// acknowledgement, and the copy of the log is damaged at random bytes past the last frame that was acknowledged.
// What a disk had promised stays as it was; what it had not may be anything.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Database } from "#database/database.ts";
import type { Random } from "#test/day/random.ts";
import type { Broken, Invariant } from "./judge.ts";
import { EMPTY_WAL, readWal, type Wal } from "./wal.ts";

/**
 * `duringCheckpoint`: the COMMIT is on the disk in the log, and of the pages that go on into the database's file some
 * have arrived, some not, and some by half.
 */
export const POINTS = ["beforeCommit", "afterCommit", "duringCheckpoint", "afterAcknowledgement"] as const;
type Point = (typeof POINTS)[number];

/** `cut`: the log ends there. `zeros`, `noise`: it goes on with what the disk had not been told to keep. */
const DAMAGES = ["none", "cut", "zeros", "noise"] as const;
type Damage = (typeof DAMAGES)[number];

export type PowerCuts = {
  cuts: number;
  readonly points: Record<Point, number>;
  readonly damages: Record<Damage, number>;
  /** Acknowledgements that were looked for, over all cuts. */
  acknowledged: number;
  lost: number;
  duplicated: number;
  readonly broken: Broken;
};

export type PowerCutOptions = Readonly<{ dir: string; cuts: number; random: Random }>;

export const noCuts = (): PowerCuts => ({
  cuts: 0,
  points: { beforeCommit: 0, afterCommit: 0, duringCheckpoint: 0, afterAcknowledgement: 0 },
  damages: { none: 0, cut: 0, zeros: 0, noise: 0 },
  acknowledged: 0,
  lost: 0,
  duplicated: 0,
  broken: { I1: [], I2: [], I3: [], I4: [], I5: [] },
});

/** The files as they lay on the disk at one moment. */
export type Snapshot = Readonly<{
  point: Point;
  database: Buffer;
  log: Buffer;
  /** The first byte of the log that no acknowledgement stands for. */
  floor: number;
}>;

export type Witness = Readonly<{
  /** The same database; every transaction passes the witness before and after its COMMIT. */
  database: Database;
  /** From now on the next transaction is copied before its COMMIT and after it. */
  arm(): void;
  /** Everything written until now was acknowledged. */
  acknowledged(): void;
  take(point: Point): Snapshot;
  /** The copies made since, which are then forgotten. */
  taken(): readonly Snapshot[];
}>;

/**
 * Few pages stay in memory, so that a transaction spills into the log before it commits; and the log is emptied often,
 * so that its beginning anew is among the moments.
 */
const PRAGMAS = ["PRAGMA cache_size = 12", "PRAGMA wal_autocheckpoint = 60"] as const;

export const writeOften = (database: Database): Promise<void> =>
  database.transaction(async (tx) => {
    for (const pragma of PRAGMAS) await tx.all(pragma);
  });

export async function witnessed(database: Database, path: string, random: Random): Promise<Witness> {
  let last: Wal = EMPTY_WAL;
  let isArmed = false;
  let snapshots: Snapshot[] = [];
  await writeOften(database);
  // The index of the log (-shm) is left out: it lives in memory, and recovery makes it again. Nothing else writes
  // while these files are read, as whoever writes waits here.
  const take = (point: Point): Snapshot => {
    const log = readFileSync(`${path}-wal`);
    // A log that began anew did so after everything before it had reached the database's file.
    const floor = readWal(log).salts === last.salts ? last.committedEnd : 0;
    return { point, database: readFileSync(path), log, floor };
  };
  const beforeCommit = () => {
    if (isArmed) snapshots.push(take("beforeCommit"));
  };
  const afterCommit = () => {
    const before = snapshots.at(-1);
    if (!isArmed || before === undefined) return;
    const after = take("afterCommit");
    if (before.database.equals(after.database)) {
      snapshots.push(after);
      return;
    }
    // Pages go on into the database's file only after the disk has confirmed their frames in the log.
    const floor = readWal(after.log).committedEnd;
    const database = halfWritten(before.database, after.database, random);
    snapshots.push({ ...after, database, floor, point: "duringCheckpoint" }, { ...after, floor });
  };
  const transaction: Database["transaction"] = async (work, isolation) => {
    const result = await database.transaction(async (tx) => {
      const made = await work({ ...tx, runLast: tx.runAll });
      beforeCommit();
      return made;
    }, isolation);
    afterCommit();
    return result;
  };
  return {
    // What is committed as one script, or with its last statements, is committed apart here, so that each of these moments
    // is met in every commit. power-script.ts cuts the script itself, at whatever moment it is caught.
    database: {
      ...database,
      transaction,
      commit: (statements) => transaction((tx) => tx.runAll(statements)),
    },
    arm: () => {
      isArmed = true;
    },
    acknowledged: () => {
      last = readWal(readFileSync(`${path}-wal`));
    },
    take,
    taken: () => {
      isArmed = false;
      const list = snapshots;
      snapshots = [];
      return list;
    },
  };
}

/** Of the pages that differ, each is old, new, or new up to some byte; the file has its new length or its old one. */
function halfWritten(before: Buffer, after: Buffer, random: Random): Buffer {
  const pageBytes = after.readUInt16BE(16);
  const mixed = Buffer.alloc(random.chance(0.5) ? after.length : before.length);
  before.copy(mixed);
  for (let at = 0; at < mixed.length; at += pageBytes) {
    const [isNew, isTorn] = [random.chance(0.5), random.chance(0.2)];
    if (isNew) after.copy(mixed, at, at, at + (isTorn ? random.below(pageBytes) : pageBytes));
  }
  return mixed;
}

/** Writes the copy that a power cut would have left at `path`; a sentence that says which. */
export function leaveBehind(snapshot: Snapshot, path: string, random: Random, into: PowerCuts): string {
  const { point, database, log, floor } = snapshot;
  const at = cutAt(log, floor, random);
  const damage = at === log.length ? "none" : random.pick(DAMAGES);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  writeFileSync(path, database);
  writeFileSync(`${path}-wal`, damaged(log, at, damage, random));
  into.cuts += 1;
  into.points[point] += 1;
  into.damages[damage] += 1;
  return `cut ${into.cuts}, ${point}, log of ${log.length} bytes, acknowledged up to ${floor}, ${damage} from ${at}`;
}

/** Anywhere past the last acknowledged frame; the borders of frames more often than chance would have it. */
function cutAt(log: Buffer, floor: number, random: Random): number {
  const { frameBytes } = readWal(log);
  const lucky = random.below(10);
  if (lucky === 0) return floor;
  if (lucky === 1) return log.length;
  const at = random.between(floor, log.length);
  if (lucky > 4 || frameBytes === 0) return at;
  const border = floor + Math.floor((at - floor) / frameBytes) * frameBytes;
  return Math.min(log.length, border + (lucky === 2 ? 0 : random.below(25)));
}

function damaged(log: Buffer, at: number, damage: Damage, random: Random): Buffer {
  switch (damage) {
    case "none":
      return log;
    case "cut":
      return log.subarray(0, at);
    case "zeros":
      return Buffer.concat([log.subarray(0, at), Buffer.alloc(log.length - at)]);
    case "noise":
      return Buffer.concat([
        log.subarray(0, at),
        Buffer.from(Array.from({ length: log.length - at }, () => random.below(256))),
      ]);
  }
}

/** Runs one look at a copy; what it throws is a finding of the invariant that it was to prove. */
export async function looked(
  into: PowerCuts,
  what: string,
  invariant: Invariant,
  look: () => Promise<void>,
): Promise<void> {
  try {
    await look();
  } catch (error) {
    into.broken[invariant].push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// The till's journal: every fact is one entry, chained, signed and durable together with the rows that it changes.
import { assert } from "#core/assert.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { EntryId, Epoch, Ids, StaffId, TerminalId } from "#core/ids.ts";
import { ENTRY_BODIES } from "#core/journal/bodies.ts";
import { type ChainFault, hashedText } from "#core/journal/chain.ts";
import type { Entry, EntryContent, EntryDraft, SignedEntry } from "#core/journal/entry.ts";
import { type Clock, type Instant, instant, isoOf } from "#core/time.ts";
import type { ReadDb, Statement } from "#database/database.ts";
import { createQueue } from "#database/queue.ts";
import { entryStatements, rowsAfter, signedOf } from "./entry-rows.ts";
import {
  type EpochStart,
  epochStatements,
  epochToStart,
  headAt,
  headOf,
  lastServerTime,
  readCountersignature,
  storeCountersignature,
  timeAfter,
} from "./epochs.ts";
import { project } from "./project/project.ts";
import { sha256Hex } from "./sha256.ts";
import { type StorageAlarm, storageFailure } from "./storage-failure.ts";
import type { TillDatabase } from "./tx.ts";
import { epochsOf, verifyJournal, verifyTail } from "./verify-journal.ts";

/** The terminal's key, which never leaves the key store that holds it. */
export type Signer = Readonly<{
  /** Ed25519 public key, SPKI DER in base64. Kept with each epoch, so that `verify` needs no secret. */
  publicKey: string;
  /** Ed25519 over the 32 bytes of a hash; base64. */
  sign(hash: Uint8Array): string;
}>;

/** A place in the chain. `seq` 0 with the genesis hash is the place before the first entry of an epoch. */
export type JournalMark = Readonly<{ epoch: Epoch; seq: number; hash: string }>;
export type JournalHead = JournalMark & Readonly<{ at: Instant }>;

/**
 * What is to be written: the drafts, or a function that makes them from what the database holds at that moment.
 * Appends run one by one, so no entry can come between its reading and its own. What others write it may find older.
 */
export type Drafts = readonly EntryDraft[] | ((db: ReadDb) => Promise<readonly EntryDraft[]>);

export type AppendOptions = Readonly<{
  /** Who is signed in; null for what the till does by itself. */
  staffId: StaffId | null;
  /** Changes of working tables (never of projections) that commit with the entries, or not at all. */
  effects?: (entries: readonly Entry[]) => readonly Statement[];
}>;

export type JournalAlarm = StorageAlarm | "JOURNAL_BROKEN" | "CLOCK_SET_BACK";

/** Which entries the server holds, and until when they must be kept here nevertheless. */
export type Countersignature = Readonly<{
  mark: JournalMark;
  /** The server's Ed25519 signature over the mark, base64; verified by who calls. */
  signature: string;
  serverTime: Instant;
  prunableBefore: Instant;
}>;

export type Unsynced = Readonly<{ count: number; oldestAt: Instant | null }>;

/** Why and where a chain does not hold. `epoch` and `seq` name the first entry that is wrong. */
export type ChainBreak = Readonly<{
  epoch: string;
  seq: number;
  why: ChainFault;
}>;
export type ChainReport = Readonly<{ entries: number; broken: ChainBreak | null }>;

export type Journal = Readonly<{
  /**
   * Writes entries and projections in one durable transaction, in the order of the calls. When it resolves, no crash
   * can lose them; when it fails, none of it is there. Fails with DISK_FULL, DATABASE_CORRUPT or JOURNAL_BROKEN
   * (and raises that alarm), with STATE_CONFLICT where a projection refuses (a grant closed or spent meanwhile),
   * or with whatever the function of drafts fails with. No drafts: nothing is written.
   */
  append(drafts: Drafts, options: AppendOptions): Promise<readonly Entry[]>;
  head(): JournalHead;
  /** The time that every limit and entry goes by: max(clock, last journal time, last server time). */
  now(): Instant;
  /** Signed entries of an epoch after a place in it, in order; fewer than `limit` at the head. */
  entriesAfter(mark: Pick<JournalMark, "epoch" | "seq">, limit: number): Promise<readonly SignedEntry[]>;
  /** Epochs in order of their beginning. The last one is the head's. */
  epochs(): Promise<readonly Epoch[]>;
  /** Stores how far the server has countersigned; a mark behind the stored one is kept too (a restored server). */
  countersigned(countersignature: Countersignature): Promise<void>;
  /** The last countersigned place of the current epoch; null before the first sync. */
  lastCountersigned(): Countersignature | null;
  /** Raises `now()` where the server's clock is ahead. Kept with the next countersignature. */
  sawServerTime(at: Instant): void;
  unsynced(): Unsynced;
  /** Walks the chain from its beginning: gaps, links, hashes, signatures. */
  verify(): Promise<ChainReport>;
  alarm(): JournalAlarm | null;
  /** Told after each commit, with its entries, and when an alarm comes or goes, with none. Returns how to stop. */
  onChange(listener: (entries: readonly Entry[]) => void): () => void;
}>;

export type JournalDeps = Readonly<{
  database: TillDatabase;
  clock: Clock;
  ids: Ids;
  signer: Signer;
  terminalId: TerminalId;
  softwareVersion: string;
}>;

/** Appends that may wait for the disk; far more than a till has at once. */
const WAITING_MAX = 1_000;
/** A torn tail shows within these; the whole chain is verified by `countersign verify`. */
const TAIL_ENTRIES = 2_000;
/** A clock may be corrected by this much without anybody being told. */
const CLOCK_BACK_MS_MAX = 5 * 60_000;

/**
 * Opens the journal of a database. Begins an epoch where there is none, where the terminal was enrolled anew, or where
 * the database was restored from a back-up. A tail that does not hold raises JOURNAL_BROKEN and refuses every append.
 */
export async function createJournal(deps: JournalDeps): Promise<Journal> {
  const { database, clock, ids, signer, terminalId } = deps;
  const queue = createQueue(WAITING_MAX);
  const listeners = new Set<(entries: readonly Entry[]) => void>();
  const tell = (entries: readonly Entry[]) => {
    for (const listener of [...listeners]) listener(entries);
  };

  let storage: StorageAlarm | "JOURNAL_BROKEN" | null = null;
  const start: EpochStart | undefined = await epochToStart(database.read, deps);
  let head: JournalHead = start?.place ?? (await headOf(database.read)) ?? fail("JOURNAL_BROKEN", "no epoch");
  let isHeadKnown = true;
  let countersignature = await readCountersignature(database.read, head.epoch);
  let serverTime = await lastServerTime(database.read);
  let oldestUnsyncedAt = await timeAfter(database.read, head.epoch, countersignature?.mark.seq ?? 0);

  const now = () => instant(Math.max(clock.now(), head.at, serverTime));
  const setAlarm = (code: typeof storage) => {
    if (storage === code) return;
    storage = code;
    tell([]);
  };

  const seal = (draft: EntryDraft, after: JournalHead, staffId: StaffId | null): Entry => {
    const body = ENTRY_BODIES[draft.kind].safeParse(draft.body);
    // A draft of the wrong form is a defect of ours; better nothing than an entry nobody can read.
    assert(body.success, `the body of ${draft.kind} is of its form`);
    const content = {
      terminalId,
      epoch: after.epoch,
      seq: after.seq + 1,
      id: ids.next() as EntryId,
      kind: draft.kind,
      at: isoOf(now()),
      staffId,
      body: body.data,
      prevHash: after.hash,
    };
    const hash = sha256Hex(hashedText(content as EntryContent));
    return { ...content, hash, sig: signer.sign(Buffer.from(hash, "hex")) } as Entry;
  };

  const write = async (drafts: Drafts, { staffId, effects }: AppendOptions): Promise<readonly Entry[]> => {
    if (storage === "JOURNAL_BROKEN") fail("JOURNAL_BROKEN");
    // After a failed commit nobody knows what is on the disk but the disk.
    if (!isHeadKnown) head = (await headOf(database.read)) ?? head;
    const list = typeof drafts === "function" ? await drafts(database.read) : drafts;
    const entries: Entry[] = [];
    let place = head;
    for (const draft of list) {
      const entry = seal(draft, place, staffId);
      entries.push(entry);
      place = headAt(entry as SignedEntry);
    }
    const [first] = entries;
    if (first === undefined) return entries;
    isHeadKnown = false;
    await database.commit(written(entries, effects));
    isHeadKnown = true;
    head = place;
    oldestUnsyncedAt ??= instant(Date.parse(first.at));
    return entries;
  };

  const tail = await verifyTail(database.read, TAIL_ENTRIES);
  if (tail.broken !== null) storage = "JOURNAL_BROKEN";
  else if (start !== undefined) {
    await write([start.draft], { staffId: null, effects: () => epochStatements(start, deps) });
  }

  return {
    append: async (drafts, options) => {
      try {
        const entries = await queue.run(() => write(drafts, options));
        if (storage === "DISK_FULL" && entries.length > 0) setAlarm(null);
        if (entries.length > 0) tell(entries);
        return entries;
      } catch (error) {
        const code = storageFailure(error);
        if (code === undefined) throw error;
        setAlarm(code);
        throw new FailureError({ code });
      }
    },
    head: () => head,
    now,
    entriesAfter: async ({ epoch, seq }, limit) => {
      const rows = await rowsAfter(database.read, epoch, seq, limit);
      return rows.map((row) => signedOf(row) ?? fail("JOURNAL_BROKEN", "an entry cannot be read"));
    },
    epochs: async () => (await epochsOf(database.read)).map(({ epoch }) => epoch),
    countersigned: (next) =>
      queue.run(async () => {
        await storeCountersignature(database, next);
        serverTime = Math.max(serverTime, next.serverTime) as Instant;
        if (next.mark.epoch === head.epoch) {
          countersignature = next;
          oldestUnsyncedAt = await timeAfter(database.read, head.epoch, next.mark.seq);
        }
        tell([]);
      }),
    lastCountersigned: () => countersignature,
    sawServerTime: (at) => {
      serverTime = Math.max(serverTime, at) as Instant;
    },
    unsynced: () => ({ count: head.seq - (countersignature?.mark.seq ?? 0), oldestAt: oldestUnsyncedAt }),
    verify: () => verifyJournal(database.read),
    alarm: () =>
      storage ?? (clock.now() < Math.max(head.at, serverTime) - CLOCK_BACK_MS_MAX ? "CLOCK_SET_BACK" : null),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** All that entries write, in its order. */
const written = (entries: readonly Entry[], effects: AppendOptions["effects"]): readonly Statement[] => [
  ...entryStatements(entries as readonly SignedEntry[]),
  ...entries.flatMap(project),
  ...(effects?.(entries) ?? []),
];

// The till's journal: every fact is one entry, chained, signed and durable together with the rows that it changes.
import type { Epoch, StaffId } from "#core/ids.ts";
import type { Entry, EntryDraft, SignedEntry } from "#core/journal/entry.ts";
import type { Instant } from "#core/time.ts";
import type { ReadTx, WriteTx } from "./tx.ts";

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
 * The function runs inside the writing transaction, so nothing can change between its reading and the entries.
 */
export type Drafts = readonly EntryDraft[] | ((tx: ReadTx) => Promise<readonly EntryDraft[]>);

export type AppendOptions = Readonly<{
  /** Who is signed in; null for what the till does by itself. */
  staffId: StaffId | null;
  /** Rows of working tables (never of projections) that commit with the entries, or not at all. */
  effects?: (tx: WriteTx, entries: readonly Entry[]) => Promise<void>;
}>;

export type JournalAlarm = "DISK_FULL" | "DATABASE_CORRUPT" | "JOURNAL_BROKEN" | "CLOCK_SET_BACK";

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
  why: "gap" | "link" | "hash" | "signature" | "form" | "terminal";
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

// Which of the entries that a till sends are new, and whether they follow what is stored. A fork is told from a gap,
// from a replay and from a declared restore.
import { type KeyObject, verify } from "node:crypto";
import { promisify } from "node:util";
import type { SyncRequest } from "#core/contract/terminal.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { Epoch } from "#core/ids.ts";
import { type ChainFault, type ChainPlace, chainStart, faultOf, placeOf } from "#core/journal/chain.ts";
import { decodeEntry, type SignedEntry } from "#core/journal/entry.ts";
import type { ReadDb } from "#database/database.ts";
import { marks } from "../cards/store.ts";
import { sha256Hex } from "../sha256.ts";
import { publicKeyOf } from "./enrol.ts";
import type { TerminalRecord } from "./store.ts";

export type Acceptance =
  | Readonly<{ kind: "accepted"; fresh: readonly SignedEntry[]; place: ChainPlace; newEpoch: boolean }>
  | Readonly<{ kind: "refused"; code: ErrorCode; detail: string }>
  | Readonly<{ kind: "forked"; detail: string }>;

const refused = (code: ErrorCode, detail: string): Acceptance => ({ kind: "refused", code, detail });
const forked = (detail: string): Acceptance => ({ kind: "forked", detail });

/**
 * Entries that are stored already with the same hash are passed over. Fails with SYNC_GAP, JOURNAL_BROKEN or
 * SIGNATURE_WRONG as values; another entry in a stored place, or an undeclared epoch, is a fork.
 */
export async function acceptEntries(
  db: ReadDb,
  terminal: TerminalRecord,
  request: SyncRequest,
): Promise<Acceptance> {
  const { epoch, entries } = request;
  const [first] = entries;
  const head = headOf(terminal);
  if (first === undefined) return { kind: "accepted", fresh: [], place: head, newEpoch: false };
  if (entries.some((entry) => entry.epoch !== epoch))
    return refused("REQUEST_INVALID", "one epoch at a time");

  if (epoch === terminal.epoch) return follow(db, terminal, entries, head);
  if (await isKnownEpoch(db, terminal, epoch)) return replayOf(db, terminal, entries);
  const problem = terminal.epoch === null ? undefined : await undeclared(db, terminal, first);
  if (problem !== undefined) return problem;
  return follow(db, terminal, entries, chainStart(terminal.terminalId, epoch), true);
}

export const headOf = ({ terminalId, epoch, markSeq, markHash }: TerminalRecord): ChainPlace => ({
  terminalId,
  epoch: epoch ?? ("none" as Epoch),
  seq: markSeq,
  hash: markHash,
});

async function follow(
  db: ReadDb,
  terminal: TerminalRecord,
  entries: readonly SignedEntry[],
  head: ChainPlace,
  newEpoch = false,
): Promise<Acceptance> {
  const known = entries.filter(({ seq }) => seq <= head.seq);
  const differing = await differs(db, terminal, known);
  if (differing !== undefined) {
    // A hash that its content does not give is no other journal, only a broken message.
    return isGenuine(terminal, differing)
      ? forked(`another entry ${differing.seq}`)
      : refused("JOURNAL_BROKEN", `entry ${differing.seq}`);
  }
  const fresh = entries.slice(known.length);
  const key = publicKeyOf(terminal.publicKey);
  let place = head;
  for (let from = 0; from < fresh.length; from += SIGNATURES_AT_ONCE) {
    const { chained, fault } = chainedAfter(place, fresh.slice(from, from + SIGNATURES_AT_ONCE));
    const unsigned = await firstUnsigned(key, chained);
    if (unsigned !== undefined) return refused("SIGNATURE_WRONG", `entry ${unsigned.seq}`);
    place = chained.reduce((_, entry) => placeOf(entry), place);
    if (fault === undefined) continue;
    const { why, entry } = fault;
    if (why === "gap") return refused("SYNC_GAP", `after entry ${place.seq}`);
    if (why === "link" && place === head && isGenuine(terminal, entry)) {
      return forked(`entry ${entry.seq} follows another ${head.seq}`);
    }
    return refused("JOURNAL_BROKEN", `entry ${entry.seq}: ${why}`);
  }
  return { kind: "accepted", fresh, place, newEpoch: newEpoch && fresh.length > 0 };
}

/**
 * Signatures are checked on libuv's threads, several at a time on as many cores. Few enough that a statement of SQLite,
 * which comes behind them there, waits for some milliseconds at most.
 */
const SIGNATURES_AT_ONCE = 64;

type Chained = Readonly<{
  chained: readonly SignedEntry[];
  fault?: Readonly<{ entry: SignedEntry; why: ChainFault }>;
}>;

/** The entries that follow a place, whoever signed them, up to the first that does not. */
function chainedAfter(after: ChainPlace, entries: readonly SignedEntry[]): Chained {
  let place = after;
  for (const [index, entry] of entries.entries()) {
    const why = faultOf(entry, place, sha256Hex, () => true);
    if (why !== undefined) return { chained: entries.slice(0, index), fault: { entry, why } };
    place = placeOf(entry);
  }
  return { chained: entries };
}

async function firstUnsigned(
  key: KeyObject,
  entries: readonly SignedEntry[],
): Promise<SignedEntry | undefined> {
  const signed = await Promise.all(entries.map(({ hash, sig }) => isSignedLater(key, hash, sig)));
  return entries.find((_, index) => signed[index] === false);
}

/** Of an epoch that was left: what is stored is passed over, anything else is a second till with this one's key. */
async function replayOf(
  db: ReadDb,
  terminal: TerminalRecord,
  entries: readonly SignedEntry[],
): Promise<Acceptance> {
  const other = await differs(db, terminal, entries);
  if (other === undefined) {
    return { kind: "accepted", fresh: [], place: headOf(terminal), newEpoch: false };
  }
  return isGenuine(terminal, other)
    ? forked(`entry ${other.seq} of the epoch that was left`)
    : refused("JOURNAL_BROKEN", `entry ${other.seq}`);
}

/** Undefined where the first entry of a new epoch names a place of the journal that is stored: a declared restore. */
async function undeclared(
  db: ReadDb,
  terminal: TerminalRecord,
  first: SignedEntry,
): Promise<Acceptance | undefined> {
  if (first.seq !== 1) return refused("SYNC_GAP", "an epoch begins with its first entry");
  const entry = decodeEntry(first);
  if (!isGenuine(terminal, first)) return refused("JOURNAL_BROKEN", "entry 1");
  if (entry?.kind !== "epoch-started" || entry.body.reason !== "restored" || entry.body.previous === null) {
    return forked("a new epoch that no restore declares");
  }
  const { previous } = entry.body;
  if (previous.seq === 0) return undefined;
  const row = await db.get("SELECT hash FROM journal_entry WHERE terminal_id = ? AND epoch = ? AND seq = ?", [
    terminal.terminalId,
    previous.epoch,
    previous.seq,
  ]);
  if (row?.hash === previous.hash) return undefined;
  return row === undefined && previous.epoch === terminal.epoch
    ? refused("SYNC_GAP", "the epoch before is not all here")
    : forked("a restore that names another journal");
}

async function isKnownEpoch(db: ReadDb, { terminalId }: TerminalRecord, epoch: string): Promise<boolean> {
  const row = await db.get("SELECT 1 AS known FROM terminal_epoch WHERE terminal_id = ? AND epoch = ?", [
    terminalId,
    epoch,
  ]);
  return row !== undefined;
}

/** The first entry that is not the stored one of its place. */
async function differs(
  db: ReadDb,
  { terminalId }: TerminalRecord,
  entries: readonly SignedEntry[],
): Promise<SignedEntry | undefined> {
  const [first] = entries;
  if (first === undefined) return undefined;
  const rows = await db.all(
    `SELECT seq, hash FROM journal_entry WHERE terminal_id = ? AND epoch = ? AND seq IN (${marks(entries)})`,
    [terminalId, first.epoch, ...entries.map(({ seq }) => seq)],
  );
  const stored = new Map(rows.map((row) => [Number(row.seq), String(row.hash)]));
  return entries.find((entry) => stored.get(entry.seq) !== entry.hash);
}

/** Made by the holder of the terminal's key, wherever it stands in a chain. */
function isGenuine(terminal: TerminalRecord, entry: SignedEntry): boolean {
  const before: ChainPlace = {
    terminalId: terminal.terminalId,
    epoch: entry.epoch,
    seq: entry.seq - 1,
    hash: entry.prevHash,
  };
  const key = publicKeyOf(terminal.publicKey);
  return faultOf(entry, before, sha256Hex, (hash, sig) => isSigned(key, hash, sig)) === undefined;
}

const isSigned = (key: KeyObject, hash: string, sig: string) =>
  verify(null, Buffer.from(hash, "hex"), key, Buffer.from(sig, "base64"));
const isSignedLater = (key: KeyObject, hash: string, sig: string): Promise<boolean> =>
  verifyOnThread(null, Buffer.from(hash, "hex"), key, Buffer.from(sig, "base64"));
const verifyOnThread = promisify(verify);

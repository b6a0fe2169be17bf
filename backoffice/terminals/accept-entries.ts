// Which of the entries that a till sends are new, and whether they follow what is stored. A fork is told from a gap,
// from a replay and from a declared restore.
import { type KeyObject, verify } from "node:crypto";
import type { SyncRequest } from "#core/contract/terminal.ts";
import { type ErrorCode, fail } from "#core/errors.ts";
import type { Epoch } from "#core/ids.ts";
import {
  type ChainFault,
  type ChainPlace,
  chainStart,
  faultOf,
  hashedText,
  linkFaultOf,
  placeOf,
} from "#core/journal/chain.ts";
import { decodeEntry, type SignedEntry } from "#core/journal/entry.ts";
import type { ReadDb } from "#database/database.ts";
import { marks } from "../cards/store.ts";
import { sha256Hex } from "../sha256.ts";
import { publicKeyOf } from "./enrol.ts";
import type { Signatures } from "./signature-pool.ts";
import type { TerminalRecord } from "./store.ts";

/** An entry that follows the chain, and the text that is hashed of it. */
export type ChainedEntry = Readonly<{ entry: SignedEntry; content: string }>;

export type Acceptance =
  | Readonly<{
      kind: "accepted";
      fresh: readonly ChainedEntry[];
      place: ChainPlace;
      newEpoch: boolean;
      /**
       * Resolves once every fresh entry is known to be signed by the terminal, and rejects with SIGNATURE_WRONG where one
       * is not. Nothing may come of them before; rows can be made meanwhile, as the checks take longer than all the rest.
       */
      signed: Promise<void>;
      /** Nothing else is checked before them, so a transaction may wait for them. */
      isSignedSoon: boolean;
    }>
  | Readonly<{ kind: "refused"; code: ErrorCode; detail: string }>
  | Readonly<{ kind: "forked"; detail: string }>;

const refused = (code: ErrorCode, detail: string): Acceptance => ({ kind: "refused", code, detail });
const forked = (detail: string): Acceptance => ({ kind: "forked", detail });
const nothingNew = (place: ChainPlace): Acceptance => ({
  kind: "accepted",
  fresh: [],
  place,
  newEpoch: false,
  signed: Promise.resolve(),
  isSignedSoon: true,
});

export type AcceptDeps = Readonly<{ read: ReadDb; signatures: Signatures }>;

/**
 * Entries that are stored already with the same hash are passed over. Fails with SYNC_GAP, JOURNAL_BROKEN or
 * SIGNATURE_WRONG as values; another entry in a stored place, or an undeclared epoch, is a fork.
 */
export async function acceptEntries(
  deps: AcceptDeps,
  terminal: TerminalRecord,
  request: SyncRequest,
): Promise<Acceptance> {
  const db = deps.read;
  const { epoch, entries } = request;
  const [first] = entries;
  const head = headOf(terminal);
  if (first === undefined) return nothingNew(head);
  if (entries.some((entry) => entry.epoch !== epoch))
    return refused("REQUEST_INVALID", "one epoch at a time");

  if (epoch === terminal.epoch) return follow(deps, terminal, entries, head);
  if (await isKnownEpoch(db, terminal, epoch)) return replayOf(db, terminal, entries);
  const problem = terminal.epoch === null ? undefined : await undeclared(db, terminal, first);
  if (problem !== undefined) return problem;
  return follow(deps, terminal, entries, chainStart(terminal.terminalId, epoch), true);
}

export const headOf = ({ terminalId, epoch, markSeq, markHash }: TerminalRecord): ChainPlace => ({
  terminalId,
  epoch: epoch ?? ("none" as Epoch),
  seq: markSeq,
  hash: markHash,
});

async function follow(
  { read, signatures }: AcceptDeps,
  terminal: TerminalRecord,
  entries: readonly SignedEntry[],
  head: ChainPlace,
  newEpoch = false,
): Promise<Acceptance> {
  const known = entries.filter(({ seq }) => seq <= head.seq);
  const differing = await differs(read, terminal, known);
  if (differing !== undefined) {
    // A hash that its content does not give is no other journal, only a broken message.
    return isGenuine(terminal, differing)
      ? forked(`another entry ${differing.seq}`)
      : refused("JOURNAL_BROKEN", `entry ${differing.seq}`);
  }
  const fresh = entries.slice(known.length);
  const isSignedSoon = signatures.isIdle();
  const firstWrong = signatures.firstWrong(terminal.publicKey, fresh);
  firstWrong.catch(() => undefined); // Heard where it is awaited.
  const { chained, place, fault } = chainedAfter(head, fresh);
  if (fault === undefined) {
    const signed = firstWrong.then((at) => (at === undefined ? undefined : unsigned(fresh[at])));
    signed.catch(() => undefined);
    const isEpochNew = newEpoch && fresh.length > 0;
    return { kind: "accepted", fresh: chained, place, newEpoch: isEpochNew, signed, isSignedSoon };
  }
  const { why, entry } = fault;
  const wrong = chained[(await firstWrong) ?? chained.length];
  if (wrong !== undefined) return refused("SIGNATURE_WRONG", `entry ${wrong.entry.seq}`);
  if (why === "gap") return refused("SYNC_GAP", `after entry ${place.seq}`);
  if (why === "link" && place === head && isGenuine(terminal, entry)) {
    return forked(`entry ${entry.seq} follows another ${head.seq}`);
  }
  return refused("JOURNAL_BROKEN", `entry ${entry.seq}: ${why}`);
}

const unsigned = (entry: SignedEntry | undefined): never => fail("SIGNATURE_WRONG", `entry ${entry?.seq}`);

type Chained = Readonly<{
  chained: readonly ChainedEntry[];
  /** Where the last of them stands. */
  place: ChainPlace;
  fault?: Readonly<{ entry: SignedEntry; why: ChainFault }>;
}>;

/** The entries that follow a place, whoever signed them, up to the first that does not. */
function chainedAfter(after: ChainPlace, entries: readonly SignedEntry[]): Chained {
  const chained: ChainedEntry[] = [];
  let place = after;
  for (const entry of entries) {
    const content = hashedText(entry);
    const why = linkFaultOf(entry, content, place, sha256Hex);
    if (why !== undefined) return { chained, place, fault: { entry, why } };
    chained.push({ entry, content });
    place = placeOf(entry);
  }
  return { chained, place };
}

/** Of an epoch that was left: what is stored is passed over, anything else is a second till with this one's key. */
async function replayOf(
  db: ReadDb,
  terminal: TerminalRecord,
  entries: readonly SignedEntry[],
): Promise<Acceptance> {
  const other = await differs(db, terminal, entries);
  if (other === undefined) return nothingNew(headOf(terminal));
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

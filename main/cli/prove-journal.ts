// Whether a journal is the terminal's own: its chain alone proves nothing where somebody wrote it all again under a key
// of theirs, so the key and the entries are held against what others have of them.
import type { KeyObject } from "node:crypto";
import type { Mark } from "#core/contract/terminal.ts";
import { FailureError } from "#core/errors.ts";
import type { Epoch, TerminalId } from "#core/ids.ts";
import type { ReadDb } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import { keyStoreAt } from "../till/keys/key-store.ts";
import { signingKeysOf } from "../till/keys/till-keys.ts";
import { readCountersignature } from "../till/store/epochs.ts";
import { epochsOf } from "../till/store/verify-journal.ts";
import type { EnrolledRing } from "../till/sync/enrol.ts";
import { isSealedByAny, readKept } from "../till/sync/kept-snapshot.ts";
import { checkMark, serverKeyOf } from "../till/sync/verify-answers.ts";

/** Entries of the books that are compared at a time. */
const PAGE_ENTRIES = 1_000;

/** What lies in the data folder beside the till's database; undefined where it does not or cannot be read. */
export type Witnesses = Readonly<{ ring: EnrolledRing | undefined; books: ReadDb | undefined }>;

/** `unproved` names the epochs of which nobody here knows whose key signed them. */
export type Proof = Readonly<{ wrong: string | null; unproved: readonly Epoch[] }>;

/** The keys of a till, where they can be read without the operating system's key store. */
export async function ringAt(keysDir: string): Promise<EnrolledRing | undefined> {
  try {
    const ring = await keyStoreAt(keysDir, null).read();
    if (ring === undefined || ring.enrolment === null) return undefined;
    return { ...ring, enrolment: ring.enrolment };
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === "KEY_SEALED") return undefined;
    throw error;
  }
}

/** Of a journal whose chain holds by its own keys. The first thing that is wrong is named. */
export async function proveJournal(db: ReadDb, { ring, books }: Witnesses): Promise<Proof> {
  const unproved: Epoch[] = [];
  for (const epoch of await epochsOf(db)) {
    const byRing = ring === undefined ? "unknown" : await heldAgainstRing(db, epoch, ring);
    const byBooks = books === undefined ? "unknown" : await heldAgainstBooks(db, epoch, books);
    const found = [byRing, byBooks].find((verdict) => verdict !== "right" && verdict !== "unknown");
    if (found !== undefined) return { wrong: `epoch ${epoch.epoch}: ${found}`, unproved };
    if (byRing === "unknown" && byBooks === "unknown") unproved.push(epoch.epoch);
  }
  return { wrong: await wrongSnapshot(db), unproved };
}

type EpochOf = Readonly<{ epoch: Epoch; terminalId: TerminalId; publicKey: string }>;
/** `right`, `unknown` where the witness knows nothing of the terminal, or what is wrong. */
type Verdict = string;

async function heldAgainstRing(
  db: ReadDb,
  { epoch, terminalId, publicKey }: EpochOf,
  ring: EnrolledRing,
): Promise<Verdict> {
  const keys = keysOf(ring, terminalId);
  if (keys === undefined) return "unknown";
  if (publicKey !== signingKeysOf(keys.signing).signer.publicKey)
    return "it is signed with another key than this till's (JOURNAL_BROKEN: signature)";
  const countersignature = await readCountersignature(db, epoch);
  if (countersignature === null) return "right";
  const { mark, signature } = countersignature;
  // What was left to send of an earlier enrolment is countersigned by the back office's key of now.
  const serverKeys = [keys.serverKey, ring.enrolment.serverKey].map(serverKeyOf);
  return wrongMark(db, serverKeys, { terminalId, ...mark }, signature);
}

/** Of the present enrolment, or of one before of which something may still be to be sent. */
function keysOf({ secrets, enrolment, earlier = [] }: EnrolledRing, terminalId: TerminalId) {
  const { signing } = secrets;
  return [...earlier, { ...enrolment, signing }].find((keys) => keys.terminalId === terminalId);
}

async function wrongMark(
  db: ReadDb,
  serverKeys: readonly KeyObject[],
  mark: Mark,
  signature: string,
): Promise<Verdict> {
  if (!serverKeys.some((serverKey) => isCountersigned(serverKey, mark, signature)))
    return "the back office did not countersign this (SIGNATURE_WRONG)";
  if (mark.seq === 0) return "right";
  const [row] = await hashesAfter(db, mark.epoch, mark.seq - 1, 1);
  if (row?.seq === mark.seq && row.hash === mark.hash) return "right";
  return `entry ${mark.seq} is not the one that the back office countersigned (JOURNAL_BROKEN: hash)`;
}

function isCountersigned(serverKey: KeyObject, mark: Mark, signature: string): boolean {
  try {
    checkMark(serverKey, mark.terminalId, mark, signature);
    return true;
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return false;
  }
}

async function heldAgainstBooks(
  db: ReadDb,
  { epoch, terminalId, publicKey }: EpochOf,
  books: ReadDb,
): Promise<Verdict> {
  const terminal = await books.get("SELECT public_key FROM terminal WHERE terminal_id = ?", [terminalId]);
  if (terminal === undefined) return "unknown";
  if (textOf(terminal, "public_key") !== publicKey)
    return "it is signed with another key than the books have of this terminal (JOURNAL_BROKEN: signature)";
  for (let seq = 0; ; seq += PAGE_ENTRIES) {
    const here = await hashesAfter(db, epoch, seq, PAGE_ENTRIES);
    const there = new Map(
      (
        await books.all(
          "SELECT seq, hash FROM journal_entry WHERE terminal_id = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
          [terminalId, epoch, seq, PAGE_ENTRIES],
        )
      ).map((row) => [numberOf(row, "seq"), textOf(row, "hash")]),
    );
    const other = here.find((entry) => (there.get(entry.seq) ?? entry.hash) !== entry.hash);
    if (other !== undefined)
      return `entry ${other.seq} is not the one that the books hold (JOURNAL_BROKEN: hash)`;
    // What the books do not have yet they cannot contradict.
    if (here.length < PAGE_ENTRIES || there.size === 0) return "right";
  }
}

async function hashesAfter(db: ReadDb, epoch: Epoch, seq: number, limit: number) {
  const rows = await db.all(
    "SELECT seq, hash FROM entries WHERE epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
    [epoch, seq, limit],
  );
  return rows.map((row) => ({ seq: numberOf(row, "seq"), hash: textOf(row, "hash") }));
}

/** A snapshot of before there were seals says nothing: the till asks for one anew by itself. */
async function wrongSnapshot(db: ReadDb): Promise<string | null> {
  const kept = await readKept(db);
  if (kept === undefined || kept.seal === null || isSealedByAny(await epochsOf(db), kept)) return null;
  return "what the back office had sent was changed (SNAPSHOT_CHANGED); the till forgets it at its next start";
}

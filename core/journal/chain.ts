// The chain of a journal: how an entry is hashed, and how a reader finds the first one that is wrong.
import { canonicalJson, type JsonValue } from "../canonical-json.ts";
import type { Epoch, TerminalId } from "../ids.ts";
import { type EntryContent, GENESIS_HASH, type SignedEntry } from "./entry.ts";

/** SHA-256 of a text's UTF-8 bytes in lower-case hex. Comes from the shell, as core has no cryptography. */
export type Sha256 = (text: string) => string;
/** Whether a base64 signature over a hash (hex) is the terminal's. */
export type CheckSignature = (hash: string, sig: string) => boolean;

/** The text that is hashed: the canonical JSON of the content alone, without hash and signature. */
export function hashedText(content: EntryContent): string {
  const { terminalId, epoch, seq, id, kind, at, staffId, body, prevHash } = content;
  const hashed = { terminalId, epoch, seq, id, kind, at, staffId, body, prevHash };
  return canonicalJson(hashed as JsonValue);
}

/** A place in the chain; the next entry follows it. */
export type ChainPlace = Readonly<{ terminalId: TerminalId; epoch: Epoch; seq: number; hash: string }>;

/** The place before the first entry of an epoch. */
export const chainStart = (terminalId: TerminalId, epoch: Epoch): ChainPlace => ({
  terminalId,
  epoch,
  seq: 0,
  hash: GENESIS_HASH,
});

export const placeOf = ({ terminalId, epoch, seq, hash }: SignedEntry): ChainPlace => ({
  terminalId,
  epoch,
  seq,
  hash,
});

/**
 * Why an entry does not follow a place: it belongs to another terminal or epoch, its number is not the next one,
 * it does not name the hash before it, its content is not what was hashed, or the signature is not the terminal's.
 */
export type ChainFault = "terminal" | "gap" | "link" | "hash" | "signature" | "form";

/** The fault of an entry after a place, or undefined when it holds. */
export function faultOf(
  entry: SignedEntry,
  after: ChainPlace,
  sha256: Sha256,
  isSigned: CheckSignature,
): ChainFault | undefined {
  const fault = linkFaultOf(entry, hashedText(entry), after, sha256);
  return fault ?? (isSigned(entry.hash, entry.sig) ? undefined : "signature");
}

/** As `faultOf` for whoever has the entry's `hashedText` at hand, and checks signatures apart. */
export function linkFaultOf(
  entry: SignedEntry,
  content: string,
  after: ChainPlace,
  sha256: Sha256,
): Exclude<ChainFault, "signature"> | undefined {
  if (entry.terminalId !== after.terminalId || entry.epoch !== after.epoch) return "terminal";
  if (entry.seq !== after.seq + 1) return "gap";
  if (entry.prevHash !== after.hash) return "link";
  return sha256(content) === entry.hash ? undefined : "hash";
}

export type ChainCheck =
  | Readonly<{ kind: "holds"; head: ChainPlace }>
  | Readonly<{ kind: "broken"; seq: number; fault: ChainFault }>;

/** Walks entries that should follow a place and names the first that does not. */
export function checkChain(
  entries: Iterable<SignedEntry>,
  start: ChainPlace,
  sha256: Sha256,
  isSigned: CheckSignature,
): ChainCheck {
  let head = start;
  for (const entry of entries) {
    const fault = faultOf(entry, head, sha256, isSigned);
    if (fault !== undefined) return { kind: "broken", seq: head.seq + 1, fault };
    head = placeOf(entry);
  }
  return { kind: "holds", head };
}

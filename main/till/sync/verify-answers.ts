// What a till checks before it believes the back office: signature, terminal, version and time.
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { type BooksCheckpoint, type Mark, Snapshot } from "#core/contract/terminal.ts";
import { instantOf } from "#core/contract/values.ts";
import { FailureError } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { elapsed, type Instant } from "#core/time.ts";
import type { ReceivedSnapshot } from "./server-link.ts";

/** Ed25519, SPKI DER in base64, as the enrolment brought it. */
export const serverKeyOf = (serverKey: string): KeyObject =>
  createPublicKey({ key: Buffer.from(serverKey, "base64"), format: "der", type: "spki" });

const isSignedBy = (key: KeyObject, value: unknown, signature: string): boolean =>
  verify(null, Buffer.from(canonicalJson(value as JsonValue), "utf8"), key, Buffer.from(signature, "base64"));

/** Fails with SIGNATURE_WRONG where the mark is another terminal's or not the server's. */
export function checkMark(key: KeyObject, terminalId: TerminalId, mark: Mark, signature: string): void {
  if (mark.terminalId !== terminalId) refuse("SIGNATURE_WRONG", "the mark names another terminal");
  if (!isSignedBy(key, mark, signature)) refuse("SIGNATURE_WRONG", "the mark's signature");
}

/** Fails with SIGNATURE_WRONG where the checkpoint is not the server's word to this terminal. */
export function checkCheckpoint(
  key: KeyObject,
  terminalId: TerminalId,
  { number, hash, signature }: BooksCheckpoint,
  booksRestoredAt: string | null,
): void {
  const signed = { terminalId, booksRestoredAt, checkpoint: { number, hash } };
  if (!isSignedBy(key, signed, signature)) refuse("SIGNATURE_WRONG", "the checkpoint's signature");
}

/** A snapshot made this far in the future of all that this till knows is not believed. */
const FUTURE_MS_MAX = 86_400_000;
/** A server's clock is corrected by this much at most; what was made earlier than that is a replay or a fault. */
const BACK_MS_MAX = 600_000;

export type SnapshotCheck = Readonly<{
  key: KeyObject;
  terminalId: TerminalId;
  /** The version applied last, by this till's own journal; 0 before the first. */
  version: number;
  /** When that one was made. */
  issuedAt: Instant | null;
  now: Instant;
}>;

/**
 * The snapshot, when it is to be believed. Fails with SNAPSHOT_REFUSED: not signed by the server, another terminal's,
 * an older version or time than the one at hand (a stolen or replayed one), or a delta upon another version.
 */
export function checkSnapshot(received: ReceivedSnapshot, check: SnapshotCheck): Snapshot {
  const isSigned = isSignedSafely(check.key, received);
  if (!isSigned) return refuse("SNAPSHOT_REFUSED", "its signature");
  const parsed = Snapshot.safeParse(received.raw);
  if (!parsed.success) return refuse("SNAPSHOT_REFUSED", "its form");
  const snapshot = parsed.data;
  if (snapshot.terminalId !== check.terminalId) return refuse("SNAPSHOT_REFUSED", "for another terminal");
  if (snapshot.version < check.version) return refuse("SNAPSHOT_REFUSED", "an older version");
  if (snapshot.since !== null && snapshot.since !== check.version)
    return refuse("SNAPSHOT_REFUSED", "changes upon another version");
  const issuedAt = instantOf(snapshot.issuedAt);
  if (check.issuedAt !== null && elapsed(issuedAt, check.issuedAt) > BACK_MS_MAX)
    return refuse("SNAPSHOT_REFUSED", "made before the one at hand");
  if (elapsed(check.now, issuedAt) > FUTURE_MS_MAX) return refuse("SNAPSHOT_REFUSED", "made in the future");
  return snapshot;
}

/** What has no canonical form was not signed by anybody. */
function isSignedSafely(key: KeyObject, received: ReceivedSnapshot): boolean {
  try {
    return isSignedBy(key, received.raw, received.signature);
  } catch {
    return false;
  }
}

function refuse(code: "SIGNATURE_WRONG" | "SNAPSHOT_REFUSED", detail: string): never {
  throw new FailureError({ code, detail });
}

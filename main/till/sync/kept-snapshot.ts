// What is kept of a snapshot, as the file holds it, and the till's own signature over all of it.
import { createPublicKey, verify } from "node:crypto";
import type { TerminalId } from "#core/ids.ts";
import type { ReadDb, Row } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import { sha256Hex } from "../store/sha256.ts";

export type KeptSnapshot = Readonly<{
  version: number;
  /** In ms. */
  issuedAt: number;
  catalogueVersion: number;
  /** SHA-256 in hex of each part's JSON. */
  hashes: Readonly<Record<string, string>>;
}>;

export type StoredSnapshot = KeptSnapshot &
  Readonly<{
    /** The JSON of each part. */
    parts: Readonly<Record<string, string>>;
    /** Ed25519 in base64; null in a database of before there were seals. */
    seal: string | null;
  }>;

/** Undefined before the first snapshot. */
export async function readKept(db: ReadDb): Promise<StoredSnapshot | undefined> {
  // All columns, as `countersign verify` reads a database that was not brought to today's form.
  const row = await db.get("SELECT * FROM snapshot_state WHERE id = 1");
  if (row === undefined) return undefined;
  const rows = await db.all("SELECT part, json FROM snapshot_parts");
  const parts = Object.fromEntries(rows.map((part) => [textOf(part, "part"), textOf(part, "json")]));
  return {
    version: numberOf(row, "version"),
    issuedAt: numberOf(row, "issued_at"),
    catalogueVersion: numberOf(row, "catalogue_version"),
    hashes: hashesOf(parts),
    parts,
    seal: sealOf(row),
  };
}

const sealOf = ({ seal }: Row): string | null => (typeof seal === "string" ? seal : null);

export const hashesOf = (parts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(parts).map(([part, json]) => [part, sha256Hex(json)]));

/** What the seal signs. Its first word tells it from everything else that the same key signs. */
export function sealedText(terminalId: TerminalId, kept: KeptSnapshot): string {
  const { version, issuedAt, catalogueVersion, hashes } = kept;
  const parts = Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    "countersign-kept-snapshot",
    terminalId,
    version,
    issuedAt,
    catalogueVersion,
    parts,
  ]);
}

/** @param publicKey the terminal's own, SPKI DER in base64 */
export function isSealRight(publicKey: string, terminalId: TerminalId, stored: StoredSnapshot): boolean {
  if (stored.seal === null) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    const text = Buffer.from(sealedText(terminalId, stored), "utf8");
    return verify(null, text, key, Buffer.from(stored.seal, "base64"));
  } catch {
    // A damaged key proves nothing.
    return false;
  }
}

/** Whether it is sealed under the key of an epoch of this till's journal. */
export const isSealedByAny = (
  epochs: readonly Readonly<{ terminalId: TerminalId; publicKey: string }>[],
  stored: StoredSnapshot,
): boolean => epochs.some(({ terminalId, publicKey }) => isSealRight(publicKey, terminalId, stored));

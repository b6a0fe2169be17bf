// Hashes of the books: SHA-256 over canonical JSON.
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import type { Cell } from "#database/insert-rows.ts";
import { sha256Hex } from "../sha256.ts";

/** Before the first batch of a lane and the first checkpoint. */
export const GENESIS_HASH = "0".repeat(64);

/** What a request's id stands for: of its content, secrets left out. Throws REQUEST_INVALID as `canonicalJson` does. */
export const contentHashOf = (content: JsonValue) => sha256Hex(canonicalJson(content));

/** A batch as it is hashed: its place, its requests with their decisions, its transfers, all as rows of plain cells. */
export type BatchContent = Readonly<{
  lane: number;
  number: number;
  recordedAt: number;
  prevHash: string;
  requests: readonly (readonly Cell[])[];
  transfers: readonly (readonly Cell[])[];
}>;

/** Rows of texts, whole numbers, truth values and nulls have one JSON only, so the fast serialiser writes the canonical one. */
export function batchHashOf({
  lane,
  number,
  recordedAt,
  prevHash,
  requests,
  transfers,
}: BatchContent): string {
  return sha256Hex(JSON.stringify(["batch", lane, number, recordedAt, prevHash, requests, transfers]));
}

/** `lanes`: every lane ever opened as [lane, number of its last batch, that batch's hash], by lane. */
export function checkpointHashOf(
  number: number,
  recordedAt: number,
  prevHash: string,
  lanes: string,
): string {
  return sha256Hex(JSON.stringify(["checkpoint", number, recordedAt, prevHash, lanes]));
}

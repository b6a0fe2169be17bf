// The signatures of a till's journal, hundreds in a sync, checked on threads of their own while its rows are made.
import { availableParallelism } from "node:os";
import { z } from "zod";
import { createWorkerPool } from "../worker-pool.ts";

const WORKERS_MAX = 4;
/** Full syncs, of some 40 ms each. */
const WAITING_MAX = 64;
/** Fewer than this are not worth a second thread. */
const SHARE_MIN = 64;

const HASH_BYTES = 32;
const SIG_BYTES = 64;

/** A SHA-256 in hex, and an Ed25519 signature over its bytes in base64. */
export type SignedHash = Readonly<{ hash: string; sig: string }>;

export type Signatures = Readonly<{
  /** Where the first stands that the holder of the key (SPKI, base64) has not signed. Fails with BUSY or TIMED_OUT. */
  firstWrong(publicKey: string, signed: readonly SignedHash[]): Promise<number | undefined>;
}>;

export type SignaturePool = Signatures & Readonly<{ close(): Promise<void> }>;

const Answer = z.object({ wrong: z.number().nullable() });

const PROGRAM = `
const { parentPort } = require("node:worker_threads");
const { createPublicKey, verify } = require("node:crypto");
parentPort.on("message", ({ spki, hashes, sigs, hashBytes, sigBytes }) => {
  const key = createPublicKey({ key: Buffer.from(spki, "base64"), format: "der", type: "spki" });
  const count = hashes.length / hashBytes;
  const isSigned = (at) =>
    verify(
      null,
      hashes.subarray(at * hashBytes, (at + 1) * hashBytes),
      key,
      sigs.subarray(at * sigBytes, (at + 1) * sigBytes),
    );
  let at = 0;
  while (at < count && isSigned(at)) at += 1;
  parentPort.postMessage({ wrong: at < count ? at : null });
});`;

export function createSignaturePool(): SignaturePool {
  // One processor is left to make the rows.
  const workers = Math.min(WORKERS_MAX, Math.max(1, availableParallelism() - 1));
  const pool = createWorkerPool({ name: "signatures", program: PROGRAM, workers, waitingMax: WAITING_MAX });

  const firstWrongIn = async (spki: string, signed: readonly SignedHash[], from: number) => {
    const { wrong } = Answer.parse(await pool.ask({ spki, ...packed(signed) }));
    return wrong === null ? undefined : from + wrong;
  };
  return {
    firstWrong: async (publicKey, signed) => {
      const share = Math.max(SHARE_MIN, Math.ceil(signed.length / workers));
      const shares = Array.from({ length: Math.ceil(signed.length / share) }, (_, index) => index * share);
      const found = await Promise.all(
        shares.map((from) => firstWrongIn(publicKey, signed.slice(from, from + share), from)),
      );
      return found.find((wrong) => wrong !== undefined);
    },
    close: pool.close,
  };
}

/** One row of bytes of each: a message of two arrays costs next to nothing, one of a thousand texts does not. */
function packed(signed: readonly SignedHash[]) {
  const hashes = Buffer.alloc(signed.length * HASH_BYTES);
  const sigs = Buffer.alloc(signed.length * SIG_BYTES);
  for (const [at, { hash, sig }] of signed.entries()) {
    hashes.write(hash, at * HASH_BYTES, HASH_BYTES, "hex");
    // Of another length it is no signature; what is left in its place, zeros, is none of anybody.
    if (Buffer.byteLength(sig, "base64") === SIG_BYTES) sigs.write(sig, at * SIG_BYTES, "base64");
  }
  return { hashes, sigs, hashBytes: HASH_BYTES, sigBytes: SIG_BYTES };
}

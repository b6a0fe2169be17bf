// The signatures of a till's journal, hundreds in a sync, checked on threads of their own while its rows are made.
import { availableParallelism } from "node:os";
import { z } from "zod";
import { fail } from "#core/errors.ts";
import { createWorkerPool } from "../worker-pool.ts";

const WORKERS_MAX = 4;
/** Of all syncs together: some seconds of one thread's work, and 64 full ones. */
const WAITING_SIGNATURES_MAX = 32_000;
/** Fewer than this are not worth a second thread. */
const SHARE_MIN = 64;

const HASH_BYTES = 32;
const SIG_BYTES = 64;

/** A SHA-256 in hex, and an Ed25519 signature over its bytes in base64. */
export type SignedHash = Readonly<{ hash: string; sig: string }>;

export type Signatures = Readonly<{
  /** True while nothing is checked: what is asked now is answered in some 40 ms for a full sync. */
  isIdle(): boolean;
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

type PoolOptions = Readonly<{ workers?: number; waitingMax?: number }>;

export function createSignaturePool(options: PoolOptions = {}): SignaturePool {
  // One processor is left to make the rows.
  const workers = options.workers ?? Math.min(WORKERS_MAX, Math.max(1, availableParallelism() - 1));
  const waitingMax = options.waitingMax ?? WAITING_SIGNATURES_MAX;
  const pool = createWorkerPool({ name: "signatures", program: PROGRAM, workers, waitingMax });
  let waiting = 0;

  const firstWrongIn = async (spki: string, signed: readonly SignedHash[], from: number) => {
    const { wrong } = Answer.parse(await pool.ask({ spki, ...packed(signed) }));
    return wrong === null ? undefined : from + wrong;
  };
  const firstWrongOf = async (publicKey: string, signed: readonly SignedHash[]) => {
    const share = Math.max(SHARE_MIN, Math.ceil(signed.length / workers));
    const shares = Array.from({ length: Math.ceil(signed.length / share) }, (_, index) => index * share);
    const found = await Promise.all(
      shares.map((from) => firstWrongIn(publicKey, signed.slice(from, from + share), from)),
    );
    return found.find((wrong) => wrong !== undefined);
  };
  return {
    isIdle: () => waiting === 0,
    firstWrong: async (publicKey, signed) => {
      if (waiting + signed.length > waitingMax) return fail("BUSY", "too many signatures wait");
      waiting += signed.length;
      try {
        return await firstWrongOf(publicKey, signed);
      } finally {
        waiting -= signed.length;
      }
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

// Argon2id on threads of its own: a rush of sign-ins must not stop the ledger.
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { fail } from "#core/errors.ts";
import { createWorkerPool } from "../worker-pool.ts";
import { type Asker, createPasswordShares, type ShareLimits } from "./password-shares.ts";

/** OWASP's smallest setting for Argon2id: 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
const WORKERS_MAX = 4;
/** Some 7 ms each: a full queue is answered within a second, and what comes on top is told BUSY at once. */
const WAITING_MAX = 128;
/** A quarter for one caller: a till asks for one at a time, and a busy merchant is still answered in a blink. */
const SHARES: ShareLimits = { placesMax: WAITING_MAX, eachMax: 32, kept: { tills: 32, staff: 16 } };

export type PasswordPool = Readonly<{
  /** A PHC string. Fails with BUSY when the queue, or the asker's share of it, is full; without one we ask ourselves. */
  hash(secret: string, asker?: Asker): Promise<string>;
  /** Fails as `hash` does; a text that is no PHC string is never right. */
  verify(stored: string, secret: string, asker?: Asker): Promise<boolean>;
  /** Waiting and at work, for the metrics. */
  load(): number;
  close(): Promise<void>;
}>;

const Answer = z.union([
  z.object({ hash: z.string() }),
  z.object({ right: z.boolean() }),
  z.object({ defect: z.string() }),
]);

const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
const { hashSync, verifySync } = require(workerData.argon2);
parentPort.on("message", ({ stored, secret }) => {
  try {
    if (stored === undefined) parentPort.postMessage({ hash: hashSync(secret, workerData.options) });
    else parentPort.postMessage({ right: verifySync(stored, secret) });
  } catch (error) {
    parentPort.postMessage(stored === undefined ? { defect: String(error.message) } : { right: false });
  }
});`;

type PoolOptions = Readonly<{ workers?: number; waitingMax?: number }>;

export function createPasswordPool(options: PoolOptions = {}): PasswordPool {
  const argon2 = createRequire(import.meta.url ?? __filename).resolve("@node-rs/argon2");
  const pool = createWorkerPool({
    name: "passwords",
    program: PROGRAM,
    workerData: { argon2, options: ARGON2ID },
    workers: options.workers ?? Math.min(WORKERS_MAX, Math.max(1, availableParallelism())),
    waitingMax: options.waitingMax ?? WAITING_MAX,
  });
  const withinShare = createPasswordShares(SHARES);
  const ask = async (question: Readonly<{ stored?: string; secret: string }>, asker: Asker | undefined) => {
    const work = () => pool.ask(question);
    return Answer.parse(await (asker === undefined ? work() : withinShare(asker, work)));
  };
  return {
    hash: async (secret, asker) => {
      const answer = await ask({ secret }, asker);
      return "hash" in answer
        ? answer.hash
        : fail("INTERNAL", "defect" in answer ? answer.defect : "no hash");
    },
    verify: async (stored, secret, asker) => {
      const answer = await ask({ stored, secret }, asker);
      return "right" in answer && answer.right;
    },
    load: pool.load,
    close: pool.close,
  };
}

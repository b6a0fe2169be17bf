// Argon2id on threads of its own: libuv's four threads carry SQLite, and a rush of sign-ins must not stop the ledger.
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { FailureError, fail } from "#core/errors.ts";

/** OWASP's smallest setting for Argon2id: 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
const WORKERS_MAX = 4;
/** Some 7 ms each: a full queue is answered within a second, and what comes on top is told BUSY at once. */
const WAITING_MAX = 128;
const ANSWER_MS_MAX = 10_000;

export type PasswordPool = Readonly<{
  /** A PHC string. Fails with BUSY when the queue is full. */
  hash(secret: string): Promise<string>;
  /** Fails with BUSY when the queue is full; a text that is no PHC string is never right. */
  verify(stored: string, secret: string): Promise<boolean>;
  /** Waiting and at work, for the metrics. */
  load(): number;
  close(): Promise<void>;
}>;

type Job = Readonly<{
  ask: Readonly<{ stored?: string; secret: string }>;
  done(answer: Answer): void;
  failed(error: Error): void;
}>;
const Answer = z.union([
  z.object({ hash: z.string() }),
  z.object({ right: z.boolean() }),
  z.object({ defect: z.string() }),
]);
type Answer = z.infer<typeof Answer>;

/** One line of the worker; it is given as text so that a bundle of one file needs no second one. */
const WORKER = `
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
  const size = options.workers ?? Math.min(WORKERS_MAX, Math.max(1, availableParallelism()));
  const waitingMax = options.waitingMax ?? WAITING_MAX;
  const argon2 = createRequire(import.meta.url ?? __filename).resolve("@node-rs/argon2");
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let atWork = 0;
  let closed = false;

  const next = () => {
    if (waiting.length === 0) return;
    const worker = idle.pop() ?? (all.size < size ? start() : undefined);
    const job = worker === undefined ? undefined : waiting.shift();
    if (worker !== undefined && job !== undefined) run(worker, job);
  };
  const start = () => {
    const worker = new Worker(WORKER, { eval: true, workerData: { argon2, options: ARGON2ID } });
    worker.unref();
    // Without a listener an error of an idle thread would end the process; `run` hears those of a job.
    worker.on("error", () => all.delete(worker));
    all.add(worker);
    return worker;
  };
  const run = (worker: Worker, job: Job) => {
    atWork += 1;
    const settle = (reusable: boolean) => {
      clearTimeout(timer);
      worker.removeAllListeners("message");
      worker.off("error", onError);
      worker.off("exit", onExit);
      worker.unref();
      atWork -= 1;
      if (reusable && !closed) idle.push(worker);
      else {
        all.delete(worker);
        void worker.terminate(); // settles by itself; the thread held nothing but this job
      }
      next();
    };
    const onError = (error: Error) => {
      job.failed(error);
      settle(false);
    };
    const onExit = () => onError(new FailureError({ code: "BUSY", detail: "a password thread ended" }));
    const timer = setTimeout(() => onError(new FailureError({ code: "TIMED_OUT" })), ANSWER_MS_MAX);
    worker.ref();
    worker.once("error", onError);
    worker.once("exit", onExit);
    worker.once("message", (message) => {
      job.done(Answer.parse(message));
      settle(true);
    });
    worker.postMessage(job.ask);
  };
  const ask = (question: Job["ask"]): Promise<Answer> => {
    if (closed) return fail("NOT_READY", "the password pool is closed");
    if (waiting.length >= waitingMax) return fail("BUSY", "too many passwords wait to be checked");
    return new Promise((done, failed) => {
      waiting.push({ ask: question, done, failed });
      next();
    });
  };

  return {
    hash: async (secret) => {
      const answer = await ask({ secret });
      return "hash" in answer
        ? answer.hash
        : fail("INTERNAL", "defect" in answer ? answer.defect : "no hash");
    },
    verify: async (stored, secret) => {
      const answer = await ask({ stored, secret });
      return "right" in answer && answer.right;
    },
    load: () => waiting.length + atWork,
    close: async () => {
      closed = true;
      for (const job of waiting.splice(0)) job.failed(new FailureError({ code: "NOT_READY" }));
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

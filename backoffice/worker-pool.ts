// Threads of our own for long reckoning: libuv's four carry SQLite, and the event loop carries everybody.
import { Worker } from "node:worker_threads";
import { FailureError, fail } from "#core/errors.ts";

const ANSWER_MS_MAX = 10_000;

export type WorkerPoolOptions = Readonly<{
  /** What its threads do, for the texts of failures. */
  name: string;
  /** A program that answers each message with one; as text, so that a bundle of one file needs no second one. */
  program: string;
  workerData?: unknown;
  /** Threads at most; each is started when it is first needed. */
  workers: number;
  /** Questions that may wait for a thread. */
  waitingMax: number;
}>;

/** A heavy question wants so much memory that its thread ends with it: what it took it would else keep. */
export type Weight = "light" | "heavy";

export type WorkerPool = Readonly<{
  /** Fails with BUSY when too many wait or the thread ended, TIMED_OUT, or NOT_READY once the pool is closed. */
  ask(question: unknown, weight?: Weight): Promise<unknown>;
  /** Waiting and at work. */
  load(): number;
  close(): Promise<void>;
}>;

type Job = Readonly<{
  question: unknown;
  weight: Weight;
  done(answer: unknown): void;
  failed(error: Error): void;
}>;

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { name, program, workerData, workers, waitingMax } = options;
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let atWork = 0;
  let closed = false;

  const next = () => {
    if (waiting.length === 0) return;
    const worker = idle.pop() ?? (all.size < workers ? start() : undefined);
    const job = worker === undefined ? undefined : waiting.shift();
    if (worker !== undefined && job !== undefined) run(worker, job);
  };
  const start = () => {
    const worker = new Worker(program, { eval: true, workerData });
    worker.unref();
    // Without a listener an error of an idle thread would end the process; `run` hears those of a job.
    worker.on("error", () => forget(worker));
    worker.on("exit", () => {
      forget(worker);
      next();
    });
    all.add(worker);
    return worker;
  };
  const forget = (worker: Worker) => {
    all.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
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
      else void worker.terminate(); // Its place is free once it has gone.
      next();
    };
    const onError = (error: Error) => {
      job.failed(error);
      settle(false);
    };
    const onExit = () => onError(new FailureError({ code: "BUSY", detail: `a thread for ${name} ended` }));
    const timer = setTimeout(() => onError(new FailureError({ code: "TIMED_OUT" })), ANSWER_MS_MAX);
    worker.ref();
    worker.once("error", onError);
    worker.once("exit", onExit);
    worker.once("message", (answer) => {
      job.done(answer);
      settle(job.weight === "light");
    });
    worker.postMessage(job.question);
  };

  return {
    ask: async (question, weight = "light") => {
      if (closed) return fail("NOT_READY", `the pool for ${name} is closed`);
      if (waiting.length >= waitingMax) return fail("BUSY", `too many wait for ${name}`);
      return new Promise((done, failed) => {
        waiting.push({ question, weight, done, failed });
        next();
      });
    },
    load: () => waiting.length + atWork,
    close: async () => {
      closed = true;
      for (const job of waiting.splice(0)) job.failed(new FailureError({ code: "NOT_READY" }));
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

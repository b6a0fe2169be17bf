// Threads for long reckoning: what one question leaves to the next.
import { afterEach, expect, test } from "vitest";
import { createWorkerPool, type WorkerPool } from "#backoffice/worker-pool.ts";

/** Answers how many questions this thread has heard; ends or stays silent where it is told to. */
const PROGRAM = `
const { parentPort } = require("node:worker_threads");
let heard = 0;
parentPort.on("message", (question) => {
  heard += 1;
  if (question === "end") process.exit();
  if (question === "throw") throw new Error("as it was told");
  parentPort.postMessage(heard);
});`;

let pool: WorkerPool;
const open = () => {
  pool = createWorkerPool({
    name: "tests",
    program: PROGRAM,
    workers: 1,
    waitingMax: 4,
  });
  return pool;
};
afterEach(() => pool.close());

test("keeps a thread for the next question, and ends it after a heavy one", async () => {
  const { ask } = open();
  const weights = ["light", "light", "heavy", "light", "light"] as const;
  const answers = weights.map((weight) => ask("how many", weight));
  expect(await Promise.all(answers.slice(0, 3))).toEqual([1, 2, 3]);
  expect(await Promise.all(answers.slice(3))).toEqual([1, 2]);
});
test("fails the question of a thread that ends or throws, and goes on with another", async () => {
  const { ask } = open();
  await expect(ask("end")).rejects.toMatchObject({ failure: { code: "BUSY" } });
  await expect(ask("throw")).rejects.toThrow("as it was told");
  expect(await ask("how many")).toBe(1);
});
test("refuses what is too much, and everything once it is closed", async () => {
  const { ask, load, close } = open();
  const taken = Array.from({ length: 5 }, () => ask("how many").catch((error) => error.failure.code));
  await expect(ask("how many")).rejects.toMatchObject({ failure: { code: "BUSY" } });
  expect(load()).toBe(5);
  await close();
  expect((await Promise.all(taken)).slice(1)).toEqual(Array.from({ length: 4 }, () => "NOT_READY"));
  await expect(ask("how many")).rejects.toMatchObject({ failure: { code: "NOT_READY" } });
});

// One thing at a time, in the order of asking, with a bound on how many may wait.
import { fail } from "#core/errors.ts";

export type Queue = Readonly<{
  /** Runs `work` after everything asked before it. Fails with BUSY when too many wait. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>;
}>;

export function createQueue(waitingMax: number): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    async run(work) {
      if (waiting >= waitingMax) return fail("BUSY", "too many transactions wait");
      waiting += 1;
      const turn = last.then(work).finally(() => {
        waiting -= 1;
      });
      last = turn.catch(() => undefined); // Its failure belongs to whoever asked.
      return turn;
    },
    async idle() {
      await last;
    },
  };
}

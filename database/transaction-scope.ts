// The span in which a transaction may be written to. It ends once, by result, failure or time.
import { assert } from "#core/assert.ts";
import { FailureError } from "#core/errors.ts";
import type { WriteDb } from "./database.ts";

/** A transaction holds the only writer (SQLite) or row locks (PostgreSQL); nothing of ours takes a tenth of this. */
export const TRANSACTION_MS_MAX = 30_000;

/** A proof over millions of rows; it holds nobody up, but keeps old rows from being cleared away. */
export const SNAPSHOT_MS_MAX = 600_000;

/**
 * Runs `work` on a handle that is dead afterwards. Statements still under way are awaited before this returns or
 * throws, so that none of them can land after the COMMIT or ROLLBACK that follows. Fails with TIMED_OUT, and with what a
 * write failed with that `work` did not hear of: nothing commits without it.
 */
export async function withinScope<T>(
  raw: WriteDb,
  work: (tx: WriteDb) => Promise<T>,
  timeoutMs = TRANSACTION_MS_MAX,
): Promise<T> {
  const underWay = new Set<Promise<unknown>>();
  let open = true;
  let unwritten: { readonly error: unknown } | undefined;
  const guarded = <R>(start: () => Promise<R>): Promise<R> => {
    assert(open, "a transaction is not used after it has ended");
    const running = start();
    underWay.add(running);
    const done = () => underWay.delete(running);
    running.then(done, done);
    return running;
  };
  const written = <R>(start: () => Promise<R>): Promise<R> => {
    const running = guarded(start);
    running.catch((error: unknown) => {
      unwritten ??= { error };
    });
    return running;
  };
  const tx: WriteDb = {
    dialect: raw.dialect,
    all: (sql, params) => guarded(() => raw.all(sql, params)),
    get: (sql, params) => guarded(() => raw.get(sql, params)),
    run: (sql, params) => written(() => raw.run(sql, params)),
    runEach: (statements) => written(() => raw.runEach(statements)),
    runAll: (statements) => written(() => raw.runAll(statements)),
    runLast: (statements) => {
      const running = written(() => raw.runLast(statements));
      open = false;
      return running;
    },
  };
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLong(timeoutMs)), timeoutMs);
  });
  try {
    const result = await Promise.race([work(tx), timedOut]);
    open = false;
    await Promise.allSettled(underWay);
    if (unwritten !== undefined) throw unwritten.error;
    return result;
  } finally {
    clearTimeout(timer);
    open = false;
    await Promise.allSettled(underWay);
  }
}

const tooLong = (timeoutMs: number) =>
  new FailureError({ code: "TIMED_OUT", detail: `a transaction was open for ${timeoutMs} ms` });

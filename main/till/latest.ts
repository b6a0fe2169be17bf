// Pushes the newest of something to whoever watches. A slow watcher skips what it missed: nothing ever queues up.

export type Latest<T> = Readonly<{
  /** Something changed: watchers that wait are woken. */
  changed(): void;
  /** The value now and after each change, until the signal ends it. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<T, void>;
  /** Ends every watch. */
  end(): void;
}>;

/** `read` gives the value of this moment; `revision` rises with each change, and says whether there is a newer one. */
export function makeLatest<T>(read: () => T, revision: () => number): Latest<T> {
  const waiting = new Set<() => void>();
  let isEnded = false;
  const wake = () => {
    for (const resume of [...waiting]) resume();
  };
  const nextChange = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve) => {
      const resume = () => {
        waiting.delete(resume);
        signal?.removeEventListener("abort", resume);
        resolve();
      };
      waiting.add(resume);
      signal?.addEventListener("abort", resume, { once: true });
    });

  return {
    changed: wake,
    async *watch(signal) {
      let seen = -1;
      while (!isEnded && signal?.aborted !== true) {
        if (revision() === seen) {
          await nextChange(signal);
          // One press changes several things; what they come to is pushed once.
          await new Promise((resolve) => setImmediate(resolve));
          continue;
        }
        seen = revision();
        yield read();
      }
    },
    end: () => {
      isEnded = true;
      wake();
    },
  };
}

// Tells everyone who listens what happens, in order. A listener that does not keep up is ended, never waited for.
import { fail } from "#core/errors.ts";

/** Far more than happens at a counter between two turns of an event loop. */
const WAITING_MAX = 1_000;

export type Broadcast<T> = Readonly<{
  tell(value: T): void;
  /**
   * Yields what `first` gives when listening begins, then all that is told from then on, until the signal.
   * Ends with BUSY where more waits than is kept.
   */
  listen(signal: AbortSignal | undefined, first: () => readonly T[]): AsyncGenerator<T, void>;
}>;

export function broadcast<T>(): Broadcast<T> {
  const listeners = new Set<(value: T) => void>();

  async function* listen(
    signal: AbortSignal | undefined,
    first: () => readonly T[],
  ): AsyncGenerator<T, void> {
    const waiting = [...first()];
    let wake: (() => void) | undefined;
    const take = (value: T) => {
      if (waiting.length <= WAITING_MAX) waiting.push(value);
      wake?.();
    };
    const wakeUp = () => wake?.();
    listeners.add(take);
    signal?.addEventListener("abort", wakeUp);
    try {
      while (signal?.aborted !== true) {
        if (waiting.length > WAITING_MAX) fail("BUSY", "the listener does not keep up");
        const [next] = waiting.splice(0, 1);
        if (next !== undefined) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      listeners.delete(take);
      signal?.removeEventListener("abort", wakeUp);
    }
  }

  return {
    tell: (value) => {
      for (const listener of listeners) listener(value);
    },
    listen,
  };
}

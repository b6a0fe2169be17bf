// When a request is over, whoever forgets it meanwhile.

/** `lift` once the request is through: nothing of it stays. */
export type RequestLimit = Readonly<{ signal: AbortSignal; lift(): void }>;

/**
 * A signal that ends after `ms` with a TimeoutError, or with any of the others. Of `AbortSignal.any` and
 * `AbortSignal.timeout` Node 20 collects with the garbage what nobody else holds, and the request waits for ever.
 */
export function requestLimit(ms: number, others: readonly AbortSignal[]): RequestLimit {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException("no answer in time", "TimeoutError")), ms);
  const lifts = others.map((other) => whenAborted(other, () => controller.abort(other.reason)));
  return {
    signal: controller.signal,
    lift: () => {
      clearTimeout(timer);
      for (const lift of lifts) lift();
    },
  };
}

/** Calls `end` once, at once where the signal has ended already. The answer lets go of the signal. */
function whenAborted(signal: AbortSignal, end: () => void): () => void {
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  return () => signal.removeEventListener("abort", end);
}

/**
 * Reads parts until the stream ends, or fails with the signal's reason. It cancels the stream itself: a `fetch` whose
 * answer has begun may have lost sight of its signal.
 */
export async function* partsOf(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { read, end } = readerUntil(stream, signal);
  try {
    for (;;) {
      const part = await read();
      signal.throwIfAborted();
      if (part.done) return;
      yield part.value;
    }
  } finally {
    end();
  }
}

/** Reads a stream that is over with the signal, too. `end` it in any case. */
export function readerUntil(stream: ReadableStream<Uint8Array>, signal: AbortSignal) {
  const reader = stream.getReader();
  // The line may be dead already; nobody waits for its farewell.
  const cancel = () => void reader.cancel().catch(() => undefined);
  const lift = whenAborted(signal, cancel);
  return {
    read: () => reader.read(),
    end: () => {
      lift();
      cancel();
    },
  };
}

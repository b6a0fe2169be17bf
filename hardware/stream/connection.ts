// Keeps one device connected: opens it, notices when it goes, and looks for it again with a bounded back-off.
import { absent, type ByteStream, type OpenStream, type Trouble } from "./byte-stream.ts";

const FIRST_WAIT_MS = 100;
/** A cashier who plugs a reader in again should not have to wait longer than it takes to look up. */
const WAIT_MS_MAX = 2_000;
/** A line that lasted this long was a good one, and the next try comes at once. */
const STEADY_MS = 5_000;

export type Connection = Readonly<{ close(): void }>;

/** @param on `absent` is told at every failed try, also where nothing changed */
export function keepConnected(
  open: OpenStream,
  on: Readonly<{ open(stream: ByteStream): void; absent(trouble: Trouble): void }>,
): Connection {
  let current: ByteStream | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let tries = 0;

  const retry = (trouble: Trouble) => {
    if (isClosed) return;
    on.absent(trouble);
    const waitMs = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(tries, 10));
    tries += 1;
    timer = setTimeout(attempt, waitMs);
  };
  const attempt = () => {
    open().then(
      (opened) => {
        if (!opened.ok) return retry(opened.error);
        if (isClosed) return opened.value.close();
        hold(opened.value);
      },
      // An opener never rejects; should a native driver do so all the same, it is a device that is not there.
      () => retry(absent("no-driver")),
    );
  };
  const hold = (stream: ByteStream) => {
    const openedAtMs = performance.now();
    current = stream;
    on.open(stream);
    stream.onClose(() => {
      if (current !== stream) return;
      current = undefined;
      if (performance.now() - openedAtMs > STEADY_MS) tries = 0;
      retry(absent("unplugged"));
    });
  };

  attempt();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      const stream = current;
      current = undefined;
      stream?.close();
    },
  };
}

// The card reader on its line: plugged in and out at any time, each swipe told once.
import type { ByteStream, OpenStream, Trouble } from "../stream/byte-stream.ts";
import { keepConnected } from "../stream/connection.ts";
import { type Reading, readSwipes } from "./codec.ts";

/** Longer than any gap inside a swipe (USB adapters pause 16 ms), shorter than a person notices. */
const QUIET_MS = 120;

export type CardReader = Readonly<{ close(): void }>;

export function openCardReader(
  open: OpenStream,
  on: Readonly<{ ready(): void; trouble(trouble: Trouble): void; reading(reading: Reading): void }>,
): CardReader {
  const connection = keepConnected(open, {
    open: (stream) => {
      listenTo(stream, on.reading);
      on.ready();
    },
    absent: on.trouble,
  });
  return { close: connection.close };
}

function listenTo(stream: ByteStream, tell: (reading: Reading) => void): void {
  let kept: Uint8Array = new Uint8Array();
  let timer: NodeJS.Timeout | undefined;

  const take = (received: Uint8Array, isQuiet: boolean) => {
    const { readings, rest } = readSwipes(received, isQuiet);
    received.fill(0); // no track stays in memory longer than it takes to read it
    kept = rest;
    for (const reading of readings) tell(reading);
  };
  stream.onBytes((bytes) => {
    clearTimeout(timer);
    const received = new Uint8Array(kept.length + bytes.length);
    received.set(kept);
    received.set(bytes, kept.length);
    kept.fill(0);
    bytes.fill(0);
    take(received, false);
    if (kept.length > 0) timer = setTimeout(() => take(kept, true), QUIET_MS);
  });
  // Half a swipe before the cable was pulled is not finished by the next one.
  stream.onClose(() => {
    clearTimeout(timer);
    kept.fill(0);
    kept = new Uint8Array();
  });
}

// The barcode scanner on its line. One that types like a keyboard needs no driver: the screen hears it.
import type { ByteStream, OpenStream, Trouble } from "../stream/byte-stream.ts";
import { keepConnected } from "../stream/connection.ts";
import { readScans } from "./codec.ts";

/** For scanners that are set to send no suffix. */
const QUIET_MS = 120;

export type Scanner = Readonly<{ close(): void }>;

export function openScanner(
  open: OpenStream,
  on: Readonly<{ ready(): void; trouble(trouble: Trouble): void; barcode(barcode: string): void }>,
): Scanner {
  const connection = keepConnected(open, {
    open: (stream) => {
      listenTo(stream, on.barcode);
      on.ready();
    },
    absent: on.trouble,
  });
  return { close: connection.close };
}

function listenTo(stream: ByteStream, tell: (barcode: string) => void): void {
  let kept: Uint8Array = new Uint8Array();
  let timer: NodeJS.Timeout | undefined;
  const take = (received: Uint8Array, isQuiet: boolean) => {
    const { barcodes, rest } = readScans(received, isQuiet);
    kept = rest;
    for (const barcode of barcodes) tell(barcode);
  };
  stream.onBytes((bytes) => {
    clearTimeout(timer);
    take(Uint8Array.of(...kept, ...bytes), false);
    if (kept.length > 0) timer = setTimeout(() => take(kept, true), QUIET_MS);
  });
  stream.onClose(() => clearTimeout(timer));
}

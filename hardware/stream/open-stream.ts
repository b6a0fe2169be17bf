import type { LineAddress } from "./address.ts";
import type { OpenStream } from "./byte-stream.ts";
import { openSerial } from "./serial-stream.ts";
import { openTcp } from "./tcp-stream.ts";

/** How to open a stream to an address, as often as needed. */
export function openerOf(address: LineAddress): OpenStream {
  return address.kind === "serial"
    ? () => openSerial(address.path, address.settings)
    : () => openTcp(address.host, address.port);
}

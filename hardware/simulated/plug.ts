// The device's end of the wire: a TCP port of its own on this machine, or a serial path (the far end of a PTY).
import { fail } from "#core/errors.ts";
import { parseAddress } from "../stream/address.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { openSerial } from "../stream/serial-stream.ts";
import { socketStream } from "../stream/tcp-stream.ts";
import { LOOPBACK, listenOnLoopback } from "./listening.ts";

const SEND_MS_MAX = 2_000;

export type Plug = Readonly<{
  /** Where a driver finds the device. On a PTY, the near end is whatever the other end was linked to. */
  address: string;
  isPlugged(): boolean;
  isConnected(): boolean;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  /** To every driver that is connected; fails with DEVICE_ABSENT where there is none. */
  send(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}>;

export type PlugEvents = Readonly<{
  bytes(bytes: Uint8Array, reply: (answer: Uint8Array) => void): void;
  /** A driver connected: what the last one left unfinished is void. */
  connected(): void;
  change(): void;
}>;

/** @param address a serial path, or the TCP address to take again; none takes a free port */
export async function openPlug(address: string | undefined, on: PlugEvents): Promise<Plug> {
  const parsed = address === undefined ? undefined : parseAddress(address);
  if (parsed !== undefined && !parsed.ok) return fail("OPTION_INVALID", parsed.error.detail);
  if (parsed?.value.kind === "serial" && address !== undefined) return openSerialPlug(address, on);
  return openTcpPlug(parsed?.value.kind === "tcp" ? parsed.value.port : 0, on);
}

async function openTcpPlug(port: number, on: PlugEvents): Promise<Plug> {
  const drivers = new Set<ByteStream>();
  const listening = await listenOnLoopback(port, {
    connection: (socket) => hold(socketStream(socket), drivers, on),
    change: on.change,
  });
  return {
    address: `tcp://${LOOPBACK}:${listening.port()}`,
    isPlugged: listening.isOpen,
    isConnected: () => drivers.size > 0,
    plug: listening.putBack,
    unplug: listening.takeAway,
    send: (bytes) => sendToAll(drivers, bytes),
    close: listening.takeAway,
  };
}

async function openSerialPlug(address: string, on: PlugEvents): Promise<Plug> {
  const drivers = new Set<ByteStream>();
  const parsed = parseAddress(address);
  const plug = async () => {
    if (drivers.size > 0 || !parsed.ok || parsed.value.kind !== "serial") return;
    const opened = await openSerial(parsed.value.path, parsed.value.settings);
    if (!opened.ok) return fail("DEVICE_ABSENT", opened.error.reason);
    hold(opened.value, drivers, on);
    on.change();
  };
  const unplug = async () => {
    for (const stream of drivers) stream.close();
  };
  await plug();
  return {
    address,
    isPlugged: () => drivers.size > 0,
    // A serial line does not tell whether anyone listens at its other end.
    isConnected: () => drivers.size > 0,
    plug,
    unplug,
    send: (bytes) => sendToAll(drivers, bytes),
    close: unplug,
  };
}

function hold(stream: ByteStream, drivers: Set<ByteStream>, on: PlugEvents): void {
  drivers.add(stream);
  on.connected();
  stream.onBytes((bytes) =>
    on.bytes(bytes, (answer) => {
      // Should the driver not read its answer, its own time-out tells it.
      void stream.write(answer, SEND_MS_MAX);
    }),
  );
  stream.onClose(() => {
    drivers.delete(stream);
    on.change();
  });
}

async function sendToAll(drivers: ReadonlySet<ByteStream>, bytes: Uint8Array): Promise<void> {
  if (drivers.size === 0) fail("DEVICE_ABSENT", "nobody is connected to it");
  for (const stream of [...drivers]) {
    const sent = await stream.write(bytes, SEND_MS_MAX);
    if (!sent.ok) fail(sent.error.code, sent.error.detail);
  }
}

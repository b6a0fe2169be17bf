// The byte stream that every driver talks through, on real sockets.
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { textLine } from "#core/receipt/document.ts";
import { ok } from "#core/result.ts";
import { openPrinter } from "#hardware/printer/driver.ts";
import type { ByteStream, Trouble } from "#hardware/stream/byte-stream.ts";
import { keepConnected } from "#hardware/stream/connection.ts";
import { listSerialPorts } from "#hardware/stream/serial-stream.ts";
import { openTcp } from "#hardware/stream/tcp-stream.ts";
import { closeAll, closeLater } from "./counter.ts";

const SOON = { timeout: 8_000, interval: 20 };
afterEach(closeAll);

test("a device that takes no bytes ends a write as TIMED_OUT and closes the line", async () => {
  const stream = await connectedTo((socket) => void socket.pause());
  const closed = new Promise<void>((resolve) => stream.onClose(resolve));
  const written = await stream.write(new Uint8Array(64 * 1_048_576), 300);
  expect(written).toMatchObject({ ok: false, error: { code: "TIMED_OUT" } });
  await closed;
  expect(await stream.write(Uint8Array.of(1), 300)).toMatchObject({ error: { code: "DEVICE_ABSENT" } });
});
test("a line that is reset in the middle of a write ends it as DEVICE_ABSENT", async () => {
  const stream = await connectedTo((socket) => void socket.once("data", () => socket.resetAndDestroy()));
  const written = await stream.write(new Uint8Array(64 * 1_048_576), 5_000);
  expect(written).toMatchObject({ ok: false, error: { code: "DEVICE_ABSENT" } });
});
test("closing twice is closing once", async () => {
  const stream = await connectedTo(() => undefined);
  let closes = 0;
  stream.onClose(() => {
    closes += 1;
  });
  stream.close();
  stream.close();
  await expect.poll(() => closes, SOON).toBe(1);
  // One who asks late is told at once.
  stream.onClose(() => {
    closes += 1;
  });
  expect(closes).toBe(2);
});
test("a port where nobody listens is refused", async () => {
  const server = await aServer(() => undefined);
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  expect(await openTcp("127.0.0.1", port)).toMatchObject({
    error: { code: "DEVICE_ABSENT", reason: "refused" },
  });
});
test("a closed connection is not opened again, also where an attempt was under way", async () => {
  const told: string[] = [];
  let finish: ((stream: ByteStream) => void) | undefined;
  const connection = keepConnected(
    () =>
      new Promise((resolve) => {
        finish = (stream) => resolve(ok(stream));
      }),
    { open: () => void told.push("open"), absent: () => void told.push("absent") },
  );
  connection.close();
  const closed = new Promise<void>((resolve) => finish?.({ ...aStream(), close: resolve }));
  await closed;
  expect(told).toEqual([]);
});
test("a driver whose opening throws is a device that is not there", async () => {
  const troubles: Trouble[] = [];
  const connection = keepConnected(() => Promise.reject(new Error("native")), {
    open: () => undefined,
    absent: (trouble) => void troubles.push(trouble),
  });
  closeLater(connection.close);
  await expect.poll(() => troubles.length, SOON).toBeGreaterThan(1);
  expect(troubles[0]).toEqual({ code: "DEVICE_ABSENT", reason: "no-driver" });
});
test("a receipt that the line did not take whole is not acknowledged", async () => {
  const stream: ByteStream = {
    ...aStream(),
    write: async () => ({ ok: false, error: { code: "TIMED_OUT" } }),
  };
  const printer = openPrinter(
    async () => ok(stream),
    { columns: 42, answers: false, characters: { kind: "korean" }, bytesPerSecond: 960 },
    {
      ready: () => undefined,
      trouble: () => undefined,
      paper: () => undefined,
      cannotDraw: () => undefined,
    },
  );
  closeLater(printer.close);
  const printing = () => printer.print({ language: "ko", lines: [textLine("합계")] }, false);
  await expect.poll(printing, SOON).toMatchObject({ ok: false, error: { code: "TIMED_OUT" } });
});
test("asking for the serial ports never throws, whatever the system can tell", async () => {
  const listed = await listSerialPorts();
  expect(listed.ok || listed.error.code === "DEVICE_ABSENT").toBe(true);
});

const aStream = (): ByteStream => ({
  write: async () => ok(true),
  onBytes: () => undefined,
  onClose: () => undefined,
  close: () => undefined,
});

async function connectedTo(onConnection: (socket: Socket) => void): Promise<ByteStream> {
  const server = await aServer(onConnection);
  const opened = await openTcp("127.0.0.1", portOf(server));
  if (!opened.ok) throw new Error(opened.error.reason);
  closeLater(opened.value.close);
  return opened.value;
}

async function aServer(onConnection: (socket: Socket) => void): Promise<Server> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeLater(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

// A byte stream over TCP: serial-to-Ethernet boxes, network printers and every simulator.
import { connect, type Socket } from "node:net";
import { err, ok, type Result } from "#core/result.ts";
import { boundedWrite } from "./bounded-write.ts";
import { absent, type ByteStream, streamEnds, type Trouble } from "./byte-stream.ts";

const CONNECT_MS_MAX = 3_000;
/** A box that lost its power says nothing; this finds it out. */
const KEEP_ALIVE_MS = 5_000;

/** Connects within three seconds. Fails as absent: refused, no-answer or not-found. */
export function openTcp(host: string, port: number): Promise<Result<ByteStream, Trouble>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(err(absent("no-answer")));
    }, CONNECT_MS_MAX);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve(ok(socketStream(socket)));
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(err(absent(reasonOf(error))));
    });
  });
}

function reasonOf(error: NodeJS.ErrnoException): "refused" | "not-found" | "no-answer" {
  if (error.code === "ECONNREFUSED" || error.code === "ECONNRESET") return "refused";
  return error.code === "ENOTFOUND" || error.code === "EAI_AGAIN" ? "not-found" : "no-answer";
}

/** Node calls back without an error for a write that a reset cut short; only the socket's state tells. */
function writeTo(socket: Socket, bytes: Uint8Array, done: (error?: Error | null) => void): void {
  socket.write(bytes, (error) => done(error ?? (socket.destroyed ? new Error("reset") : null)));
}

/** A connected socket as a byte stream; also the simulators' end of one. */
export function socketStream(socket: Socket): ByteStream {
  const ends = streamEnds();
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  // Without a listener an error ends the process; `close` follows it and says all there is to say.
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => ends.arrived(bytes));
  // A half-open line is of no use to a device.
  socket.once("end", () => socket.destroy());
  socket.once("close", () => ends.ended());
  const close = () => void socket.destroy();
  return {
    write: (bytes, timeoutMs) => boundedWrite(ends, timeoutMs, (done) => writeTo(socket, bytes, done), close),
    onBytes: ends.onBytes,
    onClose: ends.onClose,
    close,
  };
}

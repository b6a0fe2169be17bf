// A byte stream over a serial port. The native driver is loaded when it is first needed, so that a machine
// on which it cannot be loaded still has its TCP devices.
import type { SerialPort } from "serialport";
import { err, ok, type Result } from "#core/result.ts";
import type { LineSettings } from "./address.ts";
import { boundedWrite } from "./bounded-write.ts";
import { absent, type ByteStream, streamEnds, type Trouble } from "./byte-stream.ts";

const OPEN_MS_MAX = 3_000;

/** Opens a port, listed by the system or not (a PTY never is). Fails as absent: not-found, not-permitted, refused, no-driver. */
export async function openSerial(path: string, settings: LineSettings): Promise<Result<ByteStream, Trouble>> {
  const driver = await loadDriver();
  if (driver === undefined) return err(absent("no-driver"));
  return new Promise((resolve) => {
    const port = new driver.SerialPort({
      path,
      baudRate: settings.baud,
      rtscts: settings.flow === "rts-cts",
      xon: settings.flow === "xon-xoff",
      xoff: settings.flow === "xon-xoff",
      autoOpen: false,
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve(err(absent("no-answer")));
    }, OPEN_MS_MAX);
    port.on("error", () => undefined);
    port.open((error) => {
      clearTimeout(timer);
      if (error) resolve(err(absent(reasonOf(error))));
      else if (isLate) closeQuietly(port);
      else resolve(ok(portStream(port)));
    });
  });
}

async function loadDriver(): Promise<typeof import("serialport") | undefined> {
  try {
    return await import("serialport");
  } catch {
    return undefined;
  }
}

/** serialport has no codes, only sentences. */
function reasonOf(error: Error): "not-found" | "not-permitted" | "refused" {
  if (/no such|not found|no device/i.test(error.message)) return "not-found";
  return /permission|access denied/i.test(error.message) ? "not-permitted" : "refused";
}

function portStream(port: SerialPort): ByteStream {
  const ends = streamEnds();
  // The port tells of being unplugged only while it is read. `close` may come twice, and after an `error`.
  port.on("data", (bytes: Uint8Array) => ends.arrived(bytes));
  port.on("close", () => ends.ended());
  const close = () => {
    closeQuietly(port);
    ends.ended();
  };
  return {
    write: (bytes, timeoutMs) => boundedWrite(ends, timeoutMs, (done) => writeTo(port, bytes, done), close),
    onBytes: ends.onBytes,
    onClose: ends.onClose,
    close,
  };
}

/** Done when the port has drained: the bytes are out of the machine, not only in the kernel's buffer. */
function writeTo(port: SerialPort, bytes: Uint8Array, done: (error?: Error | null) => void): void {
  const finish = (error?: Error | null) => done(error ?? (port.isOpen ? null : new Error("closed")));
  port.write(bytes, (error) => (error ? done(error) : port.drain(finish)));
}

/** Throws away what waits to be sent first: a drain held up by flow control would keep a thread until it ends. */
function closeQuietly(port: SerialPort): void {
  if (!port.isOpen) return;
  port.flush(() => {
    if (port.isOpen) port.close(() => undefined);
  });
}

export type SerialPortInfo = Readonly<{ path: string; maker: string | null }>;

/** The ports that the system lists, for choosing one. Fails with DEVICE_ABSENT where it cannot tell (no udevadm). */
export async function listSerialPorts(): Promise<Result<readonly SerialPortInfo[]>> {
  try {
    const driver = await import("serialport");
    const ports = await driver.SerialPort.list();
    return ok(ports.map(({ path, manufacturer }) => ({ path, maker: manufacturer ?? null })));
  } catch {
    return err({ code: "DEVICE_ABSENT", detail: "the system does not list its serial ports" });
  }
}

// One device of the host: its driver, its state, and what it tells. A driver that fails in any way stays in its slot.
import type {
  DeviceConfig,
  DeviceEvent,
  DeviceReason,
  DeviceState,
  DeviceStatus,
  PaperState,
} from "#core/contract/devices.ts";
import { type Clock, isoOf } from "#core/time.ts";
import type { OpenBeaconReceiver } from "./beacon/receiver.ts";
import type { Reading } from "./card-reader/codec.ts";
import { openCardReader } from "./card-reader/driver.ts";
import type { OpenDotFont } from "./printer/dot-font.ts";
import { openPrinter, type Printer, type PrinterSettings } from "./printer/driver.ts";
import { openScanner } from "./scanner/driver.ts";
import { columnDots, type LineAddress, parseAddress } from "./stream/address.ts";
import type { Trouble } from "./stream/byte-stream.ts";
import { openerOf } from "./stream/open-stream.ts";

export type DeviceSlot = Readonly<{
  config: DeviceConfig;
  status(): DeviceStatus;
  /** Printers only. */
  printer(): Printer | undefined;
  close(): void;
}>;

export type SlotNeeds = Readonly<{
  clock: Clock;
  openBeacons: OpenBeaconReceiver;
  openFont: OpenDotFont;
  /** Told of what should never happen, and does not stop the device. */
  onDefect(error: unknown, path: readonly string[]): void;
  tell(event: DeviceEvent): void;
}>;

type Driver = Readonly<{ close(): void; printer?: Printer }>;

/** Opens a device. Never throws: what goes wrong is the device's state. */
export function openSlot(config: DeviceConfig, needs: SlotNeeds): DeviceSlot {
  const { clock, openBeacons, openFont, onDefect, tell } = needs;
  const { id, kind } = config;
  const now = () => isoOf(clock.now());
  let state: DeviceState = firstState(config, now());
  let paper: PaperState | null = kind === "printer" ? "unknown" : null;
  let lacks: DeviceStatus["lacks"] = null;
  let isClosed = false;

  const status = (): DeviceStatus => ({ id, kind, state, paper, lacks });
  const tellStatus = () => {
    if (!isClosed) tell({ kind: "status", device: status() });
  };
  const become = (next: DeviceState) => {
    if (isSame(state, next)) return;
    state = next;
    tellStatus();
  };
  const on = {
    ready: () => become({ kind: "ready", since: now() }),
    trouble: ({ code, reason }: Trouble) =>
      become({ kind: code === "DEVICE_ABSENT" ? "absent" : "failed", since: now(), code, reason }),
    paper: (next: PaperState) => {
      if (paper === next) return;
      paper = next;
      tellStatus();
    },
    cannotDraw: (error: unknown) => {
      onDefect(error, ["printer", "font"]);
      lacks = "pictures";
      tellStatus();
    },
    reading: (reading: Reading) => {
      if (!isClosed) tell(eventOf(reading, id, now()));
    },
    barcode: (barcode: string) => {
      if (!isClosed) tell({ kind: "scanned", scanner: id, barcode, at: now() });
    },
  };

  const openDriver = (): Driver => {
    if (kind === "beacon")
      return openBeacons({
        ...on,
        heard: ({ code, rssiDbm, at }) => {
          if (!isClosed) tell({ kind: "beacon-heard", receiver: id, code, rssiDbm, at: isoOf(at) });
        },
      });
    const address = parseAddress(config.address);
    if (!address.ok) {
      on.trouble({ code: "DEVICE_FAILED", reason: "address-invalid" });
      return nothing;
    }
    const open = openerOf(address.value);
    if (kind === "card-reader") return openCardReader(open, on);
    if (kind === "scanner") return openScanner(open, on);
    const printer = openPrinter(open, printerSettings(address.value, openFont), on);
    return { close: printer.close, printer };
  };

  const driver = config.address === "none" ? nothing : guarded(openDriver, on.trouble);
  return {
    config,
    status,
    printer: () => driver.printer,
    close: () => {
      isClosed = true;
      driver.close();
    },
  };
}

const nothing: Driver = { close: () => undefined };

function guarded(openDriver: () => Driver, trouble: (trouble: Trouble) => void): Driver {
  try {
    return openDriver();
  } catch {
    trouble({ code: "DEVICE_FAILED", reason: "driver-crashed" });
    return nothing;
  }
}

/** Absent until its driver says otherwise. */
function firstState({ kind, address }: DeviceConfig, since: string): DeviceState {
  if (address === "none") return { kind: "none", since };
  const reason: DeviceReason = kind === "beacon" ? "no-radio" : "not-found";
  return { kind: "absent", since, code: "DEVICE_ABSENT", reason };
}

/** The same state for the same reason; the time it began stays. */
function isSame(one: DeviceState, other: DeviceState): boolean {
  const reasonOf = (state: DeviceState) => ("reason" in state ? state.reason : null);
  return one.kind === other.kind && reasonOf(one) === reasonOf(other);
}

const BITS_PER_BYTE_ON_SERIAL = 10; // 8 data, a start and a stop bit
const TCP_BYTES_PER_SECOND = 20_000; // slower than any network printer prints

function printerSettings(address: LineAddress, openFont: OpenDotFont): PrinterSettings {
  const { baud, columns, status, characters } = address.settings;
  return {
    columns,
    characters:
      characters === "korean"
        ? { kind: "korean" }
        : { kind: "raster", cellDots: columnDots(address.settings), openFont },
    answers: status === "asked",
    bytesPerSecond: address.kind === "serial" ? baud / BITS_PER_BYTE_ON_SERIAL : TCP_BYTES_PER_SECOND,
  };
}

/** Here the number leaves its mask: the wire to the till is the one place that needs it. */
function eventOf(reading: Reading, reader: string, at: string): DeviceEvent {
  if (reading.kind === "unreadable")
    return { kind: "card-unreadable", reader, code: reading.code, problem: reading.problem, at };
  const { number, expiry, track, formatCode } = reading;
  return { kind: "card-swiped", reader, cardNumber: number.reveal(), expiry, track, formatCode, at };
}

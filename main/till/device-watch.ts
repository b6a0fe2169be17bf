// Listens to the device host: what it says of its devices, cards that were swiped, codes that were scanned.
import type { DeviceEvent, DeviceStatus } from "#core/contract/devices.ts";
import type { DeviceView } from "#core/contract/till.ts";
import { codeOfError, type TillWork } from "./till-work.ts";

/** A device host that went away is back within a second or so. */
const RETRY_MS = 500;

export type DeviceHandlers = Readonly<{
  swiped(number: string): void;
  unreadable(): void;
  scanned(barcode: string): void;
}>;

/** Listens until it is stopped; a host that ended is shown as absent devices and listened to again when it is back. */
export function watchDevices(work: TillWork, handlers: DeviceHandlers): Readonly<{ stop(): void }> {
  const ended = new AbortController();
  const run = async () => {
    while (!ended.signal.aborted) {
      try {
        const events = await work.devices.client().events(undefined, { signal: ended.signal });
        for await (const event of events) {
          if (ended.signal.aborted) return;
          handle(work, handlers, event);
        }
      } catch (error) {
        if (ended.signal.aborted) return;
        work.log.warn({ code: codeOfError(error) }, "devices.gone");
      }
      showGone(work);
      await pause(RETRY_MS, ended.signal);
    }
  };
  void run(); // Every failure inside is handled there.
  return { stop: () => ended.abort() };
}

function handle(work: TillWork, handlers: DeviceHandlers, event: DeviceEvent): void {
  switch (event.kind) {
    case "status":
      showDevice(work, event.device);
      return;
    case "card-swiped":
      handlers.swiped(event.cardNumber);
      return;
    case "card-unreadable":
      handlers.unreadable();
      return;
    case "scanned":
      handlers.scanned(event.barcode);
      return;
    case "beacon-heard":
      return; // The till takes no payment from the car; its receiver is shown in the status bar.
  }
}

function showDevice({ state }: TillWork, { id, kind, state: device, paper, lacks }: DeviceStatus): void {
  const lack = lacks === null ? null : `no-${lacks}`;
  const reason =
    "reason" in device ? device.reason : paper === "low" || paper === "out" ? `paper-${paper}` : lack;
  // A machine without a radio has no beacon receiver: that is how it is, and nothing to mend.
  const isFitted = reason !== "no-radio" && reason !== "no-driver";
  const shown: DeviceView = { id, kind, state: isFitted ? device.kind : "none", reason };
  const others = state.get().devices.filter((other) => other.id !== id);
  state.set({ devices: [...others, shown].sort((a, b) => (a.id < b.id ? -1 : 1)) });
}

function showGone({ state }: TillWork): void {
  const { devices } = state.get();
  if (devices.every(({ state: device }) => device === "none" || device === "absent")) return;
  state.set({
    devices: devices.map((device) =>
      device.state === "none" ? device : { ...device, state: "absent", reason: "driver-crashed" },
    ),
  });
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      // A device host that stays away is waited for twice a second; none of those waits may leave a listener behind.
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });

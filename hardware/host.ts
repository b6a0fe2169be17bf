// The device host: every device of a till behind one contract. It owns the drivers, so that one that dies takes
// nothing with it but the other devices, and those only until the host is started again.
import { implement } from "@orpc/server";
import { type DeviceConfig, type DeviceEvent, devicesContract } from "#core/contract/devices.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { Result } from "#core/result.ts";
import type { Clock } from "#core/time.ts";
import { nobleReceiver } from "./beacon/noble-receiver.ts";
import type { OpenBeaconReceiver } from "./beacon/receiver.ts";
import { broadcast } from "./broadcast.ts";
import { type DeviceSlot, openSlot } from "./device-slot.ts";
import { type OpenDotFont, openDotFont } from "./printer/dot-font.ts";
import type { Printer } from "./printer/driver.ts";
import { listSerialPorts } from "./stream/serial-stream.ts";

/** A system with more serial ports than this lists phantoms. */
const PORTS_LISTED_MAX = 100;

export type DeviceHostNeeds = Readonly<{
  clock: Clock;
  /** How to hear beacons; this machine's radio where none is given. */
  openBeacons?: OpenBeaconReceiver;
  /** What draws for printers without Korean; the shipped face where none is given. */
  openFont?: OpenDotFont;
  onDefect?: (error: unknown, path: readonly string[]) => void;
}>;

export type DeviceHost = ReturnType<typeof createDeviceHost>;

/** Serve `router` on the wire to the till; `configure` may also be called by the process itself at its start. */
export function createDeviceHost({
  clock,
  openBeacons = nobleReceiver(clock),
  openFont = openDotFont,
  onDefect = () => undefined,
}: DeviceHostNeeds) {
  const slots = new Map<string, DeviceSlot>();
  const events = broadcast<DeviceEvent>();

  const configure = (devices: readonly DeviceConfig[]): void => {
    if (new Set(devices.map(({ id }) => id)).size !== devices.length)
      fail("OPTION_INVALID", "two devices have one id");
    const wanted = new Map(devices.map((config) => [config.id, config]));
    for (const [id, slot] of slots) {
      if (isSameDevice(slot.config, wanted.get(id))) continue;
      slot.close();
      slots.delete(id);
    }
    for (const config of devices) {
      if (slots.has(config.id)) continue;
      const slot = openSlot(config, { clock, openBeacons, openFont, onDefect, tell: events.tell });
      slots.set(config.id, slot);
      events.tell({ kind: "status", device: slot.status() });
    }
  };
  const statuses = () => [...slots.values()].map((slot) => slot.status());
  const printerOf = (id: string): Printer => {
    const slot = slots.get(id);
    if (slot?.config.kind !== "printer") return fail("NOT_FOUND", `printer ${id}`);
    const { state } = slot.status();
    return slot.printer() ?? fail("DEVICE_ABSENT", "reason" in state ? state.reason : state.kind);
  };

  const os = implement(devicesContract);
  const router = os.router({
    configure: os.configure.handler(({ input }) => {
      configure(input.devices);
      return done;
    }),
    events: os.events.handler(async function* ({ signal }) {
      yield* events.listen(signal, () => statuses().map((device) => ({ kind: "status", device }) as const));
    }),
    status: os.status.handler(() => ({ devices: statuses() })),
    serialPorts: os.serialPorts.handler(async () => {
      const listed = await listSerialPorts();
      return { ports: listed.ok ? listed.value.slice(0, PORTS_LISTED_MAX) : [] };
    }),
    print: os.print.handler(async ({ input }) =>
      answer(await printerOf(input.printer).print(input.document, input.kickDrawer ?? false)),
    ),
    openDrawer: os.openDrawer.handler(async ({ input }) =>
      answer(await printerOf(input.printer).openDrawer()),
    ),
  });

  return {
    router,
    configure,
    /** Closes every device; the host may be configured again. */
    close: () => configure([]),
  };
}

const done = { done: true } as const;

function answer(result: Result<true>) {
  if (!result.ok) throw new FailureError(result.error);
  return done;
}

function isSameDevice(one: DeviceConfig, other: DeviceConfig | undefined): boolean {
  return one.kind === other?.kind && one.address === other.address;
}

// A device host and its simulators, joined by real TCP or PTY lines, for the tests of this folder.
import { createRouterClient } from "@orpc/server";
import type { DeviceConfig, DeviceEvent, DeviceStatus } from "#core/contract/devices.ts";
import { instant } from "#core/time.ts";
import type { OpenBeaconReceiver } from "#hardware/beacon/receiver.ts";
import { createDeviceHost, type DeviceHostNeeds } from "#hardware/host.ts";
import { createSimulators, type SimulatorsNeeds } from "#hardware/simulators.ts";

/** Opened by a test, closed after it. */
const open: (() => void | Promise<void>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

export const closeLater = (close: () => void | Promise<void>) => void open.push(close);

export async function someSimulators(needs: Partial<SimulatorsNeeds> = {}) {
  const simulators = await createSimulators({
    backofficeUrl: "http://127.0.0.1:9",
    onBank: () => undefined,
    ...needs,
  });
  closeLater(simulators.close);
  return { ...simulators, press: createRouterClient(simulators.router) };
}

const noRadio: OpenBeaconReceiver = (on) => {
  on.trouble({ code: "DEVICE_ABSENT", reason: "no-radio" });
  return { close: () => undefined };
};

/** A host with these devices, and all that it has told so far. */
export function aHost(devices: readonly DeviceConfig[], needs: Partial<DeviceHostNeeds> = {}) {
  const clock = { now: () => instant(Date.now()) };
  const host = createDeviceHost({ clock, openBeacons: noRadio, ...needs });
  closeLater(host.close);
  const client = createRouterClient(host.router);
  const events: DeviceEvent[] = [];
  const ended = new AbortController();
  closeLater(() => ended.abort());
  const listening = (async () => {
    for await (const event of await client.events(undefined, { signal: ended.signal })) events.push(event);
  })();
  listening.catch(() => undefined);
  host.configure(devices);
  return {
    host,
    client,
    events,
    /** "ready", "none", or the reason it is not ready. */
    stateOf: async (id: string) => wordOf((await client.status()).devices.find((device) => device.id === id)),
    /** Every state that a device was told to be in, in order. */
    statesTold: (id: string) =>
      events.flatMap((event) =>
        event.kind === "status" && event.device.id === id ? [wordOf(event.device)] : [],
      ),
    cards: () => events.flatMap((event) => (event.kind === "card-swiped" ? [event.cardNumber] : [])),
    problems: () => events.flatMap((event) => (event.kind === "card-unreadable" ? [event.problem] : [])),
  };
}

function wordOf(status: DeviceStatus | undefined): string | undefined {
  if (status === undefined) return undefined;
  return "reason" in status.state ? status.state.reason : status.state.kind;
}

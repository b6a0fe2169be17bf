// The device host as the till sees it: one contract, many devices, each in its own state.
import { afterEach, expect, test } from "vitest";
import type { DeviceConfig, DeviceEvent, devicesContract } from "#core/contract/devices.ts";
import { stationDevices } from "#core/contract/devices.ts";
import { instant } from "#core/time.ts";
import { createDeviceHost } from "#hardware/host.ts";
import { clientOf, serve } from "#main/process/rpc.ts";
import { makeWire, type WireEnds } from "#main/process/wire.ts";
import { aHost, closeAll, closeLater, someSimulators } from "./counter.ts";

const CARD = "9410001234567892";
const SOON = { timeout: 8_000, interval: 20 };

afterEach(closeAll);

test("a whole station comes up, and what it does not have is none or absent", async () => {
  const { devices } = await someSimulators();
  const { stateOf } = aHost(stationDevices(devices));
  for (const id of ["card-reader", "printer", "scanner"])
    await expect.poll(() => stateOf(id), SOON).toBe("ready");
  expect(await stateOf("beacon")).toBe("no-radio");
  const bare = aHost(stationDevices({}));
  expect(await bare.stateOf("printer")).toBe("none");
  await expect(bare.client.openDrawer({ printer: "printer" })).rejects.toMatchObject({
    failure: { code: "DEVICE_ABSENT" },
  });
});
test("a scan arrives", async () => {
  const { devices, press } = await someSimulators();
  const { stateOf, events } = aHost(stationDevices({ scanner: devices.scanner }));
  await expect.poll(() => stateOf("scanner"), SOON).toBe("ready");
  await press.scan({ scanner: "scanner", barcode: "8801234567893" });
  await expect
    .poll(() => events.filter(({ kind }) => kind === "scanned"), SOON)
    .toMatchObject([{ scanner: "scanner", barcode: "8801234567893" }]);
});
test("an address that is wrong is that device's failure, and the others work", async () => {
  const { devices } = await someSimulators();
  const { stateOf } = aHost([
    { id: "printer", kind: "printer", address: "tcp://host-without-port" },
    { id: "card-reader", kind: "card-reader", address: devices.cardReader },
  ]);
  expect(await stateOf("printer")).toBe("address-invalid");
  await expect.poll(() => stateOf("card-reader"), SOON).toBe("ready");
});
test("a driver that throws while it opens is failed, and the others work", async () => {
  const host = createDeviceHost({
    clock: { now: () => instant(0) },
    openBeacons: () => {
      throw new Error("native");
    },
  });
  closeLater(host.close);
  const { devices } = await someSimulators();
  const client = overAWire(host);
  await client.configure({ devices: [...stationDevices({ cardReader: devices.cardReader })] });
  const { devices: statuses } = await client.status();
  expect(statuses.find(({ id }) => id === "beacon")?.state).toMatchObject({
    kind: "failed",
    code: "DEVICE_FAILED",
    reason: "driver-crashed",
  });
  await expect
    .poll(
      async () => (await client.status()).devices.find(({ id }) => id === "card-reader")?.state.kind,
      SOON,
    )
    .toBe("ready");
});
test("configuring again keeps what did not change and opens what did", async () => {
  const one = await someSimulators();
  const two = await someSimulators();
  const { client, stateOf, statesTold, cards } = aHost([reader(one.devices.cardReader)]);
  await expect.poll(() => stateOf("card-reader"), SOON).toBe("ready");
  await client.configure({
    devices: [
      reader(one.devices.cardReader),
      { id: "printer", kind: "printer", address: two.devices.printer },
    ],
  });
  await expect.poll(() => stateOf("printer"), SOON).toBe("ready");
  expect(statesTold("card-reader")).toEqual(["not-found", "ready"]);
  await client.configure({ devices: [reader(two.devices.cardReader)] });
  expect(await stateOf("printer")).toBeUndefined();
  await expect.poll(() => stateOf("card-reader"), SOON).toBe("ready");
  await two.press.swipe({ reader: "card-reader", cardNumber: CARD });
  await expect.poll(cards, SOON).toEqual([CARD]);
});
test("two devices with one id are refused", async () => {
  const { client } = aHost([]);
  await expect(
    client.configure({ devices: [reader("none"), { ...reader("none"), kind: "scanner" }] }),
  ).rejects.toMatchObject({ failure: { code: "OPTION_INVALID" } });
});
test("over the till's wire: states first, then the swipe; a failure keeps its code", async () => {
  const { devices, press } = await someSimulators();
  const host = createDeviceHost({
    clock: { now: () => instant(Date.parse("2026-03-01T12:00:00.000Z")) },
    openBeacons: () => ({ close: () => undefined }),
  });
  closeLater(host.close);
  const client = overAWire(host);
  await client.configure({ devices: [...stationDevices(devices)] });
  const events: DeviceEvent[] = [];
  void (async () => {
    for await (const event of await client.events()) events.push(event);
  })().catch(() => undefined);
  await expect.poll(() => events.length, SOON).toBeGreaterThanOrEqual(4);
  expect(events.slice(0, 4).map(({ kind }) => kind)).toEqual(["status", "status", "status", "status"]);
  await expect
    .poll(
      () => events.filter((event) => event.kind === "status" && event.device.state.kind === "ready").length,
    )
    .toBeGreaterThanOrEqual(3);
  await press.swipe({ reader: "card-reader", cardNumber: CARD });
  await expect
    .poll(() => events.find(({ kind }) => kind === "card-swiped"), SOON)
    .toEqual({
      kind: "card-swiped",
      reader: "card-reader",
      cardNumber: CARD,
      expiry: "3012",
      track: 2,
      formatCode: "P",
      at: "2026-03-01T12:00:00.000Z",
    });
  await expect(client.openDrawer({ printer: "other" })).rejects.toMatchObject({
    failure: { code: "NOT_FOUND" },
  });
  expect(Array.isArray((await client.serialPorts()).ports)).toBe(true);
});
test("a listener that does not keep up is ended as BUSY and the devices go on", async () => {
  const { client, stateOf } = aHost([]);
  const slow = await client.events();
  for (let count = 0; count < 600; count++)
    await client.configure({ devices: count % 2 === 0 ? [reader("none"), scanner("none")] : [] });
  const first = slow.next();
  // Listening begins with the first step; what comes after it fills the queue.
  for (let count = 0; count < 1_200; count++)
    await client.configure({ devices: count % 2 === 0 ? [reader("none"), scanner("none")] : [] });
  await first;
  const drain = async () => {
    for (;;) if ((await slow.next()).done === true) return;
  };
  await expect(drain()).rejects.toMatchObject({ failure: { code: "BUSY" } });
  expect(await stateOf("card-reader")).toBeUndefined();
});

const reader = (address: string): DeviceConfig => ({ id: "card-reader", kind: "card-reader", address });
const scanner = (address: string): DeviceConfig => ({ id: "scanner", kind: "scanner", address });

/** The host behind the same RPC that the processes speak, without the processes. */
function overAWire(host: ReturnType<typeof createDeviceHost>) {
  const ends: { near?: WireEnds<string>; far?: WireEnds<string> } = {};
  const near = makeWire<string>(
    (text) => queueMicrotask(() => ends.far?.arrived(text)),
    () => ends.far?.ended(),
  );
  const far = makeWire<string>(
    (text) => queueMicrotask(() => near.arrived(text)),
    () => near.ended(),
  );
  Object.assign(ends, { near, far });
  serve(host.router, far.wire, {}, (error) => {
    throw error;
  });
  closeLater(near.wire.close);
  return clientOf<typeof devicesContract>(near.wire);
}

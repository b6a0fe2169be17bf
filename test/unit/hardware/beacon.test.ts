// The beacon receiver where there is a radio, where there is none, and where the driver is missing.
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { instant } from "#core/time.ts";
import { type LoadRadio, nobleReceiver, type Radio } from "#hardware/beacon/noble-receiver.ts";
import { CODE_BYTES_MAX, type HeardBeacon, TAG_SERVICE } from "#hardware/beacon/receiver.ts";

const SOON = { timeout: 8_000, interval: 20 };
const clock = { now: () => instant(1_000) };

// Elsewhere the system may first ask a person for permission.
test.runIf(process.platform === "linux")("the real driver is ready or absent with a reason", async () => {
  const { states, close } = opened();
  await expect.poll(() => states.length, SOON).toBeGreaterThan(0);
  expect(["ready", "no-radio", "no-driver", "not-permitted"]).toContain(states[0]);
  close();
});
test("a driver that throws while it loads is no radio", async () => {
  const { states } = opened(() => Promise.reject(new Error("EAFNOSUPPORT")));
  await expect.poll(() => states, SOON).toEqual(["no-radio"]);
});
test("a driver that is not installed is no driver", async () => {
  const missing = Object.assign(new Error("Cannot find module"), { code: "ERR_MODULE_NOT_FOUND" });
  const { states } = opened(() => Promise.reject(missing));
  await expect.poll(() => states, SOON).toEqual(["no-driver"]);
});
test("scans for our tags when the radio is on, and tells what it hears", async () => {
  const { radio, states, heard } = await withRadio();
  radio.emit("stateChange", "poweredOn");
  await expect.poll(() => states, SOON).toEqual(["ready"]);
  expect(radio.scanning).toEqual([TAG_SERVICE]);
  radio.emit("discover", advert({ uuid: TAG_SERVICE, data: Buffer.from("0a1b", "hex") }));
  expect(heard).toEqual([{ code: "0a1b", rssiDbm: -60, at: 1_000 }]);
});
test("a radio that is switched off is absent until it is on again", async () => {
  const { radio, states } = await withRadio();
  radio.emit("stateChange", "poweredOff");
  radio.emit("stateChange", "poweredOn");
  await expect.poll(() => states, SOON).toEqual(["no-radio", "ready"]);
});
test("adverts of others, and malformed ones, are not heard", async () => {
  const { radio, heard } = await withRadio();
  radio.emit("discover", advert({ uuid: "180f", data: Buffer.of(1) }));
  radio.emit("discover", advert({ uuid: TAG_SERVICE, data: Buffer.alloc(CODE_BYTES_MAX + 1) }));
  radio.emit("discover", advert({ uuid: TAG_SERVICE, data: Buffer.alloc(0) }));
  radio.emit("discover", { rssi: "loud" });
  radio.emit("discover", undefined);
  expect(heard).toEqual([]);
});
test("a closed receiver tells nothing more", async () => {
  const { radio, heard, close } = await withRadio();
  close();
  radio.emit("discover", advert({ uuid: TAG_SERVICE, data: Buffer.of(1) }));
  expect(heard).toEqual([]);
});

class FakeRadio extends EventEmitter implements Radio {
  scanning: string[] = [];
  async startScanningAsync(services: string[]) {
    this.scanning = services;
  }
  async stopScanningAsync() {
    this.scanning = [];
  }
}

function opened(load?: LoadRadio) {
  const states: string[] = [];
  const heard: HeardBeacon[] = [];
  const open = load === undefined ? nobleReceiver(clock) : nobleReceiver(clock, load);
  const { close } = open({
    ready: () => void states.push("ready"),
    trouble: ({ reason }) => void states.push(reason),
    heard: (beacon) => void heard.push(beacon),
  });
  return { states, heard, close };
}

async function withRadio() {
  const radio = new FakeRadio();
  const all = opened(async () => radio);
  await expect.poll(() => radio.listenerCount("discover"), SOON).toBe(1);
  return { radio, ...all };
}

const advert = (service: { uuid: string; data: Uint8Array }) => ({
  rssi: -60,
  advertisement: { serviceData: [service] },
});

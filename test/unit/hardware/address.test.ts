// Device addresses as a person writes them.
import { expect, test } from "vitest";
import { stationDevices } from "#core/contract/devices.ts";
import { columnDots, parseAddress } from "#hardware/stream/address.ts";

test("a serial path runs at 9600 where no rate is given", () => {
  expect(parseAddress("serial:/dev/ttyUSB0")).toMatchObject({
    ok: true,
    value: { kind: "serial", path: "/dev/ttyUSB0", settings: { baud: 9_600, flow: "none" } },
  });
});
test("a serial path takes its rate and flow control", () => {
  expect(parseAddress("serial:COM3?baud=115200&flow=rts-cts")).toMatchObject({
    value: { path: "COM3", settings: { baud: 115_200, flow: "rts-cts" } },
  });
});
test("a TCP address has a host and a port, by name, IPv4 or IPv6", () => {
  expect(parseAddress("tcp://printer-1.local:9100")).toMatchObject({
    value: { host: "printer-1.local", port: 9_100 },
  });
  expect(parseAddress("tcp://[::1]:9100?columns=48&status=none")).toMatchObject({
    value: { host: "::1", port: 9_100, settings: { columns: 48, status: "none" } },
  });
});
test("a printer without Korean says so, and how many dots its paper is wide", () => {
  expect(parseAddress("tcp://host:9100?characters=raster&columns=32&dots=384")).toMatchObject({
    value: { settings: { characters: "raster", columns: 32, dots: 384 } },
  });
  expect(parseAddress("tcp://host:9100")).toMatchObject({ value: { settings: { characters: "korean" } } });
});
test.each([
  [{ columns: 32, dots: 384 }, 12],
  [{ columns: 48, dots: 576 }, 12],
  [{ columns: 42, dots: 576 }, 12],
  [{ columns: 42, dots: 384 }, 9],
  [{ columns: 42 }, 12],
  [{ columns: 96 }, 10],
])("the columns of %j are %i dots wide", (settings, dots) => {
  expect(columnDots(settings)).toBe(dots);
});
test.each([
  "serial:",
  "tcp://host",
  "tcp://host:0",
  "tcp://host:65536",
  "tcp://user@host:1",
  "http://host:1",
  "serial:/dev/ttyUSB0?buad=9600",
  "serial:/dev/ttyUSB0?baud=fast",
  "tcp://host:1?characters=french",
  "tcp://host:1?characters=raster&columns=64&dots=384",
  "none",
])("%s is refused with OPTION_INVALID", (address) => {
  expect(parseAddress(address)).toMatchObject({ ok: false, error: { code: "OPTION_INVALID" } });
});
test("a station has one of each kind, and shows what it has no address for as none", () => {
  expect(stationDevices({ cardReader: "tcp://127.0.0.1:1" })).toEqual([
    { id: "card-reader", kind: "card-reader", address: "tcp://127.0.0.1:1" },
    { id: "printer", kind: "printer", address: "none" },
    { id: "scanner", kind: "scanner", address: "none" },
    { id: "beacon", kind: "beacon", address: "radio" },
  ]);
});

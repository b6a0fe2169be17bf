// A station of real processes: the device host and the simulators themselves, stand-ins for till and back office.
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { simulatorsContract } from "#core/contract/simulators.ts";
import { FailureError } from "#core/errors.ts";
import { clientOf } from "#main/process/rpc.ts";
import { type Child, launchWithFork } from "#main/process/spawn.ts";
import { type OpenStation, openStation } from "#main/station/open-station.ts";
import { bundled, bundleFolder } from "../process/bundled.ts";
import type { echoContract } from "../process/echo-contract.ts";

let distDir = "";
const running: OpenStation[] = [];
beforeAll(async () => {
  distDir = bundleFolder();
  for (const name of ["till", "backoffice"])
    await bundled("test/integration/station/stand-in.ts", join(distDir, `${name}.cjs`));
  for (const name of ["device-host", "simulators"])
    await bundled(`main/entries/${name}.ts`, join(distDir, `${name}.cjs`));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((open) => open.stop()));
});

test("the till reaches the devices through the shell, and they are ready", async () => {
  const { till } = await aStation();
  await expect
    .poll(async () => (await till().say({ text: "devices" })).text, { timeout: 10_000 })
    .toMatch(/card-reader ready, printer ready, scanner ready/);
});
test("the till is given the enrolment code and the line that can be cut", async () => {
  const { till, open } = await aStation();
  const config = JSON.parse((await till().say({ text: "config" })).text);
  expect(config).toMatchObject({ enrolmentCode: "ENROL-1", mode: "demo", keyStore: "file" });
  expect(config.backofficeUrl).not.toBe(open.file.addresses.backoffice);
  expect(await (await fetch(config.backofficeUrl)).text()).toBe("books");
  const line = open.station.openPage("simulators");
  await clientOf<typeof simulatorsContract>(line ?? expect.fail()).line({ state: "cut" });
  await expect(fetch(config.backofficeUrl)).rejects.toThrow();
});
test("a device host that is killed comes back, and the till finds its devices again", async () => {
  const { till, children } = await aStation();
  await expect
    .poll(async () => (await till().say({ text: "devices" })).text, { timeout: 10_000 })
    .toMatch(/ready/);
  children.get("device-host")?.kill();
  await expect
    .poll(async () => failureOr(till().say({ text: "devices" })), { timeout: 15_000 })
    .toMatch(/card-reader ready, printer ready/);
});
test("a till that ends is started again, and pages get new lines", async () => {
  const { till, open } = await aStation();
  await till()
    .exit({ code: 1 })
    .catch(() => undefined);
  expect(open.station.openPage("till")).toBeUndefined();
  await expect.poll(() => open.station.openPage("till") !== undefined, { timeout: 5_000 }).toBe(true);
  expect((await till().say({ text: "config" })).text).toContain("till-1");
});
test("simulators that were killed answer on the same addresses again", async () => {
  const { open, children } = await aStation();
  const before = await devicesOf(open);
  children.get("simulators")?.kill();
  await expect.poll(async () => devicesOf(open).catch(() => "gone"), { timeout: 10_000 }).toEqual(before);
});
test("station.json is there while the station is, and says where it answers", async () => {
  const { open, dataDir } = await aStation();
  const path = join(dataDir, "station.json");
  const file = JSON.parse(readFileSync(path, "utf8"));
  expect(file).toMatchObject({ mode: "demo", shell: "none", signIns: [{ name: "Kim" }] });
  expect(await (await fetch(file.addresses.backoffice)).text()).toBe("books");
  await open.stop();
  expect(existsSync(path)).toBe(false);
});
test("stopping ends every process", async () => {
  const { open, children } = await aStation();
  await open.stop();
  const exits = await Promise.all([...children.values()].map((child) => child.exit));
  expect(exits).toEqual(exits.map(() => ({ code: 0, signal: null })));
});
test("a second station on the same folder is refused, and the first goes on", async () => {
  const { dataDir, till } = await aStation();
  await expect(aStation({ dataDir })).rejects.toMatchObject({ failure: { code: "DATA_IN_USE" } });
  expect(existsSync(join(dataDir, "station.json"))).toBe(true);
  expect((await till().say({ text: "config" })).text).toContain("till-1");
});
test("a start that fails leaves nothing running and gives the folder back", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-data-"));
  const front = () => Promise.reject(new FailureError({ code: "PORT_TAKEN" }));
  await expect(aStation({ dataDir, front })).rejects.toMatchObject({ failure: { code: "PORT_TAKEN" } });
  await aStation({ dataDir });
});

type Over = { dataDir?: string; front?: () => Promise<never> };

async function aStation({ dataDir = mkdtempSync(join(tmpdir(), "countersign-data-")), front }: Over = {}) {
  const children = new Map<string, Child>();
  const open = await openStation(
    { dataDir, mode: "demo", backoffice: "bundled", port: undefined, shell: "none", startedAt: new Date() },
    {
      launch: (entry, options) => {
        const child = launchWithFork(entry, options);
        children.set(options.name, child);
        return child;
      },
      distDir,
      keyStore: "file",
      offerToTill: () => undefined,
      say: () => undefined,
    },
    front ?? (async () => ({ tillAddress: undefined, stop: async () => undefined })),
  );
  running.push(open);
  const till = () => clientOf<typeof echoContract>(open.station.openPage("till") ?? expect.fail("no till"));
  return { open, children, dataDir, till };
}

async function devicesOf({ station }: OpenStation) {
  const line = station.openPage("simulators");
  if (line === undefined) return "away";
  for await (const { devices } of await clientOf<typeof simulatorsContract>(line).watch()) {
    line.close();
    return devices.map(({ address }) => address);
  }
  return "nothing";
}

const failureOr = (call: Promise<{ text: string }>) => call.then(({ text }) => text, String);

// The demo's Devices sheet: what it presses, what it sees, and the line that can be cut.
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { stationDevices } from "#core/contract/devices.ts";
import type { BankBehaviour, SimulatorsState } from "#core/contract/simulators.ts";
import { aHost, closeAll, closeLater, someSimulators } from "./counter.ts";
import { aPty, hasSocat } from "./pty.ts";

const SOON = { timeout: 8_000, interval: 20 };

afterEach(closeAll);

test("what is sent through the line arrives, and its answer comes back", async () => {
  const { backofficeUrl } = await withBackOffice();
  expect(await (await fetch(`${backofficeUrl}/healthz`)).text()).toBe("GET /healthz");
});
test("a cut line refuses new requests and ends those under way; restored, it is at the same address", async () => {
  const { backofficeUrl, press, waiting } = await withBackOffice();
  const underWay = fetch(`${backofficeUrl}/hang`);
  underWay.catch(() => undefined);
  await expect.poll(() => waiting.length, SOON).toBe(1);
  await press.line({ state: "cut" });
  await expect(underWay).rejects.toThrow();
  await expect(fetch(`${backofficeUrl}/healthz`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  await press.line({ state: "up" });
  expect(await (await fetch(`${backofficeUrl}/healthz`)).text()).toBe("GET /healthz");
});
test("cutting a line that is cut, and restoring one that is up, changes nothing", async () => {
  const { backofficeUrl, press } = await withBackOffice();
  await press.line({ state: "up" });
  await press.line({ state: "cut" });
  await press.line({ state: "cut" });
  await press.line({ state: "up" });
  expect((await fetch(`${backofficeUrl}/healthz`)).status).toBe(200);
});
test("a back office that is down resets the till's connection", async () => {
  const { backofficeUrl } = await someSimulators();
  await expect(fetch(backofficeUrl)).rejects.toThrow();
});
test("the sheet sees the state now and every change", async () => {
  const { press } = await someSimulators();
  const seen: SimulatorsState[] = [];
  const ended = new AbortController();
  closeLater(() => ended.abort());
  void (async () => {
    for await (const state of await press.watch(undefined, { signal: ended.signal })) seen.push(state);
  })().catch(() => undefined);
  await expect.poll(() => seen.length, SOON).toBe(1);
  await press.paper({ printer: "printer", state: "low" });
  await press.unplug({ device: "scanner" });
  await press.line({ state: "cut" });
  await expect
    .poll(() => seen.at(-1), SOON)
    .toMatchObject({
      line: { state: "cut", connections: 0 },
      bank: { kind: "honest" },
      devices: [
        { kind: "card-reader", plugged: true, connected: false },
        { kind: "printer", paper: "low" },
        { kind: "scanner", plugged: false },
      ],
    });
});
test("the sheet sees the demo's cards where there are any", async () => {
  const card = { number: "9410001234567892", pin: "123456789012", password: "2580", balanceMinor: "50000" };
  const withCards = await (await (await someSimulators({ cards: [card] })).press.watch()).next();
  expect(withCards.value).toMatchObject({ cards: [card] });
  const without = await (await (await someSimulators()).press.watch()).next();
  expect(without.value).not.toHaveProperty("cards");
});
test("a swipe that nobody hears is DEVICE_ABSENT, and a device that is not there NOT_FOUND", async () => {
  const { press } = await someSimulators();
  const card = { cardNumber: "9410001234567892" };
  await expect(press.swipe({ reader: "card-reader", ...card })).rejects.toMatchObject({
    failure: { code: "DEVICE_ABSENT" },
  });
  await expect(press.swipe({ reader: "printer", ...card })).rejects.toMatchObject({
    failure: { code: "NOT_FOUND" },
  });
  await expect(press.unplug({ device: "till" })).rejects.toMatchObject({ failure: { code: "NOT_FOUND" } });
});
test.runIf(hasSocat)("a reader on a real PTY is swiped from the sheet like any other", async () => {
  const line = await aPty();
  const { press } = await someSimulators({ devices: { cardReader: `serial:${line.far}` } });
  const { stateOf, cards } = aHost(stationDevices({ cardReader: `serial:${line.near}` }));
  await expect.poll(() => stateOf("card-reader"), SOON).toBe("ready");
  await press.swipe({ reader: "card-reader", cardNumber: "9410001234567892", fault: "fragmented" });
  await expect.poll(cards, SOON).toEqual(["9410001234567892"]);
});
test("how the bank answers is handed on, and kept only where the bank took it", async () => {
  const told: BankBehaviour[] = [];
  const { press } = await someSimulators({
    onBank: (behaviour) => {
      if (behaviour.kind === "silent") throw new Error("no bank");
      told.push(behaviour);
    },
  });
  await press.bank({ behaviour: { kind: "rejectNth", nth: 2 } });
  await expect(press.bank({ behaviour: { kind: "silent" } })).rejects.toThrow("no bank");
  const watching = await press.watch();
  expect((await watching.next()).value).toMatchObject({ bank: { kind: "rejectNth", nth: 2 } });
  expect(told).toEqual([{ kind: "rejectNth", nth: 2 }]);
});
test("after a restart the devices and the line are at their addresses again", async () => {
  const first = await someSimulators();
  await first.close();
  const second = await someSimulators({ devices: first.devices, lineUrl: first.backofficeUrl });
  expect(second.devices).toEqual(first.devices);
  expect(second.backofficeUrl).toBe(first.backofficeUrl);
});
test("an address that another program took is PORT_TAKEN, and nothing stays open", async () => {
  const first = await someSimulators();
  const printer = first.devices.printer;
  const reader = "tcp://127.0.0.1:0".replace(":0", `:${await freePort()}`);
  await expect(someSimulators({ devices: { cardReader: reader, printer } })).rejects.toMatchObject({
    failure: { code: "PORT_TAKEN" },
  });
  await expect(opens(Number(new URL(reader).port))).resolves.toBe(false);
});

/** A back office that answers with what it was asked, and one address that never answers. */
async function withBackOffice() {
  const waiting: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/hang") waiting.push(request);
    else response.end(`${request.method} ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeLater(() => {
    server.closeAllConnections();
    server.close();
  });
  const simulators = await someSimulators({ backofficeUrl: `http://127.0.0.1:${portOf(server)}` });
  return { ...simulators, waiting };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const opens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

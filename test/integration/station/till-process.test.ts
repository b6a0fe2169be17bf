// The till's own process, enrolled and not, against a small back office over real HTTP.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 } from "uuid";
import { afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { TillConfig } from "#core/contract/process.ts";
import type { TillView, tillContract } from "#core/contract/till.ts";
import { CLOSE_CODE } from "#core/contract/wire.ts";
import { instant } from "#core/time.ts";
import { startKiosk } from "#main/kiosk/server.ts";
import { type Channels, channelsOver } from "#main/process/channels.ts";
import { clientOf } from "#main/process/rpc.ts";
import { type Child, launchWithFork } from "#main/process/spawn.ts";
import { krwWire, SmallBackOffice } from "#test/world/small-back-office.ts";
import { serveSmallBackOffice } from "#test/world/small-back-office-http.ts";
import { bundled } from "../process/bundled.ts";

const POLICY = {
  paymentMax: krwWire(30_000),
  cardDayMax: krwWire(50_000),
  terminalMax: krwWire(500_000),
  countMax: 50,
  ageMaxMs: 72 * 3_600_000,
  aboveCap: "manager",
  unverified: "sealed",
  wrongTriesMax: 3,
} as const;

let entry = "";
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  entry = await bundled("main/entries/till.ts");
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

test("enrols with the code that the shell knows, and is the till at once", async () => {
  const { backofficeUrl } = await anOffice();
  const till = await aTill({ backofficeUrl, enrolmentCode: "code-1" });
  expect(till.ready).toEqual({ process: "till", enrolled: true });
  const view = await viewOf(till.channels);
  expect(view).toMatchObject({ demo: true, person: null, alarm: null });
  expect(view.enrolled).not.toBe(false);
});
test("without a code it waits, says so, and sells nothing", async () => {
  const { backofficeUrl } = await anOffice();
  const { ready, channels } = await aTill({ backofficeUrl });
  expect(ready).toEqual({ process: "till", enrolled: false });
  expect(await viewOf(channels)).toMatchObject({ enrolled: false, stationName: "Station 7", alarm: null });
  await expect(clientOn(channels).startPaying()).rejects.toMatchObject({ failure: { code: "NOT_FOUND" } });
});
test("a code typed at the screen opens the till in the same process, and the page comes back to it", async () => {
  const { backofficeUrl } = await anOffice();
  const { channels } = await aTill({ backofficeUrl });
  const session = channels.open("till");
  const client = clientOf<typeof tillContract>(session);
  await expect(client.enrol({ code: "wrong" })).rejects.toMatchObject({
    failure: { code: "ENROLMENT_REFUSED" },
  });
  expect(await client.enrol({ code: "code-2" })).toEqual({ done: true });
  await expect.poll(() => session.isClosed(), { timeout: 10_000 }).toBe(true);
  expect((await viewOf(channels)).enrolled).not.toBe(false);
});
test("an enrolled till starts by its own keys while the back office is away", async () => {
  const office = await anOffice();
  const first = await aTill({ backofficeUrl: office.backofficeUrl, enrolmentCode: "code-1" });
  await first.stop();
  await office.close();
  const again = await aTill({ backofficeUrl: office.backofficeUrl }, first.dataDir);
  expect(again.ready).toEqual({ process: "till", enrolled: true });
});
test("a till that may take cash only still sells after a code that was refused, and takes one code at a time", async () => {
  const { office, backofficeUrl } = await anOffice();
  const first = await aTill({ backofficeUrl, enrolmentCode: "code-1" });
  for (const terminal of office.state.terminals.values()) terminal.isQuarantined = true;
  await expect
    .poll(async () => (await viewOf(first.channels)).alarm, { timeout: 30_000, interval: 250 })
    .toBe("CASH_ONLY");
  const client = clientOn(first.channels);
  const codes = await Promise.allSettled([client.enrol({ code: "wrong" }), client.enrol({ code: "wrong" })]);
  expect(codes.map((each) => each.status === "rejected" && each.reason.failure.code)).toEqual([
    "ENROLMENT_REFUSED",
    "BUSY",
  ]);
  await first.stop();
  const again = await aTill({ backofficeUrl }, first.dataDir);
  expect(again.ready).toEqual({ process: "till", enrolled: true });
  expect(await viewOf(again.channels)).toMatchObject({ alarm: "CASH_ONLY" });
  const [old] = office.state.terminals.keys();
  const left = leftOnesAsked(office);
  await clientOn(again.channels).enrol({ code: "code-2" });
  await expect.poll(async () => (await viewOf(again.channels)).alarm, { timeout: 10_000 }).toBe(null);
  // By its old keys it asks once, when it is open, for what it had not sent as the terminal that it was.
  await expect.poll(() => left, { timeout: 10_000 }).toEqual([old]);
  await again.stop();
  const later = await aTill({ backofficeUrl }, first.dataDir);
  await expect
    .poll(async () => (await viewOf(later.channels)).line.state, { timeout: 10_000 })
    .toBe("online");
  expect(left).toEqual([old]);
});
test("keys that the other shell sealed are named, and a new enrolment is offered", async () => {
  const { backofficeUrl } = await anOffice();
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-till-"));
  mkdirSync(join(dataDir, "keys"));
  const sealed = { version: 1, keyStore: "os", ring: "AAEC" };
  writeFileSync(join(dataDir, "keys", "till-keys.json"), JSON.stringify(sealed), { mode: 0o600 });
  const { ready, channels } = await aTill({ backofficeUrl, enrolmentCode: "code-1" }, dataDir);
  expect(ready).toEqual({ process: "till", enrolled: false });
  expect(await viewOf(channels)).toMatchObject({ enrolled: false, alarm: "KEY_SEALED" });
});

test("a frame that is no message of the protocol ends that page's line, and nothing else", async () => {
  const { backofficeUrl } = await anOffice();
  const { channels } = await aTill({ backofficeUrl, enrolmentCode: "code-1" });
  const openSocket = await aKioskOver(channels);
  const other = clientOn(channels);
  const odd = [
    "",
    "null",
    "{}",
    "[]",
    '{"i":"1","p":null}',
    '{"i":"1","p":{"u":"http://a.example/watch"}}',
    '{"i":"1","p":{"u":"/%"}}',
    '{"i":"1","p":{"u":"/watch","h":{"content-type":"multipart/form-data"}}}',
    '{"i":"1","t":3,"p":null}',
  ];
  for (const text of odd) {
    const socket = await openSocket();
    const code = new Promise((resolve) => socket.once("close", resolve));
    socket.send(text);
    expect(await code, text).toBe(CLOSE_CODE.REQUEST_INVALID);
  }
  // A line of another page, opened before, still reaches the same process.
  await other.setLanguage({ language: "en" });
});

/** A kiosk's server before the till; each call opens one admitted page's socket. */
async function aKioskOver(channels: Channels): Promise<() => Promise<WebSocket>> {
  const kiosk = await startKiosk({ port: 0, pageDir: tmpdir(), openPage: () => channels.open("till") });
  ends.push(() => kiosk.stop());
  const admitted = await fetch(kiosk.address, { redirect: "manual" });
  const cookie = admitted.headers.get("set-cookie")?.split(";")[0] ?? "";
  const origin = `http://127.0.0.1:${kiosk.port}`;
  return async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${kiosk.port}/wire?channel=till`, {
      headers: { cookie, origin },
    });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return socket;
  };
}

async function anOffice() {
  const now = () => instant(Date.now());
  const office = new SmallBackOffice({ now, nextId: v7, policy: POLICY });
  const server = await serveSmallBackOffice(office, now);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await server.close();
    isOpen = false;
  };
  ends.push(close);
  return { office, backofficeUrl: server.url, close };
}

/** The terminals that sync as ones that their machine has left, in order. */
function leftOnesAsked(office: SmallBackOffice): readonly string[] {
  const asked: string[] = [];
  const sync = office.sync.bind(office);
  office.sync = (terminalId, input, signedAfter) => {
    if (input.left === true) asked.push(terminalId);
    return sync(terminalId, input, signedAfter);
  };
  return asked;
}

type Over = Pick<TillConfig, "backofficeUrl"> & Partial<TillConfig>;

async function aTill(over: Over, dataDir = mkdtempSync(join(tmpdir(), "countersign-till-"))) {
  const child: Child = launchWithFork(entry, { name: "till", output: () => undefined });
  const stop = () => {
    child.wire.send({ kind: "stop" });
    return child.exit;
  };
  ends.push(stop);
  const channels = channelsOver(child.wire, "parent");
  const answer = new Promise<unknown>((resolve) =>
    child.wire.onMessage((frame) => {
      if (frame.kind === "ready") resolve(frame.ready);
      if (frame.kind === "failed") resolve(frame.failure);
    }),
  );
  const config: TillConfig = {
    process: "till",
    mode: "demo",
    dataDir,
    stationName: "Station 7",
    tillName: "Till 1",
    keyStore: "file",
    ...over,
  };
  child.wire.send({ kind: "start", config });
  return { ready: await answer, channels, dataDir, stop };
}

const clientOn = (channels: Channels) => clientOf<typeof tillContract>(channels.open("till"));

async function viewOf(channels: Channels): Promise<TillView> {
  for await (const view of await clientOn(channels).watch()) return view;
  return expect.fail("no view");
}

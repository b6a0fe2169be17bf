// Item 17 of Electron's checklist: every message's sender is checked. And the port's end of a page's line.
import { EventEmitter } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import type { keysContract } from "#core/contract/keys.ts";
import { CLOSE_CODE } from "#core/contract/wire.ts";
import { offerKeys } from "#main/electron/key-vault.ts";
import { launchWith } from "#main/electron/launch.ts";
import { type OpenEvent, type PortLike, servePageLines } from "#main/electron/page-lines.ts";
import { channelsOver } from "#main/process/channels.ts";
import { clientOf } from "#main/process/rpc.ts";
import { makeWire } from "#main/process/wire.ts";

const OWN_FRAME = { url: "app://till/", parent: null };
const REQUEST = { kind: "countersign:open", channel: "till", id: "1" };

test("the app's own main frame gets a line that carries both ways", () => {
  const desk = aDesk();
  const port = desk.open({ senderFrame: OWN_FRAME }, REQUEST);
  port.emit("message", { data: "hello" });
  desk.lines[0]?.arrived("good day");
  expect(desk.heard).toEqual(["hello"]);
  expect(port.sent).toEqual(["good day"]);
  expect(desk.refusals).toEqual([]);
});
test.each([
  ["another origin", { url: "https://evil.example/?app://till/", parent: null }],
  ["a frame inside the page", { url: "app://till/", parent: {} }],
  ["a frame that is gone", null],
])("refuses %s", (_who, senderFrame) => {
  const desk = aDesk();
  const port = desk.open({ senderFrame }, REQUEST);
  expect(desk.refusals).toEqual(["ORIGIN_REFUSED"]);
  expect(port.isClosed).toBe(true);
  expect(desk.lines).toEqual([]);
});
test.each([
  ["the keys", { ...REQUEST, channel: "keys" }],
  ["the devices, past the till", { ...REQUEST, channel: "devices" }],
  ["something else", "open"],
  ["more than there is", { ...REQUEST, path: "/" }],
])("refuses a request for %s", (_what, message) => {
  const desk = aDesk();
  desk.open({ senderFrame: OWN_FRAME }, message);
  expect(desk.refusals).toEqual(["REQUEST_INVALID"]);
});
test("ends a line on which something other than text comes", () => {
  const desk = aDesk();
  const port = desk.open({ senderFrame: OWN_FRAME }, REQUEST);
  port.emit("message", { data: { kind: "object" } });
  expect(port.sent).toEqual([{ kind: "closed", code: CLOSE_CODE.REQUEST_INVALID }]);
  expect(desk.lines[0]?.wire.isClosed()).toBe(true);
});
test("tells the page why its line ended: the till went, or is not up yet", () => {
  const desk = aDesk();
  const port = desk.open({ senderFrame: OWN_FRAME }, REQUEST);
  desk.lines[0]?.ended();
  expect(port.sent).toEqual([{ kind: "closed", code: CLOSE_CODE.PEER_GONE }]);
  const early = aDesk({ isUp: false }).open({ senderFrame: OWN_FRAME }, REQUEST);
  expect(early.sent).toEqual([{ kind: "closed", code: CLOSE_CODE.NOT_READY }]);
});
test("ends the till's side when the page is gone", () => {
  const desk = aDesk();
  desk.open({ senderFrame: OWN_FRAME }, REQUEST).emit("close");
  expect(desk.lines[0]?.wire.isClosed()).toBe(true);
});
test("a page holds sixteen lines and no more", () => {
  const desk = aDesk();
  for (let count = 0; count < 17; count++) desk.open({ senderFrame: OWN_FRAME }, REQUEST);
  expect(desk.refusals).toEqual(["BUSY"]);
});
test("a utility process is a child like any other: frames both ways, its output, its end", async () => {
  const child = new FakeUtilityProcess();
  const printed: string[] = [];
  const launch = launchWith(() => child, {});
  const launched = launch("till.cjs", { name: "till", output: (chunk) => void printed.push(String(chunk)) });
  launched.wire.send({ kind: "stop" });
  expect(child.sent).toEqual([{ kind: "stop" }]);
  child.stdout.emit("data", Buffer.from("log line"));
  expect(printed).toEqual(["log line"]);
  child.emit("message", { kind: "nonsense" });
  expect(launched.wire.isClosed()).toBe(true);
  child.emit("exit", 3);
  expect(await launched.exit).toEqual({ code: 3, signal: null });
});
test("the key store seals and opens over the wire, and its refusal quotes nothing", async () => {
  const { port1, port2 } = new MessageChannel();
  const [parent, child] = [frames(port1), frames(port2)];
  const storage = {
    isEncryptionAvailable: () => true,
    encryptString: (plain: string) => Buffer.from(`sealed:${plain}`),
    decryptString: (sealed: Buffer) => {
      if (!sealed.toString().startsWith("sealed:")) throw new Error("secret inside");
      return sealed.toString().slice("sealed:".length);
    },
  };
  offerKeys(channelsOver(parent, "parent"), storage, () => undefined);
  const keys = clientOf<typeof keysContract>(channelsOver(child, "child").open("keys"));
  const { sealed } = await keys.seal({ plain: "AAEC" });
  expect(await keys.open({ sealed })).toEqual({ plain: "AAEC" });
  await expect(keys.open({ sealed: "AAEC" })).rejects.toMatchObject({
    failure: { code: "KEY_SEALED", detail: expect.not.stringContaining("secret") },
  });
  port1.close();
});

class FakePort extends EventEmitter {
  readonly sent: unknown[] = [];
  isClosed = false;
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  start(): void {}
  close(): void {
    this.isClosed = true;
  }
}

class FakeUtilityProcess extends EventEmitter {
  readonly pid = 1;
  readonly stdout = new EventEmitter() as unknown as NodeJS.ReadableStream;
  readonly stderr = null;
  readonly sent: unknown[] = [];
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  kill(): boolean {
    return true;
  }
}

function aDesk({ isUp = true } = {}) {
  const lines: ReturnType<typeof makeWire<string>>[] = [];
  const heard: string[] = [];
  const refusals: string[] = [];
  let ask: (event: OpenEvent, message: unknown) => void = () => undefined;
  servePageLines(
    {
      on: (_channel, listen) => {
        ask = listen;
      },
    },
    "app://till",
    () => {
      if (!isUp) return undefined;
      const ends = makeWire<string>(
        (text) => void heard.push(text),
        () => undefined,
      );
      lines.push(ends);
      return ends.wire;
    },
    (why) => void refusals.push(why),
  );
  return {
    lines,
    heard,
    refusals,
    open: (event: Pick<OpenEvent, "senderFrame">, message: unknown) => {
      const port = new FakePort();
      ask({ ...event, ports: [port as PortLike] }, message);
      return port;
    },
  };
}

function frames(port: import("node:worker_threads").MessagePort) {
  const ends = makeWire<import("#core/contract/wire.ts").Frame>(
    (frame) => port.postMessage(frame),
    () => port.close(),
  );
  port.on("message", (frame) => ends.arrived(frame));
  return ends.wire;
}

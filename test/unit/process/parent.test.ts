// The same line to the shell in an Electron utility process, in a fork, and by hand.
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { waitBeforeTry } from "#main/process/backoff.ts";
import { type ParentPortLike, parentWire } from "#main/process/parent.ts";

test("speaks through parentPort in an Electron utility process", () => {
  const sent: unknown[] = [];
  const port = new EventEmitter();
  const parentPort: ParentPortLike = {
    on: (event, listen) => port.on(event, listen),
    postMessage: (message) => void sent.push(message),
  };
  const wire = parentWire({ parentPort, on: () => undefined });
  const received: unknown[] = [];
  wire?.onMessage((frame) => void received.push(frame));
  wire?.send({ kind: "stop" });
  port.emit("message", { data: { kind: "stop" } });
  expect({ sent, received }).toEqual({ sent: [{ kind: "stop" }], received: [{ kind: "stop" }] });
});
test("has no line where the process was started by hand", () => {
  expect(parentWire({ on: () => undefined })).toBeUndefined();
});
test("refuses a frame that is not of the protocol", () => {
  const self = new EventEmitter();
  parentWire({ send: () => true, on: (event, listen) => self.on(event, listen) });
  expect(() => self.emit("message", { kind: "message", session: "../till", text: "x" })).toThrow();
});
test("keeps what came before anybody listened", () => {
  const self = new EventEmitter();
  const wire = parentWire({ send: () => true, on: (event, listen) => self.on(event, listen) });
  self.emit("message", { kind: "stop" });
  const received: unknown[] = [];
  wire?.onMessage((frame) => void received.push(frame));
  expect(received).toEqual([{ kind: "stop" }]);
});
test("tells of the end once, and at once to those who ask later", () => {
  const self = new EventEmitter();
  const wire = parentWire({ send: () => true, on: (event, listen) => self.on(event, listen) });
  let told = 0;
  wire?.onClose(() => void told++);
  self.emit("disconnect");
  self.emit("disconnect");
  wire?.onClose(() => void told++);
  expect(told).toBe(2);
});
test("waits double before each next try, up to ten seconds", () => {
  expect([0, 1, 2, 5, 6, 1_000].map(waitBeforeTry)).toEqual([250, 500, 1_000, 8_000, 10_000, 10_000]);
});

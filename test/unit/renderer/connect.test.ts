// A page's line to the till: it comes back by itself, and every call on a lost line fails with a code.
import { implement } from "@orpc/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { simulatorsContract } from "#core/contract/simulators.ts";
import { CLOSE_CODE } from "#core/contract/wire.ts";
import { type ErrorCode, FailureError, fail } from "#core/errors.ts";
import { serve } from "#main/process/rpc.ts";
import { makeWire } from "#main/process/wire.ts";
import { connect } from "#renderer/ui/connect.ts";
import { lineOfPort, type TextLine } from "#renderer/ui/text-line.ts";

const contract = { line: simulatorsContract.line, plug: simulatorsContract.plug };
const os = implement(contract);
const router = os.router({
  line: os.line.handler(() => ({ done: true }) as const),
  plug: os.plug.handler(({ input }) => fail("DEVICE_ABSENT", input.device)),
});

/** A line whose other end serves the contract, and a way to end it as the shell would. */
function servedLine(): Readonly<{ line: TextLine; end: (code: ErrorCode) => void }> {
  const listeners: ((text: string) => void)[] = [];
  const closers: ((code: ErrorCode) => void)[] = [];
  const far = makeWire<string>(
    (text) => queueMicrotask(() => listeners.forEach((listen) => void listen(text))),
    () => undefined,
  );
  serve(router, far.wire, {}, () => undefined);
  return {
    line: {
      send: (text) => queueMicrotask(() => far.arrived(text)),
      onMessage: (listen) => void listeners.push(listen),
      onClose: (listen) => void closers.push(listen),
      close: () => far.ended(),
    },
    end: (code) => closers.forEach((listen) => void listen(code)),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const codeOf = (error: unknown) => (error instanceof FailureError ? error.failure.code : String(error));

test("gives the answer, or the code that the till gave", async () => {
  const connection = connect<typeof contract>(async () => servedLine().line);
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.state().kind).toBe("open");
  await expect(connection.client.line({ state: "cut" })).resolves.toEqual({ done: true });
  await expect(connection.client.plug({ device: "reader" }).catch(codeOf)).resolves.toBe("DEVICE_ABSENT");
  connection.close();
});
test("refuses calls while there is no line, and opens another after a growing wait", async () => {
  const lines = [servedLine(), servedLine()];
  let opened = 0;
  const connection = connect<typeof contract>(async () => {
    const next = lines[opened];
    opened += 1;
    return next === undefined ? fail("NOT_READY") : next.line;
  });
  await vi.advanceTimersByTimeAsync(0);
  lines[0]?.end("PEER_GONE");
  expect(connection.state()).toMatchObject({ kind: "gone", code: "PEER_GONE" });
  await expect(connection.client.line({ state: "up" }).catch(codeOf)).resolves.toBe("PEER_GONE");
  await vi.advanceTimersByTimeAsync(249);
  expect(opened).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(connection.state().kind).toBe("open");
  await expect(connection.client.line({ state: "up" })).resolves.toEqual({ done: true });
  connection.close();
});
test("keeps the moment at which the line was lost through all its tries", async () => {
  const connection = connect<typeof contract>(async () => fail("NOT_READY"));
  await vi.advanceTimersByTimeAsync(0);
  const first = connection.state();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connection.state()).toMatchObject({ kind: "gone", since: first.kind === "gone" ? first.since : -1 });
  connection.close();
});
test("fails calls under way when the line ends", async () => {
  const served = servedLine();
  const connection = connect<typeof contract>(async () => ({ ...served.line, send: () => undefined }));
  await vi.advanceTimersByTimeAsync(0);
  const call = connection.client.line({ state: "cut" }).catch(codeOf);
  served.end("PEER_GONE");
  await expect(call).resolves.toBe("PEER_GONE");
  connection.close();
});
test("gives up waiting after twenty seconds, and tells the till", async () => {
  const served = servedLine();
  const sent: string[] = [];
  const send = (text: string) => void sent.push(text);
  const connection = connect<typeof contract>(async () => ({ ...served.line, send }));
  await vi.advanceTimersByTimeAsync(0);
  const call = connection.client.line({ state: "cut" }).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(19_999);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  await expect(call).resolves.toMatchObject({ failure: { code: "TIMED_OUT", detail: "line" } });
  expect(sent).toHaveLength(2);
  connection.close();
});
test("keeps what the till says more of a failure", async () => {
  const connection = connect<typeof contract>(async () => servedLine().line);
  await vi.advanceTimersByTimeAsync(0);
  const refused = connection.client.plug({ device: "printer" });
  await expect(refused).rejects.toMatchObject({ failure: { code: "DEVICE_ABSENT", detail: "printer" } });
  connection.close();
});
test("hears on Electron's port why the line ended, and takes only texts for messages", async () => {
  vi.useRealTimers();
  const { port1, port2 } = new MessageChannel();
  const line = lineOfPort(port1);
  const heard: string[] = [];
  line.onMessage((text) => void heard.push(text));
  const closed = new Promise<ErrorCode>((resolve) => line.onClose(resolve));
  port2.postMessage({ kind: "noise" });
  port2.postMessage("a text");
  port2.postMessage({ kind: "closed", code: CLOSE_CODE.NOT_READY });
  await expect(closed).resolves.toBe("NOT_READY");
  expect(heard).toEqual(["a text"]);
});

// A back office that takes a request and says nothing more: the till waits as long as it meant to, and no longer.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { instant } from "#core/time.ts";
import { nudgesOf } from "#main/till/sync/event-stream.ts";
import { makeTransport, type WireRequest } from "#main/till/sync/transport.ts";

const LIMIT_MS = 300;
const NEVER_MS = 600_000;

/** `/mute` never begins to answer; any other path never ends. */
const server = createServer((request, response) => {
  if (request.url === "/mute") return;
  response.writeHead(200, { "content-type": "application/json" });
  response.write("{");
});
let transport: ReturnType<typeof makeTransport>;
let stopping: AbortController;

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stopping = new AbortController();
  transport = makeTransport({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    signer: null,
    now: () => instant(0),
    fetch,
    stopping: stopping.signal,
  });
});
afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

const ask = (path: string, over: Partial<WireRequest>) =>
  transport.json({ method: "GET", path, timeoutMs: NEVER_MS, answerBytesMax: 1_000, ...over });

/** What would be collected sooner or later is collected while the request is under way. */
async function collectWhile(request: Promise<unknown>): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let isOver = false;
  request
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  while (!isOver) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.each(["/mute", "/unended"])("a request to %s is over by its own limit", async (path) => {
  const request = ask(path, { timeoutMs: LIMIT_MS });
  await collectWhile(request);
  await expect(request).rejects.toMatchObject({ failure: { code: "TIMED_OUT" } });
});

test.each(["/mute", "/unended"])("a request to %s is over when its caller waits no longer", async (path) => {
  const request = ask(path, { signal: AbortSignal.timeout(LIMIT_MS) });
  await collectWhile(request);
  await expect(request).rejects.toMatchObject({ failure: { code: "TIMED_OUT" } });
});

test.each(["/mute", "/unended"])("a request to %s is over when the till stops", async (path) => {
  const request = ask(path, {});
  setTimeout(() => stopping.abort(), LIMIT_MS);
  await collectWhile(request);
  await expect(request).rejects.toMatchObject({ failure: { code: "LINE_CUT" } });
});

test("a stream of nudges is over when the till stops", async () => {
  const stream = await transport.stream("/nudges", NEVER_MS, stopping.signal);
  const nudges = nudgesOf(stream, NEVER_MS, stopping.signal).next();
  setTimeout(() => stopping.abort(), LIMIT_MS);
  await collectWhile(nudges);
  expect(await nudges).toMatchObject({ done: true });
});

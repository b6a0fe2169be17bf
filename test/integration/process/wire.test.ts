// Two real processes: what is asked over a fork, and what the asker learns when the other side fails or dies.
import { afterEach, beforeAll, expect, test } from "vitest";
import { FailureError } from "#core/errors.ts";
import { type Channels, channelsOver } from "#main/process/channels.ts";
import { keepOpen } from "#main/process/reopen.ts";
import { clientOf } from "#main/process/rpc.ts";
import { type Child, launchWithFork } from "#main/process/spawn.ts";
import { bundled } from "./bundled.ts";
import type { echoContract } from "./echo-contract.ts";

let entry = "";
const children: Child[] = [];
beforeAll(async () => {
  entry = await bundled("test/integration/process/echo-child.ts");
});
afterEach(async () => {
  for (const child of children) child.kill();
  await Promise.all(children.splice(0).map((child) => child.exit));
});

test("a call crosses to the other process and back", async () => {
  const { channels } = await anEcho();
  expect(await clientOn(channels).say({ text: "오늘도 안녕하세요" })).toEqual({ text: "오늘도 안녕하세요" });
});
test("a message of a megabyte crosses whole", async () => {
  const { channels } = await anEcho();
  const text = "₩".repeat(1_000_000);
  expect((await clientOn(channels).say({ text })).text).toBe(text);
});
test("an iterator yields all it has and ends", async () => {
  const { channels } = await anEcho();
  const seen: number[] = [];
  for await (const { n } of await clientOn(channels).count({ to: 5 })) seen.push(n);
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});
test("an expected failure keeps its code and its detail", async () => {
  const { channels } = await anEcho();
  expect(await failureOf(clientOn(channels).refuse())).toEqual({ code: "CARD_BLOCKED", detail: "as asked" });
});
test("a defect is told as INTERNAL, without what its message holds", async () => {
  const { channels } = await anEcho();
  expect(await failureOf(clientOn(channels).break())).toEqual({ code: "INTERNAL" });
});
test("a request of the wrong form is REQUEST_INVALID", async () => {
  const { channels } = await anEcho();
  const call = clientOn(channels).say({ text: 7 } as never);
  expect(await failureOf(call)).toEqual({ code: "REQUEST_INVALID" });
});
test("a call without an answer ends as TIMED_OUT", async () => {
  const { channels } = await anEcho();
  const client = clientOf<typeof echoContract>(channels.open("devices"), { timeoutMs: 50 });
  expect(await failureOf(client.hang())).toEqual({ code: "TIMED_OUT", detail: "hang" });
});
test("kill -9 in the middle of a call fails that call, and the next one at once, as PEER_GONE", async () => {
  const { child, channels } = await anEcho();
  const client = clientOn(channels);
  const pending = failureOf(client.hang());
  await client.say({ text: "it is there" });
  process.kill(child.pid ?? 0, "SIGKILL");
  expect(await pending).toEqual({ code: "PEER_GONE" });
  expect(await failureOf(client.say({ text: "?" }))).toEqual({ code: "PEER_GONE" });
});
test("kill -9 ends an iterator with PEER_GONE, never as if it were complete", async () => {
  const { child, channels } = await anEcho();
  const watching = async () => {
    for await (const { n } of await clientOn(channels).watch()) if (n === 2) child.kill();
  };
  expect(await failureOf(watching())).toEqual({ code: "PEER_GONE" });
});
test("sending to a child that was just killed does not hurt the parent", async () => {
  const { child } = await anEcho();
  child.kill();
  for (let count = 0; count < 100; count++) child.wire.send({ kind: "stop" });
  expect((await child.exit).signal).toBe("SIGKILL");
});
test("a consumer that stops listening ends the iterator at the serving end", async () => {
  const { channels } = await anEcho();
  const client = clientOn(channels);
  for await (const _ of await client.watch()) break;
  await expect.poll(() => client.watchers()).toEqual({ count: 0 });
});
test("closing one session ends its iterators and leaves the others alone", async () => {
  const { channels } = await anEcho();
  const session = channels.open("devices");
  const iterator = await clientOf<typeof echoContract>(session).watch();
  await iterator.next();
  const other = clientOn(channels);
  expect(await other.watchers()).toEqual({ count: 1 });
  session.close();
  await expect.poll(() => other.watchers()).toEqual({ count: 0 });
});
test("a channel that nobody serves is closed to the asker", async () => {
  const { channels } = await anEcho();
  const client = clientOf<typeof echoContract>(channels.open("simulators"));
  expect(await failureOf(client.refuse())).toEqual({ code: "PEER_GONE" });
});
test("a start of another process's config is refused with its code", async () => {
  const child = launched();
  child.wire.send({
    kind: "start",
    config: { process: "simulators", dataDir: "/x", bankDir: "/x", backofficeUrl: "http://127.0.0.1:1" },
  });
  expect(await answerOf(child)).toMatchObject({ kind: "failed", failure: { code: "REQUEST_INVALID" } });
});
test("a process that cannot start says why", async () => {
  const child = launched();
  child.wire.send({
    kind: "start",
    config: { process: "device-host", devices: { printer: "tcp://refuse:1" } },
  });
  expect(await answerOf(child)).toEqual({
    kind: "failed",
    failure: { code: "DEVICE_FAILED", detail: "told to refuse" },
  });
});
test("stop ends a process with exit status 0", async () => {
  const { child } = await anEcho();
  child.wire.send({ kind: "stop" });
  expect(await child.exit).toEqual({ code: 0, signal: null });
});
test("a child ends when its parent hangs up", async () => {
  const { child } = await anEcho();
  child.wire.close();
  expect(await child.exit).toEqual({ code: 0, signal: null });
});
test("a kept-open channel gets a new session after its peer closed it", async () => {
  const { channels } = await anEcho();
  let opened = 0;
  const kept = keepOpen(channels, "devices", (session) => {
    opened += 1;
    if (opened === 1) session.close();
  });
  await expect.poll(() => opened, { timeout: 5_000 }).toBe(2);
  expect(await clientOf<typeof echoContract>(kept.current()).say({ text: "again" })).toEqual({
    text: "again",
  });
  kept.stop();
  expect(opened).toBe(2);
});

function launched(): Child {
  const child = launchWithFork(entry, { name: "echo", output: () => undefined });
  children.push(child);
  return child;
}

async function anEcho(): Promise<{ child: Child; channels: Channels }> {
  const child = launched();
  const channels = channelsOver(child.wire, "parent");
  child.wire.send({ kind: "start", config: { process: "device-host", devices: {} } });
  expect(await answerOf(child)).toMatchObject({ kind: "ready" });
  return { child, channels };
}

const answerOf = (child: Child) => new Promise((resolve) => child.wire.onMessage(resolve));
const clientOn = (channels: Channels) => clientOf<typeof echoContract>(channels.open("devices"));

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error instanceof FailureError ? error.failure : error;
  }
  return "no failure";
}

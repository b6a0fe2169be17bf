// One contract, two wires: a page in Electron and a page in the kiosk hear the same answers and the same refusals.
import { MessageChannel } from "node:worker_threads";
import { createORPCClient, ORPCError } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { eventIterator, oc } from "@orpc/contract";
import { implement } from "@orpc/server";
import { RPCHandler as PortHandler } from "@orpc/server/message-port";
import { RPCHandler as SocketHandler } from "@orpc/server/ws";
import { afterAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { WireMoney } from "#core/contract/values.ts";

const contract = {
  double: oc.input(WireMoney).output(WireMoney),
  refuse: oc.output(z.object({})),
  count: oc.output(eventIterator(z.object({ n: z.number() }))),
};
const os = implement(contract);
const router = os.router({
  double: os.double.handler(({ input }) => ({ ...input, minor: String(BigInt(input.minor) * 2n) })),
  refuse: os.refuse.handler(() => {
    throw new ORPCError("CARD_BLOCKED", { status: 402, data: { detail: "since noon" } });
  }),
  count: os.count.handler(async function* () {
    for (let n = 1; n <= 3; n += 1) yield { n };
  }),
});
type Client = ContractRouterClient<typeof contract>;

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

async function overPort(): Promise<Client> {
  const { port1, port2 } = new MessageChannel();
  new PortHandler(router).upgrade(port1 as never);
  port1.start();
  port2.start();
  closing.push(() => port1.close());
  return createORPCClient(new PortLink({ port: port2 as never }));
}

async function overSocket(): Promise<Client> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const handler = new SocketHandler(router);
  server.on("connection", (socket) => void handler.upgrade(socket));
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  closing.push(() => {
    socket.terminate();
    server.close();
  });
  return createORPCClient(new SocketLink({ websocket: socket as never }));
}

describe.each([
  ["a MessagePort", overPort],
  ["a WebSocket", overSocket],
])("the contract over %s", (_name, open) => {
  it("keeps an amount beyond 2^53 exact", async () => {
    const client = await open();
    expect(await client.double({ minor: "4503599627370497", currency: "KRW" })).toEqual({
      minor: "9007199254740994",
      currency: "KRW",
    });
  });

  it("refuses what is not of the agreed form", async () => {
    const client = await open();
    await expect(client.double({ minor: "1e9", currency: "KRW" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });

  it("carries a refusal with its code and data", async () => {
    const client = await open();
    await expect(client.refuse()).rejects.toMatchObject({
      code: "CARD_BLOCKED",
      data: { detail: "since noon" },
    });
  });

  it("carries a stream in order", async () => {
    const seen: number[] = [];
    for await (const { n } of await (await open()).count()) seen.push(n);
    expect(seen).toEqual([1, 2, 3]);
  });
});

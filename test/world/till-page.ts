// The till's page as a browser gets it: the built files with the real headers, and a till behind a real WebSocket.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { WebSocketServer } from "ws";
import { CLOSE_CODE } from "#core/contract/wire.ts";
import { readPageFile } from "#main/pages/page.ts";
import { serve } from "#main/process/rpc.ts";
import { makeWire } from "#main/process/wire.ts";
import { fakeSimulators } from "./fake-simulators.ts";
import type { FakeTill } from "./fake-till.ts";

const PAGE_ROOT = fileURLToPath(new URL("../../renderer/till", import.meta.url));

/** Builds the page into a folder, with the same settings as the product. */
export async function buildTillPage(outDir: string): Promise<void> {
  const { pageConfig } = await import("#main/page-config.mjs");
  await build(pageConfig({ root: PAGE_ROOT, base: "/", outDir }));
}

export type ServedPage = Readonly<{
  url: string;
  /** Ends every line, as a shell does when its till has ended; the page may come again. */
  hangUp(): void;
  close(): Promise<void>;
}>;

/** Serves a built page and a till on loopback. Defects of the made-up till are thrown at the test. */
export async function serveTillPage(pageDir: string, till: FakeTill): Promise<ServedPage> {
  const simulators = fakeSimulators(till);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    void readPageFile(pageDir, pathname, "kiosk").then((file) => {
      if (file === undefined) response.writeHead(404).end();
      else response.writeHead(200, file.headers).end(file.body);
    });
  });
  const sockets = new WebSocketServer({ server, path: "/wire" });
  sockets.on("connection", (socket, request) => {
    const ends = makeWire<string>(
      (text) => socket.send(text),
      () => socket.close(),
    );
    socket.on("message", (data) => ends.arrived(String(data)));
    socket.on("close", () => ends.ended());
    const channel = new URL(request.url ?? "/", "http://127.0.0.1").searchParams.get("channel");
    const onDefect = (error: unknown) => {
      throw error;
    };
    if (channel === "till") serve(till.router, ends.wire, {}, onDefect);
    else serve(simulators, ends.wire, {}, onDefect);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    hangUp: () => {
      for (const socket of sockets.clients) socket.close(CLOSE_CODE.PEER_GONE);
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

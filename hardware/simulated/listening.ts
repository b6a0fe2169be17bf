// A TCP server on this machine that can be taken away and come back at the same port: an unplugged device, a cut line.
import { createServer, type Server, type Socket } from "node:net";
import { FailureError } from "#core/errors.ts";

export const LOOPBACK = "127.0.0.1";
/** A device has one driver, a till a few requests at once; more are refused. */
const CONNECTIONS_MAX = 64;

export type Listening = Readonly<{
  port(): number;
  isOpen(): boolean;
  connections(): number;
  /** Refuses connections from now on and resets those there are. */
  takeAway(): Promise<void>;
  /** Fails with PORT_TAKEN where another program took the port meanwhile. */
  putBack(): Promise<void>;
}>;

/** @param port 0 takes a free one, which then stays. Fails with PORT_TAKEN. */
export async function listenOnLoopback(
  port: number,
  on: Readonly<{ connection(socket: Socket): void; change(): void }>,
): Promise<Listening> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let ownPort = port;

  const putBack = async () => {
    if (server !== undefined) return;
    const opened = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => {
        sockets.delete(socket);
        on.change();
      });
      on.connection(socket);
      on.change();
    });
    opened.maxConnections = CONNECTIONS_MAX;
    server = opened;
    try {
      ownPort = await listening(opened, ownPort);
    } catch (error) {
      server = undefined;
      throw error;
    }
    on.change();
  };
  await putBack();

  return {
    port: () => ownPort,
    isOpen: () => server !== undefined,
    connections: () => sockets.size,
    putBack,
    takeAway: async () => {
      const closing = server;
      server = undefined;
      if (closing === undefined) return;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
      on.change();
    },
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new FailureError({ code: "PORT_TAKEN", detail: `${LOOPBACK}:${port}` })
          : error,
      ),
    );
    server.listen({ host: LOOPBACK, port }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

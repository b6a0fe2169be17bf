// The connection that carries nudges is lost, opened again and closed: never more than one, and none after the end.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { postgresBus } from "#backoffice/terminals/nudges.ts";
import type { Database } from "#database/database.ts";
import { openPostgres } from "#database/postgres.ts";
import { eventually } from "#test/world/eventually.ts";
import { createTestDatabase, startPostgres, type TestPostgres } from "#test/world/postgres.ts";

const MS_MAX = 20_000;

let postgres: Pick<TestPostgres, "url"> & Partial<TestPostgres>;
/** Sees the connections to the database of a test, and is none of them. */
let watcher: Database;
beforeAll(async () => {
  const running = process.env.COUNTERSIGN_TEST_POSTGRES;
  postgres = running === undefined ? await startPostgres() : { url: running };
  watcher = await openPostgres(postgres.url);
});
afterAll(async () => {
  await watcher.close();
  await postgres.stop?.();
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const nameOf = (url: string) => new URL(url).pathname.slice(1);
const connectionsTo = async (url: string) => {
  const rows = await watcher.read.all("SELECT pid FROM pg_stat_activity WHERE datname = ?", [nameOf(url)]);
  return rows.map(({ pid }) => Number(pid));
};
const endAll = async (url: string) => {
  for (const pid of await connectionsTo(url)) {
    await watcher.read.get(`SELECT pg_terminate_backend(CAST(? AS INTEGER), ${MS_MAX})`, [pid]);
  }
};

async function listeningServer(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection);
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function through(server: Server, url: string): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  const other = new URL(url);
  other.port = String(address.port);
  return other.href;
}

/** A line to the server that can be held: what is asked then gets its answer only once it is let go. */
async function aLine(url: string) {
  const held: (() => void)[] = [];
  let isHeld = false;
  const server = await listeningServer((socket) => {
    const join = () => {
      const beyond = connect(Number(new URL(url).port), "127.0.0.1");
      for (const end of [socket, beyond]) end.on("error", () => undefined);
      socket.pipe(beyond).pipe(socket);
    };
    if (isHeld) held.push(join);
    else join();
  });
  return {
    url: through(server, url),
    hold: () => {
      isHeld = true;
    },
    asked: () => held.length,
    letGo: () => {
      isHeld = false;
      for (const join of held.splice(0)) join();
    },
  };
}

test("a lost connection is opened again, once, and carries what comes then", async () => {
  const url = await createTestDatabase(postgres.url);
  const heard: string[] = [];
  const bus = await postgresBus(url)((message) => heard.push(message));
  closing.push(() => bus.close());
  await endAll(url);
  await eventually(
    async () => ((await bus.send("after").catch(() => "lost")) === "lost" ? undefined : true),
    () => "the connection to be opened again",
    MS_MAX,
  );
  await eventually(
    () => heard[0],
    () => "the message",
    MS_MAX,
  );
  expect(heard).toEqual(["after"]);
  expect(await connectionsTo(url)).toHaveLength(1);
});

test("one that is closed while it opens a connection again leaves none", async () => {
  const url = await createTestDatabase(postgres.url);
  const line = await aLine(url);
  const bus = await postgresBus(line.url)(() => undefined);
  line.hold();
  await endAll(url);
  await eventually(
    () => (line.asked() > 0 ? true : undefined),
    () => "a try to connect",
    MS_MAX,
  );
  const closed = bus.close();
  line.letGo();
  await closed;
  await eventually(
    async () => ((await connectionsTo(url)).length === 0 ? true : undefined),
    () => "the last connection to end",
    MS_MAX,
  );
});

test("a server that refuses to let it listen keeps no connection of it", async () => {
  const sockets: Socket[] = [];
  const server = await listeningServer((socket) => {
    sockets.push(socket);
    let isStarted = false;
    socket.on("error", () => undefined);
    socket.on("data", () => {
      // Any start is let in; any statement is refused.
      socket.write(isStarted ? message("E", "SERROR\0C42501\0Mnot allowed\0\0") : message("R", "\0\0\0\0"));
      socket.write(message("Z", "I"));
      isStarted = true;
    });
  });
  const opened = postgresBus(through(server, "postgres://nobody@127.0.0.1:1/none"))(() => undefined);
  await expect(opened).rejects.toThrow("not allowed");
  await eventually(
    () => (sockets.every(({ closed }) => closed) ? true : undefined),
    () => "the connection to end",
    MS_MAX,
  );
  expect(sockets).toHaveLength(1);
});

/** A message of PostgreSQL's protocol: its kind, its length with the length's own four bytes, its content. */
function message(kind: string, content: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + content.length);
  return Buffer.concat([Buffer.from(kind), length, Buffer.from(content)]);
}

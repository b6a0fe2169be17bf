// A client that costs as little as one can: on a small machine a heavy one would be what is measured.
import { connect, type Socket } from "node:net";

const HEAD_END = "\r\n\r\n";
const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;
const STATUS = /^HTTP\/1\.1 (\d{3}) /;
const ANSWER_MS_MAX = 30_000;

export type Call = Readonly<{ path: string; body: string }>;
export type HttpAnswer = Readonly<{ status: number; body: string }>;

export type Connections = Readonly<{
  /** Sends every call once, each connection one at a time, and resolves with the last answer. A failure fails it all. */
  sendAll(calls: readonly Call[]): Promise<HttpAnswer>;
  close(): void;
}>;

/** Opens connections that stay open, to a server that answers with a content-length. */
export async function openConnections(
  url: string,
  count: number,
  headers: Readonly<Record<string, string>>,
): Promise<Connections> {
  const { hostname, port, host } = new URL(url);
  const common = Object.entries({ host, "content-type": "application/json", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const lines = await Promise.all(
    Array.from({ length: count }, () => openLine(hostname, Number(port), common)),
  );
  return {
    async sendAll(calls) {
      let next = 0;
      let last: HttpAnswer = { status: 0, body: "" };
      const work = async (line: Line) => {
        for (let call = calls[next]; call !== undefined; call = calls[next]) {
          next += 1;
          last = await line.post(call);
          if (last.status !== 200) throw new Error(`${call.path} was answered ${last.status}: ${last.body}`);
        }
      };
      await Promise.all(lines.map(work));
      return last;
    },
    close: () => {
      for (const line of lines) line.close();
    },
  };
}

type Line = Readonly<{ post(call: Call): Promise<HttpAnswer>; close(): void }>;

async function openLine(hostname: string, port: number, common: string): Promise<Line> {
  const socket = await connected(hostname, port);
  let received = "";
  let waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | undefined;
  const fail = (error: Error) => waiting?.reject(error);
  socket.setEncoding("latin1");
  socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error("the server did not answer in time")));
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server hung up")));
  socket.on("data", (text: string) => {
    received += text;
    const answer = whole(received);
    if (answer === undefined) return;
    received = "";
    waiting?.resolve(answer);
  });
  return {
    post: ({ path, body }) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(
          `POST ${path} HTTP/1.1\r\n${common}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }),
    close: () => socket.destroy(),
  };
}

function connected(hostname: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, noDelay: true }, () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** The answer, once all of it is here. */
function whole(received: string): HttpAnswer | undefined {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const length = CONTENT_LENGTH.exec(received.slice(0, headEnd))?.[1];
  if (length === undefined) throw new Error("an answer without a content-length");
  const body = received.slice(headEnd + HEAD_END.length);
  if (body.length < Number(length)) return undefined;
  return { status: Number(STATUS.exec(received)?.[1]), body };
}

// A client that costs as little as one can: on a small machine a heavy one would be what is measured.
import { connect, type Socket } from "node:net";

const HEAD_END = "\r\n\r\n";
const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;
const OK = "HTTP/1.1 200 ";
const ANSWER_MS_MAX = 30_000;
/** An answer of the bench is some hundred bytes. */
const READ_BYTES = 4_096;

export type Call = Readonly<{ path: string; body: string }>;

export type Connections = Readonly<{
  /** Sends every call once, each connection one at a time. Rejects at the first that is not answered 200. */
  sendAll(calls: readonly Call[]): Promise<void>;
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
  const lines = await Promise.all(Array.from({ length: count }, () => openLine(hostname, Number(port))));
  return {
    async sendAll(calls) {
      const texts = calls.map((call) => requestText(call, common)).values();
      const take = () => texts.next().value;
      await Promise.all(lines.map((line) => line.sendAll(take)));
    },
    close: () => {
      for (const line of lines) line.close();
    },
  };
}

/** Of ASCII only, so that its characters are its bytes. */
const requestText = ({ path, body }: Call, common: string) =>
  `POST ${path} HTTP/1.1\r\n${common}content-length: ${body.length}\r\n\r\n${body}`;

type Line = Readonly<{
  /** Sends what is left to take, one after the other. */
  sendAll(take: () => string | undefined): Promise<void>;
  close(): void;
}>;

async function openLine(hostname: string, port: number): Promise<Line> {
  let received = "";
  let answered: (text: string) => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  const socket = await connected(hostname, port, (text) => {
    received += text;
    if (!isWhole(received)) return;
    const answer = received;
    received = "";
    answered(answer);
  });
  socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error("the server did not answer in time")));
  socket.on("error", (error) => failed(error));
  socket.on("close", () => failed(new Error("the server hung up")));
  return {
    sendAll: (take) =>
      new Promise((resolve, reject) => {
        const sendNext = () => {
          const text = take();
          if (text === undefined) resolve();
          else socket.write(text, "latin1");
        };
        failed = reject;
        answered = (answer) => {
          if (answer.startsWith(OK)) sendNext();
          else reject(new Error(`a call was answered ${answer}`));
        };
        sendNext();
      }),
    close: () => socket.destroy(),
  };
}

function connected(hostname: string, port: number, hear: (text: string) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const arriving = Buffer.alloc(READ_BYTES);
    const onread = {
      buffer: arriving,
      callback: (bytes: number) => {
        hear(arriving.toString("latin1", 0, bytes));
        return true;
      },
    };
    const socket = connect({ host: hostname, port, noDelay: true, onread }, () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

function isWhole(received: string): boolean {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = CONTENT_LENGTH.exec(received)?.[1];
  if (length === undefined) throw new Error("an answer without a content-length");
  return received.length - headEnd - HEAD_END.length >= Number(length);
}

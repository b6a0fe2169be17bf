// The kiosk's server: the till's page over HTTP and its line to the till over a WebSocket, on loopback only.
//
// The page asks for `/wire?channel=till` (core/contract/wire.ts has the whole hand-shake). Text frames are passed on
// unchanged: this server knows nothing of what is said.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { CLOSE_CODE, MESSAGE_CHARS_MAX, type PageChannel, pageChannelSchema } from "#core/contract/wire.ts";
import { ERRORS, FailureError } from "#core/errors.ts";
import { readPageFile } from "../pages/page.ts";
import type { TextWire } from "../process/channels.ts";
import { type Admission, makeAdmission } from "./admission.ts";

const HEADER_BYTES_MAX = 8_192;
const REQUEST_MS_MAX = 10_000;
const CONNECTIONS_MAX = 128;
const SOCKETS_MAX = 16;
/** A browser that sleeps or was killed is noticed after two of these. */
const PING_EVERY_MS = 20_000;
/** What may wait for a page that does not read; then its line is ended and it starts anew. */
const UNSENT_BYTES_MAX = 8 * 1_048_576;

export type KioskOptions = Readonly<{
  port: number;
  pageDir: string;
  /** A line to the process behind a channel, or undefined while that is not up. */
  openPage: (channel: PageChannel) => TextWire | undefined;
  pingEveryMs?: number;
}>;

export type Kiosk = Readonly<{
  port: number;
  /** The address with the launch token, for the person who started this. */
  address: string;
  /** An address that admits one browser once, for a window whose command line others may see. */
  addressOnce(): string;
  stop(): Promise<void>;
}>;

/** Starts to listen. Fails with PORT_TAKEN. */
export async function startKiosk(options: KioskOptions): Promise<Kiosk> {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    headersTimeout: REQUEST_MS_MAX,
  });
  server.maxConnections = CONNECTIONS_MAX;
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new FailureError({ code: "PORT_TAKEN", detail: String(options.port) })
          : error,
      ),
    );
    server.listen(options.port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

  const admission = makeAdmission(port);
  server.on("request", (request, response) => void answer(request, response, admission, options.pageDir));
  // No compression: the messages stay on this machine.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_CHARS_MAX,
    perMessageDeflate: false,
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const channel = channelOf(request);
    const isOwn =
      admission.isForUs(request) && admission.isFromOwnPage(request) && admission.isAdmitted(request);
    if (!isOwn) return refuseUpgrade(socket, 403, ERRORS.ORIGIN_REFUSED.says, "ORIGIN_REFUSED");
    if (channel === undefined) return refuseUpgrade(socket, 404, ERRORS.NOT_FOUND.says, "NOT_FOUND");
    if (sockets.clients.size >= SOCKETS_MAX) return refuseUpgrade(socket, 503, ERRORS.BUSY.says, "BUSY");
    sockets.handleUpgrade(request, socket, head, (page) =>
      connectPage(page, options.openPage(channel), () => silent.delete(page)),
    );
  });
  const silent = new WeakSet<WebSocket>();
  const ping = setInterval(() => pingAll(sockets.clients, silent), options.pingEveryMs ?? PING_EVERY_MS);

  return {
    port,
    address: `http://127.0.0.1:${port}/?token=${admission.token}`,
    addressOnce: () => `http://127.0.0.1:${port}/?token=${admission.tokenOnce()}`,
    stop: () =>
      new Promise((resolve) => {
        clearInterval(ping);
        for (const page of sockets.clients) page.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @returns nothing; never rejects */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  admission: Admission,
  pageDir: string,
): Promise<void> {
  const url = urlOf(request);
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || url === undefined) return refuse(response, 405, "REQUEST_INVALID");
  if (!admission.isForUs(request)) return refuse(response, 403, "ORIGIN_REFUSED");

  const token = url.searchParams.get("token");
  if (token !== null && url.pathname === "/") {
    const cookie = admission.exchange(token);
    if (cookie === undefined) return refuse(response, 403, "ORIGIN_REFUSED");
    // Away from the address with the token, so that it is in no history and no screenshot.
    response.writeHead(303, { location: "/", "set-cookie": cookie, "cache-control": "no-store" }).end();
    return;
  }
  if (!admission.isAdmitted(request)) return refuse(response, 403, "ORIGIN_REFUSED");
  if (url.pathname === "/favicon.ico") {
    // Browsers ask for it unbidden; the window's icon is the browser's own.
    response.writeHead(204).end();
    return;
  }
  const file = await readPageFile(pageDir, url.pathname, "kiosk");
  if (file === undefined) return refuse(response, 404, "NOT_FOUND");
  response.writeHead(200, { ...file.headers, "content-length": file.body.length });
  response.end(request.method === "HEAD" ? undefined : file.body);
}

type RefusalCode = "ORIGIN_REFUSED" | "NOT_FOUND" | "REQUEST_INVALID";

function refuse(response: ServerResponse, status: number, code: RefusalCode): void {
  const hint =
    code === "ORIGIN_REFUSED" ? "\nOpen the address that Countersign printed when it started." : "";
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
  });
  response.end(`${ERRORS[code].says} (${code})${hint}\n`);
}

function refuseUpgrade(socket: Duplex, status: number, says: string, code: string): void {
  const body = `${says} (${code})\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function urlOf({ url = "" }: IncomingMessage): URL | undefined {
  return URL.canParse(url, "http://page") ? new URL(url, "http://page") : undefined;
}

function channelOf(request: IncomingMessage): PageChannel | undefined {
  const url = urlOf(request);
  if (url?.pathname !== "/wire") return undefined;
  return pageChannelSchema.safeParse(url.searchParams.get("channel")).data;
}

function connectPage(page: WebSocket, wire: TextWire | undefined, heard: () => void): void {
  // A frame that is too large is closed by ws itself with 1009; what follows is the same as any end.
  page.on("error", () => page.terminate());
  page.on("pong", heard);
  if (wire === undefined) {
    page.close(CLOSE_CODE.NOT_READY, "NOT_READY");
    return;
  }
  page.on("message", (data, isBinary) => {
    if (isBinary) page.close(CLOSE_CODE.REQUEST_INVALID, "REQUEST_INVALID");
    else wire.send(data.toString());
  });
  page.on("close", () => wire.close());
  wire.onMessage((text) => {
    if (page.bufferedAmount > UNSENT_BYTES_MAX) page.close(CLOSE_CODE.BUSY, "BUSY");
    else page.send(text);
  });
  wire.onClose((why) => page.close(CLOSE_CODE[why], why));
}

function pingAll(pages: ReadonlySet<WebSocket>, silent: WeakSet<WebSocket>): void {
  for (const page of pages) {
    if (silent.has(page)) page.terminate();
    silent.add(page);
    page.ping();
  }
}

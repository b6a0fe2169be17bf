// The small back office on a real port: the terminal's contract through the real codec, with real signatures.
import { createHash, createPublicKey, verify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { OpenAPIHandler } from "@orpc/openapi/fetch";
import { implement, ORPCError } from "@orpc/server";
import type { Nudge } from "#core/contract/terminal.ts";
import { terminalContract } from "#core/contract/terminal.ts";
import { SIGNATURE_AGE_MS_MAX, SIGNATURE_HEADERS, textToSign } from "#core/contract/terminal-signature.ts";
import { wireInstant } from "#core/contract/values.ts";
import { type ErrorCode, FailureError } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import type { Instant } from "#core/time.ts";
import type { SmallBackOffice } from "./small-back-office.ts";

type Context = Readonly<{ terminalId: TerminalId }>;

export type SmallServer = Readonly<{
  url: string;
  /** Tells every till that listens that something changed. */
  nudge(kind: Nudge["kind"]): void;
  /** Requests that were answered, by path. */
  requests: string[];
  close(): Promise<void>;
}>;

export async function serveSmallBackOffice(
  office: SmallBackOffice,
  now: () => Instant,
): Promise<SmallServer> {
  const listeners = new Set<(nudge: Nudge) => void>();
  const requests: string[] = [];
  const closing = new AbortController();
  const os = implement(terminalContract).$context<Context>();
  const router = os.router({
    enrol: os.enrol.handler(({ input }) => coded(() => office.enrol(input))),
    mark: os.mark.handler(({ context }) => coded(() => office.mark(context.terminalId))),
    sync: os.sync.handler(({ context, input }) => coded(() => office.sync(context.terminalId, input))),
    snapshot: os.snapshot.handler(({ context, input }) =>
      coded(() => office.snapshot(context.terminalId, input.since ?? null)),
    ),
    nudges: os.nudges.handler(async function* ({ signal }) {
      yield { kind: "hello" as const, at: wireInstant(now()) };
      for (;;) yield await nextNudge(listeners, signal, closing.signal);
    }),
    authorise: os.authorise.handler(({ context, input }) =>
      coded(() => office.authorise(context.terminalId, input)),
    ),
    attempt: os.attempt.handler(({ input }) => coded(() => office.attempt(input.attemptId))),
    refund: os.refund.handler(() => coded(() => refuse("PAYMENT_UNKNOWN"))),
    balance: os.balance.handler(() => coded(() => refuse("CARD_UNKNOWN"))),
  });
  const handler = new OpenAPIHandler(router);
  const nonces = new Set<string>();

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(incoming);
    // A till whose request was refused for its age goes by this clock.
    response.setHeader("date", new Date(now()).toUTCString());
    requests.push(`${incoming.method} ${incoming.url}`);
    try {
      const terminalId = signerOf(office, incoming, body, now(), nonces);
      const request = new Request(`http://server${incoming.url}`, {
        method: incoming.method ?? "GET",
        headers: incoming.headers as Record<string, string>,
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      });
      const result = await handler.handle(request, { context: { terminalId } });
      if (!result.matched) throw new FailureError({ code: "NOT_FOUND" });
      response.writeHead(result.response.status, Object.fromEntries(result.response.headers));
      for await (const part of result.response.body ?? []) response.write(part);
      response.end();
    } catch (error) {
      const code = error instanceof FailureError ? error.failure.code : "INTERNAL";
      const status = code === "SIGNATURE_WRONG" || code === "TERMINAL_UNKNOWN" ? 401 : 500;
      if (!response.headersSent) response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ code, data: {} }));
    }
  };
  const server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    nudge: (kind) => {
      for (const listener of listeners) listener({ kind, at: wireInstant(now()) });
    },
    requests,
    close: async () => {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      // More than once: a connection that was on its way, and on which nothing is asked any more, is waited for too.
      const ending = setInterval(() => server.closeAllConnections(), 20);
      await closed;
      clearInterval(ending);
    },
  };
}

function coded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { code, detail } = error.failure;
    throw new ORPCError(code, { status: 409, data: detail === undefined ? {} : { detail } });
  }
}

function refuse(code: ErrorCode): never {
  throw new FailureError({ code });
}

function nextNudge(
  listeners: Set<(nudge: Nudge) => void>,
  signal: AbortSignal | undefined,
  closing: AbortSignal,
): Promise<Nudge> {
  return new Promise((resolve, reject) => {
    const listener = (nudge: Nudge) => {
      listeners.delete(listener);
      resolve(nudge);
    };
    const end = () => {
      listeners.delete(listener);
      reject(new Error("the stream ended"));
    };
    listeners.add(listener);
    signal?.addEventListener("abort", end);
    closing.addEventListener("abort", end);
  });
}

/** The terminal that signed; an enrolment has none yet. */
function signerOf(
  office: SmallBackOffice,
  incoming: IncomingMessage,
  body: Buffer,
  now: Instant,
  nonces: Set<string>,
): TerminalId {
  const header = (name: string) => String(incoming.headers[name] ?? "");
  const terminalId = header(SIGNATURE_HEADERS.terminal) as TerminalId;
  if (incoming.url === "/v1/enrolments") return terminalId;
  const publicKey = office.state.terminals.get(terminalId)?.publicKey ?? refuse("TERMINAL_UNKNOWN");
  const [at, nonce] = [header(SIGNATURE_HEADERS.at), header(SIGNATURE_HEADERS.nonce)];
  const text = textToSign({
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    terminalId,
    at,
    nonce,
    bodyHash: createHash("sha256").update(body).digest("hex"),
  });
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  const signature = Buffer.from(header(SIGNATURE_HEADERS.signature), "base64");
  const isFresh = Math.abs(Date.parse(at) - now) <= SIGNATURE_AGE_MS_MAX && !nonces.has(nonce);
  if (!isFresh || !verify(null, Buffer.from(text), key, signature)) refuse("SIGNATURE_WRONG");
  nonces.add(nonce);
  return terminalId;
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

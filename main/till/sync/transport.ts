// One signed request to the back office: bounded in time and in size, and every way to fail is a code.
import { createHash } from "node:crypto";
import { z } from "zod";
import { SIGNATURE_HEADERS, textToSign } from "#core/contract/terminal-signature.ts";
import { type ErrorCode, FailureError, isErrorCode } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { type Instant, instant, isoOf } from "#core/time.ts";
import { partsOf, requestLimit } from "./request-limit.ts";

/** Who signs. Null signs nothing: an enrolment has no terminal yet. */
export type RequestSigner = Readonly<{
  terminalId: TerminalId;
  signText(text: string): string;
  nonce(): string;
}>;

export type TransportOptions = Readonly<{
  baseUrl: string;
  signer: RequestSigner | null;
  now(): Instant;
  /** The platform's `fetch`; tests pass a faulty line. */
  fetch: typeof fetch;
  /** Ends every request under way when the till stops. */
  stopping: AbortSignal;
}>;

export type WireRequest = Readonly<{
  method: "GET" | "POST";
  /** With its query. */
  path: string;
  body?: unknown;
  timeoutMs: number;
  /** Ends it before its time, for a caller who waits no longer. */
  signal?: AbortSignal | undefined;
  answerBytesMax: number;
}>;

export type Transport = Readonly<{
  /**
   * The decoded JSON of a good answer. Fails with the server's own code where it refused, with TIMED_OUT where no answer
   * came in time, and with LINE_CUT where none came or what came is not the back office's. After either of the last two
   * the request may or may not have been carried out.
   */
  json(request: WireRequest): Promise<unknown>;
  /** An open stream of events; whoever reads it ends it. Fails with LINE_CUT or TIMED_OUT before its first byte. */
  stream(path: string, timeoutMs: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}>;

/** Signatures are good for two minutes either way; a clock this far off is corrected for signing. */
const OFFSET_MS_MIN = 30_000;

const WireError = z.object({
  code: z.string(),
  data: z.object({ detail: z.string().optional() }).optional(),
});

export function makeTransport(options: TransportOptions): Transport {
  // Only for signing: what limits are measured by never goes by a clock that others set.
  let offsetMs = 0;

  const send = async (request: WireRequest, accept: string, signal: AbortSignal): Promise<Response> => {
    const url = new URL(request.path, options.baseUrl);
    const body = request.body === undefined ? "" : JSON.stringify(request.body);
    const headers = new Headers({ accept });
    if (request.body !== undefined) headers.set("content-type", "application/json");
    const at = instant(options.now() + offsetMs);
    if (options.signer !== null) sign(headers, options.signer, request.method, url, at, body);
    return options.fetch(url, {
      method: request.method,
      headers,
      signal,
      // A redirect would carry the signed request to somebody else.
      redirect: "error",
      ...(request.body === undefined ? {} : { body }),
    });
  };

  /** Sends once more where the refusal may be due to this machine's clock alone. */
  const ask = async (request: WireRequest, accept: string, signal: AbortSignal): Promise<Response> => {
    const first = await send(request, accept, signal);
    if (first.status !== 401) return first;
    const serverClock = Date.parse(first.headers.get("date") ?? "");
    const newOffsetMs = serverClock - options.now();
    if (!(Math.abs(newOffsetMs - offsetMs) > OFFSET_MS_MIN)) return first;
    const oldOffsetMs = offsetMs;
    offsetMs = newOffsetMs;
    await first.body?.cancel();
    const second = await send(request, accept, signal);
    // A clock that did not help is not the back office's.
    if (second.status === 401) offsetMs = oldOffsetMs;
    return second;
  };

  return {
    json: async (request) => {
      const others = [options.stopping, ...(request.signal === undefined ? [] : [request.signal])];
      const limit = requestLimit(request.timeoutMs, others);
      try {
        const response = await ask(request, "application/json", limit.signal);
        const text = await boundedText(response, request.answerBytesMax, limit.signal);
        const raw = jsonOrUndefined(text);
        if (response.ok && raw !== undefined) return raw;
        throw refusalOf(response.status, raw);
      } catch (error) {
        throw lineFailure(error);
      } finally {
        limit.lift();
      }
    },
    stream: async (path, timeoutMs, signal) => {
      const limit = requestLimit(timeoutMs, [signal, options.stopping]);
      try {
        const request: WireRequest = { method: "GET", path, timeoutMs, answerBytesMax: 0 };
        const response = await ask(request, "text/event-stream", limit.signal);
        if (response.ok && response.body !== null) return response.body;
        const text = await boundedText(response, ERROR_BYTES_MAX, limit.signal);
        throw refusalOf(response.status, jsonOrUndefined(text));
      } catch (error) {
        throw lineFailure(error);
      } finally {
        limit.lift();
      }
    },
  };
}

const ERROR_BYTES_MAX = 65_536;

function sign(
  headers: Headers,
  signer: RequestSigner,
  method: string,
  url: URL,
  at: Instant,
  body: string,
): void {
  const parts = {
    method,
    path: url.pathname + url.search,
    terminalId: signer.terminalId,
    at: isoOf(at),
    nonce: signer.nonce(),
    bodyHash: createHash("sha256").update(body, "utf8").digest("hex"),
  };
  headers.set(SIGNATURE_HEADERS.terminal, parts.terminalId);
  headers.set(SIGNATURE_HEADERS.at, parts.at);
  headers.set(SIGNATURE_HEADERS.nonce, parts.nonce);
  headers.set(SIGNATURE_HEADERS.signature, signer.signText(textToSign(parts)));
}

async function boundedText(response: Response, bytesMax: number, signal: AbortSignal): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body === null ? [] : partsOf(response.body, signal)) {
    bytes += part.length;
    if (bytes > bytesMax) throw new FailureError({ code: "LINE_CUT", detail: "the answer is too large" });
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** A coded refusal is the server's; any other bad status comes from something between. */
function refusalOf(status: number, raw: unknown): FailureError {
  const parsed = WireError.safeParse(raw);
  if (parsed.success && isErrorCode(parsed.data.code))
    return coded(parsed.data.code, parsed.data.data?.detail);
  return new FailureError({ code: "LINE_CUT", detail: `status ${status} without a code` });
}

const coded = (code: ErrorCode, detail: string | undefined) =>
  new FailureError(detail === undefined ? { code } : { code, detail });

function lineFailure(error: unknown): FailureError {
  if (error instanceof FailureError) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError") return new FailureError({ code: "TIMED_OUT" });
  return new FailureError({ code: "LINE_CUT", detail: causeOf(error) });
}

/** "ECONNREFUSED" and the like: undici keeps it in the cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "no connection";
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// A client that outlives its line: when the line ends every call fails with a code, and a new line is opened.
import { type ClientLink, type ClientOptions, createORPCClient, ORPCError } from "@orpc/client";
import { type MessagePortMainLike, RPCLink } from "@orpc/client/message-port";
import type { AnyContractRouter, ContractRouterClient } from "@orpc/contract";
import { type ErrorCode, FailureError, isErrorCode } from "#core/errors.ts";
import type { TextLine } from "./text-line.ts";

const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 5_000;
/** Longer than the till's own wait for the back office, so that the till's answer comes first. */
const CALL_TIMEOUT_MS = 20_000;

export type ConnectionState =
  | Readonly<{ kind: "connecting" }>
  | Readonly<{ kind: "open"; since: number }>
  | Readonly<{ kind: "gone"; code: ErrorCode; since: number }>;

export type Connection<T extends AnyContractRouter> = Readonly<{
  client: ContractRouterClient<T>;
  state(): ConnectionState;
  /** Told of every change of state, until the returned function is called. */
  subscribe(listen: () => void): () => void;
  close(): void;
}>;

type Line = Readonly<{ link: ClientLink<Record<never, never>>; gone: Promise<never> }>;

/**
 * Keeps a line open and gives one client for all its lives. Its calls fail with a FailureError: the code that the
 * other end gave, PEER_GONE when the line ended or is not open, TIMED_OUT without an answer in 20 s.
 */
export function connect<T extends AnyContractRouter>(open: () => Promise<TextLine>): Connection<T> {
  const listeners = new Set<() => void>();
  let state: ConnectionState = { kind: "connecting" };
  let line: Line | null = null;
  let retryMs = RETRY_FIRST_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let endLine: (() => void) | null = null;
  let isClosed = false;

  const become = (next: ConnectionState) => {
    state = next;
    for (const listen of listeners) listen();
  };
  const retry = (code: ErrorCode) => {
    line = null;
    if (isClosed) return;
    // The first failure marks since when; later ones are the same outage.
    become({ kind: "gone", code, since: state.kind === "gone" ? state.since : Date.now() });
    timer = setTimeout(start, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  };
  const start = () => {
    open().then(
      (text) => {
        if (isClosed) return text.close();
        retryMs = RETRY_FIRST_MS;
        endLine = () => text.close();
        line = lineOf(text, retry);
        become({ kind: "open", since: Date.now() });
      },
      (error: unknown) => retry(error instanceof FailureError ? error.failure.code : "PEER_GONE"),
    );
  };
  start();

  const guarded: ClientLink<Record<never, never>> = {
    call: (path, input, options) => {
      if (line === null) return Promise.reject(new FailureError({ code: "PEER_GONE" }));
      return callOver(line, path, input, options);
    },
  };
  return {
    client: createORPCClient(guarded),
    state: () => state,
    subscribe: (listen) => {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      endLine?.();
    },
  };
}

function lineOf(text: TextLine, onGone: (code: ErrorCode) => void): Line {
  const gone = new Promise<never>((_resolve, reject) => {
    text.onClose((code) => {
      reject(new FailureError({ code: "PEER_GONE" }));
      onGone(code);
    });
  });
  // Nobody may be waiting when the line ends.
  gone.catch(() => undefined);
  const port: MessagePortMainLike = {
    on: (event, listen) => {
      if (event === "message") text.onMessage((data) => listen({ data }));
      else if (event === "close") text.onClose(() => listen());
    },
    postMessage: (message: unknown) => {
      if (typeof message !== "string") throw new TypeError("only text crosses the line");
      text.send(message);
    },
  };
  return { link: new RPCLink<Record<never, never>>({ port }), gone };
}

async function callOver(
  { link, gone }: Line,
  path: readonly string[],
  input: unknown,
  options: ClientOptions<Record<never, never>>,
): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = new AbortController();
  const signal =
    options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal]);
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new FailureError({ code: "TIMED_OUT", detail: path.join(".") }));
      // Tells the till too, so that it may give up.
      ended.abort();
    }, CALL_TIMEOUT_MS);
  });
  const call = link.call(path, input, { ...options, signal });
  // The call may fail after the race was decided.
  call.catch(() => undefined);
  try {
    const output = await Promise.race([call, gone, late]);
    return isAsyncIterable(output) ? iterate(output, gone) : output;
  } catch (error) {
    throw toFailure(error);
  } finally {
    clearTimeout(timer);
  }
}

/** An iterator lasts as long as its line, and ends with PEER_GONE. */
async function* iterate(source: AsyncIterable<unknown>, gone: Promise<never>): AsyncGenerator<unknown, void> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), gone]);
      // oRPC ends an iterator whose line was lost as if it were complete; ours are endless.
      if (step.done === true) throw new FailureError({ code: "PEER_GONE" });
      yield step.value;
    }
  } catch (error) {
    throw toFailure(error);
  } finally {
    void iterator.return?.().catch(() => undefined);
  }
}

/** Any error of a call as a failure with a code. */
export function toFailure(error: unknown): FailureError {
  if (error instanceof FailureError) return error;
  if (error instanceof ORPCError) {
    if (isErrorCode(error.code)) return new FailureError({ code: error.code, ...detailOf(error.data) });
    if (error.code === "BAD_REQUEST") return new FailureError({ code: "REQUEST_INVALID" });
  }
  return new FailureError({ code: "INTERNAL" });
}

/** What the other end said more of a failure, where it did. */
function detailOf(data: unknown): Readonly<{ detail?: string }> {
  const isSaid = typeof data === "object" && data !== null && "detail" in data;
  return isSaid && typeof data.detail === "string" ? { detail: data.detail } : {};
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

// One oRPC contract over one wire: the serving end and the asking end, with failures as codes and every wait bounded.
import { type ClientLink, type ClientOptions, createORPCClient, ORPCError } from "@orpc/client";
import { type MessagePortMainLike, RPCLink } from "@orpc/client/message-port";
import type { AnyContractRouter, ContractRouterClient } from "@orpc/contract";
import type { Context, Router } from "@orpc/server";
import { RPCHandler } from "@orpc/server/message-port";
import { ERRORS, FailureError, isErrorCode } from "#core/errors.ts";
import type { TextWire } from "./channels.ts";
import { isRequestMessage } from "./request-message.ts";

/** Long enough for a card payment to be refused by the line, short enough for a cashier to try again. */
const CALL_TIMEOUT_MS = 15_000;

/** Told of a defect: an error that is no expected failure. Never holds what the call carried. */
export type OnDefect = (error: unknown, path: readonly string[]) => void;

/**
 * Serves a router on a wire until it closes; its event iterators end with it.
 * A message that is no request ends the wire with REQUEST_INVALID, as oRPC would throw it at nobody.
 * A FailureError crosses as its own code, a request of the wrong form as REQUEST_INVALID, anything else as INTERNAL.
 */
export function serve<T extends Context>(
  router: Router<AnyContractRouter, T>,
  wire: TextWire,
  context: NoInfer<T>,
  onDefect: OnDefect,
): void {
  const handler = new RPCHandler<T>(router, {
    clientInterceptors: [
      async ({ next, path }) => {
        try {
          return await next();
        } catch (error) {
          throw toWireError(error, () => onDefect(error, path));
        }
      },
    ],
  });
  handler.upgrade(requestPortOf(wire), { context } as never);
}

function requestPortOf(wire: TextWire): MessagePortMainLike {
  const port = portOf(wire);
  return {
    ...port,
    on: (event, listen) => {
      if (event !== "message") return port.on(event, listen);
      wire.onMessage((text) => {
        if (isRequestMessage(text)) listen({ data: text });
        else wire.close("REQUEST_INVALID");
      });
    },
  };
}

function toWireError(error: unknown, onDefect: () => void): ORPCError<string, unknown> {
  if (error instanceof FailureError) {
    const { code, detail } = error.failure;
    return new ORPCError(code, { message: ERRORS[code].says, data: detail === undefined ? {} : { detail } });
  }
  if (error instanceof ORPCError) {
    if (isErrorCode(error.code)) return error;
    if (error.code === "BAD_REQUEST")
      return new ORPCError("REQUEST_INVALID", { message: ERRORS.REQUEST_INVALID.says });
    if (error.code === "NOT_FOUND") return new ORPCError("NOT_FOUND", { message: ERRORS.NOT_FOUND.says });
  }
  onDefect();
  return new ORPCError("INTERNAL", { message: ERRORS.INTERNAL.says });
}

export type CallOptions = Readonly<{ timeoutMs?: number }>;

/**
 * A client of a contract on a wire. Every failure is a FailureError: the code that the serving end gave,
 * PEER_GONE when the wire closes (also for calls under way and for iterators), TIMED_OUT when no answer came.
 * The time limits the first answer; an iterator then lasts as long as the wire.
 */
export function clientOf<T extends AnyContractRouter>(
  wire: TextWire,
  { timeoutMs = CALL_TIMEOUT_MS }: CallOptions = {},
): ContractRouterClient<T> {
  const link = new RPCLink<Record<never, never>>({ port: portOf(wire) });
  const gone = new Promise<never>((_resolve, reject) =>
    wire.onClose(() => reject(new FailureError({ code: "PEER_GONE" }))),
  );
  // Nobody may be waiting when the wire closes.
  gone.catch(() => undefined);

  const guarded: ClientLink<Record<never, never>> = {
    call: async (path, input, options) => {
      if (wire.isClosed()) throw new FailureError({ code: "PEER_GONE" });
      const output = await bounded(link, path, input, options, gone, timeoutMs);
      return isAsyncIterable(output) ? iterate(output, wire, gone) : output;
    },
  };
  return createORPCClient(guarded);
}

async function bounded(
  link: ClientLink<Record<never, never>>,
  path: readonly string[],
  input: unknown,
  options: ClientOptions<Record<never, never>>,
  gone: Promise<never>,
  timeoutMs: number,
): Promise<unknown> {
  const ended = new AbortController();
  const signal =
    options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new FailureError({ code: "TIMED_OUT", detail: path.join(".") }));
      // Tells the serving end too, so that it may give up.
      ended.abort();
    }, timeoutMs);
  });
  const call = link.call(path, input, { ...options, signal });
  // The call may fail after the race was decided.
  call.catch(() => undefined);
  try {
    return await Promise.race([call, gone, late]);
  } catch (error) {
    throw toFailure(error);
  } finally {
    clearTimeout(timer);
  }
}

async function* iterate(
  source: AsyncIterable<unknown>,
  wire: TextWire,
  gone: Promise<never>,
): AsyncGenerator<unknown, unknown> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), gone]);
      if (step.done === true) {
        // oRPC ends an iterator whose line was lost as if it were complete.
        if (wire.isClosed()) throw new FailureError({ code: "PEER_GONE" });
        return step.value;
      }
      yield step.value;
    }
  } catch (error) {
    throw wire.isClosed() ? new FailureError({ code: "PEER_GONE" }) : toFailure(error);
  } finally {
    // Where the consumer stops early the serving end is told; its answer is of no interest.
    void iterator.return?.().catch(() => undefined);
  }
}

function toFailure(error: unknown): unknown {
  if (!(error instanceof ORPCError) || !isErrorCode(error.code)) return error;
  const detail: unknown = (error.data as { detail?: unknown } | undefined)?.detail;
  return new FailureError({ code: error.code, ...(typeof detail === "string" ? { detail } : {}) });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** A wire in the shape of the message ports that oRPC knows. */
export function portOf(wire: TextWire): MessagePortMainLike {
  return {
    on: (event, listen) => {
      if (event === "message") wire.onMessage((text) => listen({ data: text }));
      else if (event === "close") wire.onClose(() => listen());
    },
    postMessage: (message: unknown) => {
      // Bytes travel as base64 inside the text, so oRPC never has a reason to send anything else.
      if (typeof message !== "string") throw new TypeError("only text crosses a wire");
      wire.send(message);
    },
  };
}

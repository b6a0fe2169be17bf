// The back office as a till calls it: its contracts over signed requests, every answer decoded.
import type {
  AnyContractProcedure,
  InferContractRouterInputs,
  InferContractRouterOutputs,
} from "@orpc/contract";
import { z } from "zod";
import { cardsContract } from "#core/contract/cards.ts";
import { SignedSnapshot, terminalContract } from "#core/contract/terminal.ts";
import { FailureError } from "#core/errors.ts";
import type { BackOffice } from "../ports.ts";
import type { Transport } from "./transport.ts";

/** What a till asks: its own contract, and the registration of a card, which is open to anyone. */
const CALLS = { ...terminalContract, register: cardsContract.register };
type Contract = typeof CALLS;
type CallName = Exclude<keyof Contract, "nudges" | "snapshot">;
type Inputs = InferContractRouterInputs<Contract>;
type Outputs = InferContractRouterOutputs<Contract>;

/** A customer waits at the counter: longer than this is "no answer". */
const PAYMENT_TIMEOUT_MS = 8_000;
/** Hundreds of entries, or a whole snapshot, on a slow line. */
const LARGE_TIMEOUT_MS = 30_000;
const SHORT_TIMEOUT_MS = 10_000;
/** A sync of so few entries is answered soon, or the line is dead. */
const ENTRIES_FEW = 20;
const ANSWER_BYTES_MAX = 262_144;
/** A whole snapshot: 20,000 items and 100,000 hot cards. */
const SNAPSHOT_BYTES_MAX = 64 * 1_048_576;

const TIMEOUT_MS = {
  enrol: SHORT_TIMEOUT_MS,
  sync: SHORT_TIMEOUT_MS,
  mark: SHORT_TIMEOUT_MS,
  authorise: PAYMENT_TIMEOUT_MS,
  attempt: PAYMENT_TIMEOUT_MS,
  refund: PAYMENT_TIMEOUT_MS,
  balance: PAYMENT_TIMEOUT_MS,
  register: PAYMENT_TIMEOUT_MS,
} as const satisfies Record<CallName, number>;

/** A snapshot as it came: the signature covers `raw`, which may hold parts that this program does not know yet. */
export type ReceivedSnapshot = Readonly<{ raw: unknown; signature: string }>;

export type ServerLink = BackOffice &
  Readonly<{
    enrol(input: Inputs["enrol"]): Promise<Outputs["enrol"]>;
    mark(): Promise<Outputs["mark"]>;
    sync(input: Inputs["sync"]): Promise<Outputs["sync"]>;
    /** `since` null asks for a whole one. */
    snapshot(since: number | null): Promise<ReceivedSnapshot>;
    nudges(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  }>;

type CallOptions = Readonly<{ timeoutMs?: number; signal?: AbortSignal | undefined }>;

export function makeServerLink(transport: Transport): ServerLink {
  const call = async <Name extends CallName>(
    name: Name,
    input: Inputs[Name],
    { signal, timeoutMs = TIMEOUT_MS[name] }: CallOptions = {},
  ): Promise<Outputs[Name]> => {
    const { method, path, query } = requestOf(CALLS[name], input);
    const isRead = method === "GET";
    const raw = await transport.json({
      method,
      path: isRead ? path + query : path,
      ...(isRead ? {} : { body: input }),
      timeoutMs,
      signal,
      answerBytesMax: ANSWER_BYTES_MAX,
    });
    const schema: unknown = CALLS[name]["~orpc"].outputSchema;
    return decodeAnswer(schema as z.ZodType<Outputs[Name]>, raw);
  };
  const snapshotPath = pathOf(terminalContract.snapshot);
  return {
    enrol: (input) => call("enrol", input),
    mark: () => call("mark", undefined),
    sync: (input) =>
      call("sync", input, {
        timeoutMs: input.entries.length > ENTRIES_FEW ? LARGE_TIMEOUT_MS : SHORT_TIMEOUT_MS,
      }),
    authorise: (input, options) => call("authorise", input, options),
    attempt: (input, options) => call("attempt", input, options),
    refund: (input, options) => call("refund", input, options),
    balance: (input, options) => call("balance", input, options),
    register: (input, options) => call("register", input, options),
    snapshot: async (since) => {
      const raw = await transport.json({
        method: "GET",
        path: since === null ? snapshotPath : `${snapshotPath}?since=${since}`,
        timeoutMs: LARGE_TIMEOUT_MS,
        answerBytesMax: SNAPSHOT_BYTES_MAX,
      });
      const { snapshot, signature } = decodeAnswer(RawSignedSnapshot, raw);
      return { raw: snapshot, signature };
    },
    nudges: (signal) => transport.stream(pathOf(terminalContract.nudges), SHORT_TIMEOUT_MS, signal),
  };
}

const RawSignedSnapshot = z.object({ snapshot: z.unknown(), signature: SignedSnapshot.shape.signature });

const pathOf = (procedure: AnyContractProcedure) => procedure["~orpc"].route.path ?? "/";

/** Fills `{name}` in the path from the input; what is left of it is the query of a read. */
function requestOf(procedure: AnyContractProcedure, input: unknown) {
  const fields = new Map(Object.entries((input ?? {}) as Record<string, unknown>));
  const path = pathOf(procedure).replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = fields.get(name);
    fields.delete(name);
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams([...fields].map(([name, value]) => [name, String(value)])).toString();
  const method = procedure["~orpc"].route.method === "GET" ? ("GET" as const) : ("POST" as const);
  return { method, path, query: query === "" ? "" : `?${query}` };
}

/** An answer of another form is no answer: whether the server acted is not known. The values are never repeated. */
function decodeAnswer<T>(schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.slice(0, 3).map((issue) => issue.path.map(String).join("."));
  throw new FailureError({ code: "LINE_CUT", detail: `an answer of another form: ${places.join(", ")}` });
}

// "Something changed": tells the tills that listen. A nudge carries nothing, so one that is lost costs only time.
import pg from "pg";
import { z } from "zod";
import type { Nudge } from "#core/contract/terminal.ts";
import { wireInstant } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import type { Clock } from "#core/time.ts";

/** A line that carries nothing for longer is taken for dead by what lies between. */
const PING_MS = 15_000;
/** Nudges that a slow till has not taken yet; more of them say no more. */
const WAITING_MAX = 8;

export type Nudges = Readonly<{
  /** To one terminal, or to all of them. Returns at once. */
  publish(to: TerminalId | "all", kind: "snapshot" | "recall"): void;
  /** What a till hears until it goes. */
  listen(terminalId: TerminalId, signal: AbortSignal | undefined): AsyncGenerator<Nudge>;
  /** Whether a till listens at this process now. */
  isConnected(terminalId: TerminalId): boolean;
  close(): Promise<void>;
}>;

/** A till has one line; more of them are its old ones, which nobody has noticed yet. */
const LINES_PER_TERMINAL_MAX = 4;

/** Carries nudges between server processes. */
export type NudgeBus = Readonly<{
  send(message: string): Promise<void>;
  close(): Promise<void>;
}>;
export type OpenBus = (heard: (message: string) => void) => Promise<NudgeBus>;

const Message = z.object({ to: z.string(), kind: z.enum(["snapshot", "recall"]) });
type Listener = Readonly<{ terminalId: TerminalId; hear(kind: Nudge["kind"]): void; end(): void }>;

/** Within one process; with `openBus` also to the others. `failed` is told when the bus does not carry. */
export async function createNudges(
  options: Readonly<{ clock: Clock; openBus?: OpenBus; failed?: (error: unknown) => void }>,
): Promise<Nudges> {
  const listeners = new Set<Listener>();
  const closing = new AbortController();
  const deliver = (message: string) => {
    const parsed = Message.safeParse(safeJson(message));
    if (!parsed.success) return;
    const { to, kind } = parsed.data;
    for (const listener of listeners) if (to === "all" || to === listener.terminalId) listener.hear(kind);
  };
  const bus = await options.openBus?.(deliver);

  async function* listen(terminalId: TerminalId, signal: AbortSignal | undefined): AsyncGenerator<Nudge> {
    const waiting: Nudge["kind"][] = ["hello"];
    let wake = () => {};
    let isEnded = false;
    const listener: Listener = {
      terminalId,
      hear: (kind) => {
        if (waiting.length < WAITING_MAX) waiting.push(kind);
        wake();
      },
      end: () => {
        isEnded = true;
        // At once: whoever does not read his line any more would stay in the list.
        listeners.delete(listener);
        wake();
      },
    };
    const stop = () => wake();
    const own = [...listeners].filter((other) => other.terminalId === terminalId);
    if (own.length >= LINES_PER_TERMINAL_MAX) own[0]?.end();
    listeners.add(listener);
    signal?.addEventListener("abort", stop);
    closing.signal.addEventListener("abort", stop);
    const gone = () => isEnded || signal?.aborted === true || closing.signal.aborted;
    try {
      while (!gone()) {
        const kind = waiting.shift();
        if (kind !== undefined) {
          yield { kind, at: wireInstant(options.clock.now()) };
          continue;
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(() => listener.hear("ping"), PING_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    } finally {
      listeners.delete(listener);
      signal?.removeEventListener("abort", stop);
      closing.signal.removeEventListener("abort", stop);
    }
  }

  return {
    publish: (to, kind) => {
      const message = JSON.stringify({ to, kind });
      // The database gives it back to this process too, so without a bus it is delivered here.
      if (bus === undefined) deliver(message);
      else void bus.send(message).catch((error: unknown) => options.failed?.(error)); // a lost nudge costs time only
    },
    listen,
    isConnected: (terminalId) => [...listeners].some((listener) => listener.terminalId === terminalId),
    close: async () => {
      closing.abort();
      await bus?.close();
    },
  };
}

const CHANNEL = "countersign_nudge";

/** After a connection was lost; nudges of the time between cost only time. */
const RECONNECT_MS = 2_000;

/** A server that does not answer must not keep the process from ending for longer. */
const CONNECT_MS_MAX = 10_000;

/** LISTEN/NOTIFY on a connection of its own, opened again whenever it is lost. */
export const postgresBus =
  (url: string): OpenBus =>
  async (heard) => {
    /** The one that listens. */
    let client: pg.Client | undefined;
    let opening: Promise<void> = Promise.resolve();
    let timer: NodeJS.Timeout | undefined;
    let closed = false;
    const open = async () => {
      client = await listening(url, heard, lost);
    };
    const lost = (which: pg.Client) => {
      if (which !== client) return; // Another one listens already.
      client = undefined;
      openLater();
    };
    const openLater = () => {
      if (!closed) timer ??= setTimeout(again, RECONNECT_MS);
    };
    const again = () => {
      timer = undefined;
      opening = open().catch(openLater);
    };
    await open();
    return {
      send: async (message) => {
        if (client === undefined) return fail("PEER_GONE", "the notice connection is lost");
        await client.query("SELECT pg_notify($1, $2)", [CHANNEL, message]);
      },
      close: async () => {
        closed = true;
        clearTimeout(timer);
        await opening; // Else what it opens now would stay open.
        await client?.end();
      },
    };
  };

/** A connection that listens; `lost` is told once it does so no longer. One that cannot listen is ended. */
async function listening(
  url: string,
  heard: (message: string) => void,
  lost: (client: pg.Client) => void,
): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS_MAX });
  let isLost = false;
  const onLost = () => {
    isLost = true;
    lost(client);
  };
  client.on("error", onLost);
  client.on("end", onLost);
  client.on("notification", ({ payload }) => heard(payload ?? ""));
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    return isLost ? fail("PEER_GONE", "the notice connection was lost") : client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Watches the line to the back office: syncs when there is something to say, when nudged and every so often;
// backs off while nobody answers; and says "online" or "offline" only when it is sure.
import type { Logger } from "pino";
import { FailureError } from "#core/errors.ts";
import type { Instant } from "#core/time.ts";
import type { LineMonitor, LineState } from "../ports.ts";
import type { CashOnly } from "./cash-only.ts";
import { nudgesOf } from "./event-stream.ts";
import type { ServerLink } from "./server-link.ts";

export type LineWaits = Readonly<{
  /** Between syncs that nobody asked for, so that the age of the till stays known. */
  idleMs: number;
  /** After the first failure: so soon that one lost packet is no outage. */
  retryMs: number;
  retryMsMax: number;
  /** Entries that come together are sent together. */
  gatherMs: number;
  /** A stream of nudges this long without a byte is dead; the server pings several times within it. */
  silenceMs: number;
}>;

export const LINE_WAITS: LineWaits = {
  idleMs: 15_000,
  retryMs: 400,
  // A cashier sees the line come back within seconds, and a thousand tills ask a few hundred times a second.
  retryMsMax: 4_000,
  gatherMs: 50,
  silenceMs: 60_000,
};

/** A nudge may be lost, so the snapshot is asked for after so many syncs that nothing called for. */
const PULL_EVERY_IDLE_SYNCS = 4;
/** Failures in a row before the line is called cut. One answer is enough to call it mended. */
const FAILURES_TO_OFFLINE = 2;

export type LineOptions = Readonly<{
  /** One whole round up and down; `mustPull` asks for the snapshot whatever version the answer names. */
  sync(mustPull: boolean): Promise<void>;
  nudges: ServerLink["nudges"];
  cashOnly: CashOnly;
  now(): Instant;
  /** When the back office was last in step, by an earlier run of this till; null where it never was. */
  lastSyncAt: Instant | null;
  /** At least 0, below 1; jitter, so that the tills of a chain do not all come back at once. */
  random(): number;
  waits: LineWaits;
  log: Logger;
}>;

export type Line = LineMonitor &
  Readonly<{
    /** Syncs now. Resolves once a round that began after the call is through; fails with LINE_CUT or a refusal. */
    push(): Promise<void>;
    /** Stops after the round at work. */
    stop(): Promise<void>;
  }>;

type Waiter = Readonly<{ resolve(): void; reject(error: unknown): void }>;

export function startLine(options: LineOptions): Line {
  const { cashOnly, waits, log, now } = options;
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  let kind: "online" | "offline" = "offline";
  // A till that starts without a line has been without it since the last sync, not since its start.
  let since = options.lastSyncAt ?? now();
  let lastSyncAt = options.lastSyncAt;
  let failures = 0;
  let waiters: Waiter[] = [];
  let isWanted = true;
  // Nobody knows what changed while the till was off.
  let mustPull = true;
  let idleSyncs = 0;
  let wakeUp: (() => void) | undefined;

  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const become = (next: typeof kind) => {
    if (kind === next) return;
    kind = next;
    since = now();
    log.info({ line: next }, "line.changed");
  };
  const want = () => {
    isWanted = true;
    // A cut line is asked at the pace of the back-off, however much is written meanwhile.
    if (failures === 0) wakeUp?.();
  };

  const round = async () => {
    const served = waiters;
    idleSyncs = isWanted || served.length > 0 ? 0 : idleSyncs + 1;
    const isPull = mustPull || idleSyncs % PULL_EVERY_IDLE_SYNCS === PULL_EVERY_IDLE_SYNCS - 1;
    waiters = [];
    isWanted = false;
    mustPull = false;
    try {
      await options.sync(isPull);
      failures = 0;
      lastSyncAt = now();
      become("online");
      for (const waiter of served) waiter.resolve();
    } catch (error) {
      failures += 1;
      mustPull = true;
      try {
        await noteFailure(error);
      } finally {
        for (const waiter of served) waiter.reject(error);
      }
    }
    tell();
  };

  const noteFailure = async (error: unknown) => {
    const failure = error instanceof FailureError ? error.failure : undefined;
    if (failure === undefined) log.error({ err: error }, "sync.defect");
    else log.debug({ failure, failures }, "sync.failed");
    if (failures >= FAILURES_TO_OFFLINE) become("offline");
    try {
      if (await cashOnly.noteFailure(error)) log.error({ failure }, "line.cash-only");
    } catch (notKept) {
      // A full disk must not end the till, which still sells for cash.
      log.error({ err: notKept }, "cash-only.not-kept");
    }
  };

  const waitMs = () => {
    if (failures === 0) return waits.idleMs;
    const wait = Math.min(waits.retryMsMax, waits.retryMs * 2 ** Math.min(failures - 1, 16));
    return wait * (0.5 + options.random());
  };

  /** Ends early when it is woken; at once when somebody waits already. */
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        wakeUp = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      wakeUp = end;
      if (stopping.signal.aborted || waiters.length > 0) end();
    });

  const loop = async () => {
    while (!stopping.signal.aborted) {
      await round();
      if (!isWanted || failures > 0) await sleep(waitMs());
      if (isWanted && failures === 0) await pause(waits.gatherMs, stopping.signal);
    }
    for (const waiter of waiters) waiter.reject(new FailureError({ code: "LINE_CUT", detail: "stopping" }));
  };

  const listen = async () => {
    while (!stopping.signal.aborted) {
      if (kind === "online") await listenOnce();
      await pause(waits.retryMs * (1 + options.random()), stopping.signal);
    }
  };
  const listenOnce = async () => {
    try {
      const stream = await options.nudges(stopping.signal);
      for await (const nudge of nudgesOf(stream, waits.silenceMs, stopping.signal)) {
        if (nudge.kind === "ping") continue;
        mustPull = true;
        want();
      }
    } catch (error) {
      if (!(error instanceof FailureError)) log.error({ err: error }, "nudges.defect");
    }
    // The stream ended: the line may be cut, and a sync tells.
    if (!stopping.signal.aborted) want();
  };

  const ended = Promise.all([loop(), listen()]);

  return {
    state: (): LineState => ({ kind: cashOnly.isSet() ? "cash-only" : kind, since, lastSyncAt }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    syncSoon: want,
    push: () =>
      new Promise<void>((resolve, reject) => {
        waiters.push({ resolve, reject });
        wakeUp?.();
      }),
    stop: async () => {
      stopping.abort();
      wakeUp?.();
      await ended;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

// What a till's screen goes by, over a line that stands while its watch fails.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TillView, tillContract } from "#core/contract/till.ts";
import { type ErrorCode, FailureError } from "#core/errors.ts";
import { makeTillStore, type TillClient } from "#renderer/till/till-store.ts";
import type { Connection, ConnectionState } from "#renderer/ui/connect.ts";
import { firstView } from "#test/world/fake-till-view.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A line on which each watch is the next of the given ones, and ends as that one ends. */
function aConnection(watches: readonly (() => AsyncGenerator<TillView>)[]) {
  let watched = 0;
  let state: ConnectionState = { kind: "connecting" };
  const listeners = new Set<() => void>();
  const watch = async () => {
    const next = watches[watched];
    watched += 1;
    if (next === undefined) throw new FailureError({ code: "INTERNAL" });
    return next();
  };
  const connection: Connection<typeof tillContract> = {
    client: { watch } as unknown as TillClient,
    state: () => state,
    subscribe: (listen) => {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
    close: () => undefined,
  };
  const become = (next: ConnectionState) => {
    state = next;
    for (const listen of listeners) listen();
  };
  return { connection, become, watched: () => watched };
}

const showing = (revision: number, code: ErrorCode) =>
  async function* () {
    yield { ...firstView(), revision };
    throw new FailureError({ code });
  };

test("watches again a moment after a watch that failed, while its line stands", async () => {
  const line = aConnection([showing(7, "INTERNAL"), showing(2, "TIMED_OUT"), showing(3, "INTERNAL")]);
  const store = makeTillStore(line.connection);
  line.become({ kind: "open", since: 0 });
  await vi.advanceTimersByTimeAsync(999);
  expect(store.state().view?.revision).toBe(7);
  await vi.advanceTimersByTimeAsync(1);
  expect(store.state().view?.revision).toBe(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(store.state().view?.revision).toBe(3);
});

test("leaves the watch to the next line once its own is gone", async () => {
  const line = aConnection([showing(1, "PEER_GONE"), showing(2, "PEER_GONE")]);
  const store = makeTillStore(line.connection);
  line.become({ kind: "open", since: 0 });
  await vi.advanceTimersByTimeAsync(0);
  line.become({ kind: "gone", code: "PEER_GONE", since: 0 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(line.watched()).toBe(1);
  line.become({ kind: "open", since: 60_000 });
  await vi.advanceTimersByTimeAsync(0);
  expect(store.state().view?.revision).toBe(2);
});

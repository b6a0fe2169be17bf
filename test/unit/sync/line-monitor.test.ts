import pino from "pino";
import { afterEach, expect, test } from "vitest";
import { type Failure, FailureError } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import type { TillDatabase } from "#main/till/store/tx.ts";
import { type CashOnly, openCashOnly } from "#main/till/sync/cash-only.ts";
import { type Line, type LineOptions, startLine } from "#main/till/sync/line-monitor.ts";

const failed = (failure: Failure) => new FailureError(failure);
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

/** A line whose every sync ends as told. */
function aLine(over: Partial<LineOptions>): Line {
  const line = startLine({
    sync: async () => undefined,
    nudges: () => Promise.reject(failed({ code: "LINE_CUT" })),
    cashOnly: { isSet: () => false, noteFailure: async () => false },
    now: () => instant(1_000_000),
    lastSyncAt: null,
    random: () => 0,
    waits: { idleMs: 60_000, retryMs: 1, retryMsMax: 2, gatherMs: 1, silenceMs: 60_000 },
    log: pino({ level: "silent" }),
    ...over,
  });
  open.push(line.stop);
  return line;
}

test("goes on, and answers who waits, where it cannot keep on the disk that only cash may be taken", async () => {
  const fullDisk: CashOnly = {
    isSet: () => true,
    noteFailure: () => Promise.reject(failed({ code: "DISK_FULL" })),
  };
  const line = aLine({
    sync: () => Promise.reject(failed({ code: "TERMINAL_QUARANTINED" })),
    cashOnly: fullDisk,
  });
  const quarantined = { failure: { code: "TERMINAL_QUARANTINED" } };
  await expect(line.push()).rejects.toMatchObject(quarantined);
  await expect(line.push()).rejects.toMatchObject(quarantined);
  expect(line.state().kind).toBe("cash-only");
});

test("has been without a line since the last sync of an earlier run", async () => {
  const cut = () => Promise.reject(failed({ code: "LINE_CUT" }));
  const synced = aLine({ sync: cut, lastSyncAt: instant(400_000) });
  await expect(synced.push()).rejects.toThrow();
  expect(synced.state()).toMatchObject({ kind: "offline", since: 400_000 });
  const never = aLine({ sync: cut });
  expect(never.state()).toMatchObject({ kind: "offline", since: 1_000_000 });
});

test("takes cash only at once on a full disk, and keeps it for the next start once there is room", async () => {
  const database = await openTillDatabase(":memory:");
  open.push(() => database.close());
  let isFull = true;
  const filling: TillDatabase = {
    ...database,
    commit: (statements) =>
      isFull ? Promise.reject(failed({ code: "DISK_FULL" })) : database.commit(statements),
  };
  const terminalId = "till-1" as TerminalId;
  const quarantined = failed({ code: "TERMINAL_QUARANTINED" });

  const cashOnly = await openCashOnly(filling, terminalId);
  await expect(cashOnly.noteFailure(quarantined)).rejects.toMatchObject({ failure: { code: "DISK_FULL" } });
  expect(cashOnly.isSet()).toBe(true);
  expect((await openCashOnly(database, terminalId)).isSet()).toBe(false);

  isFull = false;
  expect(await cashOnly.noteFailure(quarantined)).toBe(true);
  expect((await openCashOnly(database, terminalId)).isSet()).toBe(true);
});

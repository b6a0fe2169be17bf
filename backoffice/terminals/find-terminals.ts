// Terminals as the console shows them: who they are, and what could be lost at each now.
import type { TerminalRow } from "#core/contract/terminals.ts";
import { WireTerminalId, wireInstant, wireMoney } from "#core/contract/values.ts";
import type { TerminalId } from "#core/ids.ts";
import { money, sum } from "#core/money.ts";
import { calendarDay, type Instant, instant } from "#core/time.ts";
import { bigintOf } from "#database/row.ts";
import type { TerminalDeps } from "./deps.ts";
import { left } from "./facts.ts";
import {
  allOpenGrants,
  allTerminals,
  openRestore,
  searchTerminals,
  type TerminalRecord,
  type TerminalSearch,
  terminalById,
} from "./store.ts";

/** A page of terminals by name. */
export async function findTerminals(
  deps: TerminalDeps,
  search: TerminalSearch,
): Promise<Readonly<{ booksRestored: boolean; total: number; rows: readonly TerminalRow[] }>> {
  const { read } = deps.database;
  const [found, restore] = await Promise.all([searchTerminals(read, search), openRestore(read)]);
  return { booksRestored: restore !== undefined, total: found.total, rows: await rowsOf(deps, found.rows) };
}

/** Every terminal, for reports that sum over all of them. */
export async function listTerminals(deps: TerminalDeps): Promise<readonly TerminalRow[]> {
  return rowsOf(deps, await allTerminals(deps.database.read));
}

/** One terminal; undefined where there is none of this id. */
export async function terminalRowOf(
  deps: TerminalDeps,
  terminalId: TerminalId,
): Promise<TerminalRow | undefined> {
  const terminal = await terminalById(deps.database.read, terminalId);
  return terminal === undefined ? undefined : (await rowsOf(deps, [terminal]))[0];
}

async function rowsOf(deps: TerminalDeps, terminals: readonly TerminalRecord[]): Promise<TerminalRow[]> {
  const { read } = deps.database;
  const { currency, utcOffsetMinutes } = deps.station;
  const today = Date.parse(`${calendarDay(deps.clock.now(), utcOffsetMinutes)}T00:00:00.000Z`);
  const [grants, restore, risk] = await Promise.all([
    allOpenGrants(read),
    openRestore(read),
    riskSince(deps, instant(today - utcOffsetMinutes * 60_000)),
  ]);
  const none = money(0n, currency);
  return terminals.map((terminal): TerminalRow => {
    const { terminalId, lastSyncAt } = terminal;
    const own = grants.filter((grant) => grant.terminalId === terminalId);
    const taken = risk.get(terminalId);
    return {
      terminalId,
      name: terminal.name,
      merchantId: terminal.merchantId,
      state: terminal.state,
      epoch: terminal.epoch,
      markSeq: terminal.markSeq,
      enrolledAt: wireInstant(terminal.enrolledAt),
      lastSyncAt: lastSyncAt === null ? null : wireInstant(lastSyncAt),
      leftAt: terminal.leftAt === null ? null : wireInstant(terminal.leftAt),
      isLeftWhole: terminal.isLeftWhole,
      connected: deps.nudges.isConnected(terminalId),
      syncedSinceRestore: restore === undefined || (lastSyncAt !== null && lastSyncAt >= restore.restoredAt),
      exposure: {
        granted: wireMoney(sum(own.map(left), currency)),
        grants: own.length,
        riskTaken: wireMoney(taken?.today ?? none),
        riskCap:
          terminal.state === "enrolled" && !terminal.isLeftWhole
            ? deps.offlinePolicy.terminalMax
            : wireMoney(none),
        lost: wireMoney(taken?.lost ?? none),
      },
    };
  });
}

/** Per terminal: what was taken outside grants since an instant, and what was ever lost. */
async function riskSince({ database, station }: TerminalDeps, since: Instant) {
  const rows = await database.read.all(
    `SELECT terminal_id, CAST(COALESCE(SUM(CASE WHEN happened_at >= ? THEN amount ELSE 0 END), 0) AS TEXT) AS today,
       CAST(COALESCE(SUM(lost), 0) AS TEXT) AS lost
     FROM payment WHERE route = 'risk' AND currency = ? GROUP BY terminal_id`,
    [since, station.currency],
  );
  return new Map(
    rows.map((row) => [
      WireTerminalId.parse(row.terminal_id) as TerminalId,
      {
        today: money(bigintOf(row, "today"), station.currency),
        lost: money(bigintOf(row, "lost"), station.currency),
      },
    ]),
  );
}

// Terminals and work items as the console shows them.

import { z } from "zod";
import type { TerminalRow, WorkItem } from "#core/contract/terminals.ts";
import { WORK_ITEM_KINDS } from "#core/contract/terminals.ts";
import { WireTerminalId, wireInstant, wireMoney } from "#core/contract/values.ts";
import type { TerminalId } from "#core/ids.ts";
import { money, sum } from "#core/money.ts";
import { calendarDay, type Instant, instant } from "#core/time.ts";
import { bigintOf } from "#database/row.ts";
import { currencyColumn } from "../cards/store.ts";
import type { TerminalDeps } from "./deps.ts";
import { left } from "./facts.ts";
import { allOpenGrants, allTerminals, openRestore } from "./store.ts";

/** Every terminal with what could be lost at it now. */
export async function listTerminals(
  deps: TerminalDeps,
): Promise<Readonly<{ booksRestored: boolean; rows: readonly TerminalRow[] }>> {
  const { read } = deps.database;
  const { currency, utcOffsetMinutes } = deps.station;
  const [terminals, grants, restore] = await Promise.all([
    allTerminals(read),
    allOpenGrants(read),
    openRestore(read),
  ]);
  const today = Date.parse(`${calendarDay(deps.clock.now(), utcOffsetMinutes)}T00:00:00.000Z`);
  const risk = await riskSince(deps, instant(today - utcOffsetMinutes * 60_000));
  const none = money(0n, currency);
  const rows = terminals.map((terminal): TerminalRow => {
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
      connected: deps.nudges.isConnected(terminalId),
      syncedSinceRestore: restore === undefined || (lastSyncAt !== null && lastSyncAt >= restore.restoredAt),
      exposure: {
        granted: wireMoney(sum(own.map(left), currency)),
        grants: own.length,
        riskTaken: wireMoney(taken?.today ?? none),
        riskCap: terminal.state === "enrolled" ? deps.offlinePolicy.terminalMax : wireMoney(none),
        lost: wireMoney(taken?.lost ?? none),
      },
    };
  });
  return { booksRestored: restore !== undefined, rows };
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

const WorkItemRecord = z
  .object({
    work_item_id: z.string(),
    kind: z.enum(WORK_ITEM_KINDS),
    terminal_id: WireTerminalId,
    epoch: z.string(),
    seq: z.coerce.number(),
    amount: z.string().transform(BigInt).nullable(),
    currency: currencyColumn.nullable(),
    policy: z.string().nullable(),
    bearer: z.enum(["operator", "merchant", "nobody"]).nullable(),
    code: z.string(),
    detail: z.string(),
    at: z.coerce.number(),
    state: z.enum(["open", "resolved"]),
    resolution: z.string().nullable(),
  })
  .transform(
    ({ work_item_id, terminal_id, amount, currency, at, ...rest }): WorkItem => ({
      ...rest,
      workItemId: work_item_id,
      terminalId: terminal_id,
      amount: amount === null || currency === null ? null : wireMoney(money(amount, currency)),
      at: wireInstant(instant(at)),
    }),
  );

export type WorkItemSearch = Readonly<{
  state: "open" | "resolved";
  query?: string | undefined;
  page: number;
  pageSize: number;
}>;

/** Oldest first, so that nothing grows old unseen. `query` is a kind, a code, a terminal or an id. */
export async function searchWorkItems(
  { database }: TerminalDeps,
  { state, query = "", page, pageSize }: WorkItemSearch,
): Promise<Readonly<{ total: number; rows: readonly WorkItem[] }>> {
  const where = `WHERE state = ? AND (? = '' OR kind = ? OR code = ? OR terminal_id = ? OR work_item_id = ?)`;
  const params = [state, query, query, query, query, query];
  const count = await database.read.get(`SELECT COUNT(*) AS total FROM work_item ${where}`, params);
  const rows = await database.read.all(
    `SELECT work_item_id, kind, terminal_id, epoch, seq, CAST(amount AS TEXT) AS amount, currency, policy, bearer,
       code, detail, at, state, resolution
     FROM work_item ${where} ORDER BY at, work_item_id LIMIT ? OFFSET ?`,
    [...params, pageSize, page * pageSize],
  );
  return { total: Number(count?.total ?? 0), rows: rows.map((row) => WorkItemRecord.parse(row)) };
}

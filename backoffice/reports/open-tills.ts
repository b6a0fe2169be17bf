// The tills that a day still waits for: their shift is open, or they were not heard of since.
import type { ClosingPage } from "#core/contract/reports.ts";
import { wireInstant } from "#core/contract/values.ts";
import { instant } from "#core/time.ts";
import { numberOf, textOf } from "#database/row.ts";
import type { DayDeps } from "./day.ts";
import type { Span } from "./store.ts";

export type OpenTill = ClosingPage["tills"][number];

/** A till on line syncs at least this often, even when nothing is sold. */
const SYNC_LAG_MS_MAX = 120_000;

/** Of tills that were enrolled again, those of which something may be missing. */
export async function openTills(deps: DayDeps, span: Span): Promise<OpenTill[]> {
  const shifts = await openShifts(deps, span);
  const needed = Math.min(span.to, deps.clock.now() - SYNC_LAG_MS_MAX);
  return (
    (await deps.terminals.list())
      // A till that was left is closed under its new name, the shift too.
      .filter(({ state, isLeftWhole }) => state === "enrolled" && !isLeftWhole)
      .map(({ terminalId, name, lastSyncAt }) => ({
        terminalId,
        name,
        lastSyncAt,
        isBehind: lastSyncAt === null || Date.parse(lastSyncAt) < needed,
        openShift: shifts.get(terminalId) ?? null,
      }))
      .filter(({ isBehind, openShift }) => isBehind || openShift !== null)
  );
}

/** By terminal: a shift that was opened in the day, or the newest before it, and is not closed. */
async function openShifts({ database }: DayDeps, { from, to }: Span) {
  const rows = await database.read.all(
    `SELECT s.terminal_id, s.number, s.opened_at FROM shift s
     WHERE s.closed_at IS NULL AND s.opened_at < ? AND (s.opened_at >= ? OR NOT EXISTS (
       SELECT 1 FROM shift newer WHERE newer.terminal_id = s.terminal_id AND newer.opened_at > s.opened_at))
     ORDER BY s.opened_at DESC`,
    [to, from],
  );
  return new Map(
    rows.map((row) => [
      textOf(row, "terminal_id"),
      { number: numberOf(row, "number"), openedAt: wireInstant(instant(numberOf(row, "opened_at"))) },
    ]),
  );
}

// One business day: its sums, its shifts, and whether it is closed and settled.
import type { DayPage, ShiftRow } from "#core/contract/reports.ts";
import type { TerminalRow } from "#core/contract/terminals.ts";
import { type WireMoney, wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { money } from "#core/money.ts";
import { type Clock, instant } from "#core/time.ts";
import type { Database, ReadDb, Row } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import { type Business, boundsOf, businessDateOf } from "./business.ts";
import { commissionOf, type Span, salesSums, shiftsIn, tenderSums, trialBalance } from "./store.ts";

export type DayDeps = Readonly<{
  database: Database;
  clock: Clock;
  business: Business;
  terminals(): Promise<readonly TerminalRow[]>;
}>;

export async function dayPage(deps: DayDeps, businessDate: string): Promise<DayPage> {
  const { business } = deps;
  const { read } = deps.database;
  const span = boundsOf(business, businessDate);
  const [sums, tenders, commission, shifts, difference, unsynced] = await Promise.all([
    salesSums(read, span),
    tenderSums(read, span),
    commissionOf(read, span),
    shiftsIn(read, span),
    trialBalance(read),
    unsyncedIn(deps, span),
  ]);
  const inCurrency = (minor: bigint) => wireMoney(money(minor, business.currency));
  const netOf = (method: string) =>
    tenders
      .filter((tender) => tender.method === method)
      .reduce((sum, tender) => sum + (tender.kind === "refund" ? -tender.amount : tender.amount), 0n);
  return {
    businessDate,
    state: await stateOf(read, businessDate, span, unsynced.length),
    gross: inCurrency(sums.gross),
    refunds: inCurrency(sums.refunds),
    cash: inCurrency(netOf("cash")),
    prepaid: inCurrency(netOf("prepaid")),
    commission: inCurrency(commission),
    shifts: shifts.map((row) => shiftRow(row, business.currency)),
    unsynced,
    trialBalance: inCurrency(difference),
  };
}

/** Tills that were not heard of since the day ended, or that have a shift of it open. */
async function unsyncedIn(deps: DayDeps, span: Span): Promise<DayPage["unsynced"]> {
  const open = new Set(
    (
      await deps.database.read.all(
        "SELECT DISTINCT terminal_id FROM shift WHERE opened_at >= ? AND opened_at < ? AND closed_at IS NULL",
        [span.from, span.to],
      )
    ).map((row) => textOf(row, "terminal_id")),
  );
  const needed = Math.min(span.to, deps.clock.now() - SYNC_LAG_MS_MAX);
  return (await deps.terminals())
    .filter((terminal) => terminal.state === "enrolled")
    .filter(
      ({ terminalId, lastSyncAt }) =>
        open.has(terminalId) || lastSyncAt === null || Date.parse(lastSyncAt) < needed,
    )
    .map(({ terminalId, name, lastSyncAt }) => ({ terminalId, name, lastSyncAt }));
}

/** A till on line syncs at least this often, even when nothing is sold. */
const SYNC_LAG_MS_MAX = 120_000;

async function stateOf(
  read: ReadDb,
  businessDate: string,
  span: Span,
  unsynced: number,
): Promise<DayPage["state"]> {
  const closed = await read.get("SELECT closed_at FROM business_day WHERE business_date = ?", [businessDate]);
  if (closed === undefined) return "open";
  const unpaid = await read.get(
    // What the bank refused is owed again as an item of its own, and must be paid too.
    `SELECT count(*) AS items FROM settlement_item i
     LEFT JOIN settlement_batch b ON b.id = i.batch_id
     LEFT JOIN settlement_payout o ON o.batch_id = i.batch_id AND o.merchant_id = i.merchant_id
     LEFT JOIN settlement_item again ON again.payment_id = o.id AND again.kind = 'returned'
     LEFT JOIN settlement_batch later ON later.id = again.batch_id
     WHERE i.happened_at >= ? AND i.happened_at < ?
       AND (b.state IS NULL OR b.state NOT IN ('settled', 'rejected')
            OR (again.id IS NOT NULL AND (later.state IS NULL OR later.state <> 'settled')))`,
    [span.from, span.to],
  );
  return unsynced === 0 && unpaid !== undefined && numberOf(unpaid, "items") === 0
    ? "settled"
    : "closed-pending";
}

/** Closes a day that has begun. Closing it again changes nothing. Fails with STATE_CONFLICT for a day to come. */
export async function closeDay(deps: DayDeps, businessDate: string, by: StaffId): Promise<DayPage> {
  const now = deps.clock.now();
  if (businessDate > businessDateOf(deps.business, now)) fail("STATE_CONFLICT", "the day has not begun");
  await deps.database.transaction((tx) =>
    tx.run(
      "INSERT INTO business_day (business_date, closed_at, closed_by) VALUES (?, ?, ?) ON CONFLICT (business_date) DO NOTHING",
      [businessDate, now, by],
    ),
  );
  return dayPage(deps, businessDate);
}

function shiftRow(row: Row, currency: Business["currency"]): ShiftRow {
  const amount = (column: string): WireMoney | null => {
    const minor = nullable(row, column, bigintOf);
    return minor === null ? null : wireMoney(money(minor, currency));
  };
  const closedAt = nullable(row, "closed_at", numberOf);
  return {
    shiftId: textOf(row, "shift_id"),
    terminalId: textOf(row, "terminal_id"),
    terminalName: textOf(row, "terminal_name"),
    number: numberOf(row, "number"),
    openedAt: wireInstant(instant(numberOf(row, "opened_at"))),
    closedAt: closedAt === null ? null : wireInstant(instant(closedAt)),
    zNumber: nullable(row, "z_number", numberOf),
    counted: amount("counted"),
    expected: amount("expected"),
    difference: amount("difference"),
  };
}

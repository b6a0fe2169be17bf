// One business day: its sums, and whether it is closed and settled.
import type { DayPage } from "#core/contract/reports.ts";
import { wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { money, zero } from "#core/money.ts";
import type { Clock } from "#core/time.ts";
import type { Database, ReadDb } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import type { Terminals } from "../terminals/create-terminals.ts";
import { type Business, boundsOf, businessDateOf } from "./business.ts";
import { commissionOf, type Span, salesSums, tenderSums, trialBalance } from "./store.ts";

export type DayDeps = Readonly<{
  database: Database;
  clock: Clock;
  business: Business;
  terminals: Pick<Terminals, "list" | "row" | "workItems">;
}>;

export async function dayPage(deps: DayDeps, businessDate: string): Promise<DayPage> {
  const { business } = deps;
  const { read } = deps.database;
  const { currency } = business;
  const span = { ...boundsOf(business, businessDate), currency };
  const [sums, tenders, commission, differences, unsynced] = await Promise.all([
    salesSums(read, span),
    tenderSums(read, span),
    commissionOf(read, span),
    trialBalance(read),
    unsyncedIn(deps, span),
  ]);
  const inCurrency = (minor: bigint) => wireMoney(money(minor, currency));
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
    unsynced,
    // Books without a posting are in balance, too.
    trialBalance: (differences.length === 0 ? [zero(currency)] : differences).map(wireMoney),
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
  return (await deps.terminals.list())
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

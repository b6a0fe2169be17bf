// One business day: its sums, and whether it is closed and settled.
import type { DayPage } from "#core/contract/reports.ts";
import { wireMoney } from "#core/contract/values.ts";
import type { StaffId } from "#core/ids.ts";
import { money, zero } from "#core/money.ts";
import type { Clock } from "#core/time.ts";
import type { Database, ReadDb } from "#database/database.ts";
import { numberOf } from "#database/row.ts";
import type { Terminals } from "../terminals/create-terminals.ts";
import { type Business, boundsOf, refuseDayToCome } from "./business.ts";
import { openTills } from "./open-tills.ts";
import { commissionOf, ITEMS_OF_DAY, type Span, salesSums, tenderSums, trialBalance } from "./store.ts";

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
    openTills(deps, span),
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
    unsynced: unsynced.map(({ terminalId, name, lastSyncAt }) => ({ terminalId, name, lastSyncAt })),
    // Books without a posting are in balance, too.
    trialBalance: (differences.length === 0 ? [zero(currency)] : differences).map(wireMoney),
  };
}

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
     WHERE ${ITEMS_OF_DAY}
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
  refuseDayToCome(deps.business, businessDate, now);
  await deps.database.transaction((tx) =>
    tx.run(
      "INSERT INTO business_day (business_date, closed_at, closed_by) VALUES (?, ?, ?) ON CONFLICT (business_date) DO NOTHING",
      [businessDate, now, by],
    ),
  );
  return dayPage(deps, businessDate);
}

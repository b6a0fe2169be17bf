// What closing a day closes with it, and what it leaves open: shown before anybody says yes.
import { CLOSING_MERCHANTS_MAX, type ClosingPage, type ClosingSums } from "#core/contract/reports.ts";
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import { type Currency, money, subtract, sum } from "#core/money.ts";
import { netOf } from "#core/settlement/commission.ts";
import type { ReadDb } from "#database/database.ts";
import { bigintOf, numberOf, oneOf, textOf } from "#database/row.ts";
import { currencyOf } from "../merchants/store.ts";
import { boundsOf, refuseDayToCome } from "./business.ts";
import type { DayDeps } from "./day.ts";
import { openTills } from "./open-tills.ts";
import { ITEMS_OF_DAY, type Span } from "./store.ts";

/** Fails with STATE_CONFLICT for a day to come, as closing it does. */
export async function closingPage(deps: DayDeps, businessDate: string): Promise<ClosingPage> {
  const now = deps.clock.now();
  refuseDayToCome(deps.business, businessDate, now);
  const { read } = deps.database;
  const span = boundsOf(deps.business, businessDate);
  const [dues, tills, workItems, exceptions] = await Promise.all([
    duesOf(read, span),
    openTills(deps, span),
    openIn(read, "work_item"),
    openIn(read, "settlement_exception"),
  ]);
  const merchants = groupedBy(dues, ({ merchantId, currency }) => `${merchantId} ${currency}`)
    .map(merchantSums)
    .toSorted((one, other) => Number(moneyOf(other.captured).minor - moneyOf(one.captured).minor));
  return {
    businessDate,
    isOver: now >= span.to,
    merchants: merchants.slice(0, CLOSING_MERCHANTS_MAX),
    furtherMerchants: Math.max(0, merchants.length - CLOSING_MERCHANTS_MAX),
    totals: groupedBy(dues, ({ currency }) => currency).map(sumsOf),
    tills,
    workItems,
    exceptions,
  };
}

type Due = Readonly<{
  merchantId: string;
  merchantName: string;
  currency: Currency;
  kind: "capture" | "refund";
  items: number;
  gross: bigint;
  commission: bigint;
}>;

/** Captures and refunds of a day by merchant. What the bank sent back is of the day on which it was paid. */
async function duesOf(db: ReadDb, { from, to }: Span): Promise<readonly Due[]> {
  const rows = await db.all(
    `SELECT i.merchant_id, coalesce(m.name, i.merchant_id) AS merchant_name, i.currency, i.kind, count(*) AS items,
            CAST(sum(i.gross) AS TEXT) AS gross, CAST(sum(i.commission) AS TEXT) AS commission
     FROM settlement_item i LEFT JOIN merchant m ON m.merchant_id = i.merchant_id
     WHERE ${ITEMS_OF_DAY} AND i.kind IN ('capture', 'refund')
     GROUP BY i.merchant_id, m.name, i.currency, i.kind ORDER BY i.currency, merchant_name, i.merchant_id, i.kind`,
    [from, to],
  );
  return rows.map((row) => ({
    merchantId: textOf(row, "merchant_id"),
    merchantName: textOf(row, "merchant_name"),
    currency: currencyOf(row, "currency"),
    kind: oneOf(row, "kind", ["capture", "refund"]),
    items: numberOf(row, "items"),
    gross: bigintOf(row, "gross"),
    commission: bigintOf(row, "commission"),
  }));
}

/** What waits for a person, of whichever day. */
async function openIn(db: ReadDb, table: "work_item" | "settlement_exception"): Promise<number> {
  const row = await db.get(`SELECT count(*) AS items FROM ${table} WHERE state = 'open'`);
  return row === undefined ? 0 : numberOf(row, "items");
}

type Group = [Due, ...Due[]];

function groupedBy(dues: readonly Due[], keyOf: (due: Due) => string): readonly Readonly<Group>[] {
  const groups = new Map<string, Group>();
  for (const due of dues) {
    const group = groups.get(keyOf(due));
    if (group === undefined) groups.set(keyOf(due), [due]);
    else group.push(due);
  }
  return [...groups.values()];
}

function merchantSums(group: Readonly<Group>): ClosingPage["merchants"][number] {
  const [{ merchantId, merchantName }] = group;
  return { merchantId, merchantName, ...sumsOf(group) };
}

/** Of dues in one currency. What is due follows the same rule as a batch: a sum of items is due what its items are. */
function sumsOf(group: Readonly<Group>): ClosingSums {
  const [{ currency }] = group;
  const of = (kind: Due["kind"]) => group.filter((due) => due.kind === kind);
  const amount = (minor: bigint) => money(minor, currency);
  const total = (kind: Due["kind"], part: "gross" | "commission") =>
    sum(
      of(kind).map((due) => amount(due[part])),
      currency,
    );
  const nets = group.map(({ kind, gross, commission }) =>
    netOf({ kind, gross: amount(gross), commission: amount(commission) }),
  );
  return {
    captures: of("capture").reduce((count, { items }) => count + items, 0),
    refunds: of("refund").reduce((count, { items }) => count + items, 0),
    captured: wireMoney(total("capture", "gross")),
    refunded: wireMoney(total("refund", "gross")),
    commission: wireMoney(subtract(total("capture", "commission"), total("refund", "commission"))),
    net: wireMoney(sum(nets, currency)),
  };
}

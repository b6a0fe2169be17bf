// The queries of the reports, over the projections of synced entries. Sums are made by the database, as text.
import { type Currency, type Money, money } from "#core/money.ts";
import type { Instant } from "#core/time.ts";
import type { Param, ReadDb, Row } from "#database/database.ts";
import { bigintOf, numberOf, textOf } from "#database/row.ts";
import { currencyOf } from "../merchants/store.ts";

const HOUR_MS = 3_600_000;

export type Span = Readonly<{ from: Instant; to: Instant }>;
/** What was taken in one currency: amounts of another are no part of its sums. */
export type SpanIn = Span & Readonly<{ currency: Currency }>;

/** Sums of a span of time by kind of document. */
export async function salesSums(db: ReadDb, { from, to, currency }: SpanIn) {
  const row = await db.get(
    `SELECT CAST(coalesce(sum(CASE WHEN kind = 'sale' THEN gross ELSE 0 END), 0) AS TEXT) AS gross,
            CAST(coalesce(sum(CASE WHEN kind = 'refund' THEN gross ELSE 0 END), 0) AS TEXT) AS refunds,
            coalesce(sum(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END), 0) AS sales
     FROM sale WHERE at >= ? AND at < ? AND currency = ?`,
    [from, to, currency],
  );
  if (row === undefined) return { gross: 0n, refunds: 0n, sales: 0 };
  return { gross: wholeOf(row, "gross"), refunds: wholeOf(row, "refunds"), sales: Number(row.sales) };
}

export type HourSum = Readonly<{ hour: number; route: string; method: string; amount: bigint }>;

/** Tenders of sales by hour of the business's own day and by route; refunds are left out. */
export async function tendersByHour(db: ReadDb, { from, to, currency }: SpanIn): Promise<readonly HourSum[]> {
  const rows = await db.all(
    `SELECT (s.at - CAST(? AS BIGINT)) / ${HOUR_MS} AS hour, t.method, t.route, CAST(sum(t.amount) AS TEXT) AS amount
     FROM sale s JOIN sale_tender t ON t.terminal_id = s.terminal_id AND t.epoch = s.epoch AND t.seq = s.seq
     WHERE s.kind = 'sale' AND s.at >= ? AND s.at < ? AND s.currency = ?
     GROUP BY 1, t.method, t.route`,
    [from, from, to, currency],
  );
  return rows.map((row) => ({
    hour: numberOf(row, "hour"),
    method: textOf(row, "method"),
    route: textOf(row, "route"),
    amount: wholeOf(row, "amount"),
  }));
}

export type TenderSum = Readonly<{ kind: string; method: string; route: string; amount: bigint }>;

export async function tenderSums(db: ReadDb, { from, to, currency }: SpanIn): Promise<readonly TenderSum[]> {
  const rows = await db.all(
    `SELECT s.kind, t.method, t.route, CAST(sum(t.amount) AS TEXT) AS amount
     FROM sale s JOIN sale_tender t ON t.terminal_id = s.terminal_id AND t.epoch = s.epoch AND t.seq = s.seq
     WHERE s.at >= ? AND s.at < ? AND s.currency = ? GROUP BY s.kind, t.method, t.route`,
    [from, to, currency],
  );
  return rows.map((row) => ({
    kind: textOf(row, "kind"),
    method: textOf(row, "method"),
    route: textOf(row, "route"),
    amount: wholeOf(row, "amount"),
  }));
}

/** What of settlement belongs to a day: what happened in it, whenever it was synced. Binds its `from` and `to`. */
export const ITEMS_OF_DAY = "i.happened_at >= ? AND i.happened_at < ?";

/** Commission on what happened in a span, less what refunds gave back. */
export async function commissionOf(db: ReadDb, { from, to, currency }: SpanIn): Promise<bigint> {
  const row = await db.get(
    `SELECT CAST(coalesce(sum(CASE WHEN kind = 'capture' THEN commission WHEN kind = 'refund' THEN -commission ELSE 0 END), 0) AS TEXT) AS commission
     FROM settlement_item i WHERE ${ITEMS_OF_DAY} AND currency = ?`,
    [from, to, currency],
  );
  return row === undefined ? 0n : wholeOf(row, "commission");
}

/** Σ (debits − credits) over all accounts of each currency that has any: zero, or the books are broken. */
export async function trialBalance(db: ReadDb): Promise<readonly Money[]> {
  // An account's key ends in its currency (core/ledger/accounts.ts): "card:9f2c/KRW".
  const rows = await db.all(
    `SELECT substr(id, length(id) - 2) AS currency,
            CAST(sum(debits_posted - credits_posted) AS TEXT) AS difference
     FROM ledger_account GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => money(wholeOf(row, "difference"), currencyOf(row, "currency")));
}

export type SaleFilter = Readonly<{
  query?: string | undefined;
  terminalId?: string | undefined;
  tender?: "cash" | "prepaid" | "offline" | undefined;
  from?: Instant | undefined;
  to?: Instant | undefined;
}>;

const SALE_COLUMNS = `s.terminal_id, s.epoch, s.seq, s.sale_id, s.kind, s.receipt_number, s.at, s.staff_id, s.currency,
  s.totals, CAST(s.gross AS TEXT) AS gross, t.name AS terminal_name, coalesce(p.name, s.staff_id, '') AS staff_name`;
const SALE_FROM = `FROM sale s JOIN terminal t ON t.terminal_id = s.terminal_id
  LEFT JOIN staff p ON p.staff_id = s.staff_id`;

/** Where a page of sales begins: at a number of rows, or behind a row, wherever that stands by now. */
export type SalePosition = Readonly<{ page: number }> | Readonly<{ after: SaleMark }>;

/** A sale by what the list is in order of. */
export type SaleMark = Place & Readonly<{ at: Instant }>;

/** The newest first. */
export async function searchSales(
  db: ReadDb,
  filter: SaleFilter,
  pageSize: number,
  position: SalePosition,
): Promise<Readonly<{ total: number; rows: readonly Row[] }>> {
  const { where, params } = whereOf(filter);
  const behind: Term = "after" in position ? behindMark(position.after) : { sql: "", params: [] };
  const offset = "page" in position ? position.page * pageSize : 0;
  const rows = await db.all(
    `SELECT ${SALE_COLUMNS} ${SALE_FROM} ${where} ${behind.sql}
     ORDER BY s.at DESC, s.terminal_id, s.epoch, s.seq DESC LIMIT ? OFFSET ?`,
    [...params, ...behind.params, pageSize, offset],
  );
  const total = await db.get(`SELECT count(*) AS total ${SALE_FROM} ${where}`, params);
  return { total: total === undefined ? 0 : numberOf(total, "total"), rows };
}

type Term = Readonly<{ sql: string; params: readonly Param[] }>;

function behindMark({ at, terminalId, epoch, seq }: SaleMark): Term {
  return {
    sql: `AND s.at <= ? AND (s.at < ? OR s.terminal_id > ?
      OR (s.terminal_id = ? AND (s.epoch > ? OR (s.epoch = ? AND s.seq < ?))))`,
    params: [at, at, terminalId, terminalId, epoch, epoch, seq],
  };
}

function whereOf(filter: SaleFilter): Readonly<{ where: string; params: readonly Param[] }> {
  const terms = ["1 = 1"];
  const params: Param[] = [];
  const term = (sql: string, ...values: readonly Param[]) => {
    terms.push(sql);
    params.push(...values);
  };
  if (filter.terminalId !== undefined) term("s.terminal_id = ?", filter.terminalId);
  if (filter.from !== undefined) term("s.at >= ?", filter.from);
  if (filter.to !== undefined) term("s.at < ?", filter.to);
  if (filter.tender !== undefined) {
    const of = {
      cash: "x.method = 'cash'",
      prepaid: "x.method = 'prepaid'",
      offline: "x.route IN ('escrow','risk')",
    };
    term(
      `EXISTS (SELECT 1 FROM sale_tender x WHERE x.terminal_id = s.terminal_id AND x.epoch = s.epoch AND x.seq = s.seq AND ${of[filter.tender]})`,
    );
  }
  const query = filter.query?.trim() ?? "";
  if (/^\d{1,9}$/.test(query)) term("s.receipt_number = ?", Number(query));
  else if (query !== "") {
    const like = `%${query.toLowerCase().replace(/[%_\\]/g, "")}%`;
    term("(lower(t.name) LIKE ? OR lower(coalesce(p.name, '')) LIKE ? OR s.sale_id = ?)", like, like, query);
  }
  return { where: `WHERE ${terms.join(" AND ")}`, params };
}

/** A till names its sales itself, so the name alone may be of several: the sale of the one that was heard of first. */
export type SaleName = Readonly<{ saleId: string; terminalId?: string | undefined }>;

export async function saleById(db: ReadDb, { saleId, terminalId }: SaleName): Promise<Row | undefined> {
  return db.get(
    `SELECT ${SALE_COLUMNS} ${SALE_FROM}
     JOIN journal_entry j ON j.terminal_id = s.terminal_id AND j.epoch = s.epoch AND j.seq = s.seq
     WHERE s.sale_id = ? ${terminalId === undefined ? "" : "AND s.terminal_id = ?"}
     ORDER BY j.received_at, s.terminal_id, s.seq LIMIT 1`,
    terminalId === undefined ? [saleId] : [saleId, terminalId],
  );
}

/** Where a document stands in a journal: what its rows are found by. */
export type Place = Readonly<{ terminalId: string; epoch: string; seq: number }>;

export const placeOf = (row: Row): Place => ({
  terminalId: textOf(row, "terminal_id"),
  epoch: textOf(row, "epoch"),
  seq: numberOf(row, "seq"),
});

export async function tendersOf(db: ReadDb, { terminalId, epoch, seq }: Place): Promise<readonly Row[]> {
  return db.all(
    `SELECT tender_id, method, route, card_masked, content, CAST(amount AS TEXT) AS amount
     FROM sale_tender WHERE terminal_id = ? AND epoch = ? AND seq = ? ORDER BY tender`,
    [terminalId, epoch, seq],
  );
}

export async function linesOf(db: ReadDb, { terminalId, epoch, seq }: Place): Promise<readonly Row[]> {
  return db.all(
    "SELECT content FROM sale_line WHERE terminal_id = ? AND epoch = ? AND seq = ? ORDER BY line",
    [terminalId, epoch, seq],
  );
}

/** PostgreSQL sums 64-bit columns as numeric: its text has no fraction, for amounts are whole. */
const wholeOf = (row: Row, column: string) => bigintOf(row, column);

// Shifts as the tills sent them, of a day or of a till.
import type { Page } from "#core/contract/paging.ts";
import type { ShiftRow } from "#core/contract/reports.ts";
import { type WireMoney, wireInstant, wireMoney } from "#core/contract/values.ts";
import { money } from "#core/money.ts";
import { instant } from "#core/time.ts";
import type { Param, ReadDb, Row } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import { currencyOf } from "../merchants/store.ts";
import type { Span } from "./store.ts";

export type ShiftSearch = Readonly<{
  /** The number of a shift or of its Z, or part of a till's name. */
  query?: string | undefined;
  terminalId?: string | undefined;
  /** When they were opened. */
  span?: Span | undefined;
  page: number;
  pageSize: number;
}>;

/** The newest first. */
export async function listShifts(db: ReadDb, search: ShiftSearch): Promise<Page<ShiftRow>> {
  const { where, params } = whereOf(search);
  const from = "FROM shift s JOIN terminal t ON t.terminal_id = s.terminal_id";
  const rows = await db.all(
    `SELECT s.shift_id, s.terminal_id, t.name AS terminal_name, s.number, s.currency, s.opened_at, s.closed_at,
            s.z_number, CAST(s.counted AS TEXT) AS counted, CAST(s.expected AS TEXT) AS expected,
            CAST(s.difference AS TEXT) AS difference
     ${from} ${where} ORDER BY s.opened_at DESC, s.terminal_id, s.shift_id LIMIT ? OFFSET ?`,
    [...params, search.pageSize, search.page * search.pageSize],
  );
  const total = await db.get(`SELECT count(*) AS total ${from} ${where}`, params);
  return { total: total === undefined ? 0 : numberOf(total, "total"), rows: rows.map(shiftRow) };
}

function whereOf({ query = "", terminalId, span }: ShiftSearch) {
  const terms = ["1 = 1"];
  const params: Param[] = [];
  const term = (sql: string, ...values: readonly Param[]) => {
    terms.push(sql);
    params.push(...values);
  };
  if (terminalId !== undefined) term("s.terminal_id = ?", terminalId);
  if (span !== undefined) term("s.opened_at >= ? AND s.opened_at < ?", span.from, span.to);
  const searched = query.trim();
  if (/^\d{1,9}$/.test(searched))
    term("(s.number = ? OR s.z_number = ?)", Number(searched), Number(searched));
  else if (searched !== "")
    term("lower(t.name) LIKE ?", `%${searched.toLowerCase().replace(/[%_\\]/g, "")}%`);
  return { where: `WHERE ${terms.join(" AND ")}`, params };
}

function shiftRow(row: Row): ShiftRow {
  const amount = (column: string): WireMoney | null => {
    const minor = nullable(row, column, bigintOf);
    return minor === null ? null : wireMoney(money(minor, currencyOf(row, "currency")));
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

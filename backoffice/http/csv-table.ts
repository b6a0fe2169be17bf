// A whole list as CSV, asked for page by page as fast as its reader takes it.
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { EXPORT_ROWS_MAX } from "#core/contract/paging.ts";
import { fail } from "#core/errors.ts";
import { csvRowOf } from "./csv-row.ts";

export type List<Row extends object = object> = Readonly<{
  total: number;
  rows: readonly Row[];
  /** Where the next page begins, of a list that can say so: then no row moves to another page meanwhile. */
  next?: string | null | undefined;
}>;

type PageOf = (page: number, after: string | undefined) => Promise<List>;

/**
 * The heading and all rows that `pageOf` gives until a page is empty. Fails with what the first page fails with, and with
 * REQUEST_TOO_LARGE above EXPORT_ROWS_MAX rows: a part would be taken for the whole. A failure on the way ends the
 * stream as broken, for the same reason.
 */
export async function csvTable(columns: readonly string[], pageOf: PageOf): Promise<Readable> {
  const first = await pageOf(0, undefined);
  if (first.total > EXPORT_ROWS_MAX) return tooLong();
  const table = stringify({ header: true, columns: [...columns], bom: true, escape_formulas: true });
  // The reader sees the failure: it is the stream's own.
  void pipeline(rowsOf(first, pageOf), table).catch(() => undefined);
  return table;
}

async function* rowsOf(first: List, pageOf: PageOf) {
  let written = 0;
  for (
    let page = 0, list = first;
    list.rows.length > 0;
    list = await pageOf(++page, list.next ?? undefined)
  ) {
    written += list.rows.length;
    if (written > EXPORT_ROWS_MAX) tooLong(); // It grew meanwhile.
    for (const row of list.rows) yield csvRowOf(row);
  }
}

const tooLong = () =>
  fail("REQUEST_TOO_LARGE", `more than ${EXPORT_ROWS_MAX} rows: narrow the dates or the filters`);

// Pages of tables: every list of the back office takes and gives the same form, and its address holds all of it.
import { z } from "zod";
import { SearchText } from "./plain-text.ts";

export const PAGE_ROWS_MAX = 200;
/** Rows of one CSV: a list that has more is asked for in parts, by its dates or filters. */
export const EXPORT_ROWS_MAX = 100_000;

export const PageRequest = z.object({
  /** Part of a name, number or id; empty for all. */
  query: SearchText.max(80).optional(),
  page: z.coerce.number().int().min(0).max(100_000).default(0),
  pageSize: z.coerce.number().int().min(1).max(PAGE_ROWS_MAX).default(25),
});
export type PageRequest = z.infer<typeof PageRequest>;

export const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({ total: z.number().int().min(0), rows: z.array(row).max(PAGE_ROWS_MAX) });

export type Page<Row> = Readonly<{ total: number; rows: Row[] }>;

// A row of a list as one of a CSV table: amounts are whole numbers of the smallest unit, and what was given back is less.
import { z } from "zod";
import type { SaleRow } from "#core/contract/reports.ts";
import type { WireMoney } from "#core/contract/values.ts";

/** A number stays one, so that a minus is not taken for the start of a formula. */
export type CsvRow = Readonly<Record<string, string | number | bigint>>;

/** `{ total: { minor, currency } }` becomes `total.minor` and `total.currency`. */
export function csvRowOf(row: object, prefix = ""): CsvRow {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): [string, string | number | bigint][] => {
      if (isMoney(value))
        return [
          [`${prefix}${name}.minor`, BigInt(value.minor)],
          [`${prefix}${name}.currency`, value.currency],
        ];
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        return Object.entries(csvRowOf(value, `${prefix}${name}.`));
      if (typeof value === "number") return [[`${prefix}${name}`, value]];
      return [[`${prefix}${name}`, value === null || value === undefined ? "" : String(value)]];
    }),
  );
}

/** The columns that `csvRowOf` makes of a row, in order: also of what is null in one row and not in the next. */
export function columnsOf(row: z.ZodObject, prefix = ""): readonly string[] {
  return Object.entries(row.shape).flatMap(([name, schema]) => {
    const held = schema instanceof z.ZodNullable ? schema.unwrap() : schema;
    return held instanceof z.ZodObject ? columnsOf(held, `${prefix}${name}.`) : [`${prefix}${name}`];
  });
}

const MINOR = /^-?\d+$/;

const isMoney = (value: unknown): value is WireMoney =>
  typeof value === "object" &&
  value !== null &&
  "minor" in value &&
  "currency" in value &&
  typeof value.minor === "string" &&
  MINOR.test(value.minor);

/** Whoever adds up a column of sales gets what was taken: a refund's amounts are negative. */
export function signedSale<Row extends Pick<SaleRow, "kind" | "total" | "cash" | "prepaid">>(row: Row): Row {
  if (row.kind === "sale") return row;
  return { ...row, total: negative(row.total), cash: negative(row.cash), prepaid: negative(row.prepaid) };
}

const negative = ({ minor, currency }: WireMoney): WireMoney => ({ minor: String(-BigInt(minor)), currency });

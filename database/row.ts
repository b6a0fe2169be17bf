// Rows become values here and nowhere else. A column that is not what it should be means a damaged database.
import { fail } from "#core/errors.ts";
import type { Row } from "./database.ts";

export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : wrong(row, column, "a text");
}

/** A whole number within ±(2^53 − 1): counts, instants, versions. Never money. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  const count = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof count === "number" && Number.isSafeInteger(count)
    ? count
    : wrong(row, column, "a safe whole number");
}

/** An amount in minor units, selected with `CAST(x AS TEXT)`: as a number SQLite's driver would have rounded it. */
export function bigintOf(row: Row, column: string): bigint {
  const value = row[column];
  return typeof value === "string" && /^-?\d{1,19}$/.test(value)
    ? BigInt(value)
    : wrong(row, column, "a whole number as text");
}

export function booleanOf(row: Row, column: string): boolean {
  const value = row[column];
  if (value === true || value === 1) return true;
  return value === false || value === 0 ? false : wrong(row, column, "a truth value");
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : wrong(row, column, "bytes");
}

/** One of a list of texts, such as a state. */
export function oneOf<Text extends string>(row: Row, column: string, texts: readonly Text[]): Text {
  const value = row[column];
  const found = texts.find((text) => text === value);
  return found ?? wrong(row, column, "one of its texts");
}

/** JSON stored as text; the caller decodes what comes out. */
export function jsonOf(row: Row, column: string): unknown {
  try {
    return JSON.parse(textOf(row, column));
  } catch {
    return wrong(row, column, "JSON");
  }
}

/** `nullable(row, "x", textOf)`: null where the column is NULL, else what the decoder makes of it. */
export function nullable<T>(row: Row, column: string, decode: (row: Row, column: string) => T): T | null {
  return row[column] === null ? null : decode(row, column);
}

/** The value itself stays out of the message: it may be secret. */
function wrong(row: Row, column: string, expected: string): never {
  const found = column in row ? (row[column] === null ? "NULL" : typeof row[column]) : "no such column";
  return fail("DATABASE_CORRUPT", `column ${column} is not ${expected} (${found})`);
}

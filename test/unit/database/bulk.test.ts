import { expect, test } from "vitest";
import { merged } from "#database/bulk.ts";
import type { Bulk, Statement } from "#database/database.ts";

const form = (table: string): Bulk => ({
  table,
  columns: { id: "text", amount: "money" },
  sql: (rows) => `${table} <- ${rows}`,
});
const A = form("a");
const B = form("b");
const one = (bulk: Bulk | undefined, id: string): Statement =>
  bulk === undefined ? { sql: id } : { sql: `one ${bulk.table}`, params: [id, 2n ** 62n], bulk };

const heads = (statements: readonly Statement[]) =>
  merged("sqlite", statements).map(({ sql }) => sql.slice(0, 5));

test("statements of one form become one, although those of another table stand between them", () => {
  const result = merged("sqlite", [one(A, "1"), one(B, "2"), one(A, "3"), one(B, "4")]);
  expect(result.map(({ params }) => params)).toEqual([
    ['[["1","4611686018427387904"],["3","4611686018427387904"]]'],
    ['[["2","4611686018427387904"],["4","4611686018427387904"]]'],
  ]);
});

test("a statement alone of its form is left as it is", () => {
  expect(merged("postgres", [one(A, "1"), one(B, "2")])).toEqual([one(A, "1"), one(B, "2")]);
});

test("nothing passes a statement without a form", () => {
  expect(heads([one(A, "1"), one(undefined, "plain"), one(A, "2"), one(A, "3")])).toEqual([
    "one a",
    "plain",
    "a <- ",
  ]);
});

test("two forms for the same table keep their order", () => {
  const other = form("a");
  expect(heads([one(A, "1"), one(A, "2"), one(other, "3"), one(A, "4")])).toEqual([
    "a <- ",
    "one a",
    "one a",
  ]);
});

test("PostgreSQL gets one array for each column", () => {
  expect(merged("postgres", [one(A, "1"), one(A, 'qu"ote')])[0]?.params).toEqual([
    '{"1","qu\\"ote"}',
    '{"4611686018427387904","4611686018427387904"}',
  ]);
});

// Values written into a script are to SQLite what bound ones are.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database, Param } from "#database/database.ts";
import { withLiterals } from "#database/literals.ts";
import { openSqlite } from "#database/sqlite.ts";

let database: Database;
beforeAll(async () => {
  database = await openSqlite(":memory:");
  await database.transaction((tx) =>
    tx.runAll([
      { sql: "CREATE TABLE bound (id INTEGER PRIMARY KEY, value, text TEXT, whole INTEGER, raw BLOB)" },
      { sql: "CREATE TABLE written (id INTEGER PRIMARY KEY, value, text TEXT, whole INTEGER, raw BLOB)" },
    ]),
  );
});
afterAll(() => database.close());

const INSERT = (table: string) => `INSERT INTO ${table} (value, text, whole, raw) VALUES (?, ?, ?, ?)`;
const ALL = (table: string) =>
  `SELECT typeof(text) AS kind, hex(value) AS value, hex(text) AS text, CAST(whole AS TEXT) AS whole, hex(raw) AS raw
   FROM ${table} ORDER BY id`;

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom("'", "''", "\0", "?", "\\", '"', "--", "\n", ";", "/*", "x'", "한", "\ud83d"),
    maxLength: 30,
  }),
);
const anyValue: fc.Arbitrary<Param> = fc.oneof(
  anyText,
  fc.constant(null),
  fc.uint8Array({ maxLength: 40 }),
  fc.boolean(),
);
const anyWhole: fc.Arbitrary<Param> = fc.oneof(
  fc.constantFrom(-1, -0, 2 ** 31, -(2 ** 31) - 1),
  fc.maxSafeInteger(),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.constant(null),
);

test("whatever they are, nothing of them ends the text, and they are stored alike", async () => {
  const row = fc.tuple(anyValue, fc.option(anyText), anyWhole, fc.option(fc.uint8Array({ maxLength: 40 })));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      await database.transaction(async (tx) => {
        await tx.runAll([{ sql: "DELETE FROM bound" }, { sql: "DELETE FROM written" }]);
        for (const params of rows) await tx.run(INSERT("bound"), params);
        await tx.runLast(rows.map((params) => ({ sql: INSERT("written"), params })));
      });
      expect(await database.read.all(ALL("written"))).toEqual(await database.read.all(ALL("bound")));
    }),
    { numRuns: 150 },
  );
});

test("a number is whole where no column makes it so, and compares as the bound one does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.maxSafeInteger(), async (number) => {
      const sql = "INSERT INTO written (value) SELECT ? WHERE 10 -? = 10.0 - ?";
      await database.transaction(async (tx) => {
        await tx.run("DELETE FROM written");
        await tx.runLast([{ sql, params: [number, number % 1_000, number % 1_000] }]);
      });
      const found = "SELECT typeof(value) AS kind, CAST(value AS TEXT) AS value FROM written WHERE value = ?";
      expect(await database.read.all(found, [number])).toEqual([
        { kind: "integer", value: `${number === 0 ? 0 : number}` },
      ]);
    }),
    { numRuns: 100 },
  );
});

test("a statement has as many values as placeholders, and its numbers are whole and safe", () => {
  for (const [sql, params] of [
    ["SELECT ?, ?", [1]],
    ["SELECT ?", [1, 2]],
    ["SELECT '?'", [1]],
    ["SELECT ?", [0.5]],
    ["SELECT ?", [Number.NaN]],
    ["SELECT ?", [2 ** 53]],
  ] as const)
    expect(() => withLiterals({ sql, params }), sql).toThrow();
  expect(withLiterals({ sql: "SELECT 10 -?", params: [-5] })).toBe("SELECT 10 -(-5)");
  expect(withLiterals({ sql: "SELECT '?', ? -- ?", params: ["it's"] })).toBe("SELECT '?', 'it''s' -- ?");
});

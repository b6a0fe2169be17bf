import { expect, test } from "vitest";
import { numbered } from "#database/placeholders.ts";
import { bigintOf, booleanOf, bytesOf, jsonOf, nullable, numberOf, textOf } from "#database/row.ts";

test("numbers placeholders in order", () => {
  expect(numbered("SELECT ? WHERE a = ? AND b = CAST(? AS BIGINT)")).toBe(
    "SELECT $1 WHERE a = $2 AND b = CAST($3 AS BIGINT)",
  );
});

test("leaves question marks in quotes and comments alone", () => {
  expect(numbered(`SELECT '?', 'it''s ?', "a?b" -- why?\n, ? /* ? */`)).toBe(
    `SELECT '?', 'it''s ?', "a?b" -- why?\n, $1 /* ? */`,
  );
});

test("decodes what both drivers give for the same value", () => {
  for (const count of [7, "7"]) expect(numberOf({ count }, "count")).toBe(7);
  for (const yes of [1, true]) expect(booleanOf({ yes }, "yes")).toBe(true);
  for (const no of [0, false]) expect(booleanOf({ no }, "no")).toBe(false);
  expect(bigintOf({ m: "-9223372036854775807" }, "m")).toBe(-(2n ** 63n - 1n));
  expect(textOf({ t: "" }, "t")).toBe("");
  expect(bytesOf({ b: Uint8Array.of(1) }, "b")).toEqual(Uint8Array.of(1));
  expect(jsonOf({ j: '{"a":1}' }, "j")).toEqual({ a: 1 });
  expect(nullable({ n: null }, "n", textOf)).toBeNull();
});

test("refuses a column that is not what it should be, without showing it", () => {
  const secret = "12345678";
  expect(() => numberOf({ pin: `${secret}x` }, "pin")).toThrow(/DATABASE_CORRUPT: column pin/);
  expect(() => numberOf({ pin: `${secret}x` }, "pin")).not.toThrow(secret);
  expect(() => bigintOf({ m: 2 ** 53 }, "m")).toThrow("DATABASE_CORRUPT");
  expect(() => numberOf({ n: "9007199254740993" }, "n")).toThrow("DATABASE_CORRUPT");
  expect(() => textOf({}, "missing")).toThrow("no such column");
  expect(() => booleanOf({ b: 2 }, "b")).toThrow("DATABASE_CORRUPT");
  expect(() => jsonOf({ j: "{" }, "j")).toThrow("DATABASE_CORRUPT");
});

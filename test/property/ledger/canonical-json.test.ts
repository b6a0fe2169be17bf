import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";

const aValue = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: "grapheme", maxLength: 6 }), tie("value"), { maxKeys: 5 }),
  ),
})).value;

describe("canonical JSON", () => {
  test("orders keys and escapes text as the example of RFC 8785 §3.2.2 and §3.2.3 does", () => {
    const value = {
      string: '€$\u000F\u000aA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test("sorts keys by UTF-16 code units, as the example of RFC 8785 §3.2.3 does", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as Record<string, string>).slice(1)).toEqual([
      // "1" is an array index, which a parsed object lists first whatever the text's order.
      "Carriage Return",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
    expect(canonicalJson(value).indexOf('"\\r"')).toBeLessThan(canonicalJson(value).indexOf('"1"'));
  });

  test("prints minus zero as zero and both ends of the safe integers in full", () => {
    expect(canonicalJson([-0, 2 ** 53 - 1, -(2 ** 53 - 1)])).toBe("[0,9007199254740991,-9007199254740991]");
  });

  test.each([
    ["a fraction", 4.5],
    ["a number above the safe integers", 2 ** 53],
    ["not a number", Number.NaN],
    ["a lone surrogate", "\ud83d"],
    ["a lone surrogate in a key", { "\ude00": 1 }],
    ["a bigint", 1n as unknown as JsonValue],
    ["undefined in an array", [undefined] as unknown as JsonValue],
    ["a date", new Date(0) as unknown as JsonValue],
  ])("refuses %s", (_, value) => {
    expect(() => canonicalJson(value as JsonValue)).toThrow("REQUEST_INVALID");
  });

  test("refuses a nesting of 65 and takes one of 64", () => {
    const nested = (depth: number): JsonValue => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(canonicalJson(nested(64))).toContain("1");
    expect(() => canonicalJson(nested(65))).toThrow("REQUEST_INVALID");
  });

  test("leaves out a key whose value is undefined, as a round trip through JSON does", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  test("means the same value, and the same text after a round trip", () => {
    fc.assert(
      fc.property(aValue, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("does not depend on the order in which keys were set", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (members) => {
        const turned = Object.fromEntries(Object.entries(members).reverse());
        const hash = (value: JsonValue) => createHash("sha256").update(canonicalJson(value)).digest("hex");
        expect(hash(turned)).toBe(hash(members));
      }),
    );
  });
});

// A statement with its values written into its text, for SQLite's scripts, which take no parameters. Each is what the driver
// would have bound, but for whole numbers of more than 32 bits: they are whole here, where the driver binds them as REAL and
// leaves it to the column to make them whole again. https://sqlite.org/lang_expr.html#literal_values_constants_
import { assert } from "#core/assert.ts";
import type { Statement } from "./database.ts";
import { type Bound, sqliteParams } from "./params.ts";
import { replaced } from "./placeholders.ts";

/** The statement's text alone. Numbers must be whole: a fraction's text need not be read as the very same fraction. */
export function withLiterals({ sql, params = [] }: Statement): string {
  const values = sqliteParams(params);
  let used = 0;
  const text = replaced(sql, (place) => {
    used = place;
    return literalOf(values[place - 1] ?? null);
  });
  assert(used === values.length, "every value has its placeholder, and every placeholder its value");
  return text;
}

function literalOf(value: Bound): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return textLiteral(value);
  if (typeof value === "number") {
    assert(Number.isInteger(value), "a number in a script is whole");
    // Two minus signs in a row would begin a comment.
    return value < 0 ? `(${value})` : String(value);
  }
  return `x'${value.toString("hex")}'`;
}

/** A quote is doubled and nothing else escapes. The driver hands a script over up to its first NUL, so none may stand in it. */
const textLiteral = (text: string): string =>
  text.includes("\0")
    ? `CAST(x'${Buffer.from(text, "utf8").toString("hex")}' AS TEXT)`
    : `'${text.replaceAll("'", "''")}'`;

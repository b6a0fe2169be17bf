// Many rows in few statements, whose texts do not depend on how many, so that each is prepared once.
import type { ColumnKind, Dialect, Statement, WriteDb } from "./database.ts";

/** A value of a row that is inserted in bulk. Money comes as decimal text; bytes do not come this way. */
export type Cell = string | number | boolean | null;

export type { ColumnKind } from "./database.ts";

export type Insert = Readonly<{
  table: string;
  columns: Readonly<Record<string, ColumnKind>>;
  /** Columns that have one value in all rows of a statement. */
  shared?: Readonly<Record<string, ColumnKind>>;
  /** What follows the values, such as `ON CONFLICT DO NOTHING`. */
  suffix?: string;
}>;

/** Rows reach SQLite as one JSON text, which costs this thread a quarter of what binding every value does. */
const SQLITE_VALUES: Record<ColumnKind, (column: number) => string> = {
  text: (column) => `cells ->> ${column}`,
  integer: (column) => `CAST(cells ->> ${column} AS INTEGER)`,
  money: (column) => `CAST(cells ->> ${column} AS INTEGER)`,
  boolean: (column) => `cells ->> ${column}`,
};

const SHARED_TYPES: Record<ColumnKind, string> = {
  text: "TEXT",
  integer: "BIGINT",
  money: "BIGINT",
  boolean: "BOOLEAN",
};

const POSTGRES_ARRAYS: Record<ColumnKind, string> = {
  text: "TEXT[]",
  integer: "BIGINT[]",
  money: "BIGINT[]",
  boolean: "BOOLEAN[]",
};

/**
 * Inserts rows in order, each with its values in the order of `columns`, all with the values `given` in the order of
 * `shared`; how many were inserted or changed.
 */
export async function insertRows(
  tx: WriteDb,
  insert: Insert,
  rows: readonly (readonly Cell[])[],
  given: readonly Cell[] = [],
): Promise<number> {
  if (rows.length === 0) return 0;
  const { sql, params } = insertStatement(tx.dialect, insert, rows, given);
  return tx.run(sql, params);
}

/** The one statement that inserts rows, for who sends it later. */
export function insertStatement(
  dialect: Dialect,
  insert: Insert,
  rows: readonly (readonly Cell[])[],
  given: readonly Cell[] = [],
): Statement {
  const { shared = {}, suffix = "" } = insert;
  const query = rowsQuery(dialect, insert.columns, rows);
  if (given.length === 0) return { sql: `${headOf(insert)} ${query.sql} ${suffix}`, params: query.params };
  const values = Object.values(shared).map((kind) => `CAST(? AS ${SHARED_TYPES[kind]})`);
  // `WHERE true` keeps SQLite's parser from reading ON CONFLICT as the condition of a join.
  return {
    sql: `${headOf(insert)} SELECT given.*, ${values.join(", ")} FROM (${query.sql}) AS given WHERE true ${suffix}`,
    params: [...given, ...query.params],
  };
}

/** A query that selects the given rows, in their order; its text does not depend on how many there are. */
export function rowsQuery(
  dialect: Dialect,
  columns: Insert["columns"],
  rows: readonly (readonly Cell[])[],
): Readonly<{ sql: string; params: readonly string[] }> {
  const kinds = Object.values(columns);
  const names = Object.keys(columns);
  if (dialect === "postgres") {
    const arrays = kinds.map((kind) => `CAST(? AS ${POSTGRES_ARRAYS[kind]})`);
    return {
      // One array per column: a single statement for any number of rows.
      sql: `SELECT * FROM unnest(${arrays.join(", ")}) AS given (${names.join(", ")})`,
      params: kinds.map((_, column) => columnText(rows, column)),
    };
  }
  const values = kinds.map((kind, column) => `${SQLITE_VALUES[kind](column)} AS ${names[column]}`);
  // Materialized: json_each would write the text of a row anew for each of its columns, and take twice as long.
  // `WHERE true` keeps the parser from reading ON CONFLICT as the condition of a join.
  return {
    sql: `WITH listed AS MATERIALIZED (SELECT value AS cells FROM json_each(?))
      SELECT ${values.join(", ")} FROM listed WHERE true`,
    params: [JSON.stringify(rows)],
  };
}

const headOf = ({ table, columns, shared = {} }: Insert) =>
  `INSERT INTO ${table} (${[...Object.keys(columns), ...Object.keys(shared)].join(", ")})`;

/** A list of texts as one parameter, for `textsIn`. */
export function textsParam(db: Pick<WriteDb, "dialect">, texts: readonly string[]): string {
  return db.dialect === "postgres" ? arrayText(texts) : JSON.stringify(texts);
}

/** A condition that holds where the column is one of the texts bound by `textsParam`; one text for any number. */
export function textsIn(db: Pick<WriteDb, "dialect">, column: string): string {
  return db.dialect === "postgres"
    ? `${column} = ANY (CAST(? AS TEXT[]))`
    : `${column} IN (SELECT value FROM json_each(?))`;
}

/** PostgreSQL's own notation of an array: https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO */
const arrayText = (values: readonly Cell[]): string => `{${values.map(elementText).join(",")}}`;

/** The same of one column of rows; added to as it goes, because every cell of every batch passes here. */
function columnText(rows: readonly (readonly Cell[])[], column: number): string {
  let text = "{";
  for (const row of rows) {
    if (text.length > 1) text += ",";
    text += elementText(row[column]);
  }
  return `${text}}`;
}

const NEEDS_ESCAPE = /["\\]/;

function elementText(value: Cell | undefined): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value !== "string") return String(value);
  return NEEDS_ESCAPE.test(value) ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : `"${value}"`;
}

// Statements of one form as one statement: hundreds of payments that commit together cost little more than one.
import { assert } from "#core/assert.ts";
import type { Bulk, Dialect, Param, Statement } from "./database.ts";
import { type Cell, rowsQuery } from "./insert-rows.ts";

/**
 * The same changes in fewer statements. Neighbours that have a bulk form are merged by it; forms of different tables may
 * change places, so that they merge although they alternate. Everything else stays where it is.
 */
export function merged(dialect: Dialect, statements: readonly Statement[]): readonly Statement[] {
  const result: Statement[] = [];
  let groups = new Map<Bulk, Statement[]>();
  const close = () => {
    for (const [bulk, group] of groups) result.push(asOne(dialect, bulk, group));
    groups = new Map();
  };
  for (const statement of statements) {
    const { bulk } = statement;
    if (bulk === undefined) {
      close();
      result.push(statement);
      continue;
    }
    const group = groups.get(bulk);
    if (group !== undefined) {
      group.push(statement);
      continue;
    }
    // Another form for the same table must come after what is there.
    if ([...groups.keys()].some(({ table }) => table === bulk.table)) close();
    groups.set(bulk, [statement]);
  }
  close();
  return result;
}

function asOne(dialect: Dialect, bulk: Bulk, group: readonly Statement[]): Statement {
  const [first] = group;
  if (first !== undefined && group.length === 1) return first;
  const { sql, params } = rowsQuery(
    dialect,
    bulk.columns,
    group.map(({ params: given = [] }) => given.map(cellOf)),
  );
  return { sql: bulk.sql(sql), params };
}

function cellOf(param: Param): Cell {
  assert(!(param instanceof Uint8Array), "bytes do not travel in bulk");
  return typeof param === "bigint" ? String(param) : param;
}

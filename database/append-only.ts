// Triggers that let a table only grow. They hold for every connection, whatever the code above them does.
import { assert } from "#core/assert.ts";
import type { ColumnTypes } from "./column-types.ts";

type Refused = "UPDATE" | "DELETE";

/** For tables whose rows never change: UPDATE, DELETE, TRUNCATE and INSERT OR REPLACE are refused. */
export const appendOnly = (types: ColumnTypes, table: string) => refuse(types, table, ["UPDATE", "DELETE"]);

/** For tables whose rows change and never go: DELETE, TRUNCATE and INSERT OR REPLACE are refused. */
export const neverDeleted = (types: ColumnTypes, table: string) => refuse(types, table, ["DELETE"]);

function refuse(types: ColumnTypes, table: string, what: readonly Refused[]): readonly string[] {
  assert(/^[a-z_]+$/.test(table), "a table's name is plain");
  return types.dialect === "sqlite" ? sqliteTriggers(table, what) : postgresTriggers(table, what);
}

/** INSERT OR REPLACE deletes first, and with `recursive_triggers` on, that is refused too. */
function sqliteTriggers(table: string, what: readonly Refused[]): readonly string[] {
  return what.map(
    (verb) =>
      `CREATE TRIGGER ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table}
       BEGIN SELECT RAISE(ABORT, '${table}: ${verb} is refused'); END`,
  );
}

function postgresTriggers(table: string, what: readonly Refused[]): readonly string[] {
  const verbs = [...what, "TRUNCATE"];
  return [
    `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION '%: % is refused', TG_TABLE_NAME, TG_OP; END $$`,
    `CREATE TRIGGER ${table}_grows_only BEFORE ${verbs.join(" OR ")} ON ${table}
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  ];
}

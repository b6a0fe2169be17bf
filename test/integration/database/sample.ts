// Tables for the tests of the database itself.
import { appendOnly, neverDeleted } from "#database/append-only.ts";
import type { Database } from "#database/database.ts";
import type { Migration } from "#database/migrate.ts";
import { numberOf } from "#database/row.ts";

export const sampleTables: Migration = {
  name: "001-values",
  up: (types) => [
    `CREATE TABLE sample (id ${types.text} PRIMARY KEY NOT NULL, amount ${types.money}, seen ${types.boolean},
      at ${types.integer}, raw ${types.bytes})${types.strict}`,
    `CREATE TABLE fact (id ${types.text} PRIMARY KEY NOT NULL, body ${types.text})${types.clustered}`,
    `CREATE TABLE kept (id ${types.text} PRIMARY KEY NOT NULL, body ${types.text})${types.strict}`,
    ...appendOnly(types, "fact"),
    ...neverDeleted(types, "kept"),
  ],
};

export const sampleCount = async (database: Database): Promise<number> =>
  numberOf((await database.read.get("SELECT COUNT(*) AS count FROM sample")) ?? {}, "count");

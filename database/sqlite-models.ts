// Sequelize over an SQLite file. It only reads: the one writer is the queue's connection.

import { Sequelize } from "sequelize";
import sqlite3 from "sqlite3";
import { assert } from "#core/assert.ts";

export type Models = Readonly<{ open(): Sequelize; close(): Promise<void> }>;

/** Sequelize for the file, made when first asked for. A memory database has no second connection to give. */
export function sqliteModels(path: string | undefined): Models {
  let opened: Sequelize | undefined;
  return {
    open() {
      assert(path !== undefined, "models need a database file");
      opened ??= new Sequelize({
        dialect: "sqlite",
        storage: path,
        logging: false,
        dialectOptions: { mode: sqlite3.OPEN_READONLY },
        dialectModule: sqlite3,
      });
      return opened;
    },
    async close() {
      await opened?.close();
    },
  };
}

// What a disk does to a database, done on purpose.
import { closeSync, openSync, writeSync } from "node:fs";
import type { Database } from "#database/database.ts";
import { numberOf } from "#database/row.ts";

/** From now on the file cannot grow: the disk is full. What is free inside its pages may still be written. */
export async function fillTheDisk(database: Database): Promise<void> {
  const row = await database.read.get("PRAGMA page_count");
  const pages = row === undefined ? 1 : numberOf(row, "page_count");
  await database.transaction((tx) => tx.all(`PRAGMA max_page_count = ${pages}`));
}

export async function makeRoom(database: Database): Promise<void> {
  await database.transaction((tx) => tx.all("PRAGMA max_page_count = 1000000"));
}

/** Where a table begins in the file; asked for while the database is well. */
export async function placeOf(database: Database, table: string): Promise<number> {
  const page = await database.read.get("PRAGMA page_size");
  const root = await database.read.get("SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]);
  if (page === undefined || root === undefined) throw new Error(`there is no table ${table}`);
  return (numberOf(root, "rootpage") - 1) * numberOf(page, "page_size");
}

/** Overwrites the beginning of a page, as a failing disk might. Nobody may have the file open. */
export function spoil(path: string, at: number): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(64, 0xff), 0, 64, at);
  closeSync(file);
}

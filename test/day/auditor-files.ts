// How the auditor reads what a day left behind: databases row by row, texts as they are, and JSON in one canonical form.
// Nothing here or in the other files of the auditor comes from the program that is audited.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sqlite3 from "sqlite3";

export type Row = Readonly<Record<string, unknown>>;

/** All rows of a query on a database that nobody else has open. */
export async function rowsOf(path: string, sql: string): Promise<readonly Row[]> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opening = new sqlite3.Database(path, sqlite3.OPEN_READWRITE, (error) =>
      error === null ? resolve(opening) : reject(error),
    );
  });
  try {
    return await new Promise((resolve, reject) =>
      database.all(sql, (error: Error | null, rows: Row[]) =>
        error === null ? resolve(rows) : reject(error),
      ),
    );
  } finally {
    await new Promise<void>((resolve) => database.close(() => resolve()));
  }
}

export const text = (row: Row, column: string): string => String(row[column] ?? "");
/** An amount that was selected as text. */
export const whole = (row: Row, column: string): bigint => BigInt(text(row, column));
export const count = (row: Row, column: string): number => Number(row[column]);

export type Files = readonly Readonly<{ name: string; content: string }>[];

/** The files of a folder in the order of their names; none where there is no such folder. */
export function filesOf(folder: string): Files {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => ({ name, content: readFileSync(join(folder, name), "utf8") }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const sha256 = (content: string): string => createHash("sha256").update(content, "utf8").digest("hex");

/** RFC 8785 for what journals hold: texts, whole numbers, truth values, lists, and objects with sorted keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}

// The tills of a data folder: DIR/till-1/till.db and so on.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "#core/errors.ts";
import type { Database } from "#database/database.ts";
import { openTillDatabase } from "../till/store/open.ts";

export type TillFolder = Readonly<{ name: string; databasePath: string }>;

const TILL_NAME = /^till-\d{1,4}$/;

/** NOT_FOUND where the folder holds no till. */
export async function tillFolders(dataDir: string): Promise<readonly TillFolder[]> {
  const names = await readdir(dataDir).catch(() => fail("NOT_FOUND", `no folder ${dataDir}`));
  const found: TillFolder[] = [];
  for (const name of names.filter((candidate) => TILL_NAME.test(candidate)).sort()) {
    const databasePath = join(dataDir, name, "till.db");
    if (await isFile(databasePath)) found.push({ name, databasePath });
  }
  return found.length === 0 ? fail("NOT_FOUND", `no till in ${dataDir}`) : found;
}

/** Whether a folder holds a till at all. */
export const hasTills = async (dataDir: string): Promise<boolean> =>
  (await readdir(dataDir).catch(() => [])).some(isTillName);

export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

export const isTillName = (name: string): boolean => TILL_NAME.test(name);

/** Opens a till's database for a piece of work and closes it, whatever becomes of the work. */
export async function withTill<T>(
  databasePath: string,
  work: (database: Database) => Promise<T>,
  transactionMsMax?: number,
): Promise<T> {
  const database = await openTillDatabase(
    databasePath,
    transactionMsMax === undefined ? {} : { transactionMsMax },
  );
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

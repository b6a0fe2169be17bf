// A copy of a database that is being written to.
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { fail } from "#core/errors.ts";
import type { Database } from "./database.ts";
import { syncFolder } from "./durable-files.ts";

/**
 * Writes a compact copy of the committed state to a new file, and returns when it is on the disk. Writers go on.
 * Fails with STATE_CONFLICT where the file exists, DISK_FULL where it does not fit.
 */
export async function backupSqlite(database: Database, path: string): Promise<void> {
  if (database.path === undefined)
    return fail("REQUEST_INVALID", "only an SQLite file is backed up like this");
  // Made here, so that the copy is readable by its owner only and an existing file is never touched.
  const file = await open(path, "wx", 0o600).catch((error: NodeJS.ErrnoException) =>
    error.code === "EEXIST"
      ? fail("STATE_CONFLICT", "the back-up's file exists already")
      : Promise.reject(error),
  );
  try {
    await database.read.all("VACUUM INTO ?", [path]);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

// Copies each till's database while the station runs. Keys stay where they are: a back-up alone can sign nothing.
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "#core/errors.ts";
import { backupSqlite } from "#database/backup.ts";
import { writeDurably } from "#database/durable-files.ts";
import { fileHash } from "#database/file-hash.ts";
import { headOf } from "../till/store/epochs.ts";
import { MANIFEST_FILE, type Manifest } from "./manifest.ts";
import { EXIT, type Say } from "./run-cli.ts";
import { isFile, tillFolders, withTill } from "./till-folders.ts";

/** STATE_CONFLICT where the folder holds a back-up already, DISK_FULL. */
export async function backup(dataDir: string, folder: string, say: Say): Promise<number> {
  const tills = await tillFolders(dataDir);
  const createdAt = new Date().toISOString();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const written: Manifest["tills"] = [];
  for (const { name, databasePath } of tills) {
    const file = `${name}.db`;
    const path = join(folder, file);
    await withTill(databasePath, (database) => backupSqlite(database, path));
    // Of the copy, as the till may have gone on since.
    const head = await withTill(path, (copy) => headOf(copy.read));
    const { size } = await stat(path);
    written.push({
      name,
      file,
      sha256: await fileHash(path),
      bytes: size,
      head: head === undefined ? null : { epoch: head.epoch, seq: head.seq, hash: head.hash },
    });
    say(`${name}: ${head?.seq ?? 0} entries of the present epoch are in ${path}`);
  }
  // Last, and durable: without it the folder is no back-up.
  await writeManifest(folder, { version: 1, createdAt, tills: written });
  say(`The back-up is in ${folder}. Keys are not in it.`);
  return EXIT.OK;
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, MANIFEST_FILE);
  if (await isFile(path)) return fail("STATE_CONFLICT", "the folder holds a back-up");
  await writeDurably(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

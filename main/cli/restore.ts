// Puts a back-up in place. What was there is set aside, and the till begins a new epoch at its next start.
import { constants } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail } from "#core/errors.ts";
import { moveDurably, syncFile } from "#database/durable-files.ts";
import { fileHash } from "#database/file-hash.ts";
import { lockFolder } from "../station/lock.ts";
import { headOf, RESTORED_SETTING } from "../till/store/epochs.ts";
import { verifyJournal } from "../till/store/verify-journal.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { EXIT, type Say } from "./run-cli.ts";
import { isFile, withTill } from "./till-folders.ts";

type TillBackup = Manifest["tills"][number];

/**
 * DATA_IN_USE while the station runs; NOT_FOUND or REQUEST_INVALID for what is no back-up; DATABASE_CORRUPT and
 * JOURNAL_BROKEN for a damaged one. Every copy is proved before the first is put in place.
 */
export async function restore(dataDir: string, from: string, say: Say): Promise<number> {
  const { tills, createdAt } = await readManifest(from);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(dataDir);
  try {
    const setAside = `before-restore-${new Date().toISOString().replaceAll(":", "-")}`;
    const ready: { till: TillBackup; path: string }[] = [];
    for (const till of tills) {
      const path = join(dataDir, till.name, `till.db.restoring-${process.pid}`);
      try {
        await prepare(path, from, till);
      } catch (error) {
        await Promise.all([...ready, { path }].map(({ path: half }) => rm(half, { force: true })));
        throw error;
      }
      ready.push({ till, path });
    }
    for (const { till, path } of ready) {
      await putInPlace(dataDir, till, path, setAside);
      const { head } = till;
      say(
        head === null
          ? `${till.name}: restored to ${createdAt}.`
          : `${till.name}: restored to ${createdAt}, entry ${head.seq} of epoch ${head.epoch}, head ${head.hash}.`,
      );
    }
    say("The next start begins a new epoch, without grants, that names this head.");
    return EXIT.OK;
  } finally {
    lock.release();
  }
}

/** A copy beside its place, proved and marked as restored. */
async function prepare(path: string, from: string, till: TillBackup): Promise<void> {
  const source = join(from, till.file);
  if (!(await isFile(source)) || (await fileHash(source)) !== till.sha256)
    return fail("DATABASE_CORRUPT", `${till.file} is not what the manifest says`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await copyFile(source, path, constants.COPYFILE_EXCL);
  await withTill(path, async (database) => {
    const { broken } = await verifyJournal(database.read);
    if (broken !== null) fail("JOURNAL_BROKEN", `${till.file}, epoch ${broken.epoch}, entry ${broken.seq}`);
    const head = await headOf(database.read);
    await database.transaction((tx) =>
      tx.run(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [RESTORED_SETTING, head?.hash ?? ""],
      ),
    );
  });
  await syncFile(path); // SQLite flushes what it wrote, not what was copied.
}

/** The old files keep their bytes under another name: they may hold what no back-up has. */
async function putInPlace(dataDir: string, till: TillBackup, path: string, setAside: string): Promise<void> {
  const place = join(dataDir, till.name, "till.db");
  for (const ending of ["", "-wal", "-shm"]) {
    if (await isFile(place + ending))
      await rename(place + ending, join(dataDir, till.name, `${setAside}.db${ending}`));
  }
  await moveDurably(path, place);
}

// A back-up of the back office: its database as it is at one moment, and its keys under a passphrase.
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { HexHash, instantOf, WireInstant, wireInstant } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { Clock, Instant } from "#core/time.ts";
import { backupSqlite } from "#database/backup.ts";
import { moveDurably, syncFile, writeDurably } from "#database/durable-files.ts";
import { fileHash } from "#database/file-hash.ts";
import { migrate } from "#database/migrate.ts";
import { openSqlite } from "#database/sqlite.ts";
import { MIGRATIONS } from "../migrations/list.ts";
import { markBooksRestored } from "../terminals/restored-books.ts";
import { partOf } from "./read-part.ts";
import { type KeyFiles, openKeyFiles, sealKeyFiles } from "./sealed-keys.ts";

const DATABASE = "backoffice.db";
const KEYS = "keys.sealed";
const MANIFEST = "manifest.json";
const SETTINGS = "settings.json";
/** What a restore has not finished yet. */
const RESTORING = ".restoring";

const Manifest = z.object({
  kind: z.literal("countersign-backoffice-1"),
  madeAt: WireInstant,
  databaseSha256: HexHash,
});
type Manifest = z.infer<typeof Manifest>;

/**
 * Writes a back-up of `dataDir` (a back office's folder on SQLite) into a new folder `to`. Selling goes on meanwhile.
 * Fails with NOT_FOUND, STATE_CONFLICT where `to` has one already, PASSWORD_FORM or DISK_FULL.
 */
export async function backupBooks(
  dataDir: string,
  to: string,
  passphrase: string,
  clock: Clock,
): Promise<Readonly<{ databaseSha256: string }>> {
  const from = join(dataDir, DATABASE);
  if (!existsSync(from)) return fail("NOT_FOUND", `there is no ${DATABASE} in ${dataDir}`);
  const keys = await sealKeyFiles(await readKeys(join(dataDir, "keys")), passphrase);
  await mkdir(to, { recursive: true, mode: 0o700 });
  // Before the copy: whatever was sent from here on may be missing in it.
  const madeAt = wireInstant(clock.now());
  const database = await openSqlite(from);
  try {
    await backupSqlite(database, join(to, DATABASE));
  } finally {
    await database.close();
  }
  await writeDurably(join(to, KEYS), keys);
  if (existsSync(join(dataDir, SETTINGS))) await copyFile(join(dataDir, SETTINGS), join(to, SETTINGS));
  const databaseSha256 = await fileHash(join(to, DATABASE));
  const manifest: Manifest = { kind: "countersign-backoffice-1", madeAt, databaseSha256 };
  // Last: a folder with a manifest is a whole back-up.
  await writeDurably(join(to, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return { databaseSha256 };
}

/**
 * Puts a back-up in place and notes that the books were restored: until every terminal has synced or is written off,
 * they give no grants, refunds or batches (DESIGN §5), and no batches until two people have settled what the bank was sent.
 * What was there keeps its bytes under another name, and its place until everything else is done.
 * Fails with NOT_FOUND, DATABASE_CORRUPT, STATE_CONFLICT (made by a newer version) or PASSWORD_WRONG. The back office must
 * not be running.
 */
export async function restoreBooks(
  from: string,
  dataDir: string,
  passphrase: string,
  clock: Clock,
): Promise<void> {
  const { manifest, keys } = await provedBackup(from, passphrase);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const database = join(dataDir, `${DATABASE}${RESTORING}`);
  await prepareDatabase(join(from, DATABASE), database, instantOf(manifest.madeAt), clock);
  const keyFolder = join(dataDir, `keys${RESTORING}`);
  await prepareKeys(keys, keyFolder);

  await setAside(dataDir, clock);
  if (existsSync(join(from, SETTINGS))) await copyFile(join(from, SETTINGS), join(dataDir, SETTINGS));
  await rename(keyFolder, join(dataDir, "keys"));
  // Last: whoever finds a database finds one that is known as restored, with its keys.
  await moveDurably(database, join(dataDir, DATABASE));
}

/** Whether a restore ended before its last step, so that there is no database: an empty one must not take its place. */
export const isHalfRestored = (dataDir: string) =>
  existsSync(join(dataDir, `${DATABASE}${RESTORING}`)) && !existsSync(join(dataDir, DATABASE));

async function provedBackup(
  from: string,
  passphrase: string,
): Promise<Readonly<{ manifest: Manifest; keys: KeyFiles }>> {
  if (!existsSync(join(from, MANIFEST))) return fail("NOT_FOUND", `there is no back-up in ${from}`);
  const manifest = partOf(Manifest, await readFile(join(from, MANIFEST), "utf8"), "manifest");
  for (const name of [DATABASE, KEYS]) {
    if (!existsSync(join(from, name))) return fail("DATABASE_CORRUPT", `the back-up has no ${name}`);
  }
  if ((await fileHash(join(from, DATABASE))) !== manifest.databaseSha256) {
    return fail("DATABASE_CORRUPT", "the back-up's database is not the one that its manifest names");
  }
  return { manifest, keys: await openKeyFiles(await readFile(join(from, KEYS), "utf8"), passphrase) };
}

/** A copy beside its place, brought to today's form and marked as restored. What an earlier try left goes. */
async function prepareDatabase(from: string, path: string, madeAt: Instant, clock: Clock): Promise<void> {
  for (const ending of ["", "-wal", "-shm"]) await rm(`${path}${ending}`, { force: true });
  await copyFile(from, path);
  const database = await openSqlite(path);
  try {
    await migrate(database, MIGRATIONS);
    await database.transaction((tx) => markBooksRestored(tx, clock.now(), madeAt));
  } finally {
    await database.close();
  }
  await syncFile(path); // SQLite flushes what it wrote, not what was copied.
}

async function prepareKeys(keys: KeyFiles, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  for (const [name, base64] of Object.entries(keys))
    await writeDurably(join(folder, basename(name)), Buffer.from(base64, "base64"));
}

async function setAside(dataDir: string, clock: Clock): Promise<void> {
  const before = join(dataDir, `before-restore-${wireInstant(clock.now()).replaceAll(":", "-")}`);
  // The database goes first and comes last: between them there is none, rather than one without its keys.
  for (const name of [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, "keys"]) {
    if (!existsSync(join(dataDir, name))) continue;
    await mkdir(before, { recursive: true, mode: 0o700 });
    await rename(join(dataDir, name), join(before, name));
  }
}

async function readKeys(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir)).filter((name) => /\.(key|pem)$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => [name, (await readFile(join(dir, name))).toString("base64")] as const),
  );
  return Object.fromEntries(files);
}

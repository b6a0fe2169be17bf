// A back-up of the back office: its database as it is at one moment, and its keys under a passphrase.
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { HexHash, instantOf, WireInstant, wireInstant } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { Clock } from "#core/time.ts";
import { backupSqlite } from "#database/backup.ts";
import { migrate } from "#database/migrate.ts";
import { openSqlite } from "#database/sqlite.ts";
import { MIGRATIONS } from "../migrations/list.ts";
import { markBooksRestored } from "../terminals/restored-books.ts";
import { openKeyFiles, sealKeyFiles } from "./sealed-keys.ts";

const DATABASE = "backoffice.db";
const KEYS = "keys.sealed";
const MANIFEST = "manifest.json";
const OWNER_ONLY = 0o600;

const Manifest = z.object({
  kind: z.literal("countersign-backoffice-1"),
  madeAt: WireInstant,
  databaseSha256: HexHash,
});

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
  await writeFile(join(to, KEYS), keys, { mode: OWNER_ONLY });
  const settings = join(dataDir, "settings.json");
  if (existsSync(settings)) await copyFile(settings, join(to, basename(settings)));
  const databaseSha256 = await sha256Of(join(to, DATABASE));
  const manifest = { kind: "countersign-backoffice-1", madeAt, databaseSha256 };
  // Last: a folder with a manifest is a whole back-up.
  await writeFile(join(to, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: OWNER_ONLY });
  return { databaseSha256 };
}

/**
 * Puts a back-up in place and notes that the books were restored: until every terminal has synced or is written off,
 * they give no grants, refunds or batches (DESIGN §5), and no batches until two people have settled what the bank was sent. What was there keeps its bytes under another name.
 * Fails with NOT_FOUND, DATABASE_CORRUPT or PASSWORD_WRONG. The back office must not be running.
 */
export async function restoreBooks(
  from: string,
  dataDir: string,
  passphrase: string,
  clock: Clock,
): Promise<void> {
  if (!existsSync(join(from, MANIFEST))) return fail("NOT_FOUND", `there is no back-up in ${from}`);
  const manifest = Manifest.parse(JSON.parse(await readFile(join(from, MANIFEST), "utf8")));
  if ((await sha256Of(join(from, DATABASE))) !== manifest.databaseSha256) {
    return fail("DATABASE_CORRUPT", "the back-up's database is not the one that its manifest names");
  }
  const to = join(dataDir, DATABASE);
  const keys = await openKeyFiles(await readFile(join(from, KEYS), "utf8"), passphrase);

  await setAside(dataDir, clock);
  await mkdir(join(dataDir, "keys"), { recursive: true, mode: 0o700 });
  for (const [name, base64] of Object.entries(keys)) {
    await writeFile(join(dataDir, "keys", basename(name)), Buffer.from(base64, "base64"), {
      mode: OWNER_ONLY,
    });
  }
  if (existsSync(join(from, "settings.json"))) {
    await copyFile(join(from, "settings.json"), join(dataDir, "settings.json"));
  }
  await copyFile(join(from, DATABASE), to);
  const database = await openSqlite(to);
  try {
    // A back-up may be of an older version of this program.
    await migrate(database, MIGRATIONS);
    await database.transaction((tx) => markBooksRestored(tx, clock.now(), instantOf(manifest.madeAt)));
  } finally {
    await database.close();
  }
}

async function setAside(dataDir: string, clock: Clock): Promise<void> {
  const before = `before-restore-${wireInstant(clock.now()).replaceAll(":", "-")}`;
  for (const name of [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, "keys"]) {
    if (!existsSync(join(dataDir, name))) continue;
    await mkdir(join(dataDir, before), { recursive: true, mode: 0o700 });
    await rename(join(dataDir, name), join(dataDir, before, name));
  }
}

async function readKeys(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir)).filter((name) => /\.(key|pem)$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => [name, (await readFile(join(dir, name))).toString("base64")] as const),
  );
  return Object.fromEntries(files);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

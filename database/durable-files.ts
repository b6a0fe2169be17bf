// Files that a crash or a power cut leaves whole or not at all: written under a hidden name, flushed, then named.
import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FailureError, fail } from "#core/errors.ts";

const OWNER_ONLY = 0o600;

/** Makes or replaces a file, readable by its owner only. Fails with DISK_FULL; what was there is then still there. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const part = hidden(path);
  await rm(part, { force: true }); // It may be readable by others.
  await writeFlushed(part, content);
  await moveDurably(part, path);
}

/** A leading dot says that it is unfinished. What a crash left under it is replaced by the next try. */
const hidden = (path: string) => join(dirname(path), `.${basename(path)}.part`);

/** A file whose bytes are on the disk, though its name may not be: for one that is renamed next. Fails with DISK_FULL. */
export async function writeFlushed(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await closing(await open(path, "w", OWNER_ONLY), async (file) => {
      await file.writeFile(content);
      await file.sync();
    });
  } catch (error) {
    throw storageFailure(error);
  }
}

/** Renames within the same file system, over what has that name, and makes the new name durable. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** For a file that somebody else wrote. */
export async function syncFile(path: string): Promise<void> {
  // Windows flushes only what is open for writing.
  await closing(await open(path, "r+"), (file) => file.sync());
}

/** A new name is durable only when its folder is. Windows cannot open one; its file system orders the names itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await closing(await open(path, "r"), (folder) => folder.sync());
}

/**
 * Makes a file that is not there yet, readable by its owner only, before anything else goes on. Of two processes that
 * make the same one, one fails: what is there is never replaced. Fails with STATE_CONFLICT or DISK_FULL.
 */
export function createDurably(path: string, content: string): void {
  // Nobody else's: two processes that shared it could give the name to each other's content.
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const file = openSync(part, "wx", OWNER_ONLY);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    nameNew(part, path);
    syncFolderNow(dirname(path));
  } catch (error) {
    throw storageFailure(error);
  } finally {
    rmSync(part, { force: true });
  }
}

/** A link is refused where the name is taken, and a rename would replace what has it. FAT knows no links. */
function nameNew(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    if (existsSync(to)) fail("STATE_CONFLICT", `${basename(to)} is there already`);
    renameSync(from, to);
  }
}

function syncFolderNow(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

async function closing(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

const storageFailure = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === "ENOSPC"
    ? new FailureError({ code: "DISK_FULL", detail: String(error) })
    : error;

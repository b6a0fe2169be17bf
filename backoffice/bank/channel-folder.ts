// The simplest channel to a bank: one folder it reads from and one it writes to. Files appear whole or not at all.
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { assert } from "#core/assert.ts";
import { type Failure, FailureError, fail } from "#core/errors.ts";
import { moveDurably, writeFlushed } from "#database/durable-files.ts";
import { HASH_START_CHARACTERS, hashOfBytes, type LookBack, lookBack } from "./channel-look-back.ts";
import { XML_LIMITS } from "./xml.ts";

export type InboundFile = Readonly<{ name: string; bytes: Uint8Array; sha256: string }>;

/**
 * Takes one file in, durably. It throws BANK_FILE_DUPLICATE for content that it has taken before, which
 * is also what makes a crash harmless: between its commit and the archiving the file is simply seen again.
 */
export type TakeIn = (file: InboundFile) => Promise<void>;

export type Intake = Readonly<{
  name: string;
  outcome: "taken" | "duplicate" | "refused";
  failure: Failure | undefined;
}>;

export type FolderChannel = LookBack &
  Readonly<{
    /**
     * Puts a file before the bank under its name, whole. The same name and content again does nothing, so a
     * sender that crashed simply sends again; the same name with other content is STATE_CONFLICT.
     */
    send(name: string, content: string): Promise<void>;
    /**
     * Hands every waiting file to `take`, oldest name first, and moves it away by its outcome. What goes wrong with one
     * keeps no other waiting: it is thrown after all of them, and that file is tried again in the next round.
     */
    receive(take: TakeIn): Promise<readonly Intake[]>;
  }>;

/** What the channel does to the disk; tests pass one that stops between any two steps. */
export type ChannelDisk = Readonly<{
  /** The names of files only: a folder or a link that someone left there is not a bank's file. */
  list(folder: string): Promise<readonly string[]>;
  sizeOf(path: string): Promise<number>;
  read(path: string): Promise<Uint8Array>;
  /** Writes a file and makes its bytes durable. */
  write(path: string, content: Uint8Array): Promise<void>;
  /** Renames within the same file system and makes the new name durable. */
  move(from: string, to: string): Promise<void>;
}>;

export type FolderChannelOptions = Readonly<{
  /** Holds `out` and `in`, which the bank sees, and `archive`, which it does not. */
  dir: string;
  disk?: ChannelDisk;
}>;

const FILES_PER_RECEIVE_MAX = 1_000; // the rest waits for the next round
const FAULTS_PER_RECEIVE_MAX = 20; // what stops so many files is the fault of none of them
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Makes the folders it needs. One folder per bank; several processes may work on it. */
export async function openFolderChannel(options: FolderChannelOptions): Promise<FolderChannel> {
  const disk = options.disk ?? realDisk;
  const folders = foldersOf(options.dir);
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  return {
    send: (name, content) => send(disk, folders, name, new TextEncoder().encode(content)),
    receive: (take) => receive(disk, folders, take),
    ...lookBack(disk, folders),
  };
}

const foldersOf = (dir: string) => ({
  out: join(dir, "out"),
  in: join(dir, "in"),
  sent: join(dir, "archive", "sent"),
  taken: join(dir, "archive", "taken"),
  duplicate: join(dir, "archive", "duplicate"),
  refused: join(dir, "archive", "refused"),
});

type Folders = ReturnType<typeof foldersOf>;

/**
 * Our copy is made first under a hidden name, then the bank's, then ours gets its name: a copy under its
 * name means that the bank has had the file. Only a crash between the last two shows the bank a file twice,
 * under the same name with the same message id, which is how a bank knows it as the same.
 */
async function send(disk: ChannelDisk, folders: Folders, name: string, content: Uint8Array): Promise<void> {
  assert(NAME.test(name), "a bank file has a plain name");
  const copy = join(folders.sent, name);
  const delivered = await readIfThere(disk, folders.sent, name);
  if (delivered !== undefined) {
    if (!same(delivered, content)) fail("STATE_CONFLICT", `${name} was sent with other content`);
    return;
  }
  const pending = join(folders.sent, hidden(name));
  await disk.write(pending, content);
  await disk.write(join(folders.out, hidden(name)), content);
  await disk.move(join(folders.out, hidden(name)), join(folders.out, name));
  await disk.move(pending, copy);
}

/** Names with a leading dot are unfinished, ours and the bank's alike. */
const hidden = (name: string) => `.${name}.part`;

async function readIfThere(disk: ChannelDisk, folder: string, name: string): Promise<Uint8Array | undefined> {
  const names = await disk.list(folder);
  return names.includes(name) ? disk.read(join(folder, name)) : undefined;
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

async function receive(disk: ChannelDisk, folders: Folders, take: TakeIn): Promise<readonly Intake[]> {
  const names = (await disk.list(folders.in)).filter((name) => !name.startsWith(".")).sort();
  const intakes: Intake[] = [];
  const faults: unknown[] = [];
  for (const name of names.slice(0, FILES_PER_RECEIVE_MAX)) {
    try {
      intakes.push(await receiveOne(disk, folders, name, take));
    } catch (error) {
      // Another process on the same folder was faster with this one; what it takes in is taken once all the same.
      if (!isGone(error, join(folders.in, name))) faults.push(error);
      if (faults.length >= FAULTS_PER_RECEIVE_MAX) break;
    }
  }
  if (faults.length > 0) throw faults[0];
  return intakes;
}

/** Of this very file: another that is missing, such as a schema, is a fault of ours. */
const isGone = (error: unknown, path: string) =>
  error instanceof Error &&
  "code" in error &&
  error.code === "ENOENT" &&
  "path" in error &&
  error.path === path;

async function receiveOne(disk: ChannelDisk, folders: Folders, name: string, take: TakeIn): Promise<Intake> {
  const path = join(folders.in, name);
  if ((await disk.sizeOf(path)) > XML_LIMITS.bytesMax) {
    await archive(disk, path, folders.refused, `too-large-${shortened(name)}`);
    return { name, outcome: "refused", failure: { code: "REQUEST_TOO_LARGE", detail: name } };
  }
  const bytes = await disk.read(path);
  const sha256 = hashOfBytes(bytes);
  const failure = await failureOf(() => take({ name, bytes, sha256 }));
  const outcome = outcomeOf(failure);
  await archive(disk, path, folders[outcome], archivedName(sha256, name));
  return { name, outcome, failure };
}

function outcomeOf(failure: Failure | undefined): Intake["outcome"] {
  if (failure === undefined) return "taken";
  return failure.code === "BANK_FILE_DUPLICATE" ? "duplicate" : "refused";
}

/** Only what is wrong with the file is an outcome; everything else leaves the file where it is, for the next round. */
const FILE_FAULTS: readonly Failure["code"][] = [
  "BANK_FILE_DUPLICATE",
  "BANK_FILE_INVALID",
  "REQUEST_TOO_LARGE",
  "SCHEMA_INVALID",
];

async function failureOf(take: () => Promise<void>): Promise<Failure | undefined> {
  try {
    await take();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof FailureError && FILE_FAULTS.includes(thrown.failure.code)) return thrown.failure;
    throw thrown;
  }
}

/** One that waits again after a restore has its hash in its name already. */
function archivedName(sha256: string, name: string): string {
  const start = `${sha256.slice(0, HASH_START_CHARACTERS)}-`;
  return name.startsWith(start) ? basename(name) : `${start}${shortened(name)}`;
}

const NAME_BYTES_MAX = 200; // a file system takes 255, and ours puts up to 17 before it

/** As much of the end of a name as an archived name has room for: the end says what kind of file it is. */
function shortened(name: string): string {
  const characters = [...basename(name)];
  while (Buffer.byteLength(characters.join("")) > NAME_BYTES_MAX) characters.shift();
  return characters.join("");
}

/** Content is part of the archived name, so the same name with other content never overwrites. */
async function archive(disk: ChannelDisk, path: string, folder: string, name: string): Promise<void> {
  await disk.move(path, join(folder, name));
}

/** Node's file system, with everything flushed before it counts. */
export const realDisk: ChannelDisk = {
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  },
  sizeOf: async (path) => (await stat(path)).size,
  read: (path) => readFile(path),
  write: writeFlushed,
  move: moveDurably,
};

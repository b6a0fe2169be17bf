// The one place of a till's keys: a 0600 file whose secrets are plain or sealed by the operating system.
// Which of the two was chosen at enrolment; a shell that starts later uses the same one.
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Enrolment } from "#core/contract/terminal.ts";
import { Base64, WireTerminalId } from "#core/contract/values.ts";
import { FailureError } from "#core/errors.ts";
import { writeDurably } from "#database/durable-files.ts";
import { TillSecrets } from "./till-keys.ts";

const FILE_NAME = "till-keys.json";
const PENDING_FILE_NAME = "till-keys-pending.json";
/** Named by what is in it, so that keys which are put aside twice are there once. */
const ASIDE_FILE_NAME = /^till-keys-aside-[0-9a-f]{16}\.json$/;
const FILE_BYTES_MAX = 65_536;
/** Each takes a one-time code and leaves the ring once its entries are sent; all of them fit into the file. */
export const EARLIER_MAX = 100;
const OWNER_ONLY = 0o600;

/** Seals and opens bytes (base64) with the operating system's key store. The shell that has one hands it over. */
export type Sealer = Readonly<{
  seal(plain: string): Promise<string>;
  open(sealed: string): Promise<string>;
}>;

/** Where the secrets are kept: readable by this user, or sealed by the operating system as well. */
export type KeyStoreKind = z.infer<typeof KeyStoreKind>;
export const KeyStoreKind = z.enum(["file", "os"]);

/** Of an enrolment before the present one: what was written under it is signed and sent by these. */
export const EarlierKeys = z.strictObject({
  terminalId: WireTerminalId,
  /** Ed25519, PKCS #8 DER. */
  signing: Base64,
  /** The back office's, of then: Ed25519, SPKI DER. */
  serverKey: Base64,
});
export type EarlierKeys = Readonly<z.infer<typeof EarlierKeys>>;

/**
 * What only this till may hold. `enrolment` is null between making the keys and the server's answer; `earlier` is
 * absent where no enrolment was left of which something may still have to be sent.
 */
export const KeyRing = z.strictObject({
  secrets: TillSecrets,
  enrolment: Enrolment.nullable(),
  earlier: z.array(EarlierKeys).min(1).max(EARLIER_MAX).optional(),
});
export type KeyRing = Readonly<z.infer<typeof KeyRing>>;

const StoredRing = z.strictObject({ version: z.literal(1), keyStore: KeyStoreKind, ring: Base64 });

export type KeyFile = Readonly<{
  /** Undefined where no keys were made yet. Fails with KEY_SEALED or DATABASE_CORRUPT. */
  read(): Promise<(KeyRing & Readonly<{ keyStore: KeyStoreKind }>) | undefined>;
  /** Replaces the ring: the old one stays until the new one is on the disk. Fails with KEY_SEALED or DISK_FULL. */
  write(ring: KeyRing, keyStore: KeyStoreKind): Promise<void>;
}>;

export type KeyStore = KeyFile &
  Readonly<{
    /** Keys that wait for the answer to their enrolment, beside the ring that the till goes by until then. */
    pending: KeyFile & Readonly<{ remove(): Promise<void> }>;
    /** Copies the file of the ring beside it, for a shell that can open it: a new ring is about to take its place. */
    putAside(): Promise<void>;
    /** The rings that were put aside and can be opened here. Those that cannot stay for another shell. */
    openAside(): Promise<readonly AsideRing[]>;
  }>;

export type AsideRing = Readonly<{ ring: KeyRing; keyStore: KeyStoreKind; remove(): Promise<void> }>;

/**
 * The key store of a till.
 * @param keysDir DIR/till-N/keys
 * @param sealer null in a shell without an operating system's key store; sealed keys then fail with KEY_SEALED
 */
export function keyStoreAt(keysDir: string, sealer: Sealer | null): KeyStore {
  const pathOf = (name: string) => join(keysDir, name);
  return {
    ...keyFileAt(keysDir, FILE_NAME, sealer),
    pending: {
      ...keyFileAt(keysDir, PENDING_FILE_NAME, sealer),
      remove: () => rm(pathOf(PENDING_FILE_NAME), { force: true }),
    },
    putAside: async () => {
      const text = await readIfPresent(pathOf(FILE_NAME));
      if (text === undefined) return;
      const name = createHash("sha256").update(text, "utf8").digest("hex").slice(0, 16);
      await writeDurably(pathOf(`till-keys-aside-${name}.json`), text);
    },
    openAside: async () => {
      const opened: AsideRing[] = [];
      for (const name of await asideNames(keysDir)) {
        const found = await ringIfOpen(keyFileAt(keysDir, name, sealer));
        if (found !== undefined) opened.push({ ...found, remove: () => rm(pathOf(name), { force: true }) });
      }
      return opened;
    },
  };
}

async function asideNames(keysDir: string): Promise<readonly string[]> {
  try {
    const names = await readdir(keysDir);
    return names
      .filter((name) => ASIDE_FILE_NAME.test(name))
      .toSorted()
      .slice(0, EARLIER_MAX);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** One that is damaged keeps the till from nothing: what it signed is found to be without its keys. */
async function ringIfOpen(file: KeyFile): Promise<Omit<AsideRing, "remove"> | undefined> {
  try {
    const found = await file.read();
    if (found === undefined) return undefined;
    const { keyStore, ...ring } = found;
    return { ring, keyStore };
  } catch (error) {
    if (error instanceof FailureError) return undefined;
    throw error;
  }
}

function keyFileAt(keysDir: string, name: string, sealer: Sealer | null): KeyFile {
  const path = join(keysDir, name);
  const sealerOrFail = (): Sealer => {
    if (sealer === null) throw new FailureError({ code: "KEY_SEALED" });
    return sealer;
  };
  return {
    read: async () => {
      const text = await readIfPresent(path);
      if (text === undefined) return undefined;
      const stored = decode(StoredRing, text);
      const plain = stored.keyStore === "os" ? await opened(sealerOrFail(), stored.ring) : stored.ring;
      const ring = decode(KeyRing, Buffer.from(plain, "base64").toString("utf8"));
      return { ...ring, keyStore: stored.keyStore };
    },
    write: async (ring, keyStore) => {
      const plain = Buffer.from(JSON.stringify(ring), "utf8").toString("base64");
      const kept = keyStore === "os" ? await sealerOrFail().seal(plain) : plain;
      const stored: z.infer<typeof StoredRing> = { version: 1, keyStore, ring: kept };
      await mkdir(keysDir, { recursive: true, mode: 0o700 });
      await writeDurably(path, JSON.stringify(stored));
    },
  };
}

/** A key store of another user or machine cannot be opened: to this till it is as sealed as one of another shell. */
async function opened(sealer: Sealer, sealed: string): Promise<string> {
  try {
    return await sealer.open(sealed);
  } catch {
    throw new FailureError({
      code: "KEY_SEALED",
      detail: "the operating system's key store did not open them",
    });
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, "utf8");
    // A copy or an older umask may have widened it; keys that others can read are narrowed before use.
    await chmod(path, OWNER_ONLY);
    return text.length > FILE_BYTES_MAX ? "" : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function decode<T>(schema: z.ZodType<T>, text: string): T {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    raw = undefined;
  }
  const parsed = schema.safeParse(raw);
  // The issues of a failed decode may quote a key, so they are not passed on.
  if (!parsed.success) throw new FailureError({ code: "DATABASE_CORRUPT", detail: "the key store's file" });
  return parsed.data;
}

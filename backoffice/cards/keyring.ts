// Keys outside the database, one versioned file each, 0600. A new version is made for new rows; old ones stay to be read.
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "#core/errors.ts";
import { createDurably } from "#database/durable-files.ts";

const KEY_BYTES = 32;

export type VersionedKey = Readonly<{ version: number; bytes: Buffer }>;
export type Keyring = Readonly<{
  current: VersionedKey;
  /** Newest first. */
  all: readonly VersionedKey[];
  /** Fails with NOT_FOUND where a row names a version whose file is gone. */
  ofVersion(version: number): Buffer;
}>;

/** Opens `DIR/NAME.N.key` for all N; makes version 1 where there is none. Key bytes never leave this process. */
export function openKeyring(dir: string, name: string): Keyring {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const found = readVersions(dir, name);
  const all = found.length > 0 ? found : [makeKey(dir, name, 1)];
  const [current] = all;
  if (current === undefined) return fail("NOT_FOUND", `no key ${name}`);
  return {
    current,
    all,
    ofVersion: (version) =>
      all.find((key) => key.version === version)?.bytes ?? fail("NOT_FOUND", `key ${name}.${version}`),
  };
}

/** Makes the next version, which new rows use from the next start on. */
export function rotateKey(dir: string, name: string): number {
  const latest = openKeyring(dir, name).current.version;
  return makeKey(dir, name, latest + 1).version;
}

function readVersions(dir: string, name: string): readonly VersionedKey[] {
  return readdirSync(dir)
    .flatMap((file) => {
      const [owner, version, kind] = file.split(".");
      return owner === name && kind === "key" ? [Number(version)] : [];
    })
    .filter((version) => Number.isSafeInteger(version) && version > 0)
    .sort((a, b) => b - a)
    .map((version) => ({ version, bytes: readKey(join(dir, fileName(name, version))) }));
}

function readKey(path: string): Buffer {
  const bytes = Buffer.from(readFileSync(path, "utf8").trim(), "hex");
  return bytes.length === KEY_BYTES ? bytes : fail("DATABASE_CORRUPT", "a key file does not hold 32 bytes");
}

function makeKey(dir: string, name: string, version: number): VersionedKey {
  const bytes = randomBytes(KEY_BYTES);
  // Before use: a row sealed with a key that a power cut took is lost.
  createDurably(join(dir, fileName(name, version)), `${bytes.toString("hex")}\n`);
  return { version, bytes };
}

const fileName = (name: string, version: number) => `${name}.${version}.key`;

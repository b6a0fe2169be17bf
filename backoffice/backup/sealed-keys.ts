// The key files of a back office under a passphrase: a back-up without them could not be read, one with them bare could be by all.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import { Base64 } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import { partOf } from "./read-part.ts";

/** Some 130 MiB and half a second: a back-up may lie in a drawer for years (RFC 7914). */
const SCRYPT = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1_048_576 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const PASSPHRASE_CHARACTERS_MIN = 12;

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** Key files by name, with their bytes in base64. */
export type KeyFiles = Readonly<Record<string, string>>;

const Sealed = z.object({ salt: Base64, nonce: Base64, tag: Base64, sealed: Base64 });

/** Fails with PASSWORD_FORM for a passphrase that is too short. */
export async function sealKeyFiles(files: KeyFiles, passphrase: string): Promise<string> {
  if (passphrase.length < PASSPHRASE_CHARACTERS_MIN) {
    fail("PASSWORD_FORM", `the passphrase needs ${PASSPHRASE_CHARACTERS_MIN} characters`);
  }
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", await derive(passphrase, salt, KEY_BYTES, SCRYPT), nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(files), "utf8"), cipher.final()]);
  return JSON.stringify({
    salt: salt.toString("base64"),
    nonce: nonce.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
    sealed: sealed.toString("base64"),
  });
}

/** Fails with DATABASE_CORRUPT for what is no sealed keys, PASSWORD_WRONG where the passphrase does not open them. */
export async function openKeyFiles(text: string, passphrase: string): Promise<KeyFiles> {
  const { salt, nonce, tag, sealed } = partOf(Sealed, text, "sealed keys");
  const bytes = (base64: string) => Buffer.from(base64, "base64");
  const key = await derive(passphrase, bytes(salt), KEY_BYTES, SCRYPT);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes(nonce), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes(tag));
    const plain = Buffer.concat([decipher.update(bytes(sealed)), decipher.final()]);
    return z.record(z.string(), z.string()).parse(JSON.parse(plain.toString("utf8")));
  } catch {
    return fail("PASSWORD_WRONG", "the passphrase does not open these keys");
  }
}

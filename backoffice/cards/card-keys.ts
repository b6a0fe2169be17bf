// What is done with the keys of cards: finding by number, sealing for the rare display, peppering passwords.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { CardIdentifier } from "#core/card/number.ts";
import { fail } from "#core/errors.ts";
import { type Keyring, openKeyring } from "./keyring.ts";

const NONCE_BYTES = 12; // AES-GCM's own length (NIST SP 800-38D §8.2)
const TAG_BYTES = 16;

export type CardKeys = Readonly<{
  /** The keyed hash that a new row is stored under: "1:9f…". */
  lookupOf(identifier: CardIdentifier): string;
  /** Under every version of the key, newest first: what a search compares with. */
  lookupsOf(identifier: CardIdentifier): readonly string[];
  /** AES-256-GCM; `boundTo` is associated data, so that a sealed text moved to another row does not open. */
  seal(plain: string, boundTo: string): string;
  open(sealed: string, boundTo: string): string;
  /** What Argon2id is made over: HMAC of the password under the pepper, and the version of the pepper. */
  pepper(password: string): Readonly<{ version: number; text: string }>;
  pepperOf(version: number, password: string): string;
}>;

/** Opens, or makes, the keys `lookup`, `seal` and `pepper` in a folder outside the database. */
export function createCardKeys(dir: string): CardKeys {
  const lookup = openKeyring(dir, "card-lookup");
  const sealing = openKeyring(dir, "card-seal");
  const pepper = openKeyring(dir, "card-pepper");
  const peppered = (bytes: Buffer, password: string) =>
    createHmac("sha256", bytes).update("card-password\0").update(password).digest("hex");
  return {
    lookupOf: (identifier) => lookupUnder(lookup.current, identifier),
    lookupsOf: (identifier) => lookup.all.map((key) => lookupUnder(key, identifier)),
    seal: (plain, boundTo) => sealText(sealing.current, plain, boundTo),
    open: (sealed, boundTo) => openText(sealing, sealed, boundTo),
    pepper: (password) => ({
      version: pepper.current.version,
      text: peppered(pepper.current.bytes, password),
    }),
    pepperOf: (version, password) => peppered(pepper.ofVersion(version), password),
  };
}

function lookupUnder(key: Keyring["current"], identifier: CardIdentifier): string {
  const hash = createHmac("sha256", key.bytes)
    .update(`${identifier.kind}\0${identifier.reveal()}`)
    .digest("hex");
  return `${key.version}:${hash}`;
}

function sealText({ version, bytes }: Keyring["current"], plain: string, boundTo: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", bytes, nonce);
  cipher.setAAD(Buffer.from(boundTo));
  const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return `${version}:${Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64")}`;
}

function openText(keys: Keyring, sealed: string, boundTo: string): string {
  const [version = "", base64 = ""] = sealed.split(":");
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return fail("DATABASE_CORRUPT", "a sealed text is too short");
  const decipher = createDecipheriv(
    "aes-256-gcm",
    keys.ofVersion(Number(version)),
    bytes.subarray(0, NONCE_BYTES),
  );
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]).toString("utf8");
  } catch {
    return fail("DATABASE_CORRUPT", "a sealed text does not open");
  }
}

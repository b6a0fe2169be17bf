// What a till's keys can do. The keys themselves live in closures here: nothing can list, log or serialise them.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { z } from "zod";
import { Base64 } from "#core/contract/values.ts";
import { FailureError } from "#core/errors.ts";
import type { Signer } from "../store/journal.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12; // AES-GCM, NIST SP 800-38D §8.2
const TAG_BYTES = 16;
const FORMAT = 1; // the first byte of everything sealed at rest

const key32 = Base64.refine((text) => Buffer.from(text, "base64").length === KEY_BYTES, {
  error: "a key has 32 bytes",
});

/** The secret part of a key store. `version` rises with a form that older programs cannot read. */
export const TillSecrets = z.strictObject({
  version: z.literal(1),
  /** Ed25519, PKCS #8 DER. */
  signing: Base64,
  /** AES-256-GCM for what is sealed at rest, by version; the last one seals, all of them open. */
  atRest: z
    .array(z.strictObject({ version: z.number().int().min(1).max(255), key: key32 }))
    .min(1)
    .max(20),
  /** HMAC over passwords before they are hashed, so that a stolen database alone verifies nothing. */
  pepper: key32,
  /** HMAC over card numbers: how the journal names a card. */
  mention: key32,
});
export type TillSecrets = z.infer<typeof TillSecrets>;

export type SigningKeys = Readonly<{
  signer: Signer;
  /** Signs a text, such as a request to the back office; base64. */
  signText(text: string): string;
}>;

export type TillKeys = SigningKeys &
  Readonly<{
    /** HMAC-SHA256 of a card number or PIN# under this till's key, in hex: the same number, the same name, here only. */
    cardRef(number: string): string;
    /** HMAC-SHA256 of a password (NFC) under the pepper, in hex: what Argon2id is made over. */
    pepper(password: string): string;
    /** AES-256-GCM. `context` says what it is and for whom; another context does not open it. */
    sealAtRest(plain: string, context: string): string;
    /** Fails with DATABASE_CORRUPT where it was changed, or sealed for another context or by another till's keys. */
    openAtRest(sealed: string, context: string): string;
  }>;

/** New random keys for a terminal that is about to enrol. */
export function makeTillSecrets(): TillSecrets {
  const key = () => randomBytes(KEY_BYTES).toString("base64");
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    version: 1,
    signing: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    atRest: [{ version: 1, key: key() }],
    pepper: key(),
    mention: key(),
  };
}

/** What a signing key alone can do. @param der Ed25519, PKCS #8 DER in base64 */
export function signingKeysOf(der: string): SigningKeys {
  const signing = createPrivateKey({ key: Buffer.from(der, "base64"), format: "der", type: "pkcs8" });
  return {
    signer: {
      publicKey: publicKeyOf(signing),
      sign: (hash) => sign(null, hash, signing).toString("base64"),
    },
    signText: (text) => sign(null, Buffer.from(text, "utf8"), signing).toString("base64"),
  };
}

export function tillKeysOf(secrets: TillSecrets): TillKeys {
  const pepper = Buffer.from(secrets.pepper, "base64");
  const mention = Buffer.from(secrets.mention, "base64");
  return {
    ...signingKeysOf(secrets.signing),
    cardRef: (number) => createHmac("sha256", mention).update(number, "utf8").digest("hex"),
    pepper: (password) =>
      createHmac("sha256", pepper).update(password.normalize("NFC"), "utf8").digest("hex"),
    ...atRestCipher(secrets.atRest),
  };
}

function publicKeyOf(signing: KeyObject): string {
  return createPublicKey(signing).export({ type: "spki", format: "der" }).toString("base64");
}

type AtRestKeys = TillSecrets["atRest"];

/** Layout: format, key version, nonce, tag, ciphertext. */
function atRestCipher(stored: AtRestKeys): Pick<TillKeys, "sealAtRest" | "openAtRest"> {
  const keys = new Map(stored.map(({ version, key }) => [version, Buffer.from(key, "base64")]));
  const newest = Math.max(...keys.keys());
  const cipherKey = (version: number) => keys.get(version) ?? corrupt("a key version that is not here");
  return {
    sealAtRest: (plain, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", cipherKey(newest), nonce);
      cipher.setAAD(Buffer.from(context, "utf8"));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return Buffer.concat([Uint8Array.of(FORMAT, newest), nonce, cipher.getAuthTag(), body]).toString(
        "base64",
      );
    },
    openAtRest: (sealed, context) => {
      const bytes = Buffer.from(sealed, "base64");
      const headBytes = 2 + NONCE_BYTES + TAG_BYTES;
      if (bytes.length < headBytes || bytes[0] !== FORMAT) return corrupt("not of the sealed form");
      const nonce = bytes.subarray(2, 2 + NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", cipherKey(bytes[1] ?? 0), nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(context, "utf8"));
      decipher.setAuthTag(bytes.subarray(2 + NONCE_BYTES, headBytes));
      try {
        return decipher.update(bytes.subarray(headBytes), undefined, "utf8") + decipher.final("utf8");
      } catch {
        return corrupt("it was changed or sealed elsewhere");
      }
    },
  };
}

const corrupt = (detail: string): never => {
  throw new FailureError({ code: "DATABASE_CORRUPT", detail: `sealed at rest: ${detail}` });
};

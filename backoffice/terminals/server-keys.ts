// The back office's own keys towards terminals: Ed25519 signs what a till stores, X25519 opens what a till sealed.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { SEALED_INFO } from "#core/offline/sealed.ts";
import { createDurably } from "#database/durable-files.ts";

export type ServerKeys = Readonly<{
  /** Ed25519 public key, SPKI DER in base64: what a till checks signatures with. */
  serverKey: string;
  /** X25519 public key, 32 raw bytes in base64: what a till seals credentials to. */
  sealKey: string;
  /** Ed25519 over the canonical JSON of a value; base64. */
  sign(value: JsonValue): string;
  /** Opens what a till sealed (HPKE base mode, RFC 9180). Undefined where it was not sealed for this slip. */
  open(
    sealed: Readonly<{ enc: string; ciphertext: string }>,
    associatedData: string,
  ): Promise<string | undefined>;
}>;

/** Opens, or makes, the files `server-sign.1.pem` and `server-seal.1.pem` (0600) in the folder of keys. */
export function openServerKeys(dir: string): ServerKeys {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const signing = keyIn(join(dir, "server-sign.1.pem"), "ed25519");
  const sealing = keyIn(join(dir, "server-seal.1.pem"), "x25519");
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const recipient = recipientKey(suite, sealing);
  // A failure shows where it is awaited; unawaited it must not end the process.
  recipient.catch(() => undefined);
  return {
    serverKey: createPublicKey(signing).export({ format: "der", type: "spki" }).toString("base64"),
    sealKey: rawPublic(sealing).toString("base64"),
    sign: (value) => signBytes(null, Buffer.from(canonicalJson(value)), signing).toString("base64"),
    open: async ({ enc, ciphertext }, associatedData) => {
      const recipientKeyPair = await recipient;
      try {
        const plain = await suite.open(
          { recipientKey: recipientKeyPair, enc: bytes(enc), info: new TextEncoder().encode(SEALED_INFO) },
          bytes(ciphertext),
          new TextEncoder().encode(associatedData),
        );
        return Buffer.from(plain).toString("utf8");
      } catch {
        return undefined;
      }
    },
  };
}

function keyIn(path: string, type: "ed25519" | "x25519"): KeyObject {
  if (!existsSync(path)) {
    const { privateKey } =
      type === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("x25519");
    createDurably(path, String(privateKey.export({ format: "pem", type: "pkcs8" })));
  }
  return createPrivateKey(readFileSync(path));
}

async function recipientKey(suite: CipherSuite, key: KeyObject) {
  const { d = "" } = key.export({ format: "jwk" });
  return suite.kem.importKey("raw", bytes(Buffer.from(d, "base64url").toString("base64")), false);
}

function rawPublic(key: KeyObject): Buffer {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return Buffer.from(x, "base64url");
}

/** A copy on its own buffer: the cipher takes the whole buffer that it is given. */
function bytes(base64: string): ArrayBuffer {
  const decoded = Buffer.from(base64, "base64");
  return decoded.buffer.slice(decoded.byteOffset, decoded.byteOffset + decoded.byteLength) as ArrayBuffer;
}

// Seals card credentials to the back office: this till cannot open them again (HPKE, RFC 9180).
import { createHash } from "node:crypto";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { SEALED_INFO, type SealedSlip, sealedAssociatedData, sealedPlaintext } from "#core/offline/sealed.ts";

export type SealedCredentials = Readonly<{
  enc: string;
  ciphertext: string;
  /** SHA-256 of enc ‖ ciphertext in hex: what the journal holds. */
  hash: string;
}>;

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** @param sealKey the server's X25519 public key, 32 raw bytes in base64 */
export async function sealCredentials(
  sealKey: string,
  slip: SealedSlip,
  credentials: Readonly<{ number: string; password: string }>,
): Promise<SealedCredentials> {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const recipientPublicKey = await suite.kem.deserializePublicKey(
    Uint8Array.from(Buffer.from(sealKey, "base64")),
  );
  const { enc, ct } = await suite.seal(
    { recipientPublicKey, info: bytesOf(SEALED_INFO) },
    bytesOf(sealedPlaintext(credentials)),
    bytesOf(sealedAssociatedData(slip)),
  );
  const [encBytes, ctBytes] = [Buffer.from(enc), Buffer.from(ct)];
  return {
    enc: encBytes.toString("base64"),
    ciphertext: ctBytes.toString("base64"),
    hash: sealedHashOf(encBytes, ctBytes),
  };
}

export const sealedHashOf = (enc: Uint8Array, ciphertext: Uint8Array): string =>
  createHash("sha256").update(enc).update(ciphertext).digest("hex");

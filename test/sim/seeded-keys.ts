// Keys made of the seed, so that nothing of a run is made by the machine's own chance but nonces of ciphers.
import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TillSecrets } from "#main/till/keys/till-keys.ts";

type Random = () => number;

const KEY_BYTES = 32;
/** PKCS #8 of a 32-byte private key (RFC 8410 §7), up to the key itself. */
const PKCS8_HEAD = {
  ed25519: "302e020100300506032b657004220420",
  x25519: "302e020100300506032b656e04220420",
};

export const seededBytes = (random: Random, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));

const privateKeyDer = (random: Random, type: keyof typeof PKCS8_HEAD): Buffer =>
  Buffer.concat([Buffer.from(PKCS8_HEAD[type], "hex"), seededBytes(random, KEY_BYTES)]);

export function seededTillSecrets(random: Random): TillSecrets {
  const key = () => seededBytes(random, KEY_BYTES).toString("base64");
  return {
    version: 1,
    signing: privateKeyDer(random, "ed25519").toString("base64"),
    atRest: [{ version: 1, key: key() }],
    pepper: key(),
    mention: key(),
  };
}

/** The files that the back office opens its keys from. */
export function writeSeededKeys(dir: string, random: Random): void {
  for (const name of ["card-lookup", "card-seal", "card-pepper"])
    writeFileSync(join(dir, `${name}.1.key`), `${seededBytes(random, KEY_BYTES).toString("hex")}\n`);
  for (const [name, type] of [
    ["server-sign", "ed25519"],
    ["server-seal", "x25519"],
  ] as const) {
    const key = createPrivateKey({ key: privateKeyDer(random, type), format: "der", type: "pkcs8" });
    writeFileSync(join(dir, `${name}.1.pem`), key.export({ format: "pem", type: "pkcs8" }));
  }
}

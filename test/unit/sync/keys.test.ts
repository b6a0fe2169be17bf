import { createPublicKey, verify } from "node:crypto";
import { chmod, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { expect, test } from "vitest";
import type { TerminalId } from "#core/ids.ts";
import { SEALED_INFO, sealedAssociatedData } from "#core/offline/sealed.ts";
import { keyStoreAt, type Sealer } from "#main/till/keys/key-store.ts";
import { makePasswordHasher } from "#main/till/keys/password-hash.ts";
import { sealCredentials } from "#main/till/keys/seal-credentials.ts";
import { makeTillSecrets, tillKeysOf } from "#main/till/keys/till-keys.ts";

const newDir = () => mkdtemp(join(tmpdir(), "countersign-keys-"));

test("keeps keys in a file that only its owner reads, and narrows one that was widened", async () => {
  const dir = await newDir();
  const store = keyStoreAt(dir, null);
  const secrets = makeTillSecrets();
  await store.write({ secrets, enrolment: null }, "file");
  const path = join(dir, "till-keys.json");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await chmod(path, 0o644);
  expect(await store.read()).toEqual({ secrets, enrolment: null, keyStore: "file" });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("writes nothing readable where the operating system seals", async () => {
  const dir = await newDir();
  const secrets = makeTillSecrets();
  await keyStoreAt(dir, mirrorSealer).write({ secrets, enrolment: null }, "os");
  const text = await readFile(join(dir, "till-keys.json"), "utf8");
  expect(text).not.toContain(secrets.pepper);
  expect(Buffer.from(JSON.parse(text).ring, "base64").toString()).not.toContain(secrets.pepper);
  expect((await keyStoreAt(dir, mirrorSealer).read())?.secrets).toEqual(secrets);
});

test("says KEY_SEALED to the shell that cannot open the keys", async () => {
  const dir = await newDir();
  await keyStoreAt(dir, mirrorSealer).write({ secrets: makeTillSecrets(), enrolment: null }, "os");
  await expect(keyStoreAt(dir, null).read()).rejects.toMatchObject({ failure: { code: "KEY_SEALED" } });
  const broken: Sealer = { ...mirrorSealer, open: () => Promise.reject(new Error("another user")) };
  await expect(keyStoreAt(dir, broken).read()).rejects.toMatchObject({ failure: { code: "KEY_SEALED" } });
});

test("names a damaged key file by its code and repeats nothing of it", async () => {
  const dir = await newDir();
  await writeFile(join(dir, "till-keys.json"), '{"version":1,"keyStore":"file","ring":"c2VjcmV0LWtleQ=="}');
  const failure = await keyStoreAt(dir, null)
    .read()
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ failure: { code: "DATABASE_CORRUPT" } });
  expect(String(failure)).not.toContain("secret-key");
});

test("knows no keys where none were made", async () => {
  expect(await keyStoreAt(await newDir(), null).read()).toBeUndefined();
});

test("shows no secret however its keys are printed", () => {
  const secrets = makeTillSecrets();
  const keys = tillKeysOf(secrets);
  const shown = inspect(keys, { depth: 9, showHidden: true }) + JSON.stringify(keys);
  for (const secret of [secrets.signing, secrets.pepper, secrets.mention, secrets.atRest[0]?.key ?? ""]) {
    expect(shown).not.toContain(secret);
  }
});

test("opens at rest only what it sealed, for the same context", () => {
  const keys = tillKeysOf(makeTillSecrets());
  const sealed = keys.sealAtRest("a verifier", "verifier card-1");
  expect(keys.openAtRest(sealed, "verifier card-1")).toBe("a verifier");
  const changed = Buffer.from(sealed, "base64");
  changed[35] = (changed[35] ?? 0) ^ 1;
  const corrupt = expect.objectContaining({ failure: expect.objectContaining({ code: "DATABASE_CORRUPT" }) });
  expect(() => keys.openAtRest(sealed, "verifier card-2")).toThrow(corrupt);
  expect(() => keys.openAtRest(changed.toString("base64"), "verifier card-1")).toThrow(corrupt);
  expect(() => keys.openAtRest("AAAA", "verifier card-1")).toThrow(corrupt);
  expect(() => tillKeysOf(makeTillSecrets()).openAtRest(sealed, "verifier card-1")).toThrow(corrupt);
});

test("opens what an older key sealed after a new one was added", () => {
  const old = makeTillSecrets();
  const sealed = tillKeysOf(old).sealAtRest("a verifier", "x");
  const [newKey] = makeTillSecrets().atRest;
  const both = { ...old, atRest: [...old.atRest, { version: 2, key: newKey?.key ?? "" }] };
  expect(tillKeysOf(both).openAtRest(sealed, "x")).toBe("a verifier");
  expect(Buffer.from(tillKeysOf(both).sealAtRest("a verifier", "x"), "base64")[1]).toBe(2);
});

test("names a card the same at this till and differently at every other", () => {
  const [one, other] = [tillKeysOf(makeTillSecrets()), tillKeysOf(makeTillSecrets())];
  expect(one.cardRef("9410001234567897")).toBe(one.cardRef("9410001234567897"));
  expect(one.cardRef("9410001234567897")).not.toBe(other.cardRef("9410001234567897"));
  expect(one.cardRef("9410001234567897")).toMatch(/^[0-9a-f]{64}$/);
});

test("signs so that its public key alone verifies", () => {
  const { signer } = tillKeysOf(makeTillSecrets());
  const hash = Buffer.alloc(32, 7);
  const key = createPublicKey({ key: Buffer.from(signer.publicKey, "base64"), format: "der", type: "spki" });
  expect(verify(null, hash, key, Buffer.from(signer.sign(hash), "base64"))).toBe(true);
});

test("hashes a password so that only the same one under the same pepper is right", async () => {
  const hasher = makePasswordHasher();
  const keys = tillKeysOf(makeTillSecrets());
  const phc = await hasher.hash(keys.pepper("open sesame"));
  expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hasher.verify(phc, keys.pepper("open sesame"))).toBe(true);
  expect(await hasher.verify(phc, keys.pepper("open sesamE"))).toBe(false);
  expect(await hasher.verify(phc, tillKeysOf(makeTillSecrets()).pepper("open sesame"))).toBe(false);
  expect(await hasher.verify("not a hash", keys.pepper("open sesame"))).toBe(false);
});

test("says BUSY when too many passwords wait", async () => {
  const hasher = makePasswordHasher();
  const checks = Array.from({ length: 9 }, () => hasher.verify("not a hash", "00"));
  const outcomes = await Promise.allSettled(checks);
  expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
  expect(outcomes.at(-1)).toMatchObject({ reason: { failure: { code: "BUSY" } } });
});

test("seals credentials that the server's key opens for this slip alone", async () => {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const server = await suite.kem.generateKeyPair();
  const sealKey = Buffer.from(await suite.kem.serializePublicKey(server.publicKey)).toString("base64");
  const slip = {
    terminalId: "till-1" as TerminalId,
    tenderId: "tender-1",
    amount: { minor: "5000", currency: "KRW" },
  } as const;
  const sealed = await sealCredentials(sealKey, slip, { number: "123456789012", password: "open sesame" });
  const open = async (bound: typeof slip | { tenderId: string }) => {
    const recipient = await suite.createRecipientContext({
      recipientKey: server.privateKey,
      enc: Buffer.from(sealed.enc, "base64"),
      info: Buffer.from(SEALED_INFO),
    });
    const aad = Buffer.from(sealedAssociatedData({ ...slip, ...bound }));
    return Buffer.from(await recipient.open(Buffer.from(sealed.ciphertext, "base64"), aad)).toString();
  };
  expect(JSON.parse(await open(slip))).toEqual({ number: "123456789012", password: "open sesame" });
  await expect(open({ tenderId: "tender-2" })).rejects.toThrow();
  expect(sealed.hash).toMatch(/^[0-9a-f]{64}$/);
});

/** Stands for an operating system's key store: what it gives is not what it got. */
const mirrorSealer: Sealer = {
  seal: async (plain) =>
    Buffer.from([...Buffer.from(plain, "base64")].map((byte) => byte ^ 0x5a)).toString("base64"),
  open: async (sealed) =>
    Buffer.from([...Buffer.from(sealed, "base64")].map((byte) => byte ^ 0x5a)).toString("base64"),
};

import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { createSignaturePool } from "#backoffice/terminals/signature-pool.ts";
import { FailureError } from "#core/errors.ts";

const pool = createSignaturePool({ workers: 3 });
afterAll(() => pool.close());

const pair = generateKeyPairSync("ed25519");
const spkiOf = (key: typeof pair.publicKey) => key.export({ format: "der", type: "spki" }).toString("base64");
const publicKey = spkiOf(pair.publicKey);

const signedOf = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const hash = createHash("sha256").update(String(index)).digest();
    return { hash: hash.toString("hex"), sig: sign(null, hash, pair.privateKey).toString("base64") };
  });

test("hundreds of signatures hold, and so do none", async () => {
  expect(await pool.firstWrong(publicKey, signedOf(300))).toBeUndefined();
  expect(await pool.firstWrong(publicKey, [])).toBeUndefined();
});

test.each([0, 99, 100, 150, 199, 200])("the first wrong one is named, here %i", async (at) => {
  const signed = signedOf(300);
  const other = signed[1]?.sig ?? "";
  const forged = signed.map((one, index) =>
    index === at || index > 280 ? { ...one, sig: index === 1 ? (signed[0]?.sig ?? "") : other } : one,
  );
  expect(await pool.firstWrong(publicKey, forged)).toBe(Math.min(at, 281));
});

test("a signature of another length, or by another key, is none", async () => {
  const [one] = signedOf(1);
  if (one === undefined) throw new Error("one");
  const bytes = Buffer.from(one.sig, "base64");
  const longer = Buffer.concat([bytes, Buffer.alloc(1)]).toString("base64");
  expect(await pool.firstWrong(publicKey, [{ ...one, sig: longer }])).toBe(0);
  expect(await pool.firstWrong(publicKey, [{ ...one, sig: bytes.subarray(1).toString("base64") }])).toBe(0);
  expect(await pool.firstWrong(publicKey, [{ ...one, sig: "" }])).toBe(0);
  const other = spkiOf(generateKeyPairSync("ed25519").publicKey);
  expect(await pool.firstWrong(other, [one])).toBe(0);
});

test("a key that is none fails, and the pool goes on", async () => {
  await expect(pool.firstWrong("bm8ga2V5", signedOf(1))).rejects.toThrow();
  expect(await pool.firstWrong(publicKey, signedOf(2))).toBeUndefined();
});

test("more signatures than may wait are BUSY at once, and the pool goes on", async () => {
  const small = createSignaturePool({ workers: 1, waitingMax: 10 });
  expect(small.isIdle()).toBe(true);
  const first = small.firstWrong(publicKey, signedOf(8));
  expect(small.isIdle()).toBe(false);
  await expect(small.firstWrong(publicKey, signedOf(3))).rejects.toMatchObject({ failure: { code: "BUSY" } });
  expect(await Promise.all([first, small.firstWrong(publicKey, signedOf(2))])).toEqual([
    undefined,
    undefined,
  ]);
  expect(small.isIdle()).toBe(true);
  await small.close();
});

test("a closed pool says so", async () => {
  const closed = createSignaturePool();
  await closed.close();
  await expect(closed.firstWrong(publicKey, signedOf(1))).rejects.toBeInstanceOf(FailureError);
});

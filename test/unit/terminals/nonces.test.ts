import { expect, test } from "vitest";
import { createNonces } from "#backoffice/terminals/nonces.ts";
import { SIGNATURE_AGE_MS_MAX } from "#core/contract/terminal-signature.ts";
import { instant } from "#core/time.ts";

test("takes a nonce once for as long as a signature over it could be good", () => {
  const nonces = createNonces();
  const start = 1_000_000;
  expect(nonces.isFresh("t1", "n", instant(start))).toBe(true);
  for (let ms = 0; ms <= 2 * SIGNATURE_AGE_MS_MAX; ms += 10_000) {
    expect(nonces.isFresh("t1", "n", instant(start + ms))).toBe(false);
  }
});

test("one terminal's nonces are not another's", () => {
  const nonces = createNonces();
  expect(nonces.isFresh("t1", "n", instant(0))).toBe(true);
  expect(nonces.isFresh("t2", "n", instant(0))).toBe(true);
});

test("forgets what nobody could send any more", () => {
  const nonces = createNonces();
  expect(nonces.isFresh("t1", "n", instant(0))).toBe(true);
  expect(nonces.isFresh("t1", "other", instant(5 * SIGNATURE_AGE_MS_MAX))).toBe(true);
  expect(nonces.isFresh("t1", "n", instant(10 * SIGNATURE_AGE_MS_MAX))).toBe(true);
});

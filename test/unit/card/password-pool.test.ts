import { expect, test } from "vitest";
import { createPasswordPool } from "#backoffice/cards/password-pool.ts";
import { FailureError } from "#core/errors.ts";

test("makes Argon2id of 19 MiB, two passes, one lane, and checks it", async () => {
  const pool = createPasswordPool({ workers: 1 });
  const stored = await pool.hash("sesame");
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await pool.verify(stored, "sesame")).toBe(true);
  expect(await pool.verify(stored, "Sesame")).toBe(false);
  expect(await pool.verify("no hash at all", "sesame")).toBe(false);
  await pool.close();
});

test("answers BUSY at once when its queue is full, and goes on afterwards", async () => {
  const pool = createPasswordPool({ workers: 1, waitingMax: 2 });
  const asked = Array.from({ length: 5 }, () => pool.hash("sesame"));
  const answers = await Promise.allSettled(asked);
  const busy = answers.filter(
    (answer) =>
      answer.status === "rejected" &&
      answer.reason instanceof FailureError &&
      answer.reason.failure.code === "BUSY",
  );
  expect(busy).toHaveLength(2);
  expect(pool.load()).toBe(0);
  expect(await pool.hash("sesame")).toContain("$argon2id$");
  await pool.close();
  await expect(pool.hash("sesame")).rejects.toBeInstanceOf(FailureError);
});

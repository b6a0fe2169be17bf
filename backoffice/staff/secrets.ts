// What the staff module asks of the house for secrets, so that it holds no key itself.
import type { PasswordPool } from "../cards/password-pool.ts";

/** Argon2id in the bounded pool. Fails with BUSY when the pool is full. */
export type PasswordHasher = Pick<PasswordPool, "hash" | "verify">;

/** AES-256-GCM under the versioned key of this back office. */
export type Sealer = Readonly<{ seal(plain: string): string; open(sealed: string): string }>;

/** Bound to its use, so that a sealed text of a card does not open as a person's. */
export const staffSealer = (
  keys: Readonly<{
    seal(plain: string, boundTo: string): string;
    open(sealed: string, boundTo: string): string;
  }>,
): Sealer => ({
  seal: (plain) => keys.seal(plain, "staff"),
  open: (sealed) => keys.open(sealed, "staff"),
});

// Which requests were seen: a signed request is taken once. Two generations bound the memory without any clock-work.
import { SIGNATURE_AGE_MS_MAX } from "#core/contract/terminal-signature.ts";
import { fail } from "#core/errors.ts";
import type { Instant } from "#core/time.ts";

/** Remembered for at least twice the age of a signature: one from the future lives that long. */
const GENERATION_MS = 2 * SIGNATURE_AGE_MS_MAX;
/** Some 4,000 requests a second in one generation; above that it is an attack, and the oldest are not what is dropped. */
const NONCES_MAX = 1_000_000;
/** Some 200 requests a second of one terminal: whoever has its key must not use up the memory of all. */
const NONCES_PER_TERMINAL_MAX = 50_000;

export type Nonces = Readonly<{
  /** True the first time. Fails with BUSY where more requests arrive than can be remembered. */
  isFresh(terminalId: string, nonce: string, now: Instant): boolean;
}>;

export function createNonces(): Nonces {
  let older = new Set<string>();
  let newer = new Set<string>();
  let counts = new Map<string, number>();
  let turnedAt = 0;
  return {
    isFresh(terminalId, nonce, now) {
      if (now - turnedAt >= GENERATION_MS) {
        older = now - turnedAt >= 2 * GENERATION_MS ? new Set() : newer;
        newer = new Set();
        counts = new Map();
        turnedAt = now;
      }
      const key = `${terminalId}\n${nonce}`;
      if (older.has(key) || newer.has(key)) return false;
      const count = (counts.get(terminalId) ?? 0) + 1;
      if (newer.size >= NONCES_MAX || count > NONCES_PER_TERMINAL_MAX)
        return fail("BUSY", "too many signed requests");
      counts.set(terminalId, count);
      newer.add(key);
      return true;
    },
  };
}

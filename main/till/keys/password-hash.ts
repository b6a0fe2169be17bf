// Argon2id at the till: slow on purpose, so few at a time and none while the queue is full.
import { hash, verify } from "@node-rs/argon2";
import { FailureError } from "#core/errors.ts";

/** OWASP's second profile for Argon2id (19 MiB, two passes, one lane), the same as in the back office. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
/** One at a time: the other threads of the pool belong to the database. */
const WAITING_MAX = 8;

export type PasswordHasher = Readonly<{
  /** A PHC string. Fails with BUSY when too many wait. */
  hash(peppered: string): Promise<string>;
  /** Whether it is the one that was hashed. Fails with BUSY. A text that is no PHC string is never the one. */
  verify(phc: string, peppered: string): Promise<boolean>;
}>;

export function makePasswordHasher(): PasswordHasher {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= WAITING_MAX) return Promise.reject(new FailureError({ code: "BUSY" }));
    waiting += 1;
    const turn = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    hash: (peppered) => inTurn(() => hash(peppered, ARGON2ID)),
    verify: (phc, peppered) => inTurn(() => verify(phc, peppered).catch(() => false)),
  };
}

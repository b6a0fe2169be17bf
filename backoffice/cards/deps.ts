// What the use cases of cards need from the rest of the back office.

import type { Ledger } from "#backoffice/ledger/ledger.ts";
import type { CardId, Ids } from "#core/ids.ts";
import type { AccountName } from "#core/ledger/accounts.ts";
import type { Clock } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import type { CardKeys } from "./card-keys.ts";
import type { PasswordPool } from "./password-pool.ts";

export type CardDeps = Readonly<{
  database: Database;
  ledger: Pick<Ledger, "submit" | "submitTogether">;
  keys: CardKeys;
  /** Argon2id in its bounded pool: see password-pool.ts. Fails with BUSY. */
  passwords: Pick<PasswordPool, "hash" | "verify">;
  clock: Clock;
  ids: Ids;
  /** Decimal digits of a secure source. */
  randomDigits(count: number): string;
  utcOffsetMinutes: number;
  wrongTriesMax: number;
  /** The account that brings the value of issued cards and pays out what is refunded. */
  source: AccountName;
  /** Told after a card's state or password changed: tills must hear of it. */
  changed(cardIds: readonly CardId[]): void;
}>;

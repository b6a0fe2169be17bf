// What the staff module asks of the house.
import type { Logger } from "pino";
import type { Ids } from "#core/ids.ts";
import type { Clock } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import type { PasswordHasher, Sealer } from "./secrets.ts";

export type StaffDeps = Readonly<{
  database: Database;
  clock: Clock;
  ids: Ids;
  passwords: PasswordHasher;
  sealer: Sealer;
  /** Names and secrets are in no line of it: only ids, and what was done. */
  log: Pick<Logger, "info" | "warn">;
  /** Told afterwards: tills must hear of it. */
  changed(): void;
}>;

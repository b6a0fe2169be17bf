// What the catalogue asks of the house.
import type { Logger } from "pino";
import type { Ids } from "#core/ids.ts";
import type { Currency } from "#core/money.ts";
import type { Clock } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import type { CatalogueCache } from "./cache.ts";

export type CatalogueDeps = Readonly<{
  database: Database;
  catalogue: CatalogueCache;
  clock: Clock;
  ids: Ids;
  /** In which the station sells. */
  currency: Currency;
  log: Pick<Logger, "info">;
  /** Told afterwards: tills must hear of it. */
  changed(): void;
}>;

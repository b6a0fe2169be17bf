// Takes in a list of goods beside a back office that runs, or before its first start: on the command line.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readItems } from "#core/catalogue/check.ts";
import type { CatalogueTally } from "#core/contract/catalogue.ts";
import type { Ids } from "#core/ids.ts";
import type { Clock } from "#core/time.ts";
import { migrate } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { MIGRATIONS } from "../migrations/list.ts";
import { readSettings } from "../settings.ts";
import { makeCatalogueCache } from "./cache.ts";
import { changeCatalogue } from "./change-catalogue.ts";

/**
 * All of the list or nothing. Tills that are in step pull it within a minute, as nobody nudges them.
 * @param dataDir the back office's own folder
 * @param databaseUrl `postgres://…`, or the SQLite file of the folder where none is given
 * Fails with CATALOGUE_INVALID, which names the rows, BARCODE_TAKEN, CATALOGUE_FULL, OPTION_INVALID where the folder has
 * no settings yet, or BUSY.
 */
export async function takeInAlone(
  dataDir: string,
  databaseUrl: string | undefined,
  given: Readonly<{ kind: "merge" | "replace"; rows: readonly unknown[] }>,
  { ids, clock }: Readonly<{ ids: Ids; clock: Clock }>,
): Promise<CatalogueTally> {
  const path = join(dataDir, "backoffice.db");
  // Only the demo has books without settings of its own.
  const { currency } = readSettings(dataDir, existsSync(path) ? "demo" : "production");
  const items = readItems(given.rows, currency);
  const database = await openDatabase(databaseUrl ?? path);
  try {
    await migrate(database, MIGRATIONS);
    // What it did is said on the command line.
    const told = { log: { info: () => undefined }, changed: () => undefined };
    const deps = { database, catalogue: makeCatalogueCache(), ids, clock, currency, ...told };
    return await changeCatalogue(deps, null, { kind: given.kind, items });
  } finally {
    await database.close();
  }
}

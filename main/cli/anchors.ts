// The checkpoints of the books that the tills of a data folder hold: the last ones they were given, and those of their Zs.
import type { WitnessedAnchor } from "#backoffice/backup/verify-books.ts";
import { ZReport } from "#core/contract/shift-report.ts";
import type { Database } from "#database/database.ts";
import { jsonOf } from "#database/row.ts";
import { openSqlite } from "#database/sqlite.ts";
import { heldAnchors } from "../till/sync/anchors.ts";
import { hasTills, tillFolders } from "./till-folders.ts";

/** Nothing is written: a running till goes on. */
export async function anchorsOf(dataDir: string): Promise<readonly WitnessedAnchor[]> {
  if (!(await hasTills(dataDir))) return [];
  const found: WitnessedAnchor[] = [];
  for (const { name, databasePath } of await tillFolders(dataDir)) {
    const database = await openSqlite(databasePath);
    try {
      found.push(...(await ofTill(database, name)), ...(await ofZs(database, name)));
    } finally {
      await database.close();
    }
  }
  return found;
}

async function ofTill({ read }: Database, heldBy: string): Promise<readonly WitnessedAnchor[]> {
  // A till of an older version has no such table, and is not brought to today's form by being looked at.
  const table = await read.get("SELECT 1 AS there FROM sqlite_master WHERE name = 'book_anchors'");
  if (table === undefined) return [];
  return (await heldAnchors(read)).map((anchor) => ({ ...anchor, heldBy }));
}

const Printed = ZReport.pick({ zNumber: true, booksCheckpoint: true });

async function ofZs({ read }: Database, name: string): Promise<readonly WitnessedAnchor[]> {
  const rows = await read.all(
    "SELECT json_extract(body, '$.report') AS report FROM entries WHERE kind = 'z-closed' ORDER BY position",
  );
  return rows.flatMap((row) => {
    const printed = Printed.safeParse(jsonOf(row, "report")).data;
    const anchor = printed?.booksCheckpoint;
    return anchor ? [{ ...anchor, heldBy: `Z ${printed.zNumber ?? ""} of ${name}` }] : [];
  });
}

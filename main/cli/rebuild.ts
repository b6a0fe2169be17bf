// Makes the tables of each till again from its journal.
import { fail } from "#core/errors.ts";
import { lockFolder } from "../station/lock.ts";
import { rebuild } from "../till/store/rebuild.ts";
import { verifyJournal } from "../till/store/verify-journal.ts";
import { EXIT, type Say } from "./run-cli.ts";
import { tillFolders, withTill } from "./till-folders.ts";

/** All tables are made in one transaction; a million entries take a few minutes. */
const REBUILD_MS_MAX = 3_600_000;

/** DATA_IN_USE while the station runs, JOURNAL_BROKEN where there is no journal to build on. */
export async function rebuildTills(dataDir: string, say: Say): Promise<number> {
  const tills = await tillFolders(dataDir);
  const lock = await lockFolder(dataDir);
  try {
    for (const { name, databasePath } of tills) {
      const entries = await withTill(
        databasePath,
        async (database) => {
          const { broken } = await verifyJournal(database.read);
          if (broken !== null) fail("JOURNAL_BROKEN", `${name}, epoch ${broken.epoch}, entry ${broken.seq}`);
          return rebuild(database);
        },
        REBUILD_MS_MAX,
      );
      say(`${name}: the tables were made again from ${entries} entries.`);
    }
    return EXIT.OK;
  } finally {
    lock.release();
  }
}

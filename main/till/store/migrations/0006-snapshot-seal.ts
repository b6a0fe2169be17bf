// What is kept of a snapshot carries this till's own signature: whoever can write the file cannot change a price by it.
import type { Migration } from "#database/migrate.ts";

export const snapshotSeal: Migration = {
  name: "0006-snapshot-seal",
  // NULL is of before: nothing proves it, so the till asks for a snapshot anew.
  up: () => ["ALTER TABLE snapshot_state ADD COLUMN seal TEXT"],
};

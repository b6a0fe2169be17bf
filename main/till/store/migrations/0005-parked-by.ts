// Whose a parked sale is: two cashiers at one till tell theirs apart.
import type { Migration } from "#database/migrate.ts";

export const parkedBy: Migration = {
  name: "0005-parked-by",
  // The staff id of who put it aside; null for a basket at hand, and for what was parked before.
  up: () => ["ALTER TABLE draft_sales ADD COLUMN parked_by TEXT"],
};

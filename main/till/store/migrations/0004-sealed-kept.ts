// Credentials of sealed slips stay until no back-up of the back office is older than their judgement.
import type { Migration } from "#database/migrate.ts";

export const sealedKept: Migration = {
  name: "0004-sealed-kept",
  // When the back office said that it had judged the slip, in ms; such a one is not sent any more, unless it asks for it.
  up: () => ["ALTER TABLE sealed_slips ADD COLUMN judged_at INTEGER"],
};

// Who changed what is sold, and when: a price that a customer was asked for can be accounted for later.
import { appendOnly } from "#database/append-only.ts";
import type { Migration } from "#database/migrate.ts";

export const catalogueHistory: Migration = {
  name: "010-catalogue-history",
  up: (t) => [
    // `item_before` is null where it was added, `item_after` where it was taken off sale, `made_by` where no person did it.
    `CREATE TABLE catalogue_event (
       event_id ${t.text} PRIMARY KEY NOT NULL,
       item_id ${t.text} NOT NULL,
       at ${t.integer} NOT NULL,
       made_by ${t.text},
       item_before ${t.json},
       item_after ${t.json}
     )${t.strict}`,
    "CREATE INDEX catalogue_event_by_item ON catalogue_event (item_id, at)",
    ...appendOnly(t, "catalogue_event"),
  ],
};

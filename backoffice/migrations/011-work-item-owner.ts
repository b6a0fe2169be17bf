// Who looks into what a till reported, and who did before: an item that nobody has taken is nobody's.
import { appendOnly } from "#database/append-only.ts";
import type { Migration } from "#database/migrate.ts";

export const workItemOwner: Migration = {
  name: "011-work-item-owner",
  up: (t) => [
    `ALTER TABLE work_item ADD COLUMN owner ${t.text}`,
    `CREATE TABLE work_item_taken (
       work_item_id ${t.text} NOT NULL,
       at ${t.integer} NOT NULL,
       staff_id ${t.text} NOT NULL
     )${t.strict}`,
    "CREATE INDEX work_item_taken_by_item ON work_item_taken (work_item_id, at)",
    ...appendOnly(t, "work_item_taken"),
  ],
};

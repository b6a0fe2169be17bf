// What a restored back office keeps until every terminal has said what it knows.
import { neverDeleted } from "#database/append-only.ts";
import type { ColumnTypes } from "#database/column-types.ts";
import type { Migration } from "#database/migrate.ts";

export const restoredBooks: Migration = {
  name: "005-restored-books",
  up: (t: ColumnTypes) => [
    // The last checkpoint that the back-up held: what witnesses hold beyond it was taken back by the restore.
    `ALTER TABLE books_restore ADD COLUMN checkpoint ${t.integer}`,
    // What a card could not pay yet, because tills sync in another order than things happened. `payment_id` is null
    // where it was a grant's.
    `CREATE TABLE restored_shortage (
       shortage_id ${t.text} PRIMARY KEY NOT NULL,
       card_id ${t.text} NOT NULL,
       payment_id ${t.text},
       terminal_id ${t.text} NOT NULL,
       epoch ${t.text} NOT NULL,
       seq ${t.integer} NOT NULL,
       policy ${t.text} NOT NULL,
       currency ${t.text} NOT NULL,
       amount ${t.money} NOT NULL CHECK (amount > 0),
       repaid ${t.money} NOT NULL CHECK (repaid >= 0 AND repaid <= amount),
       state ${t.text} NOT NULL CHECK (state IN ('open', 'judged')),
       at ${t.integer} NOT NULL
     )${t.strict}`,
    "CREATE INDEX restored_shortage_by_state ON restored_shortage (state, at)",
    ...neverDeleted(t, "restored_shortage"),
  ],
};

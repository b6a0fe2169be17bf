// A machine that is enrolled again is another terminal: the old one says that it was left, and the new one after which entry.
import type { Migration } from "#database/migrate.ts";

export const leftTerminals: Migration = {
  name: "013-left-terminals",
  up: (t) => [
    `ALTER TABLE terminal ADD COLUMN left_at ${t.integer}`,
    // Of the first epoch of a terminal: the last entry that its machine wrote under another id. Null where there was none.
    `ALTER TABLE terminal_epoch ADD COLUMN follows_epoch ${t.text}`,
    `ALTER TABLE terminal_epoch ADD COLUMN follows_seq ${t.integer}`,
    `ALTER TABLE terminal_epoch ADD COLUMN follows_hash ${t.text}`,
    "CREATE INDEX terminal_epoch_by_follows ON terminal_epoch (follows_epoch) WHERE follows_epoch IS NOT NULL",
  ],
};

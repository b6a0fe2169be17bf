// Indexes as questions are asked: a day is found by its time however long the books are, and what a capture writes to is
// no more than somebody reads.
import type { Migration } from "#database/migrate.ts";

export const indexes: Migration = {
  name: "014-indexes",
  up: () => [
    "CREATE INDEX settlement_item_by_time ON settlement_item (happened_at)",
    "DROP INDEX settlement_item_by_merchant",
    "DROP INDEX settlement_item_by_batch",
    "CREATE INDEX settlement_item_by_batch ON settlement_item (batch_id, merchant_id) WHERE batch_id IS NOT NULL",
    "DROP INDEX payment_by_end",
    "CREATE INDEX payment_by_end ON payment (expires_at) WHERE state = 'held'",
    "CREATE INDEX shift_open ON shift (opened_at) WHERE closed_at IS NULL",
    "CREATE INDEX shift_by_terminal ON shift (terminal_id, opened_at)",
  ],
};

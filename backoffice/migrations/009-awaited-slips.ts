// Each sync asks which sealed slips of its terminal wait for their credentials: few among all that were ever judged.
import type { Migration } from "#database/migrate.ts";

export const awaitedSlips: Migration = {
  name: "009-awaited-slips",
  up: () => [
    "CREATE INDEX sealed_slip_awaited ON sealed_slip (terminal_id, epoch, seq) WHERE judged_at IS NULL",
  ],
};

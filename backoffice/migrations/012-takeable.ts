// A card that is short is offered for what it has. That was true when it was refused, so a resend is told the same.
import type { Migration } from "#database/migrate.ts";

export const takeable: Migration = {
  name: "012-takeable",
  // Null on every payment of before, on one that was not refused for its balance, and on a merchant's own.
  up: (t) => [`ALTER TABLE payment ADD COLUMN takeable ${t.money}`],
};

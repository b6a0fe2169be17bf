// Checkpoints of the back office's books that this till has witnessed: one for each time that those were restored.
import type { Migration } from "#database/migrate.ts";

export const anchors: Migration = {
  name: "0003-anchors",
  up: () => [
    // `books_restored_at` is empty where they never were. The signature is the back office's own, as it came.
    `CREATE TABLE book_anchors (
      books_restored_at TEXT PRIMARY KEY,
      number INTEGER NOT NULL,
      hash TEXT NOT NULL,
      signature TEXT NOT NULL
    ) STRICT`,
  ],
};

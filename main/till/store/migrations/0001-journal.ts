// The journal, the projections made from it, and the working tables that are no facts.
import { appendOnly } from "#database/append-only.ts";
import type { Migration } from "#database/migrate.ts";
import { CREATE_PROJECTIONS } from "./0001-projections.ts";

export const journal: Migration = {
  name: "0001-journal",
  up: (types) => [
    // `position` orders entries over all epochs, as a till that was restored goes on in a new one.
    `CREATE TABLE entries (
      position INTEGER PRIMARY KEY,
      epoch TEXT NOT NULL,
      seq INTEGER NOT NULL,
      id TEXT NOT NULL,
      kind TEXT NOT NULL,
      at TEXT NOT NULL,
      staff_id TEXT,
      body TEXT NOT NULL,
      prev_hash TEXT NOT NULL,
      hash TEXT NOT NULL,
      sig TEXT NOT NULL,
      UNIQUE (epoch, seq)
    ) STRICT`,
    ...appendOnly(types, "entries"),

    // The public key is kept with its epoch, so that the chain can be verified where no secret is.
    `CREATE TABLE epochs (
      ordinal INTEGER PRIMARY KEY,
      epoch TEXT NOT NULL UNIQUE,
      terminal_id TEXT NOT NULL,
      public_key TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE countersignatures (
      epoch TEXT PRIMARY KEY,
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL,
      signature TEXT NOT NULL,
      server_time INTEGER NOT NULL,
      prunable_before INTEGER NOT NULL
    ) STRICT`,

    // Baskets that are not paid for yet. They survive a crash, but nothing was promised with them.
    `CREATE TABLE draft_sales (
      sale_id TEXT PRIMARY KEY,
      label TEXT NOT NULL,
      stage TEXT NOT NULL CHECK (stage IN ('building', 'paying', 'parked')),
      lines TEXT NOT NULL,
      changed_at INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
    ...CREATE_PROJECTIONS,
  ],
};

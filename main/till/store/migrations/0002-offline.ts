// Working tables of the offline desk and of the sync: secrets and downloads, which are no facts of the journal.
import type { Migration } from "#database/migrate.ts";

export const offline: Migration = {
  name: "0002-offline",
  up: () => [
    // The same card comes by its number or its PIN#: `known_as` is the one mention that the journal uses for it.
    `CREATE TABLE card_refs (
      ref TEXT PRIMARY KEY,
      card_id TEXT NOT NULL,
      known_as TEXT NOT NULL
    ) STRICT`,
    `CREATE INDEX card_refs_of_card ON card_refs (card_id)`,

    // Argon2id over the peppered password, sealed with the till's key; valid only beside a live row of the verifiers.
    `CREATE TABLE verifier_secrets (
      card_id TEXT PRIMARY KEY,
      password_version INTEGER NOT NULL,
      sealed TEXT NOT NULL,
      made_at INTEGER NOT NULL
    ) STRICT`,
    `CREATE INDEX verifier_secrets_by_age ON verifier_secrets (made_at)`,

    // Credentials that only the back office can open, with the place of the slip they belong to. Erased when judged.
    `CREATE TABLE sealed_slips (
      tender_id TEXT PRIMARY KEY,
      epoch TEXT NOT NULL,
      seq INTEGER NOT NULL,
      enc TEXT NOT NULL,
      ciphertext TEXT NOT NULL
    ) STRICT`,
    `CREATE INDEX sealed_slips_in_order ON sealed_slips (epoch, seq)`,

    // What the back office sent down last, part by part. One row of state.
    `CREATE TABLE snapshot_parts (part TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT`,
    `CREATE TABLE snapshot_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      version INTEGER NOT NULL,
      issued_at INTEGER NOT NULL,
      catalogue_version INTEGER NOT NULL
    ) STRICT`,
  ],
};

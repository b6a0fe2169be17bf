// What restored books learn of the bank: payouts that were sent after the back-up, and the two people who stand for them.
import { neverDeleted } from "#database/append-only.ts";
import type { ColumnTypes } from "#database/column-types.ts";
import type { Migration } from "#database/migrate.ts";

export const restoredBank: Migration = { name: "008-restored-bank", up };

function up(t: ColumnTypes): readonly string[] {
  return [
    `ALTER TABLE books_restore ADD COLUMN backup_made_at ${t.integer}`,
    `ALTER TABLE books_restore ADD COLUMN bank_settled_at ${t.integer}`,
    // Books whose tills are all in have netted since then: asking now what they had forgotten would help nobody.
    "UPDATE books_restore SET bank_settled_at = settled_at WHERE settled_at IS NOT NULL",
    `ALTER TABLE settlement_batch ADD COLUMN adopted_at ${t.integer}`,
    ...(t.dialect === "sqlite" ? rebuilt(t) : altered()),
    // The newest counts. `found` is what lay in the bank's folders when it was made: both people answer for the same.
    `CREATE TABLE restore_statement (
       statement_id ${t.text} PRIMARY KEY NOT NULL,
       restored_at ${t.integer} NOT NULL REFERENCES books_restore (restored_at),
       stated_by ${t.text} NOT NULL,
       stated_at ${t.integer} NOT NULL,
       reason ${t.text} NOT NULL,
       found ${t.json} NOT NULL,
       confirmed_by ${t.text},
       confirmed_at ${t.integer},
       CHECK (confirmed_by <> stated_by),
       CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
     )${t.strict}`,
    ...neverDeleted(t, "restore_statement"),
  ];
}

const KINDS = "kind IN ('capture', 'refund', 'returned', 'advance')";

/** The name is the one that PostgreSQL gave to the check of 004. */
const altered = (): readonly string[] => [
  `ALTER TABLE settlement_item DROP CONSTRAINT settlement_item_kind_check, ADD CHECK (${KINDS})`,
];

/** SQLite cannot change a check: the table is made anew, as in 006. */
function rebuilt({ text, integer, money, strict }: ColumnTypes): readonly string[] {
  return [
    "PRAGMA defer_foreign_keys = ON",
    "CREATE TABLE settlement_item_before AS SELECT * FROM settlement_item",
    "DROP TABLE settlement_item",
    `CREATE TABLE settlement_item (
      id ${text} PRIMARY KEY NOT NULL,
      payment_id ${text} NOT NULL,
      merchant_id ${text} NOT NULL,
      kind ${text} NOT NULL CHECK (${KINDS}),
      gross ${money} NOT NULL CHECK (gross >= 0),
      commission ${money} NOT NULL CHECK (commission >= 0),
      currency ${text} NOT NULL,
      happened_at ${integer} NOT NULL,
      recorded_at ${integer} NOT NULL,
      batch_id ${text} REFERENCES settlement_batch (id)
    )${strict}`,
    `INSERT INTO settlement_item (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at,
       recorded_at, batch_id)
     SELECT id, payment_id, merchant_id, kind, gross, commission, currency, happened_at, recorded_at, batch_id
     FROM settlement_item_before`,
    "DROP TABLE settlement_item_before",
    "CREATE INDEX settlement_item_open ON settlement_item (currency, recorded_at) WHERE batch_id IS NULL",
    "CREATE INDEX settlement_item_by_batch ON settlement_item (batch_id, merchant_id)",
    "CREATE INDEX settlement_item_by_merchant ON settlement_item (merchant_id, recorded_at)",
    "CREATE INDEX settlement_item_by_payment ON settlement_item (payment_id)",
  ];
}

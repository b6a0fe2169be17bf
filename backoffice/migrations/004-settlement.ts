// Merchants with what they agreed to, and the way of their money: items, batches, payouts, the bank's lines, exceptions.
import type { ColumnTypes } from "#database/column-types.ts";
import type { Migration } from "#database/migrate.ts";

export const settlement: Migration = { name: "004-settlement", up };

function up({ text, integer, money, json, boolean, strict }: ColumnTypes): readonly string[] {
  return [
    `CREATE TABLE merchant (
      merchant_id ${text} PRIMARY KEY NOT NULL,
      name ${text} NOT NULL,
      account_scheme ${text} NOT NULL CHECK (account_scheme IN ('iban', 'domestic')),
      account_number ${text} NOT NULL,
      bic ${text},
      created_at ${integer} NOT NULL
    )${strict}`,
    // An agreement is never edited: a new one begins, and the old one still judges what happened in its time.
    `CREATE TABLE merchant_commission (
      merchant_id ${text} NOT NULL REFERENCES merchant (merchant_id),
      valid_from ${integer} NOT NULL,
      kind ${text} NOT NULL CHECK (kind IN ('per-item', 'per-cent')),
      fee ${money},
      currency ${text},
      basis_points ${integer},
      PRIMARY KEY (merchant_id, valid_from),
      CHECK ((kind = 'per-item') = (fee IS NOT NULL AND currency IS NOT NULL)),
      CHECK ((kind = 'per-cent') = (basis_points IS NOT NULL))
    )${strict}`,
    // One row whose version every change of settlement moves on: two that began from the same state cannot both commit.
    `CREATE TABLE settlement_lock (id ${integer} PRIMARY KEY NOT NULL, version ${integer} NOT NULL)${strict}`,
    `INSERT INTO settlement_lock (id, version) VALUES (1, 0)`,
    `CREATE TABLE settlement_batch (
      id ${text} PRIMARY KEY NOT NULL,
      state ${text} NOT NULL
        CHECK (state IN ('draft', 'approved', 'sent', 'accepted', 'partly', 'rejected', 'settled')),
      currency ${text} NOT NULL,
      cut_off_at ${integer} NOT NULL,
      made_by ${text} NOT NULL,
      made_at ${integer} NOT NULL,
      approved_by ${text},
      approved_at ${integer},
      sent_at ${integer},
      delivered_at ${integer},
      settled_at ${integer},
      message_id ${text} NOT NULL UNIQUE,
      document ${text},
      CHECK (approved_by <> made_by),
      CHECK (state IN ('draft', 'approved') OR (approved_by IS NOT NULL AND document IS NOT NULL))
    )${strict}`,
    // The key is what makes an item owed once; its one batch is what makes it paid once (I7).
    `CREATE TABLE settlement_item (
      id ${text} PRIMARY KEY NOT NULL,
      payment_id ${text} NOT NULL,
      merchant_id ${text} NOT NULL,
      kind ${text} NOT NULL CHECK (kind IN ('capture', 'refund', 'returned')),
      gross ${money} NOT NULL CHECK (gross >= 0),
      commission ${money} NOT NULL CHECK (commission >= 0),
      currency ${text} NOT NULL,
      happened_at ${integer} NOT NULL,
      recorded_at ${integer} NOT NULL,
      batch_id ${text} REFERENCES settlement_batch (id)
    )${strict}`,
    `CREATE INDEX settlement_item_open ON settlement_item (currency, recorded_at) WHERE batch_id IS NULL`,
    `CREATE INDEX settlement_item_by_batch ON settlement_item (batch_id, merchant_id)`,
    `CREATE INDEX settlement_item_by_merchant ON settlement_item (merchant_id, recorded_at)`,
    `CREATE INDEX settlement_item_by_payment ON settlement_item (payment_id)`,
    // One credit transfer; its id is the end-to-end id that comes back on the statement.
    `CREATE TABLE settlement_payout (
      id ${text} PRIMARY KEY NOT NULL,
      batch_id ${text} NOT NULL REFERENCES settlement_batch (id),
      merchant_id ${text} NOT NULL REFERENCES merchant (merchant_id),
      creditor_name ${text} NOT NULL,
      account_scheme ${text} NOT NULL,
      account_number ${text} NOT NULL,
      bic ${text},
      currency ${text} NOT NULL,
      captures ${integer} NOT NULL,
      refunds ${integer} NOT NULL,
      captured ${money} NOT NULL,
      refunded ${money} NOT NULL,
      commission ${money} NOT NULL,
      returned ${money} NOT NULL,
      net ${money} NOT NULL CHECK (net > 0),
      state ${text} NOT NULL CHECK (state IN ('waiting', 'accepted', 'rejected', 'paid')),
      reason ${text},
      bank_reference ${text},
      bucket ${text},
      UNIQUE (batch_id, merchant_id),
      CHECK (net = captured - refunded - commission + returned)
    )${strict}`,
    `CREATE TABLE bank_file (
      sha256 ${text} PRIMARY KEY NOT NULL,
      name ${text} NOT NULL,
      kind ${text} NOT NULL,
      message_id ${text},
      findings ${json} NOT NULL,
      taken_at ${integer} NOT NULL
    )${strict}`,
    `CREATE TABLE bank_statement (
      account ${text} NOT NULL,
      id ${text} NOT NULL,
      file ${text} NOT NULL REFERENCES bank_file (sha256),
      content_hash ${text} NOT NULL,
      PRIMARY KEY (account, id)
    )${strict}`,
    // A line is posted to the books once, whatever bucket it is in: our account at the bank follows the statement.
    `CREATE TABLE bank_line (
      id ${text} PRIMARY KEY NOT NULL,
      file ${text} NOT NULL REFERENCES bank_file (sha256),
      reference ${text},
      amount ${money},
      currency ${text},
      direction ${text} NOT NULL CHECK (direction IN ('credit', 'debit')),
      booked ${boolean} NOT NULL,
      bank_reference ${text},
      booking_day ${text},
      counterparty ${text},
      taken_at ${integer} NOT NULL,
      bucket ${text},
      payout_id ${text} REFERENCES settlement_payout (id),
      posted ${boolean} NOT NULL
    )${strict}`,
    `CREATE INDEX bank_line_by_reference ON bank_line (reference)`,
    `CREATE INDEX bank_line_new ON bank_line (id) WHERE bucket IS NULL`,
    `CREATE INDEX bank_line_by_payout ON bank_line (payout_id)`,
    `CREATE TABLE settlement_exception (
      id ${text} PRIMARY KEY NOT NULL,
      at ${integer} NOT NULL,
      bucket ${text} NOT NULL,
      subject ${text} NOT NULL,
      batch_id ${text},
      expected ${money},
      actual ${money},
      currency ${text},
      detail ${text} NOT NULL,
      owner ${text},
      state ${text} NOT NULL CHECK (state IN ('open', 'resolved')),
      resolution ${text},
      resolved_by ${text},
      resolved_at ${integer}
    )${strict}`,
    `CREATE INDEX settlement_exception_by_state ON settlement_exception (state, at)`,
  ];
}

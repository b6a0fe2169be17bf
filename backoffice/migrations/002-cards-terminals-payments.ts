// Cards, payments, terminals and what terminals report.
import { appendOnly, neverDeleted } from "#database/append-only.ts";
import type { ColumnTypes } from "#database/column-types.ts";
import type { Migration } from "#database/migrate.ts";

export const cardsTerminalsPayments: Migration = {
  name: "002-cards-terminals-payments",
  up: (t) => [
    ...cardTables(t),
    ...paymentTables(t),
    ...terminalTables(t),
    ...journalTables(t),
    ...saleTables(t),
  ],
};

const cardTables = (t: ColumnTypes) => [
  `CREATE TABLE card_batch (
     batch_id ${t.text} PRIMARY KEY NOT NULL,
     maker_id ${t.text} NOT NULL,
     quantity ${t.integer} NOT NULL,
     amount ${t.money} NOT NULL,
     currency ${t.text} NOT NULL,
     issued_at ${t.integer} NOT NULL,
     expires_at ${t.integer} NOT NULL
   )${t.strict}`,
  // Numbers are found by a keyed hash and kept sealed; passwords only as Argon2id over a peppered HMAC.
  `CREATE TABLE card (
     card_id ${t.text} PRIMARY KEY NOT NULL,
     batch_id ${t.text} NOT NULL REFERENCES card_batch (batch_id),
     state ${t.text} NOT NULL CHECK (state IN ('stock','sold','gifted','active','blocked','closing','expired','refunded','closed')),
     ending ${t.text} CHECK (ending IN ('expired','refunded','closed')),
     currency ${t.text} NOT NULL,
     number_lookup ${t.text} NOT NULL UNIQUE,
     number_sealed ${t.text} NOT NULL,
     number_masked ${t.text} NOT NULL,
     pin_lookup ${t.text} NOT NULL UNIQUE,
     pin_sealed ${t.text} NOT NULL,
     pin_masked ${t.text} NOT NULL,
     initial_hash ${t.text},
     initial_sealed ${t.text},
     password_hash ${t.text},
     password_version ${t.integer} NOT NULL,
     wrong_tries ${t.integer} NOT NULL CHECK (wrong_tries >= 0),
     issued_at ${t.integer} NOT NULL,
     expires_at ${t.integer} NOT NULL,
     changed_at ${t.integer} NOT NULL
   )${t.strict}`,
  "CREATE INDEX card_by_state ON card (state, issued_at)",
  "CREATE INDEX card_by_mask ON card (number_masked)",
  "CREATE INDEX card_by_expiry ON card (expires_at)",
  `CREATE TABLE card_event (
     event_id ${t.text} PRIMARY KEY NOT NULL,
     card_id ${t.text} NOT NULL REFERENCES card (card_id),
     at ${t.integer} NOT NULL,
     what ${t.text} NOT NULL,
     from_state ${t.text},
     to_state ${t.text} NOT NULL,
     by_whom ${t.text} NOT NULL,
     reason ${t.text} NOT NULL
   )${t.strict}`,
  "CREATE INDEX card_event_by_card ON card_event (card_id, at)",
  ...appendOnly(t, "card_event"),
  ...neverDeleted(t, "card"),
];

const paymentTables = (t: ColumnTypes) => [
  // `lost` is the part of what was captured that no card could be charged for.
  `CREATE TABLE payment (
     payment_id ${t.text} PRIMARY KEY NOT NULL,
     caller ${t.text} NOT NULL,
     request_id ${t.text} NOT NULL,
     merchant_id ${t.text} NOT NULL,
     terminal_id ${t.text},
     sale_id ${t.text},
     tender_id ${t.text},
     card_id ${t.text},
     card_masked ${t.text} NOT NULL,
     route ${t.text} NOT NULL CHECK (route IN ('api','online','escrow','risk')),
     state ${t.text} NOT NULL CHECK (state IN ('held','captured','voided','expired','declined')),
     code ${t.text},
     tries_left ${t.integer},
     currency ${t.text} NOT NULL,
     amount ${t.money} NOT NULL,
     captured ${t.money} NOT NULL,
     refunded ${t.money} NOT NULL CHECK (refunded <= captured),
     lost ${t.money} NOT NULL,
     commission ${t.money} NOT NULL,
     happened_at ${t.integer} NOT NULL,
     recorded_at ${t.integer} NOT NULL,
     expires_at ${t.integer},
     UNIQUE (caller, request_id)
   )${t.strict}`,
  "CREATE INDEX payment_by_card ON payment (card_id, happened_at)",
  "CREATE INDEX payment_by_tender ON payment (terminal_id, tender_id)",
  "CREATE INDEX payment_by_merchant ON payment (merchant_id, happened_at)",
  "CREATE INDEX payment_by_end ON payment (state, expires_at)",
  ...neverDeleted(t, "payment"),
  `CREATE TABLE payment_refund (
     refund_id ${t.text} PRIMARY KEY NOT NULL,
     payment_id ${t.text} NOT NULL REFERENCES payment (payment_id),
     amount ${t.money} NOT NULL,
     commission ${t.money} NOT NULL,
     currency ${t.text} NOT NULL,
     happened_at ${t.integer} NOT NULL,
     recorded_at ${t.integer} NOT NULL
   )${t.strict}`,
  "CREATE INDEX payment_refund_by_payment ON payment_refund (payment_id)",
  ...appendOnly(t, "payment_refund"),
];

const terminalTables = (t: ColumnTypes) => [
  `CREATE TABLE enrolment_code (
     code_hash ${t.text} PRIMARY KEY NOT NULL,
     terminal_name ${t.text} NOT NULL,
     merchant_id ${t.text} NOT NULL,
     made_by ${t.text} NOT NULL,
     made_at ${t.integer} NOT NULL,
     expires_at ${t.integer} NOT NULL,
     used_by ${t.text}
   )${t.strict}`,
  `CREATE TABLE terminal (
     terminal_id ${t.text} PRIMARY KEY NOT NULL,
     name ${t.text} NOT NULL,
     merchant_id ${t.text} NOT NULL,
     state ${t.text} NOT NULL CHECK (state IN ('enrolled','quarantined','written-off')),
     public_key ${t.text} NOT NULL,
     key_store ${t.text} NOT NULL,
     software_version ${t.text} NOT NULL,
     staff_key_sealed ${t.text} NOT NULL,
     epoch ${t.text},
     mark_seq ${t.integer} NOT NULL,
     mark_hash ${t.text} NOT NULL,
     snapshot_version ${t.integer} NOT NULL,
     enrolled_at ${t.integer} NOT NULL,
     last_sync_at ${t.integer}
   )${t.strict}`,
  ...neverDeleted(t, "terminal"),
  `CREATE TABLE terminal_epoch (
     terminal_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     reason ${t.text} NOT NULL,
     started_at ${t.integer} NOT NULL,
     mark_seq ${t.integer} NOT NULL,
     mark_hash ${t.text} NOT NULL,
     PRIMARY KEY (terminal_id, epoch)
   )${t.strict}`,
  // The version at which each part of a terminal's snapshot last changed.
  `CREATE TABLE snapshot_part (
     terminal_id ${t.text} NOT NULL,
     part ${t.text} NOT NULL,
     hash ${t.text} NOT NULL,
     version ${t.integer} NOT NULL,
     PRIMARY KEY (terminal_id, part)
   )${t.strict}`,
  // Cards that a till has a verifier of, and when they paid there last.
  `CREATE TABLE card_at_terminal (
     terminal_id ${t.text} NOT NULL,
     card_id ${t.text} NOT NULL,
     password_version ${t.integer},
     last_seen_at ${t.integer} NOT NULL,
     PRIMARY KEY (terminal_id, card_id)
   )${t.strict}`,
  `CREATE TABLE card_grant (
     grant_id ${t.text} PRIMARY KEY NOT NULL,
     terminal_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     card_id ${t.text} NOT NULL,
     state ${t.text} NOT NULL CHECK (state IN ('live','recalled','closed','written-off')),
     currency ${t.text} NOT NULL,
     amount ${t.money} NOT NULL CHECK (amount > 0),
     spent ${t.money} NOT NULL CHECK (spent >= 0 AND spent <= amount),
     given_at ${t.integer} NOT NULL,
     expires_at ${t.integer} NOT NULL,
     accepted_at ${t.integer},
     recalled_at ${t.integer},
     closed_at ${t.integer}
   )${t.strict}`,
  "CREATE INDEX card_grant_by_terminal ON card_grant (terminal_id, state)",
  "CREATE INDEX card_grant_by_card ON card_grant (card_id, state)",
  "CREATE INDEX card_grant_by_recall ON card_grant (recalled_at)",
  ...neverDeleted(t, "card_grant"),
  `CREATE TABLE books_restore (
     restored_at ${t.integer} PRIMARY KEY NOT NULL,
     settled_at ${t.integer}
   )${t.strict}`,
  `CREATE TABLE catalogue_item (
     item_id ${t.text} PRIMARY KEY NOT NULL,
     item ${t.json} NOT NULL,
     position ${t.integer} NOT NULL
   )${t.strict}`,
];

const journalTables = (t: ColumnTypes) => [
  // `content` is the canonical text that was hashed: the entry whole, as it was sent.
  `CREATE TABLE journal_entry (
     terminal_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     seq ${t.integer} NOT NULL,
     entry_id ${t.text} NOT NULL,
     kind ${t.text} NOT NULL,
     at ${t.integer} NOT NULL,
     content ${t.json} NOT NULL,
     hash ${t.text} NOT NULL,
     sig ${t.text} NOT NULL,
     received_at ${t.integer} NOT NULL,
     PRIMARY KEY (terminal_id, epoch, seq)
   )${t.strict}`,
  ...appendOnly(t, "journal_entry"),
  `CREATE TABLE work_item (
     work_item_id ${t.text} PRIMARY KEY NOT NULL,
     kind ${t.text} NOT NULL,
     terminal_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     seq ${t.integer} NOT NULL,
     amount ${t.money},
     currency ${t.text},
     policy ${t.text},
     bearer ${t.text},
     code ${t.text} NOT NULL,
     detail ${t.text} NOT NULL,
     content ${t.json},
     at ${t.integer} NOT NULL,
     state ${t.text} NOT NULL CHECK (state IN ('open','resolved')),
     resolution ${t.text},
     resolved_by ${t.text},
     resolved_at ${t.integer}
   )${t.strict}`,
  "CREATE INDEX work_item_by_state ON work_item (state, at)",
  "CREATE INDEX work_item_by_terminal ON work_item (terminal_id, state)",
  ...neverDeleted(t, "work_item"),
  // Slips whose credentials are sealed. The ciphertext is erased once it was judged, and only then.
  `CREATE TABLE sealed_slip (
     terminal_id ${t.text} NOT NULL,
     tender_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     seq ${t.integer} NOT NULL,
     judged_at ${t.integer},
     verdict ${t.text},
     PRIMARY KEY (terminal_id, tender_id)
   )${t.strict}`,
];

const saleTables = (t: ColumnTypes) => [
  // Projections of synced entries: what reports ask, made again from the entries at any time.
  `CREATE TABLE sale (
     terminal_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     seq ${t.integer} NOT NULL,
     sale_id ${t.text} NOT NULL,
     kind ${t.text} NOT NULL CHECK (kind IN ('sale','refund')),
     shift_id ${t.text} NOT NULL,
     merchant_id ${t.text} NOT NULL,
     receipt_number ${t.integer} NOT NULL,
     original_receipt_number ${t.integer},
     staff_id ${t.text},
     at ${t.integer} NOT NULL,
     currency ${t.text} NOT NULL,
     net ${t.money} NOT NULL,
     vat ${t.money} NOT NULL,
     gross ${t.money} NOT NULL,
     discount ${t.money} NOT NULL,
     totals ${t.json} NOT NULL,
     PRIMARY KEY (terminal_id, epoch, seq)
   )${t.strict}`,
  "CREATE INDEX sale_by_time ON sale (at)",
  "CREATE INDEX sale_by_id ON sale (sale_id)",
  "CREATE INDEX sale_by_receipt ON sale (terminal_id, receipt_number)",
  `CREATE TABLE sale_line (
     terminal_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     seq ${t.integer} NOT NULL,
     line ${t.integer} NOT NULL,
     item_id ${t.text} NOT NULL,
     category ${t.text} NOT NULL,
     quantity ${t.integer} NOT NULL,
     amount ${t.money} NOT NULL,
     content ${t.json} NOT NULL,
     PRIMARY KEY (terminal_id, epoch, seq, line)
   )${t.strict}`,
  `CREATE TABLE sale_tender (
     terminal_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     seq ${t.integer} NOT NULL,
     tender ${t.integer} NOT NULL,
     tender_id ${t.text} NOT NULL,
     method ${t.text} NOT NULL CHECK (method IN ('cash','prepaid')),
     route ${t.text} NOT NULL CHECK (route IN ('counter','online','escrow','risk')),
     card_id ${t.text},
     card_masked ${t.text},
     amount ${t.money} NOT NULL,
     content ${t.json} NOT NULL,
     PRIMARY KEY (terminal_id, epoch, seq, tender)
   )${t.strict}`,
  "CREATE INDEX sale_tender_by_id ON sale_tender (terminal_id, tender_id)",
  `CREATE TABLE shift (
     terminal_id ${t.text} NOT NULL,
     shift_id ${t.text} NOT NULL,
     epoch ${t.text} NOT NULL,
     number ${t.integer} NOT NULL,
     currency ${t.text} NOT NULL,
     opened_at ${t.integer} NOT NULL,
     opened_by ${t.text},
     opening_float ${t.money} NOT NULL,
     closed_at ${t.integer},
     closed_by ${t.text},
     approved_by ${t.text},
     counted ${t.money},
     expected ${t.money},
     difference ${t.money},
     z_number ${t.integer},
     head_hash ${t.text},
     report ${t.json},
     PRIMARY KEY (terminal_id, shift_id)
   )${t.strict}`,
  "CREATE INDEX shift_by_time ON shift (opened_at)",
];

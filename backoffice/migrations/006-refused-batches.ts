// Batches that people refuse, who sent each batch, and the rule that two people stand behind every one that is sent.
import { appendOnly } from "#database/append-only.ts";
import type { ColumnTypes } from "#database/column-types.ts";
import type { Migration } from "#database/migrate.ts";

export const refusedBatches: Migration = { name: "006-refused-batches", up };

const STATES =
  "'draft', 'approved', 'sent', 'accepted', 'partly', 'rejected', 'settled', 'refused', 'withdrawn'";

/** "system" is the clock: it is no second person, so there the sender has to be one. */
const CHECKS = [
  `state IN (${STATES})`,
  "state IN ('draft', 'refused', 'withdrawn') OR approved_by IS NOT NULL",
  "state IN ('draft', 'approved', 'refused', 'withdrawn') OR (sent_at IS NOT NULL AND document IS NOT NULL)",
  "(sent_at IS NULL) = (sent_by IS NULL)",
  "made_by <> 'system' OR sent_by <> approved_by",
  "(state IN ('refused', 'withdrawn')) = (refused_by IS NOT NULL)",
  "(refused_by IS NULL) = (refused_at IS NULL) AND (refused_by IS NULL) = (refusal IS NULL)",
  "(state <> 'refused' OR refused_by <> made_by) AND (state <> 'withdrawn' OR refused_by = made_by)",
  "refused_by IS NULL OR sent_at IS NULL",
];

/** Of the batches sent so far nobody wrote down who sent them. */
const SENT_BY = "CASE WHEN sent_at IS NULL THEN NULL ELSE 'unrecorded' END";

function up(t: ColumnTypes): readonly string[] {
  return [
    ...(t.dialect === "sqlite" ? rebuilt(t) : altered(t)),
    // Which items a refused batch had, and since when a netting may take them again. The batch that an item is in now
    // stands in the item alone.
    `CREATE TABLE settlement_release (
      item_id ${t.text} NOT NULL REFERENCES settlement_item (id),
      batch_id ${t.text} NOT NULL REFERENCES settlement_batch (id),
      at ${t.integer} NOT NULL,
      PRIMARY KEY (item_id, batch_id)
    )${t.clustered}`,
    "CREATE INDEX settlement_release_by_batch ON settlement_release (batch_id)",
    ...appendOnly(t, "settlement_release"),
  ];
}

/** The names are those that PostgreSQL gave to the checks of 004; the one that tells maker from checker stays. */
function altered({ text, integer }: ColumnTypes): readonly string[] {
  return [
    `ALTER TABLE settlement_batch ADD COLUMN sent_by ${text}, ADD COLUMN refused_by ${text},
       ADD COLUMN refused_at ${integer}, ADD COLUMN refusal ${text}`,
    `UPDATE settlement_batch SET sent_by = ${SENT_BY}`,
    `ALTER TABLE settlement_batch DROP CONSTRAINT settlement_batch_state_check,
       DROP CONSTRAINT settlement_batch_check1, ${CHECKS.map((check) => `ADD CHECK (${check})`).join(", ")}`,
  ];
}

/**
 * SQLite cannot change a check, so the table is made anew. Rows elsewhere name its own: they are without it between
 * the DROP and the INSERT, which the deferral allows, and the commit looks whether each has its batch again.
 */
function rebuilt({ text, integer, strict }: ColumnTypes): readonly string[] {
  return [
    "PRAGMA defer_foreign_keys = ON",
    "CREATE TABLE settlement_batch_before AS SELECT * FROM settlement_batch",
    "DROP TABLE settlement_batch",
    `CREATE TABLE settlement_batch (
      id ${text} PRIMARY KEY NOT NULL,
      state ${text} NOT NULL,
      currency ${text} NOT NULL,
      cut_off_at ${integer} NOT NULL,
      made_by ${text} NOT NULL,
      made_at ${integer} NOT NULL,
      approved_by ${text},
      approved_at ${integer},
      sent_by ${text},
      sent_at ${integer},
      delivered_at ${integer},
      settled_at ${integer},
      refused_by ${text},
      refused_at ${integer},
      refusal ${text},
      message_id ${text} NOT NULL UNIQUE,
      document ${text},
      CHECK (approved_by <> made_by),
      ${CHECKS.map((check) => `CHECK (${check})`).join(",\n      ")}
    )${strict}`,
    `INSERT INTO settlement_batch (id, state, currency, cut_off_at, made_by, made_at, approved_by, approved_at, sent_by,
       sent_at, delivered_at, settled_at, message_id, document)
     SELECT id, state, currency, cut_off_at, made_by, made_at, approved_by, approved_at, ${SENT_BY},
       sent_at, delivered_at, settled_at, message_id, document FROM settlement_batch_before`,
    "DROP TABLE settlement_batch_before",
  ];
}

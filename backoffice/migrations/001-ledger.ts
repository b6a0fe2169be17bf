// The books: requests with their decisions, transfers, balances, and the chain that proves them.
import { appendOnly, neverDeleted } from "#database/append-only.ts";
import type { ColumnTypes } from "#database/column-types.ts";
import type { Migration } from "#database/migrate.ts";

export const ledger: Migration = { name: "001-ledger", up };

function up(types: ColumnTypes): readonly string[] {
  const { text, integer, money, json, boolean, strict, clustered } = types;
  // PostgreSQL then finds room for a new balance on the same page, and touches no index.
  const roomToUpdate = types.dialect === "postgres" ? " WITH (fillfactor = 50)" : "";
  return [
    // A lane is one run of one process; its batches chain to each other and to nothing else.
    `CREATE TABLE ledger_lane (
      id ${integer} PRIMARY KEY NOT NULL,
      run ${text} NOT NULL UNIQUE,
      opened_at ${integer} NOT NULL
    )${strict}`,
    `CREATE TABLE ledger_batch (
      lane ${integer} NOT NULL REFERENCES ledger_lane (id),
      number ${integer} NOT NULL,
      requests ${integer} NOT NULL,
      transfers ${integer} NOT NULL,
      recorded_at ${integer} NOT NULL,
      prev_hash ${text} NOT NULL,
      hash ${text} NOT NULL,
      PRIMARY KEY (lane, number)
    )${strict}`,
    // The primary key is what makes one id have one effect.
    `CREATE TABLE ledger_request (
      caller ${text} NOT NULL,
      id ${text} NOT NULL,
      content_hash ${text} NOT NULL,
      happened_at ${integer} NOT NULL,
      answer ${json} NOT NULL,
      lane ${integer} NOT NULL,
      batch ${integer} NOT NULL,
      position ${integer} NOT NULL,
      PRIMARY KEY (caller, id)
    )${clustered}`,
    `CREATE UNIQUE INDEX ledger_request_by_batch ON ledger_request (lane, batch, position)`,
    // Only declines have a row: an accepted request has none, so that claiming an id is one insert.
    `CREATE TABLE ledger_decline (
      caller ${text} NOT NULL,
      id ${text} NOT NULL,
      code ${text} NOT NULL,
      detail ${text} NOT NULL,
      PRIMARY KEY (caller, id)
    )${strict}`,
    `CREATE TABLE ledger_transfer (
      id ${text} NOT NULL UNIQUE,
      kind ${text} NOT NULL CHECK (kind IN ('single', 'pending', 'post', 'void', 'expire')),
      event ${text} NOT NULL,
      debit ${text} NOT NULL,
      credit ${text} NOT NULL,
      currency ${text} NOT NULL,
      amount ${money} NOT NULL CHECK (amount > 0),
      pending ${text},
      corrects ${text},
      expires_at ${integer},
      -- The entry before this one on each account, as lane.batch.position: an account's entries are read by following
      -- them from its last. Two indexes that every transfer writes to at random would halve the engine's speed.
      debit_prev ${text},
      credit_prev ${text},
      happened_at ${integer} NOT NULL,
      recorded_at ${integer} NOT NULL,
      lane ${integer} NOT NULL,
      batch ${integer} NOT NULL,
      position ${integer} NOT NULL,
      request ${integer} NOT NULL,
      PRIMARY KEY (lane, batch, position),
      CHECK (debit <> credit),
      CHECK ((kind IN ('post', 'void', 'expire')) = (pending IS NOT NULL))
    )${clustered}`,
    `CREATE UNIQUE INDEX ledger_transfer_one_ending ON ledger_transfer (pending) WHERE pending IS NOT NULL`,
    `CREATE INDEX ledger_transfer_corrections ON ledger_transfer (corrects) WHERE corrects IS NOT NULL`,
    // The floor is decided in core/ledger; here it holds against a mistake of ours.
    `CREATE TABLE ledger_account (
      id ${text} PRIMARY KEY NOT NULL,
      floored ${boolean} NOT NULL,
      debits_posted ${money} NOT NULL CHECK (debits_posted >= 0),
      credits_posted ${money} NOT NULL CHECK (credits_posted >= 0),
      debits_pending ${money} NOT NULL CHECK (debits_pending >= 0),
      credits_pending ${money} NOT NULL CHECK (credits_pending >= 0),
      last_entry ${text},
      CHECK (NOT floored OR credits_posted - debits_posted - debits_pending >= 0)
    )${clustered}${roomToUpdate}`,
    `CREATE TABLE ledger_checkpoint (
      number ${integer} PRIMARY KEY NOT NULL,
      lanes ${json} NOT NULL,
      recorded_at ${integer} NOT NULL,
      prev_hash ${text} NOT NULL,
      hash ${text} NOT NULL
    )${strict}`,
    ...[
      "ledger_lane",
      "ledger_batch",
      "ledger_request",
      "ledger_decline",
      "ledger_transfer",
      "ledger_checkpoint",
    ].flatMap((table) => appendOnly(types, table)),
    ...neverDeleted(types, "ledger_account"),
  ];
}

// Shifts, cash, Z numbers, and who may not sign in.
import { moneyOf } from "#core/contract/values.ts";
import type { Statement } from "#database/database.ts";
import type { EntryOf } from "./project.ts";

const shiftOpened = ({ body, epoch, at, staffId }: EntryOf<"shift-opened">): readonly Statement[] => [
  {
    must: "a shift is open, or its number is not the next one",
    sql: `UPDATE figures SET last_shift_number = ?
          WHERE last_shift_number = ? - 1 AND NOT EXISTS (SELECT 1 FROM shifts WHERE state <> 'closed')`,
    params: [body.number, body.number],
  },
  {
    sql: `INSERT INTO shifts (shift_id, number, state, epoch, opened_at, opened_by, float, closed_at,
            line_voids, no_sale_opens, reprints, z_epoch, z_seq)
          VALUES (?, ?, 'open', ?, ?, ?, ?, NULL, 0, 0, 0, NULL, NULL)`,
    params: [body.shiftId, body.number, epoch, at, staffId, moneyOf(body.float).minor],
  },
];

const cashMoved = ({ body, epoch, seq }: EntryOf<"cash-moved">): readonly Statement[] => [
  {
    sql: "INSERT INTO cash_moves (epoch, seq, shift_id, direction, amount) VALUES (?, ?, ?, ?, ?)",
    params: [epoch, seq, body.shiftId, body.direction, moneyOf(body.amount).minor],
  },
];

const shiftClosed = ({ body, at }: EntryOf<"shift-closed">): readonly Statement[] => [
  {
    must: "the shift is not open",
    sql: "UPDATE shifts SET state = 'counted', closed_at = ? WHERE shift_id = ? AND state = 'open'",
    params: [at, body.shiftId],
  },
];

/** Z numbers are gapless within an epoch, and each names the one before it. */
const zClosed = ({ body, epoch, seq, hash }: EntryOf<"z-closed">): readonly Statement[] => [
  {
    must: "the Z number is not the next one",
    sql: `UPDATE figures SET last_z_number = ?, previous_z_hash = ?
          WHERE last_z_number = ? - 1 AND previous_z_hash IS ?`,
    params: [body.zNumber, hash, body.zNumber, body.previousZHash],
  },
  {
    must: "the shift was not counted",
    sql: "UPDATE shifts SET state = 'closed', z_epoch = ?, z_seq = ? WHERE shift_id = ? AND state = 'counted'",
    params: [epoch, seq, body.shiftId],
  },
];

/** Numbers start again with an epoch; grants of an epoch before it are no longer ours to spend. */
const epochStarted = ({ body }: EntryOf<"epoch-started">): readonly Statement[] => [
  { sql: "UPDATE grants SET state = 'lost' WHERE state = 'open'" },
  {
    sql: `UPDATE figures SET last_receipt_number = 0, last_z_number = 0, previous_z_hash = NULL,
            last_shift_number = 0`,
  },
  // Versions are counted per terminal; a restored one goes on counting, so that an old snapshot stays refused.
  ...(body.reason === "enrolled" ? [{ sql: "UPDATE figures SET snapshot_version = 0" }] : []),
];

const snapshotApplied = ({ body }: EntryOf<"snapshot-applied">): readonly Statement[] => [
  { sql: "UPDATE figures SET snapshot_version = ?", params: [body.version] },
];

const signInRefused = ({ body }: EntryOf<"sign-in-refused">): readonly Statement[] => [
  {
    sql: `INSERT INTO staff_tries (staff_id, wrong_tries, locked) VALUES (?, ?, 0)
          ON CONFLICT (staff_id) DO UPDATE SET wrong_tries = excluded.wrong_tries`,
    params: [body.subject, body.wrongTries],
  },
];

const staffLocked = ({ body }: EntryOf<"staff-locked">): readonly Statement[] => [
  { sql: "UPDATE staff_tries SET locked = 1 WHERE staff_id = ?", params: [body.subject] },
];

const forgetTries = (staffId: string): Statement => ({
  sql: "DELETE FROM staff_tries WHERE staff_id = ?",
  params: [staffId],
});

export const shiftProjections = {
  "shift-opened": shiftOpened,
  "cash-moved": cashMoved,
  "shift-closed": shiftClosed,
  "z-closed": zClosed,
  "epoch-started": epochStarted,
  "snapshot-applied": snapshotApplied,
  "sign-in-refused": signInRefused,
  "staff-locked": staffLocked,
  "staff-unlocked": ({ body }: EntryOf<"staff-unlocked">) => [forgetTries(body.subject)],
  "signed-in": ({ staffId }: EntryOf<"signed-in">) => (staffId === null ? [] : [forgetTries(staffId)]),
};

// Shifts, cash, Z numbers, and who may not sign in.
import { moneyOf } from "#core/contract/values.ts";
import type { WriteTx } from "../tx.ts";
import { changeOne } from "./expect-change.ts";
import type { EntryOf } from "./project.ts";

async function shiftOpened(
  tx: WriteTx,
  { body, epoch, at, staffId }: EntryOf<"shift-opened">,
): Promise<void> {
  await changeOne(
    tx,
    "a shift is open, or its number is not the next one",
    `UPDATE figures SET last_shift_number = ?
     WHERE last_shift_number = ? - 1 AND NOT EXISTS (SELECT 1 FROM shifts WHERE state <> 'closed')`,
    [body.number, body.number],
  );
  await tx.run(
    `INSERT INTO shifts (shift_id, number, state, epoch, opened_at, opened_by, float, closed_at,
       line_voids, no_sale_opens, reprints, z_epoch, z_seq)
     VALUES (?, ?, 'open', ?, ?, ?, ?, NULL, 0, 0, 0, NULL, NULL)`,
    [body.shiftId, body.number, epoch, at, staffId, moneyOf(body.float).minor],
  );
}

async function cashMoved(tx: WriteTx, { body, epoch, seq }: EntryOf<"cash-moved">): Promise<void> {
  await tx.run("INSERT INTO cash_moves (epoch, seq, shift_id, direction, amount) VALUES (?, ?, ?, ?, ?)", [
    epoch,
    seq,
    body.shiftId,
    body.direction,
    moneyOf(body.amount).minor,
  ]);
}

async function shiftClosed(tx: WriteTx, { body, at }: EntryOf<"shift-closed">): Promise<void> {
  await changeOne(
    tx,
    "the shift is not open",
    "UPDATE shifts SET state = 'counted', closed_at = ? WHERE shift_id = ? AND state = 'open'",
    [at, body.shiftId],
  );
}

/** Z numbers are gapless within an epoch, and each names the one before it. */
async function zClosed(tx: WriteTx, { body, epoch, seq, hash }: EntryOf<"z-closed">): Promise<void> {
  await changeOne(
    tx,
    "the Z number is not the next one",
    `UPDATE figures SET last_z_number = ?, previous_z_hash = ?
     WHERE last_z_number = ? - 1 AND previous_z_hash IS ?`,
    [body.zNumber, hash, body.zNumber, body.previousZHash],
  );
  await changeOne(
    tx,
    "the shift was not counted",
    "UPDATE shifts SET state = 'closed', z_epoch = ?, z_seq = ? WHERE shift_id = ? AND state = 'counted'",
    [epoch, seq, body.shiftId],
  );
}

/** Numbers start again with an epoch; grants of an epoch before it are no longer ours to spend. */
async function epochStarted(tx: WriteTx, { body }: EntryOf<"epoch-started">): Promise<void> {
  await tx.run("UPDATE grants SET state = 'lost' WHERE state = 'open'");
  await tx.run(
    "UPDATE figures SET last_receipt_number = 0, last_z_number = 0, previous_z_hash = NULL, last_shift_number = 0",
  );
  // Versions are counted per terminal; a restored one goes on counting, so that an old snapshot stays refused.
  if (body.reason === "enrolled") await tx.run("UPDATE figures SET snapshot_version = 0");
}

async function signInRefused(tx: WriteTx, { body }: EntryOf<"sign-in-refused">): Promise<void> {
  await tx.run(
    `INSERT INTO staff_tries (staff_id, wrong_tries, locked) VALUES (?, ?, 0)
     ON CONFLICT (staff_id) DO UPDATE SET wrong_tries = excluded.wrong_tries`,
    [body.subject, body.wrongTries],
  );
}

const forgetTries = (tx: WriteTx, staffId: string) =>
  tx.run("DELETE FROM staff_tries WHERE staff_id = ?", [staffId]).then(() => undefined);

export const shiftProjections = {
  "shift-opened": shiftOpened,
  "cash-moved": cashMoved,
  "shift-closed": shiftClosed,
  "z-closed": zClosed,
  "epoch-started": epochStarted,
  "snapshot-applied": async (tx: WriteTx, { body }: EntryOf<"snapshot-applied">) => {
    await tx.run("UPDATE figures SET snapshot_version = ?", [body.version]);
  },
  "sign-in-refused": signInRefused,
  "staff-locked": async (tx: WriteTx, { body }: EntryOf<"staff-locked">) => {
    await tx.run("UPDATE staff_tries SET locked = 1 WHERE staff_id = ?", [body.subject]);
  },
  "staff-unlocked": (tx: WriteTx, { body }: EntryOf<"staff-unlocked">) => forgetTries(tx, body.subject),
  "signed-in": async (tx: WriteTx, { staffId }: EntryOf<"signed-in">) => {
    if (staffId !== null) await forgetTries(tx, staffId);
  },
};

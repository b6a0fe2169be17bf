// The queries of staff. Those of their sessions are in sessions.ts, those of their stories in story.ts.
import { z } from "zod";
import { StaffRole } from "#core/contract/staff.ts";
import { WireStaffId } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { STAFF_STATES, type StaffState } from "#core/staff/authority.ts";
import { lockEnd, STAFF_TRIES_MAX } from "#core/staff/lock.ts";
import { TILL_STAFF_MAX } from "#core/staff/pin.ts";
import { type Instant, instant } from "#core/time.ts";
import type { Param, ReadDb, WriteDb } from "#database/database.ts";
import { textOf } from "#database/row.ts";

const StaffRecord = z.object({
  staff_id: WireStaffId,
  sign_in_name: z.string(),
  name: z.string(),
  role: StaffRole,
  state: z.enum(STAFF_STATES),
  password_hash: z.string().nullable(),
  /** Good for one sign-in, at which another has to be chosen. SQLite says 0 and 1. */
  password_once: z.coerce.boolean(),
  pin_sealed: z.string().nullable(),
  pin_version: z.coerce.number(),
  totp_sealed: z.string().nullable(),
  wrong_tries: z.coerce.number(),
  locks: z.coerce.number(),
  locked_until: z.coerce.number().transform(instant).nullable(),
  last_sign_in_at: z.coerce.number().nullable(),
});
export type StaffRecord = z.infer<typeof StaffRecord>;

const COLUMNS =
  "staff_id, sign_in_name, name, role, state, password_hash, password_once, pin_sealed, pin_version, totp_sealed, wrong_tries, locks, locked_until, last_sign_in_at";

export async function staffBySignInName(db: ReadDb, signInName: string): Promise<StaffRecord | undefined> {
  const row = await db.get(`SELECT ${COLUMNS} FROM staff WHERE sign_in_name = ?`, [signInName.toLowerCase()]);
  return row === undefined ? undefined : StaffRecord.parse(row);
}

export async function staffById(db: ReadDb, staffId: StaffId): Promise<StaffRecord | undefined> {
  const row = await db.get(`SELECT ${COLUMNS} FROM staff WHERE staff_id = ?`, [staffId]);
  return row === undefined ? undefined : StaffRecord.parse(row);
}

const AT_TILLS = "state <> 'left' AND role IN ('cashier', 'manager') AND pin_sealed IS NOT NULL";

/** Everyone who may sign in at a till. */
export async function tillStaff(db: ReadDb): Promise<readonly StaffRecord[]> {
  const rows = await db.all(`SELECT ${COLUMNS} FROM staff WHERE ${AT_TILLS} ORDER BY name`);
  return rows.map((row) => StaffRecord.parse(row));
}

/** STAFF_FULL where the tills take nobody more. */
export async function refuseWhenFull(tx: ReadDb): Promise<void> {
  const row = await tx.get(`SELECT count(*) AS people FROM staff WHERE ${AT_TILLS}`);
  if (Number(row?.people) >= TILL_STAFF_MAX) fail("STAFF_FULL");
}

export type StaffSearch = Readonly<{
  query?: string | undefined;
  state?: StaffState | undefined;
  page: number;
  pageSize: number;
}>;

/** Those who left stand last: one looks for them rarely, and never first. */
export async function searchStaff(db: ReadDb, { query = "", state, page, pageSize }: StaffSearch) {
  const like = `%${query.toLowerCase().replace(/[%_\\]/g, "")}%`;
  const where = `WHERE (lower(name) LIKE ? OR sign_in_name LIKE ?)${state === undefined ? "" : " AND state = ?"}`;
  const params: readonly Param[] = state === undefined ? [like, like] : [like, like, state];
  const rows = await db.all(
    `SELECT ${COLUMNS} FROM staff ${where}
     ORDER BY CASE WHEN state = 'left' THEN 1 ELSE 0 END, name, staff_id LIMIT ? OFFSET ?`,
    [...params, pageSize, page * pageSize],
  );
  const total = await db.get(`SELECT count(*) AS total FROM staff ${where}`, params);
  return { total: Number(total?.total ?? 0), rows: rows.map((row) => StaffRecord.parse(row)) };
}

export type NewStaff = Readonly<{
  staffId: StaffId;
  signInName: string;
  name: string;
  role: StaffRecord["role"];
  passwordHash: string | null;
  passwordOnce?: boolean;
  pinSealed: string | null;
  totpSealed: string | null;
}>;

/** False, and nothing changed, where the id is somebody's. */
export async function insertStaff(tx: WriteDb, staff: NewStaff): Promise<boolean> {
  const inserted = await tx.run(
    `INSERT INTO staff (staff_id, sign_in_name, name, role, state, password_hash, password_once, pin_sealed, pin_version, totp_sealed, totp_step, wrong_tries)
     VALUES (?, ?, ?, ?, 'active', ?, ?, ?, 1, ?, 0, 0) ON CONFLICT (staff_id) DO NOTHING`,
    [
      staff.staffId,
      staff.signInName.toLowerCase(),
      staff.name,
      staff.role,
      staff.passwordHash,
      staff.passwordOnce ?? false,
      staff.pinSealed,
      staff.totpSealed,
    ],
  );
  return inserted === 1;
}

/**
 * Counts a wrong try before the answer is given; the last one locks. When the lock ends, where this try made it; else
 * only whether the person is locked now.
 */
export async function countWrongTry(
  tx: WriteDb,
  staffId: StaffId,
  at: Instant,
): Promise<Readonly<{ isLocked: boolean; lockedNow: Instant | null }>> {
  await tx.run("UPDATE staff SET wrong_tries = wrong_tries + 1 WHERE staff_id = ?", [staffId]);
  const staff = await staffById(tx, staffId);
  if (staff?.state !== "active" || staff.wrong_tries < STAFF_TRIES_MAX)
    return { isLocked: staff?.state === "locked", lockedNow: null };
  const until = lockEnd(at, staff.locks);
  await tx.run("UPDATE staff SET state = 'locked', locked_until = ?, locks = locks + 1 WHERE staff_id = ?", [
    until,
    staffId,
  ]);
  return { isLocked: true, lockedNow: until };
}

/** Takes a step of the authenticator once: false where it, or a later one, was used before, or the person is locked. */
export async function takeTotpStep(tx: WriteDb, staffId: StaffId, step: number): Promise<boolean> {
  return (
    (await tx.run(
      "UPDATE staff SET totp_step = ? WHERE staff_id = ? AND totp_step < ? AND state = 'active'",
      [step, staffId, step],
    )) === 1
  );
}

/** False where somebody's lock has not ended, or has been ended. `locks` counts on: only a person's word forgets it. */
export async function endLapsedLock(tx: WriteDb, staffId: StaffId, at: Instant): Promise<boolean> {
  return (
    (await tx.run(
      `UPDATE staff SET state = 'active', wrong_tries = 0, locked_until = NULL
       WHERE staff_id = ? AND state = 'locked' AND locked_until <= ?`,
      [staffId, at],
    )) === 1
  );
}

export async function lapsedLocks(db: ReadDb, at: Instant): Promise<readonly StaffId[]> {
  const rows = await db.all("SELECT staff_id FROM staff WHERE state = 'locked' AND locked_until <= ?", [at]);
  return rows.map((row) => WireStaffId.parse(textOf(row, "staff_id")));
}

/** Ends a lock, if there is one, and forgets the tries that led to it. */
export async function endLock(tx: WriteDb, staffId: StaffId): Promise<void> {
  await tx.run(
    `UPDATE staff SET state = 'active', wrong_tries = 0, locks = 0, locked_until = NULL
     WHERE staff_id = ? AND state <> 'left'`,
    [staffId],
  );
}

/** Puts a new password in the place of the one that was checked; false where another has taken that place meanwhile. */
export async function replacePassword(
  tx: WriteDb,
  staffId: StaffId,
  { before, now }: Readonly<{ before: string; now: string }>,
): Promise<boolean> {
  return (
    (await tx.run(
      `UPDATE staff SET password_hash = ?, password_once = FALSE, wrong_tries = 0, locks = 0
       WHERE staff_id = ? AND password_hash = ? AND state = 'active'`,
      [now, staffId, before],
    )) === 1
  );
}

/** A password for one sign-in; a new authenticator's key begins its steps anew, and none is taken away. */
export async function givePassword(
  tx: WriteDb,
  staffId: StaffId,
  secrets: Readonly<{ passwordHash: string; totpSealed: string | null }>,
): Promise<void> {
  await tx.run(
    `UPDATE staff SET password_hash = ?, password_once = TRUE, totp_sealed = COALESCE(?, totp_sealed),
       totp_step = CASE WHEN ? THEN 0 ELSE totp_step END WHERE staff_id = ? AND state <> 'left'`,
    [secrets.passwordHash, secrets.totpSealed, secrets.totpSealed !== null, staffId],
  );
}

/** Tills make their verifiers anew under the next version. */
export async function givePin(tx: WriteDb, staffId: StaffId, pinSealed: string): Promise<void> {
  await tx.run(
    "UPDATE staff SET pin_sealed = ?, pin_version = pin_version + 1 WHERE staff_id = ? AND state <> 'left'",
    [pinSealed, staffId],
  );
}

export async function setRole(tx: WriteDb, staffId: StaffId, role: StaffRecord["role"]): Promise<void> {
  await tx.run("UPDATE staff SET role = ? WHERE staff_id = ? AND state <> 'left'", [role, staffId]);
}

/** Takes the PIN away, and what tills' verifiers were made from it. */
export async function takePin(tx: WriteDb, staffId: StaffId): Promise<void> {
  await tx.run("UPDATE staff SET pin_sealed = NULL WHERE staff_id = ?", [staffId]);
  await tx.run("DELETE FROM staff_verifier WHERE staff_id = ?", [staffId]);
}

/** The row stays, so that the id and the sign-in name are never anybody else's; its secrets go. */
export async function leave(tx: WriteDb, staffId: StaffId): Promise<void> {
  await tx.run(
    `UPDATE staff SET state = 'left', password_hash = NULL, password_once = FALSE, totp_sealed = NULL,
       locked_until = NULL WHERE staff_id = ?`,
    [staffId],
  );
}

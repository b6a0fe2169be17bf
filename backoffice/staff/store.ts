// The queries of staff and their sessions.
import { z } from "zod";
import { WireStaffId } from "#core/contract/values.ts";
import type { StaffId } from "#core/ids.ts";
import type { Instant } from "#core/time.ts";
import type { ReadDb, WriteDb } from "#database/database.ts";

const StaffRecord = z.object({
  staff_id: WireStaffId,
  sign_in_name: z.string(),
  name: z.string(),
  role: z.enum(["cashier", "manager", "operator"]),
  state: z.enum(["active", "locked", "left"]),
  password_hash: z.string().nullable(),
  pin_sealed: z.string().nullable(),
  pin_version: z.coerce.number(),
  totp_sealed: z.string().nullable(),
  totp_step: z.coerce.number(),
  wrong_tries: z.coerce.number(),
  last_sign_in_at: z.coerce.number().nullable(),
});
export type StaffRecord = z.infer<typeof StaffRecord>;

const COLUMNS =
  "staff_id, sign_in_name, name, role, state, password_hash, pin_sealed, pin_version, totp_sealed, totp_step, wrong_tries, last_sign_in_at";

export async function staffBySignInName(db: ReadDb, signInName: string): Promise<StaffRecord | undefined> {
  const row = await db.get(`SELECT ${COLUMNS} FROM staff WHERE sign_in_name = ?`, [signInName.toLowerCase()]);
  return row === undefined ? undefined : StaffRecord.parse(row);
}

export async function staffById(db: ReadDb, staffId: StaffId): Promise<StaffRecord | undefined> {
  const row = await db.get(`SELECT ${COLUMNS} FROM staff WHERE staff_id = ?`, [staffId]);
  return row === undefined ? undefined : StaffRecord.parse(row);
}

/** Everyone who may sign in at a till. */
export async function tillStaff(db: ReadDb): Promise<readonly StaffRecord[]> {
  const rows = await db.all(
    `SELECT ${COLUMNS} FROM staff WHERE state <> 'left' AND role IN ('cashier', 'manager') AND pin_sealed IS NOT NULL ORDER BY name`,
  );
  return rows.map((row) => StaffRecord.parse(row));
}

export async function searchStaff(db: ReadDb, query: string, size: number, page: number) {
  const like = `%${query.toLowerCase().replace(/[%_\\]/g, "")}%`;
  const where = "WHERE lower(name) LIKE ? OR sign_in_name LIKE ?";
  const rows = await db.all(
    `SELECT ${COLUMNS} FROM staff ${where} ORDER BY name, staff_id LIMIT ? OFFSET ?`,
    [like, like, size, page * size],
  );
  const total = await db.get(`SELECT count(*) AS total FROM staff ${where}`, [like, like]);
  return { total: Number(total?.total ?? 0), rows: rows.map((row) => StaffRecord.parse(row)) };
}

export type NewStaff = Readonly<{
  staffId: StaffId;
  signInName: string;
  name: string;
  role: StaffRecord["role"];
  passwordHash: string | null;
  pinSealed: string | null;
  totpSealed: string | null;
}>;

export async function insertStaff(tx: WriteDb, staff: NewStaff): Promise<void> {
  await tx.run(
    `INSERT INTO staff (staff_id, sign_in_name, name, role, state, password_hash, pin_sealed, pin_version, totp_sealed, totp_step, wrong_tries)
     VALUES (?, ?, ?, ?, 'active', ?, ?, 1, ?, 0, 0) ON CONFLICT (staff_id) DO NOTHING`,
    [
      staff.staffId,
      staff.signInName.toLowerCase(),
      staff.name,
      staff.role,
      staff.passwordHash,
      staff.pinSealed,
      staff.totpSealed,
    ],
  );
}

/** Counts a wrong try before the answer is given; the last one locks. True where the person is locked now. */
export async function countWrongTry(tx: WriteDb, staffId: StaffId, triesMax: number): Promise<boolean> {
  await tx.run(
    `UPDATE staff SET wrong_tries = wrong_tries + 1,
       state = CASE WHEN wrong_tries + 1 >= ? AND state = 'active' THEN 'locked' ELSE state END
     WHERE staff_id = ?`,
    [triesMax, staffId],
  );
  return (await staffById(tx, staffId))?.state === "locked";
}

/** Takes a step of the authenticator once: false where it, or a later one, was used before. */
export async function takeTotpStep(tx: WriteDb, staffId: StaffId, step: number): Promise<boolean> {
  return (
    (await tx.run("UPDATE staff SET totp_step = ? WHERE staff_id = ? AND totp_step < ?", [
      step,
      staffId,
      step,
    ])) === 1
  );
}

/** False, and no session, where tries that arrived together have locked the person meanwhile. */
export async function beginSession(
  tx: WriteDb,
  session: { tokenHash: string; staffId: StaffId; at: Instant; expiresAt: Instant },
): Promise<boolean> {
  const mayBegin = await tx.run(
    "UPDATE staff SET wrong_tries = 0, last_sign_in_at = ? WHERE staff_id = ? AND state = 'active'",
    [session.at, session.staffId],
  );
  if (mayBegin !== 1) return false;
  await tx.run("INSERT INTO staff_session (token_hash, staff_id, begun_at, expires_at) VALUES (?, ?, ?, ?)", [
    session.tokenHash,
    session.staffId,
    session.at,
    session.expiresAt,
  ]);
  await tx.run("DELETE FROM staff_session WHERE expires_at < ?", [session.at]);
  return true;
}

export async function sessionByToken(db: ReadDb, tokenHash: string, now: Instant) {
  const row = await db.get(
    `SELECT s.staff_id, s.name, s.role, t.expires_at FROM staff_session t JOIN staff s ON s.staff_id = t.staff_id
     WHERE t.token_hash = ? AND t.expires_at > ? AND s.state = 'active'`,
    [tokenHash, now],
  );
  if (row === undefined) return undefined;
  return StaffRecord.pick({ staff_id: true, name: true, role: true })
    .extend({ expires_at: z.coerce.number() })
    .parse(row);
}

export async function endSession(tx: WriteDb, tokenHash: string): Promise<void> {
  await tx.run("DELETE FROM staff_session WHERE token_hash = ?", [tokenHash]);
}

export async function unlockStaff(tx: WriteDb, staffId: StaffId): Promise<boolean> {
  return (
    (await tx.run(
      "UPDATE staff SET state = 'active', wrong_tries = 0 WHERE staff_id = ? AND state = 'locked'",
      [staffId],
    )) === 1
  );
}

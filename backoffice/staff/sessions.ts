// The sessions of staff at the console: random tokens, stored hashed, good while the person is active.
import { createHash } from "node:crypto";
import { z } from "zod";
import { StaffRole } from "#core/contract/staff.ts";
import { WireStaffId } from "#core/contract/values.ts";
import type { StaffId } from "#core/ids.ts";
import type { StaffRole as Role } from "#core/staff/authority.ts";
import type { Clock, Instant } from "#core/time.ts";
import type { Database, ReadDb, WriteDb } from "#database/database.ts";

export const tokenHash = (token: string) => createHash("sha256").update(token).digest("hex");

/**
 * False, and no session, where the person was locked or has left meanwhile, or got another role, or another password than
 * the one that was checked.
 */
export async function beginSession(
  tx: WriteDb,
  session: Readonly<{
    tokenHash: string;
    staffId: StaffId;
    role: Role;
    passwordHash: string;
    at: Instant;
    expiresAt: Instant;
  }>,
): Promise<boolean> {
  const mayBegin = await tx.run(
    `UPDATE staff SET wrong_tries = 0, locks = 0, last_sign_in_at = ?
     WHERE staff_id = ? AND state = 'active' AND role = ? AND password_once = FALSE
       AND password_hash = ?`,
    [session.at, session.staffId, session.role, session.passwordHash],
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

const SessionRow = z.object({
  staff_id: WireStaffId,
  sign_in_name: z.string(),
  name: z.string(),
  role: StaffRole,
  expires_at: z.coerce.number(),
});
export type SessionRow = z.infer<typeof SessionRow>;

export async function sessionByToken(
  db: ReadDb,
  token: string,
  now: Instant,
): Promise<SessionRow | undefined> {
  const row = await db.get(
    `SELECT s.staff_id, s.sign_in_name, s.name, s.role, t.expires_at
     FROM staff_session t JOIN staff s ON s.staff_id = t.staff_id
     WHERE t.token_hash = ? AND t.expires_at > ? AND s.state = 'active'`,
    [tokenHash(token), now],
  );
  return row === undefined ? undefined : SessionRow.parse(row);
}

export async function endSession(tx: WriteDb, token: string): Promise<void> {
  await tx.run("DELETE FROM staff_session WHERE token_hash = ?", [tokenHash(token)]);
}

/** Ends the person's sessions at once, on every screen but the one whose token is kept. */
export async function endSessions(tx: WriteDb, staffId: StaffId, keptToken?: string): Promise<void> {
  await tx.run("DELETE FROM staff_session WHERE staff_id = ? AND token_hash <> ?", [
    staffId,
    keptToken === undefined ? "" : tokenHash(keptToken),
  ]);
}

/** Who a session's token belongs to; undefined where it has ended, or the person was locked since. */
export async function callerOfSession(
  { database, clock }: Readonly<{ database: Database; clock: Clock }>,
  token: string,
) {
  const session = await sessionByToken(database.read, token, clock.now());
  if (session === undefined) return undefined;
  return { kind: "staff", staffId: session.staff_id, name: session.name, role: session.role } as const;
}

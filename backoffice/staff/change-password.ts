// A person changes their own password at the console, with the old one.
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { newStaffPassword, staffPasswordText } from "#core/staff/password.ts";
import { staffAsks } from "../cards/password-shares.ts";
import type { StaffDeps } from "./deps.ts";
import { endSessions } from "./sessions.ts";
import { replacePassword, staffById } from "./store.ts";
import { writeEvent } from "./story.ts";
import { refuseTry, refuseWhenLocked } from "./tries.ts";

export type OwnPasswordChange = Readonly<{
  staffId: StaffId;
  /** Of the session that goes on; the others of the person end. */
  token: string;
  password: string;
  newPassword: string;
}>;

/**
 * A wrong old password counts as a wrong sign-in does. Fails with SIGN_IN_REFUSED, SIGN_IN_LOCKED, STAFF_PASSWORD_FORM,
 * STATE_CONFLICT where it was replaced meanwhile, or BUSY.
 */
export async function changeOwnPassword(deps: StaffDeps, asked: OwnPasswordChange): Promise<void> {
  const { staffId } = asked;
  const staff = await staffById(deps.database.read, staffId);
  const before = staff?.password_hash ?? null;
  if (staff?.state !== "active" || before === null) return fail("SIGN_IN_REFUSED");
  const right = await deps.passwords.verify(before, staffPasswordText(asked.password), staffAsks(staffId));
  if (!right) return refuseTry(deps, staffId, "password");
  await refuseWhenLocked(deps, staffId);
  const person = { signInName: staff.sign_in_name, oldPassword: asked.password };
  const chosen = newStaffPassword(asked.newPassword, person);
  if (!chosen.ok) return fail(chosen.error.code, chosen.error.detail);
  const now = await deps.passwords.hash(chosen.value, staffAsks(staffId));
  const event = { eventId: deps.ids.next(), staffId, at: deps.clock.now(), by: staffId, reason: "" } as const;
  await deps.database.transaction(async (tx) => {
    if (!(await replacePassword(tx, staffId, { before, now }))) fail("STATE_CONFLICT", "replaced meanwhile");
    await endSessions(tx, staffId, asked.token);
    await writeEvent(tx, { ...event, what: "password-chosen" });
  });
  deps.log.info({ staffId }, "staff.password-changed");
}

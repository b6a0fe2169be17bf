// Signs a person in at the console: password first, then the authenticator's code where the role needs one. A password that
// was given for one sign-in opens nothing but the choice of another.
import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { FailureError, fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { newStaffPassword, staffPasswordText } from "#core/staff/password.ts";
import { after, hours, type Instant } from "#core/time.ts";
import { type Asker, staffAsks } from "../cards/password-shares.ts";
import type { StaffDeps } from "./deps.ts";
import { beginSession, tokenHash } from "./sessions.ts";
import { replacePassword, type StaffRecord, staffBySignInName, takeTotpStep } from "./store.ts";
import { passwordGivenAt, writeEvent } from "./story.ts";
import { endLockWhenDue, refuseTry, refuseWhenLocked } from "./tries.ts";

/** A working day, so that nobody signs in twice and a forgotten screen does not stay open over night. */
export const SESSION_AGE_MS = hours(10);
const TOTP_PERIOD_SECONDS = 30;
/** Over a weekend, and no longer: until it is used, whoever finds the note has the access. */
const ONE_TIME_AGE_MS = hours(72);

export type SignInDeps = StaffDeps &
  Readonly<{
    /** Argon2id hash of nobody's password: an unknown name costs as much time as a known one. */
    decoyHash: string;
  }>;

export type SignIn = Readonly<{
  signInName: string;
  password: string;
  code?: string | undefined;
  newPassword?: string | undefined;
}>;
export type Session = Readonly<{ token: string; staff: StaffRecord; expiresAt: Instant }>;

/**
 * Fails with SIGN_IN_REFUSED, SIGN_IN_LOCKED, PASSWORD_LAPSED, NEW_PASSWORD_REQUIRED, STAFF_PASSWORD_FORM,
 * SECOND_FACTOR_REQUIRED or BUSY; REQUEST_INVALID where a new password comes beside one that is no one-time password.
 */
export async function signIn(deps: SignInDeps, attempt: SignIn): Promise<Session> {
  const staff = await endLockWhenDue(deps, await staffBySignInName(deps.database.read, attempt.signInName));
  if (staff?.state === "locked") throw new FailureError({ code: "SIGN_IN_LOCKED" });

  const stored = staff?.password_hash ?? deps.decoyHash;
  const asker: Asker = { share: "staff", who: `sign-in:${attempt.signInName.toLowerCase()}` };
  const right = await deps.passwords.verify(stored, staffPasswordText(attempt.password), asker);
  if (staff === undefined || staff.password_hash === null || staff.state !== "active") {
    throw new FailureError({ code: "SIGN_IN_REFUSED" });
  }
  if (!right) return refuseTry(deps, staff.staff_id, "password");
  await refuseWhenLocked(deps, staff.staff_id);
  // Only who knows it hears that it has lapsed.
  if (staff.password_once && (await hasLapsed(deps, staff.staff_id))) return fail("PASSWORD_LAPSED");
  const chosen = chosenPassword(staff, attempt);
  if (staff.totp_sealed !== null) await checkCode(deps, staff, staff.totp_sealed, attempt.code);
  return begin(deps, staff, stored, chosen);
}

async function hasLapsed({ database, clock }: SignInDeps, staffId: StaffId): Promise<boolean> {
  const givenAt = await passwordGivenAt(database.read, staffId);
  return givenAt === undefined || clock.now() >= after(givenAt, ONE_TIME_AGE_MS);
}

/** The password that takes the one-time password's place; undefined where the person's own was given. */
function chosenPassword(staff: StaffRecord, { password, newPassword }: SignIn): string | undefined {
  if (!staff.password_once) {
    return newPassword === undefined
      ? undefined
      : fail("REQUEST_INVALID", "the password is the person's own");
  }
  if (newPassword === undefined) return fail("NEW_PASSWORD_REQUIRED");
  const chosen = newStaffPassword(newPassword, { signInName: staff.sign_in_name, oldPassword: password });
  return chosen.ok ? chosen.value : fail(chosen.error.code, chosen.error.detail);
}

async function checkCode(deps: SignInDeps, staff: StaffRecord, sealed: string, code: string | undefined) {
  if (code === undefined) throw new FailureError({ code: "SECOND_FACTOR_REQUIRED" });
  const totp = new TOTP({ secret: Secret.fromBase32(deps.sealer.open(sealed)), period: TOTP_PERIOD_SECONDS });
  const now = deps.clock.now();
  const delta = totp.validate({ token: code, timestamp: now, window: 1 });
  if (delta === null) return refuseTry(deps, staff.staff_id, "code");
  const step = Math.floor(now / 1_000 / TOTP_PERIOD_SECONDS) + delta;
  const first = await deps.database.transaction((tx) => takeTotpStep(tx, staff.staff_id, step));
  if (!first) return fail(await whyNotBegun(deps, staff.staff_id), "the code was used before");
}

async function begin(
  deps: SignInDeps,
  staff: StaffRecord,
  checkedHash: string,
  chosen: string | undefined,
): Promise<Session> {
  const { staff_id: staffId, role } = staff;
  const token = randomBytes(32).toString("base64url");
  const passwordHash =
    chosen === undefined ? checkedHash : await deps.passwords.hash(chosen, staffAsks(staffId));
  const at = deps.clock.now();
  const expiresAt = after(at, SESSION_AGE_MS);
  const eventId = deps.ids.next();
  const begun = await deps.database.transaction(async (tx) => {
    if (chosen !== undefined) {
      if (!(await replacePassword(tx, staffId, { before: checkedHash, now: passwordHash }))) return false;
      await writeEvent(tx, { eventId, staffId, at, what: "password-chosen", by: staffId, reason: "" });
    }
    return beginSession(tx, { tokenHash: tokenHash(token), staffId, role, passwordHash, at, expiresAt });
  });
  if (!begun) return fail(await whyNotBegun(deps, staffId));
  deps.log.info({ staffId, choseOwn: chosen !== undefined }, "staff.signed-in");
  return { token, staff, expiresAt };
}

/** Between the check and what follows the person was locked by other tries, or got another password or role. */
async function whyNotBegun({ database }: SignInDeps, staffId: StaffId) {
  const row = await database.read.get("SELECT state FROM staff WHERE staff_id = ?", [staffId]);
  return row?.state === "locked" ? "SIGN_IN_LOCKED" : "SIGN_IN_REFUSED";
}

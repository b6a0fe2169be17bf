// Signs a person in at the console: password first, then the authenticator's code where the role needs one.
import { createHash, randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { FailureError } from "#core/errors.ts";
import { after, type Clock, hours, type Instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import type { PasswordHasher, Sealer } from "./secrets.ts";
import {
  beginSession,
  countWrongTry,
  type StaffRecord,
  sessionByToken,
  staffBySignInName,
  takeTotpStep,
} from "./store.ts";

/** A working day, so that nobody signs in twice and a forgotten screen does not stay open over night. */
export const SESSION_AGE_MS = hours(10);
const WRONG_TRIES_MAX = 5;
const TOTP_PERIOD_SECONDS = 30;

export type SignInDeps = Readonly<{
  database: Database;
  clock: Clock;
  passwords: PasswordHasher;
  sealer: Sealer;
  /** Argon2id hash of nobody's password: an unknown name costs as much time as a known one. */
  decoyHash: string;
}>;

export type SignIn = Readonly<{ signInName: string; password: string; code?: string | undefined }>;
export type Session = Readonly<{ token: string; staff: StaffRecord; expiresAt: Instant }>;

export const tokenHash = (token: string) => createHash("sha256").update(token).digest("hex");

/** Fails with SIGN_IN_REFUSED, SIGN_IN_LOCKED, SECOND_FACTOR_REQUIRED or BUSY. */
export async function signIn(deps: SignInDeps, attempt: SignIn): Promise<Session> {
  const { database, clock } = deps;
  const staff = await staffBySignInName(database.read, attempt.signInName);
  if (staff?.state === "locked") throw new FailureError({ code: "SIGN_IN_LOCKED" });

  const right = await deps.passwords.verify(staff?.password_hash ?? deps.decoyHash, attempt.password);
  if (staff === undefined || staff.password_hash === null || staff.state !== "active") {
    throw new FailureError({ code: "SIGN_IN_REFUSED" });
  }
  if (!right) return refuse(deps, staff);
  if (staff.totp_sealed !== null) await checkCode(deps, staff, staff.totp_sealed, attempt.code);

  const token = randomBytes(32).toString("base64url");
  const at = clock.now();
  const expiresAt = after(at, SESSION_AGE_MS);
  const begun = await database.transaction((tx) =>
    beginSession(tx, { tokenHash: tokenHash(token), staffId: staff.staff_id, at, expiresAt }),
  );
  if (!begun) throw new FailureError({ code: "SIGN_IN_LOCKED" });
  return { token, staff, expiresAt };
}

/** Who a session's token belongs to; undefined where it has ended, or the person was locked since. */
export async function callerOfSession(
  { database, clock }: Pick<SignInDeps, "database" | "clock">,
  token: string,
) {
  const session = await sessionByToken(database.read, tokenHash(token), clock.now());
  if (session === undefined) return undefined;
  return { kind: "staff", staffId: session.staff_id, name: session.name, role: session.role } as const;
}

async function checkCode(deps: SignInDeps, staff: StaffRecord, sealed: string, code: string | undefined) {
  if (code === undefined) throw new FailureError({ code: "SECOND_FACTOR_REQUIRED" });
  const totp = new TOTP({ secret: Secret.fromBase32(deps.sealer.open(sealed)), period: TOTP_PERIOD_SECONDS });
  const now = deps.clock.now();
  const delta = totp.validate({ token: code, timestamp: now, window: 1 });
  if (delta === null) return refuse(deps, staff);
  const step = Math.floor(now / 1_000 / TOTP_PERIOD_SECONDS) + delta;
  const first = await deps.database.transaction((tx) => takeTotpStep(tx, staff.staff_id, step));
  if (!first) throw new FailureError({ code: "SIGN_IN_REFUSED", detail: "the code was used before" });
}

async function refuse(deps: SignInDeps, staff: StaffRecord): Promise<never> {
  const locked = await deps.database.transaction((tx) => countWrongTry(tx, staff.staff_id, WRONG_TRIES_MAX));
  throw new FailureError({ code: locked ? "SIGN_IN_LOCKED" : "SIGN_IN_REFUSED" });
}

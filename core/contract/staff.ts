// Staff at the console: sign-in with a password and, for managers and operators, an authenticator's code; and who works
// here, with what was done to each person's access.
import { z } from "zod";
import { STAFF_ROLES, STAFF_STATES } from "../staff/authority.ts";
import { STAFF_PASSWORD_CHARACTERS_MAX } from "../staff/password.ts";
import { TILL_PIN } from "../staff/pin.ts";
import { SIGN_IN_NAME } from "../staff/sign-in-name.ts";
import { PageRequest, pageOf } from "./paging.ts";
import { PlainText } from "./plain-text.ts";
import { allow } from "./roles.ts";
import { WireInstant, WireStaffId } from "./values.ts";

const about = (summary: string) => ({ tags: ["staff"], summary });

export const StaffRole = z.enum(STAFF_ROLES);

export const Me = z.object({
  staffId: WireStaffId,
  signInName: z.string().max(40),
  name: z.string().max(60),
  role: StaffRole,
  expiresAt: WireInstant,
});
export type Me = z.infer<typeof Me>;

export const StaffRow = z.object({
  staffId: WireStaffId,
  signInName: z.string().max(40),
  name: z.string().max(60),
  role: StaffRole,
  state: z.enum(STAFF_STATES),
  /** When the lock ends by itself; null where there is none, or where only a person ends it. */
  lockedUntil: WireInstant.nullable(),
  /** At the console. */
  lastSignInAt: WireInstant.nullable(),
});
export type StaffRow = z.infer<typeof StaffRow>;

/** What may happen to a person's access; the last two happen at a till and come with its journal. */
export const STAFF_EVENTS = [
  "added",
  "role-changed",
  "locked",
  "lock-ended",
  "unlocked",
  "password-given",
  "password-chosen",
  "pin-given",
  "access-ended",
  "locked-at-till",
  "unlocked-at-till",
] as const;
export type StaffEventKind = (typeof STAFF_EVENTS)[number];

export const StaffEvent = z.object({
  at: WireInstant,
  what: z.enum(STAFF_EVENTS),
  /** Null where no person did it: wrong tries, time, or the command line of the machine. */
  by: z.object({ staffId: WireStaffId, name: z.string().max(60) }).nullable(),
  reason: z.string().max(200),
  /** The role from then on, where it was given. */
  role: StaffRole.nullable(),
  /** When the lock was to end. */
  until: WireInstant.nullable(),
  /** The name of the till where it happened. */
  till: z.string().max(60).nullable(),
});
export type StaffEvent = z.infer<typeof StaffEvent>;

export const StaffDetail = StaffRow.extend({
  /** `one-time`: good for one sign-in, at which another has to be chosen. */
  password: z.enum(["none", "one-time", "chosen"]),
  hasSecondFactor: z.boolean(),
  hasPin: z.boolean(),
  /** Oldest first. */
  story: z.array(StaffEvent),
});
export type StaffDetail = z.infer<typeof StaffDetail>;

/** Shown to whoever gave it, this once, and stored nowhere in the clear. */
export const GivenSecrets = z.object({
  password: z.string().max(40),
  /** The key of the authenticator, for roles that need one. */
  totpSecret: z.string().max(80).nullable(),
});
export type GivenSecrets = z.infer<typeof GivenSecrets>;

const password = z.string().min(1).max(STAFF_PASSWORD_CHARACTERS_MAX);
const reason = PlainText.min(1).max(200);
const pin = z.string().regex(TILL_PIN);
const reasoned = z.object({ staffId: WireStaffId, reason });
const done = z.object({ done: z.literal(true) });

export const staffContract = {
  signIn: allow("anyone")
    .route({
      method: "POST",
      path: "/v1/console/session",
      ...about("Sign in; the session travels in a cookie"),
    })
    .input(
      z.object({
        signInName: PlainText.min(1).max(40),
        password,
        /** Six digits of the authenticator: SECOND_FACTOR_REQUIRED asks for them. */
        code: z
          .string()
          .regex(/^\d{6}$/)
          .optional(),
        /** The person's own: NEW_PASSWORD_REQUIRED asks for it, where the password is good for this sign-in only. */
        newPassword: password.optional(),
      }),
    )
    .output(Me),
  me: allow("cashier", "manager", "operator")
    .route({ method: "GET", path: "/v1/console/session", ...about("Who is signed in") })
    .output(Me),
  signOut: allow("cashier", "manager", "operator")
    .route({ method: "DELETE", path: "/v1/console/session", ...about("Sign out") })
    .output(done),
  changePassword: allow("cashier", "manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/session/password",
      ...about("Change the own password; other sessions of the person end"),
    })
    .input(z.object({ password, newPassword: password }))
    .output(done),
  list: allow("manager", "operator")
    .route({ method: "GET", path: "/v1/console/staff", ...about("Staff and their state") })
    .input(PageRequest.extend({ state: z.enum(STAFF_STATES).optional() }))
    .output(pageOf(StaffRow)),
  get: allow("manager", "operator")
    .route({ method: "GET", path: "/v1/console/staff/{staffId}", ...about("One person with their story") })
    .input(z.object({ staffId: WireStaffId }))
    .output(StaffDetail),
  /** Managers add cashiers only, and so with the rest: `core/staff/authority.ts` says who may do what to whom. */
  add: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/staff",
      ...about("Add a person; their first secrets are shown once"),
    })
    .input(
      z.object({
        signInName: z.string().regex(SIGN_IN_NAME),
        name: PlainText.min(1).max(60),
        role: StaffRole,
        /** Null where one is to be made, and for who works at no till. */
        pin: pin.nullable(),
        reason,
      }),
    )
    .output(
      GivenSecrets.extend({
        staffId: WireStaffId,
        /** The PIN that was made; null where it was chosen. */
        pin: pin.nullable(),
      }),
    ),
  unlock: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/staff/{staffId}/unlock",
      ...about("Unlock a person after wrong tries"),
    })
    .input(reasoned)
    .output(StaffRow),
  givePassword: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/staff/{staffId}/password",
      ...about("Give a one-time password, and a new authenticator key with it; both are shown once"),
    })
    .input(reasoned)
    .output(GivenSecrets),
  givePin: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/staff/{staffId}/pin",
      ...about("Give a PIN for the tills: a chosen one, or one that is made and shown once"),
    })
    .input(reasoned.extend({ pin: pin.optional() }))
    .output(z.object({ pin })),
  changeRole: allow("operator")
    .route({
      method: "POST",
      path: "/v1/console/staff/{staffId}/role",
      ...about("Give a person another role"),
    })
    .input(reasoned.extend({ role: StaffRole }))
    /** Secrets where the new role needs a second factor that the person has not. */
    .output(z.object({ secrets: GivenSecrets.nullable() })),
  endAccess: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/staff/{staffId}/end",
      ...about("End a person's access to the console and the tills, for good"),
    })
    .input(reasoned)
    .output(StaffRow),
};

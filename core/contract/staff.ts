// Staff at the console: sign-in with a password and, for managers and operators, an authenticator's code.
import { z } from "zod";
import { PageRequest, pageOf } from "./paging.ts";
import { allow } from "./roles.ts";
import { WireInstant, WireStaffId } from "./values.ts";

const tags = ["staff"];

export const StaffRole = z.enum(["cashier", "manager", "operator"]);

export const Me = z.object({
  staffId: WireStaffId,
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
  state: z.enum(["active", "locked", "left"]),
  lastSignInAt: WireInstant.nullable(),
});
export type StaffRow = z.infer<typeof StaffRow>;

export const staffContract = {
  signIn: allow("anyone")
    .route({
      method: "POST",
      path: "/v1/console/session",
      tags,
      summary: "Sign in; the session travels in a cookie",
    })
    .input(
      z.object({
        signInName: z.string().min(1).max(40),
        password: z.string().min(1).max(100),
        /** Six digits of the authenticator: SECOND_FACTOR_REQUIRED asks for them. */
        code: z
          .string()
          .regex(/^\d{6}$/)
          .optional(),
      }),
    )
    .output(Me),
  me: allow("cashier", "manager", "operator")
    .route({ method: "GET", path: "/v1/console/session", tags, summary: "Who is signed in" })
    .output(Me),
  signOut: allow("cashier", "manager", "operator")
    .route({ method: "DELETE", path: "/v1/console/session", tags, summary: "Sign out" })
    .output(z.object({ done: z.literal(true) })),
  list: allow("manager", "operator")
    .route({ method: "GET", path: "/v1/console/staff", tags, summary: "Staff and their state" })
    .input(PageRequest)
    .output(pageOf(StaffRow)),
  add: allow("operator")
    .route({
      method: "POST",
      path: "/v1/console/staff",
      tags,
      summary: "Add a person; their first secrets are shown once",
    })
    .input(
      z.object({
        signInName: z.string().regex(/^[a-z0-9.-]{2,40}$/),
        name: z.string().min(1).max(60),
        role: StaffRole,
        pin: z
          .string()
          .regex(/^\d{4,8}$/)
          .nullable(),
      }),
    )
    .output(
      z.object({
        staffId: WireStaffId,
        password: z.string().max(40),
        /** The key of the authenticator, for roles that need one. */
        totpSecret: z.string().max(80).nullable(),
      }),
    ),
  unlock: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/staff/{staffId}/unlock",
      tags,
      summary: "Unlock a person after wrong tries",
    })
    .input(z.object({ staffId: WireStaffId }))
    .output(StaffRow),
};

// The routes of staff at the console.
import { implement } from "@orpc/server";
import { staffContract } from "#core/contract/staff.ts";
import { wireInstant } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import { instant } from "#core/time.ts";
import type { RequestContext } from "../http/caller.ts";
import { type AddStaffDeps, addStaff } from "./add-staff.ts";
import { SESSION_AGE_MS, type SignInDeps, signIn, tokenHash } from "./sign-in.ts";
import {
  endSession,
  type StaffRecord,
  searchStaff,
  sessionByToken,
  staffById,
  unlockStaff,
} from "./store.ts";

export function staffRoutes(deps: SignInDeps & AddStaffDeps) {
  const { database, clock } = deps;
  const os = implement(staffContract).$context<RequestContext>();
  return os.router({
    signIn: os.signIn.handler(async ({ input, context }) => {
      const session = await signIn(deps, input);
      context.session.begin(session.token, SESSION_AGE_MS);
      return me(session.staff, session.expiresAt);
    }),
    me: os.me.handler(async ({ context }) => {
      const hash = tokenHash(context.session.token ?? "");
      const session = await sessionByToken(database.read, hash, clock.now());
      return session === undefined ? fail("SIGN_IN_REQUIRED") : me(session, session.expires_at);
    }),
    signOut: os.signOut.handler(async ({ context }) => {
      const token = context.session.token;
      if (token !== null) await database.transaction((tx) => endSession(tx, tokenHash(token)));
      context.session.end();
      return { done: true } as const;
    }),
    list: os.list.handler(async ({ input }) => {
      const found = await searchStaff(database.read, input.query ?? "", input.pageSize, input.page);
      return { total: found.total, rows: found.rows.map(rowOf) };
    }),
    add: os.add.handler(({ input }) => addStaff(deps, input)),
    unlock: os.unlock.handler(async ({ input }) => {
      await database.transaction((tx) => unlockStaff(tx, input.staffId));
      deps.changed();
      const staff = await staffById(database.read, input.staffId);
      return staff === undefined ? fail("NOT_FOUND") : rowOf(staff);
    }),
  });
}

const me = (staff: Pick<StaffRecord, "staff_id" | "name" | "role">, expiresAt: number) => ({
  staffId: staff.staff_id,
  name: staff.name,
  role: staff.role,
  expiresAt: wireInstant(instant(expiresAt)),
});

const rowOf = (staff: StaffRecord) => ({
  staffId: staff.staff_id,
  signInName: staff.sign_in_name,
  name: staff.name,
  role: staff.role,
  state: staff.state,
  lastSignInAt: staff.last_sign_in_at === null ? null : wireInstant(instant(staff.last_sign_in_at)),
});

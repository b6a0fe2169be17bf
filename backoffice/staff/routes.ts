// The routes of staff at the console.
import { implement } from "@orpc/server";
import { staffContract } from "#core/contract/staff.ts";
import { wireInstant } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import type { Caller, RequestContext } from "../http/caller.ts";
import type { Ordered } from "./act.ts";
import { addStaff } from "./add-staff.ts";
import { changeOwnPassword } from "./change-password.ts";
import { changeRole } from "./change-role.ts";
import { endAccess } from "./end-access.ts";
import { givePassword } from "./give-password.ts";
import { givePin } from "./give-pin.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { endSession, sessionByToken } from "./sessions.ts";
import { SESSION_AGE_MS, type SignInDeps, signIn } from "./sign-in.ts";
import { type StaffRecord, searchStaff, staffById } from "./store.ts";
import { storyOf } from "./story.ts";
import { unlock } from "./unlock.ts";

export function staffRoutes(deps: SignInDeps) {
  const { database, clock } = deps;
  const oneChange = oneAtATime();
  const os = implement(staffContract).$context<RequestContext>();
  return os.router({
    signIn: os.signIn.handler(async ({ input, context }) => {
      const session = await signIn(deps, input);
      context.session.begin(session.token, SESSION_AGE_MS);
      return me(session.staff, session.expiresAt);
    }),
    me: os.me.handler(async ({ context }) => {
      const session = await sessionByToken(database.read, context.session.token ?? "", clock.now());
      return session === undefined ? fail("SIGN_IN_REQUIRED") : me(session, session.expires_at);
    }),
    signOut: os.signOut.handler(async ({ context }) => {
      const { token } = context.session;
      if (token !== null) await database.transaction((tx) => endSession(tx, token));
      context.session.end();
      return { done: true } as const;
    }),
    changePassword: os.changePassword.handler(async ({ input, context }) => {
      const token = context.session.token ?? fail("SIGN_IN_REQUIRED");
      const staffId = staffOf(context.caller);
      await oneChange(staffId, () => changeOwnPassword(deps, { ...input, staffId, token }));
      return { done: true } as const;
    }),
    list: os.list.handler(async ({ input }) => {
      const found = await searchStaff(database.read, input);
      return { total: found.total, rows: found.rows.map(rowOf) };
    }),
    get: os.get.handler(async ({ input: { staffId } }) => {
      const staff = (await staffById(database.read, staffId)) ?? fail("NOT_FOUND", "staff");
      return {
        ...rowOf(staff),
        password: staff.password_hash === null ? "none" : staff.password_once ? "one-time" : "chosen",
        hasSecondFactor: staff.totp_sealed !== null,
        hasPin: staff.pin_sealed !== null,
        story: await storyOf(database.read, staffId),
      } as const;
    }),
    add: os.add.handler(({ input, context }) => addStaff(deps, { ...input, by: staffOf(context.caller) })),
    unlock: os.unlock.handler(async ({ input, context }) =>
      rowOf(await unlock(deps, ordered(input, context))),
    ),
    givePassword: os.givePassword.handler(({ input, context }) =>
      givePassword(deps, ordered(input, context)),
    ),
    givePin: os.givePin.handler(async ({ input, context }) => ({
      pin: await givePin(deps, ordered(input, context), input.pin),
    })),
    changeRole: os.changeRole.handler(async ({ input, context }) => ({
      secrets: await changeRole(deps, ordered(input, context), input.role),
    })),
    endAccess: os.endAccess.handler(async ({ input, context }) =>
      rowOf(await endAccess(deps, ordered(input, context))),
    ),
  });
}

const ordered = (
  { staffId, reason }: Readonly<{ staffId: StaffId; reason: string }>,
  { caller }: RequestContext,
): Ordered => ({ staffId, reason, by: staffOf(caller) });

const staffOf = (caller: Caller): StaffId =>
  caller.kind === "staff" ? caller.staffId : fail("ROLE_REFUSED");

const me = (
  {
    staff_id: staffId,
    sign_in_name: signInName,
    name,
    role,
  }: Pick<StaffRecord, "staff_id" | "sign_in_name" | "name" | "role">,
  expiresAt: number,
) => ({ staffId, signInName, name, role, expiresAt: wireInstant(instant(expiresAt)) });

const rowOf = (staff: StaffRecord) => ({
  staffId: staff.staff_id,
  signInName: staff.sign_in_name,
  name: staff.name,
  role: staff.role,
  state: staff.state,
  lockedUntil:
    staff.state === "locked" && staff.locked_until !== null ? wireInstant(staff.locked_until) : null,
  lastSignInAt: staff.last_sign_in_at === null ? null : wireInstant(instant(staff.last_sign_in_at)),
});

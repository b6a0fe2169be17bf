// Gives a person another role. What they could do with the old one ends at once.
import { fail } from "#core/errors.ts";
import { needsSecondFactor, type StaffRole, worksAtTill } from "#core/staff/authority.ts";
import { actOn, type Ordered } from "./act.ts";
import type { StaffDeps } from "./deps.ts";
import { type FirstSecrets, makeFirstSecrets } from "./first-secrets.ts";
import { endSessions } from "./sessions.ts";
import { givePassword, setRole, takePin } from "./store.ts";

/**
 * New secrets where the role needs a second factor that the person has not: a password of before would open it alone.
 * Fails with NOT_FOUND, OWN_ACCESS, ROLE_REFUSED, STATE_CONFLICT where it is their role, or BUSY.
 */
export async function changeRole(
  deps: StaffDeps,
  ordered: Ordered,
  role: StaffRole,
): Promise<FirstSecrets | null> {
  const { staffId } = ordered;
  const made = needsSecondFactor(role) ? await makeFirstSecrets(deps, role, ordered.by) : null;
  let isGiven = false;
  await actOn(deps, "change-role", ordered, async (tx, { subject }) => {
    if (subject.role === role) fail("STATE_CONFLICT", "it is the role already");
    await setRole(tx, staffId, role);
    if (!worksAtTill(role)) await takePin(tx, staffId);
    isGiven = made !== null && subject.totp_sealed === null;
    if (made !== null && isGiven) await givePassword(tx, staffId, made.stored);
    await endSessions(tx, staffId);
    return isGiven
      ? [{ what: "role-changed", role }, { what: "password-given" }]
      : [{ what: "role-changed", role }];
  });
  return isGiven && made !== null ? made.shown : null;
}

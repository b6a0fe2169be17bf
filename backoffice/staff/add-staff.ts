// Takes a person on: the secrets that they sign in with are made here and shown once.
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { mayGiveRole, type StaffRole, worksAtTill } from "#core/staff/authority.ts";
import type { StaffDeps } from "./deps.ts";
import { type FirstSecrets, makeFirstSecrets, makePin } from "./first-secrets.ts";
import { insertStaff, refuseWhenFull, staffById, staffBySignInName } from "./store.ts";
import { writeEvent } from "./story.ts";

export type NewPerson = Readonly<{
  signInName: string;
  name: string;
  role: StaffRole;
  /** The chosen one for the till; null where one is to be made. An operator has none. */
  pin: string | null;
  /** Null on the command line of the machine, whose owner may do everything. */
  by: StaffId | null;
  reason: string;
}>;

/** What is shown once. `pin` is null where it was chosen, or where the role has none. */
export type Added = FirstSecrets & Readonly<{ staffId: StaffId; pin: string | null }>;

/**
 * The password is good for one sign-in, at which the person chooses an own one. Fails with SIGN_IN_NAME_TAKEN,
 * ROLE_REFUSED where the role is not `by`'s to give, STAFF_FULL where the tills take nobody more, or BUSY.
 */
export async function addStaff(deps: StaffDeps, person: NewPerson): Promise<Added> {
  const { signInName, name, role, by, reason } = person;
  const pin = worksAtTill(role) ? (person.pin ?? makePin()) : null;
  const staffId = `staff-${deps.ids.next()}` as StaffId;
  const { shown, stored } = await makeFirstSecrets(deps, role, by);
  const event = {
    eventId: deps.ids.next(),
    staffId,
    at: deps.clock.now(),
    what: "added",
    by,
    reason,
    role,
  } as const;
  await deps.database.transaction(async (tx) => {
    if (by !== null) {
      const adder = await staffById(tx, by);
      if (adder?.state !== "active" || !mayGiveRole(adder.role, role)) fail("ROLE_REFUSED");
    }
    if ((await staffBySignInName(tx, signInName)) !== undefined) fail("SIGN_IN_NAME_TAKEN");
    if (pin !== null) await refuseWhenFull(tx);
    const pinSealed = pin === null ? null : deps.sealer.seal(pin);
    await insertStaff(tx, { staffId, signInName, name, role, ...stored, pinSealed, passwordOnce: true });
    await writeEvent(tx, event);
  });
  deps.log.info({ staffId, role, by }, "staff.added");
  deps.changed();
  return { staffId, ...shown, pin: pin === person.pin ? null : pin };
}

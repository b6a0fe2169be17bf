// Ends a person's access for good: to the console at once, to a till from its next snapshot on.
import { actOn, type Ordered } from "./act.ts";
import type { StaffDeps } from "./deps.ts";
import { endSessions } from "./sessions.ts";
import { leave, type StaffRecord, takePin } from "./store.ts";

/**
 * Sessions end and secrets go; the row stays, so that nobody ever has this id or sign-in name again. Fails with NOT_FOUND,
 * OWN_ACCESS, ROLE_REFUSED, or STATE_CONFLICT where the person has left.
 */
export const endAccess = (deps: StaffDeps, ordered: Ordered): Promise<StaffRecord> =>
  actOn(deps, "end-access", ordered, async (tx) => {
    const { staffId } = ordered;
    await leave(tx, staffId);
    await takePin(tx, staffId);
    await endSessions(tx, staffId);
    return [{ what: "access-ended" }];
  });

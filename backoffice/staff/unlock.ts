// Lets a person try again after wrong passwords or codes.
import { actOn, type Ordered } from "./act.ts";
import type { StaffDeps } from "./deps.ts";
import { endLock, type StaffRecord } from "./store.ts";

/** Fails with NOT_FOUND, OWN_ACCESS, ROLE_REFUSED, or STATE_CONFLICT where the person is not locked. */
export const unlock = (deps: StaffDeps, ordered: Ordered): Promise<StaffRecord> =>
  actOn(deps, "unlock", ordered, async (tx) => {
    await endLock(tx, ordered.staffId);
    return [{ what: "unlocked" }];
  });

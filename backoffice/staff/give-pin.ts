// Gives a person a new PIN for the tills. They learn of it as verifiers of their own, at their next sync.
import { actOn, type Ordered } from "./act.ts";
import type { StaffDeps } from "./deps.ts";
import { makePin } from "./first-secrets.ts";
import { givePin as givePinTo, refuseWhenFull } from "./store.ts";

/**
 * The chosen PIN, or one that is made. Fails with NOT_FOUND, OWN_ACCESS, ROLE_REFUSED, STATE_CONFLICT for an operator, or
 * STAFF_FULL for one more than the tills take.
 */
export async function givePin(deps: StaffDeps, ordered: Ordered, chosen?: string): Promise<string> {
  const pin = chosen ?? makePin();
  const pinSealed = deps.sealer.seal(pin);
  await actOn(deps, "give-pin", ordered, async (tx, { subject }) => {
    if (subject.pin_sealed === null) await refuseWhenFull(tx);
    await givePinTo(tx, ordered.staffId, pinSealed);
    return [{ what: "pin-given" }];
  });
  return pin;
}

// Gives a person a password for one sign-in, where they have forgotten theirs or somebody else knows it.
import { fail } from "#core/errors.ts";
import { actOn, type Ordered } from "./act.ts";
import type { StaffDeps } from "./deps.ts";
import { type FirstSecrets, makeFirstSecrets } from "./first-secrets.ts";
import { endSessions } from "./sessions.ts";
import { endLock, givePassword as givePasswordTo, staffById } from "./store.ts";

/**
 * The authenticator's key is made anew with it where the role has one. Sessions and a lock end: they were about the old
 * password. Fails with NOT_FOUND, OWN_ACCESS, ROLE_REFUSED, STATE_CONFLICT or BUSY.
 */
export async function givePassword(deps: StaffDeps, ordered: Ordered): Promise<FirstSecrets> {
  const { staffId } = ordered;
  const { role } = (await staffById(deps.database.read, staffId)) ?? fail("NOT_FOUND", "staff");
  const { shown, stored } = await makeFirstSecrets(deps, role, ordered.by);
  await actOn(deps, "give-password", ordered, async (tx, { subject }) => {
    if (subject.role !== role) fail("STATE_CONFLICT", "the role has changed");
    await givePasswordTo(tx, staffId, stored);
    await endLock(tx, staffId);
    await endSessions(tx, staffId);
    return subject.state === "locked"
      ? [{ what: "password-given" }, { what: "unlocked" }]
      : [{ what: "password-given" }];
  });
  return shown;
}

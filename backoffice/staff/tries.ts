// Wrong tries at the console: each is counted before its answer, five lock, and a lock ends by itself.
import { FailureError } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import type { StaffDeps } from "./deps.ts";
import { countWrongTry, endLapsedLock, lapsedLocks, type StaffRecord, staffById } from "./store.ts";
import { writeEvent } from "./story.ts";

/** Always fails: with SIGN_IN_LOCKED where the person is locked now, else with SIGN_IN_REFUSED. */
export async function refuseTry(
  { database, clock, ids, log }: StaffDeps,
  staffId: StaffId,
  what: "password" | "code",
): Promise<never> {
  const at = clock.now();
  const eventId = ids.next();
  const { isLocked, lockedNow } = await database.transaction(async (tx) => {
    const counted = await countWrongTry(tx, staffId, at);
    if (counted.lockedNow !== null) {
      const event = {
        eventId,
        staffId,
        at,
        what: "locked",
        by: null,
        reason: "",
        until: counted.lockedNow,
      } as const;
      await writeEvent(tx, event);
    }
    return counted;
    // The count locks the person's row before it reads it. Serializable, many at once would be turned away uncounted.
  }, "read-committed");
  log.warn({ staffId, what, isLocked, lockedUntil: lockedNow }, "staff.sign-in-refused");
  throw new FailureError({ code: isLocked ? "SIGN_IN_LOCKED" : "SIGN_IN_REFUSED" });
}

/**
 * After a right password, before it is answered in any way: of many guesses at once, the right one must not be told from
 * the others once they have locked the person. Fails with SIGN_IN_LOCKED.
 */
export async function refuseWhenLocked({ database }: StaffDeps, staffId: StaffId): Promise<void> {
  const state = await database.transaction(async (tx) => {
    // Waits for the tries that came before: they hold the row until they are counted.
    await tx.run("UPDATE staff SET wrong_tries = wrong_tries WHERE staff_id = ?", [staffId]);
    return (await staffById(tx, staffId))?.state;
  }, "read-committed");
  if (state === "locked") throw new FailureError({ code: "SIGN_IN_LOCKED" });
}

/** The person as they stand now: a lock whose time is over is ended first. */
export async function endLockWhenDue(
  deps: StaffDeps,
  staff: StaffRecord | undefined,
): Promise<StaffRecord | undefined> {
  if (staff === undefined || staff.state !== "locked") return staff;
  if (staff.locked_until === null || staff.locked_until > deps.clock.now()) return staff;
  await endLock(deps, staff.staff_id);
  return staffById(deps.database.read, staff.staff_id);
}

/** Ends every lock whose time is over, so that lists show who may sign in. */
export async function endLapsedLocks(deps: StaffDeps): Promise<void> {
  for (const staffId of await lapsedLocks(deps.database.read, deps.clock.now())) await endLock(deps, staffId);
}

async function endLock({ database, clock, ids, log }: StaffDeps, staffId: StaffId): Promise<void> {
  const at = clock.now();
  const eventId = ids.next();
  const ended = await database.transaction(async (tx) => {
    if (!(await endLapsedLock(tx, staffId, at))) return false;
    await writeEvent(tx, { eventId, staffId, at, what: "lock-ended", by: null, reason: "" });
    return true;
  });
  if (ended) log.info({ staffId }, "staff.lock-ended");
}

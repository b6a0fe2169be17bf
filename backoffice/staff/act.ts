// One person changes another's access: whether they may is decided on both as they stand in the transaction that writes it,
// so that nobody acts with a role that was taken from them a moment ago, and two operators cannot end each other.
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { refusalOfAct, type StaffAct, type StaffMember } from "#core/staff/authority.ts";
import type { Instant } from "#core/time.ts";
import type { WriteDb } from "#database/database.ts";
import type { StaffDeps } from "./deps.ts";
import { type StaffRecord, staffById } from "./store.ts";
import { type NewEvent, writeEvent } from "./story.ts";

/** What every change of somebody's access says of itself. */
export type Ordered = Readonly<{ staffId: StaffId; by: StaffId; reason: string }>;

export type Written = Readonly<{ subject: StaffRecord; at: Instant }>;
/** What is written into the story, beside who, when and why. */
export type Told = Pick<NewEvent, "what" | "role">;

/**
 * Runs `change` and writes the story in one transaction, then tells the tills and the log; the person as they are
 * afterwards. Fails with NOT_FOUND, OWN_ACCESS, ROLE_REFUSED or STATE_CONFLICT, and with what `change` fails with.
 */
export async function actOn(
  deps: StaffDeps,
  act: StaffAct,
  { staffId, by, reason }: Ordered,
  change: (tx: WriteDb, written: Written) => Promise<readonly Told[]>,
): Promise<StaffRecord> {
  const at = deps.clock.now();
  const subject = await deps.database.transaction(async (tx) => {
    const actor = (await staffById(tx, by)) ?? fail("ROLE_REFUSED");
    const before = (await staffById(tx, staffId)) ?? fail("NOT_FOUND", "staff");
    const refusal = refusalOfAct(memberOf(actor), act, memberOf(before));
    if (refusal !== undefined) return fail(refusal);
    for (const told of await change(tx, { subject: before, at })) {
      await writeEvent(tx, { eventId: deps.ids.next(), staffId, at, by, reason, ...told });
    }
    return (await staffById(tx, staffId)) ?? fail("NOT_FOUND", "staff");
  });
  deps.log.info({ staffId, by, act }, "staff.changed");
  deps.changed();
  return subject;
}

const memberOf = ({ staff_id: staffId, role, state }: StaffRecord): StaffMember => ({ staffId, role, state });

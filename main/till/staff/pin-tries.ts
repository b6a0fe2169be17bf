// Checks a PIN and counts the wrong ones: five lock the person at this till, and each is written down.
import type { Person } from "#core/contract/till.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { booleanOf, numberOf } from "#database/row.ts";
import type { TillWork } from "../till-work.ts";

const WRONG_PINS_MAX = 5;

export const peopleOf = ({ snapshots }: TillWork): readonly Person[] =>
  snapshots.staff().map(({ staffId, name, role }) => ({ staffId, name, role }));

/**
 * The person whose PIN it is. SIGN_IN_REFUSED for a wrong one and for somebody unknown here, SIGN_IN_LOCKED after five;
 * BUSY when too many checks wait. The try is journalled before the answer is given.
 */
export async function checkedPerson(work: TillWork, staffId: StaffId, pin: string): Promise<Person> {
  const { database, snapshots, checkPin, journal, log } = work;
  const staff = snapshots.staff().find((member) => member.staffId === staffId);
  if (staff === undefined) return fail("SIGN_IN_REFUSED");
  const row = await database.read.get("SELECT wrong_tries, locked FROM staff_tries WHERE staff_id = ?", [
    staffId,
  ]);
  if (row !== undefined && booleanOf(row, "locked")) return fail("SIGN_IN_LOCKED");

  if (await checkPin(staff.verifier, pin)) return { staffId, name: staff.name, role: staff.role };

  const wrongTries = (row === undefined ? 0 : numberOf(row, "wrong_tries")) + 1;
  const isLocked = wrongTries >= WRONG_PINS_MAX;
  const drafts: EntryDraft[] = [{ kind: "sign-in-refused", body: { subject: staffId, wrongTries } }];
  if (isLocked) drafts.push({ kind: "staff-locked", body: { subject: staffId } });
  await journal.append(drafts, { staffId: null });
  log.warn({ staffId, wrongTries, isLocked }, "staff.sign-in-refused");
  throw new FailureError({ code: isLocked ? "SIGN_IN_LOCKED" : "SIGN_IN_REFUSED" });
}

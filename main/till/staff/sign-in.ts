// Signing in and out. A quick change of person leaves the sale on the screen as it is.
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { actor, type TillWork } from "../till-work.ts";
import { checkedPerson } from "./pin-tries.ts";

/** SIGN_IN_REFUSED, SIGN_IN_LOCKED. Who was signed in before is signed out. */
export async function signIn(work: TillWork, input: { staffId: StaffId; pin: string }): Promise<void> {
  const person = await checkedPerson(work, input.staffId, input.pin);
  const before = work.state.get().person;
  if (before !== null) await work.journal.append([{ kind: "signed-out", body: {} }], before);
  const signedIn: EntryDraft = { kind: "signed-in", body: { role: person.role } };
  await work.journal.append([signedIn], person);
  work.state.set({ person, enquiry: null });
}

export async function signOut(work: TillWork): Promise<void> {
  await work.journal.append([{ kind: "signed-out", body: {} }], { staffId: actor(work) });
  work.state.set({ person: null, enquiry: null });
}

/** A manager's PIN lets a locked person try again. NOT_FOUND, ROLE_REFUSED, SIGN_IN_REFUSED, SIGN_IN_LOCKED. */
export async function unlock(
  work: TillWork,
  input: { staffId: StaffId; managerId: StaffId; managerPin: string },
): Promise<void> {
  if (!work.snapshots.staff().some(({ staffId }) => staffId === input.staffId)) fail("NOT_FOUND", "staff");
  const manager = await checkedPerson(work, input.managerId, input.managerPin);
  if (manager.role !== "manager") fail("ROLE_REFUSED");
  await work.journal.append([{ kind: "staff-unlocked", body: { subject: input.staffId } }], manager);
  work.state.touch();
}

/** Who is no longer of the staff, or has another role now, signs in again. */
export async function signOutWhoLeft(work: TillWork): Promise<void> {
  const { person } = work.state.get();
  if (person === null) return;
  const now = work.snapshots.staff().find(({ staffId }) => staffId === person.staffId);
  if (now === undefined || now.role !== person.role) await signOut(work);
}

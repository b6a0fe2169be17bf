// A manager allows what a cashier may not: both identities are written down.
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { actor, type TillWork } from "../till-work.ts";
import { checkedPerson } from "./pin-tries.ts";

export type ManagerPin = Readonly<{ managerId?: StaffId | undefined; managerPin?: string | undefined }>;

/** `drafts` are written with what was allowed; empty where the manager acts in person. */
export type Approval = Readonly<{ approvedBy: StaffId; drafts: readonly EntryDraft[] }>;

/**
 * A manager's consent to one action: of the one who is signed in, or by PIN.
 * MANAGER_REQUIRED without one, ROLE_REFUSED for the PIN of somebody who is none, SIGN_IN_REFUSED, SIGN_IN_LOCKED.
 */
export async function managerApproval(
  work: TillWork,
  what: string,
  { managerId, managerPin }: ManagerPin,
  detail?: string,
): Promise<Approval> {
  const staffId = actor(work);
  if (work.state.get().person?.role === "manager") return { approvedBy: staffId, drafts: [] };
  if (managerId === undefined || managerPin === undefined) return fail("MANAGER_REQUIRED");
  const manager = await checkedPerson(work, managerId, managerPin);
  if (manager.role !== "manager") return fail("ROLE_REFUSED");
  return {
    approvedBy: manager.staffId,
    drafts: [
      {
        kind: "override-approved",
        body: { what, managerId: manager.staffId, ...(detail === undefined ? {} : { detail }) },
      },
    ],
  };
}

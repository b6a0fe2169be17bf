// Who may change whose access to the console and the tills. One place; the server decides by it, and screens offer by it.
import { assertNever } from "../assert.ts";
import type { ErrorCode } from "../errors.ts";
import type { StaffId } from "../ids.ts";

export const STAFF_ROLES = ["cashier", "manager", "operator"] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

/** `left` is for good: the id and the sign-in name are never used for anybody else. */
export const STAFF_STATES = ["active", "locked", "left"] as const;
export type StaffState = (typeof STAFF_STATES)[number];

/** What one person does to another's access. What one does to one's own is not among it. */
export const STAFF_ACTS = ["unlock", "give-password", "give-pin", "change-role", "end-access"] as const;
export type StaffAct = (typeof STAFF_ACTS)[number];

export type StaffMember = Readonly<{ staffId: StaffId; role: StaffRole; state: StaffState }>;

const RANK = { cashier: 0, manager: 1, operator: 2 } as const satisfies Record<StaffRole, number>;

/** Roles whose word moves money or lets people in: a password alone does not open theirs. */
export const needsSecondFactor = (role: StaffRole): boolean => role !== "cashier";

/** An operator runs the back office and stands at no till. */
export const worksAtTill = (role: StaffRole): boolean => role !== "operator";

/** Who takes a person on may not give a role above the own one, and a manager gives none but a cashier's. */
export const mayGiveRole = (by: StaffRole, role: StaffRole): boolean =>
  by === "operator" || (by === "manager" && role === "cashier");

/**
 * Why `by` may not do this to `subject`; undefined where it may be done. OWN_ACCESS to oneself, ROLE_REFUSED by one who is
 * not above the other, STATE_CONFLICT where there is nothing of that kind to do. As only an active operator changes
 * an operator's access, and never the own, one always remains who can sign in.
 */
export function refusalOfAct(by: StaffMember, act: StaffAct, subject: StaffMember): ErrorCode | undefined {
  if (by.state !== "active") return "ROLE_REFUSED";
  if (by.staffId === subject.staffId) return "OWN_ACCESS";
  if (!isWithinReach(by.role, act, subject.role)) return "ROLE_REFUSED";
  return isPossible(act, subject) ? undefined : "STATE_CONFLICT";
}

function isWithinReach(by: StaffRole, act: StaffAct, role: StaffRole): boolean {
  switch (act) {
    case "unlock":
      // Managers let each other in again, as they do at the tills; an operator's lock is not theirs to lift.
      return by !== "cashier" && RANK[by] >= RANK[role];
    // Whoever may take a person on with this role may also let them go, and hand them what they sign in with.
    case "give-password":
    case "give-pin":
    case "end-access":
      return mayGiveRole(by, role);
    case "change-role":
      return by === "operator";
    default:
      return assertNever(act);
  }
}

function isPossible(act: StaffAct, { role, state }: StaffMember): boolean {
  if (state === "left") return false;
  if (act === "unlock") return state === "locked";
  return act !== "give-pin" || worksAtTill(role);
}

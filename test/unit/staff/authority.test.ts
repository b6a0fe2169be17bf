// Who may change whose access, how long a lock lasts, and what a password may be.
import { describe, expect, it } from "vitest";
import type { StaffId } from "#core/ids.ts";
import {
  mayGiveRole,
  refusalOfAct,
  STAFF_ACTS,
  STAFF_ROLES,
  type StaffAct,
  type StaffMember,
  type StaffRole,
} from "#core/staff/authority.ts";
import { lockMs } from "#core/staff/lock.ts";
import { newStaffPassword } from "#core/staff/password.ts";
import { hours, minutes } from "#core/time.ts";

const by = (role: StaffRole): StaffMember => ({ staffId: "by" as StaffId, role, state: "active" });
const subject = (role: StaffRole, act: StaffAct): StaffMember => ({
  staffId: "subject" as StaffId,
  role,
  state: act === "unlock" ? "locked" : "active",
});
/** Whose access each role may change so; everybody else's is refused. */
const REACH: Record<StaffAct, Record<StaffRole, readonly StaffRole[]>> = {
  unlock: { cashier: [], manager: ["cashier", "manager"], operator: ["cashier", "manager", "operator"] },
  "give-password": { cashier: [], manager: ["cashier"], operator: ["cashier", "manager", "operator"] },
  "give-pin": { cashier: [], manager: ["cashier"], operator: ["cashier", "manager"] },
  "change-role": { cashier: [], manager: [], operator: ["cashier", "manager", "operator"] },
  "end-access": { cashier: [], manager: ["cashier"], operator: ["cashier", "manager", "operator"] },
};

describe("who may change whose access", () => {
  it.each(STAFF_ACTS.flatMap((act) => STAFF_ROLES.map((role) => [role, act] as const)))(
    "a %s may %s those in reach, and nobody else",
    (role, act) => {
      const allowed = STAFF_ROLES.filter(
        (other) => refusalOfAct(by(role), act, subject(other, act)) === undefined,
      );
      expect(allowed).toEqual(REACH[act][role]);
    },
  );

  it.each(STAFF_ACTS)("nobody may %s himself, whatever his role", (act) => {
    for (const role of STAFF_ROLES)
      expect(refusalOfAct(by(role), act, { ...subject(role, act), staffId: "by" as StaffId })).toBe(
        "OWN_ACCESS",
      );
  });

  it.each(STAFF_ACTS)("who is locked or has left may not %s anybody", (act) => {
    for (const state of ["locked", "left"] as const)
      expect(refusalOfAct({ ...by("operator"), state }, act, subject("cashier", act))).toBe("ROLE_REFUSED");
  });

  it.each(STAFF_ACTS)("nothing is left to %s where somebody has left", (act) => {
    expect(refusalOfAct(by("operator"), act, { ...subject("cashier", act), state: "left" })).toBe(
      "STATE_CONFLICT",
    );
  });

  it("unlocks only who is locked, and gives a PIN only to who works at a till", () => {
    expect(refusalOfAct(by("operator"), "unlock", { ...subject("cashier", "unlock"), state: "active" })).toBe(
      "STATE_CONFLICT",
    );
    expect(refusalOfAct(by("operator"), "give-pin", subject("operator", "give-pin"))).toBe("STATE_CONFLICT");
  });

  it("gives no role above the own one, and as a manager only a cashier's", () => {
    const given = (role: StaffRole) => STAFF_ROLES.filter((other) => mayGiveRole(role, other));
    expect(given("cashier")).toEqual([]);
    expect(given("manager")).toEqual(["cashier"]);
    expect(given("operator")).toEqual(["cashier", "manager", "operator"]);
  });
});

describe("a lock", () => {
  it("lasts 15 minutes, then twice as long each time in a row, and never above a day", () => {
    expect([0, 1, 2].map(lockMs)).toEqual([minutes(15), minutes(30), minutes(60)]);
    expect(lockMs(6)).toBe(hours(16));
    expect(lockMs(7)).toBe(hours(24));
    expect(lockMs(10_000)).toBe(hours(24));
  });
});

describe("a new password", () => {
  const choose = (typed: string, signInName = "park") =>
    newStaffPassword(typed, { signInName, oldPassword: "the-old-one-is" });
  it.each([
    ["nine-char", false],
    ["ten-chars-", true],
    ["x".repeat(100), true],
    ["x".repeat(101), false],
    ["비밀번호는한강에있다", true],
    ["with-a-\u0000-nul", false],
    ["my-PARK-is-green", false],
    ["the-old-one-is", false],
  ])("%s: %s", (typed, isGood) => {
    expect(choose(typed).ok).toBe(isGood);
  });

  it("may hold a name so short that half of all words do", () => {
    expect(choose("a-kiln-is-hot", "ki").ok).toBe(true);
  });

  it("is one password on two keyboards that compose Hangul differently", () => {
    const decomposed = "한강에는다리가스물일곱".normalize("NFD");
    expect(choose(decomposed)).toEqual(choose(decomposed.normalize("NFC")));
  });
});

// What one person does to another's access: who may, what ends at once, and what stays written down.
import { expect, test } from "vitest";
import { changeRole } from "#backoffice/staff/change-role.ts";
import { endAccess } from "#backoffice/staff/end-access.ts";
import { givePassword } from "#backoffice/staff/give-password.ts";
import { givePin } from "#backoffice/staff/give-pin.ts";
import { callerOfSession } from "#backoffice/staff/sessions.ts";
import { signIn } from "#backoffice/staff/sign-in.ts";
import { staffById } from "#backoffice/staff/store.ts";
import { storyOf } from "#backoffice/staff/story.ts";
import { unlock } from "#backoffice/staff/unlock.ts";
import { StaffDetail } from "#core/contract/staff.ts";
import type { StaffId } from "#core/ids.ts";
import { minutes } from "#core/time.ts";
import { aTerminal } from "#test/world/a-terminal.ts";
import { eachDatabase } from "#test/world/database.ts";
import { type AddedPerson, aStaffRoom, OWN_PASSWORD, outcomeOf, type StaffRoom } from "#test/world/staff.ts";

eachDatabase((databases) => {
  const order = (person: AddedPerson, by: AddedPerson, reason = "because") => ({
    staffId: person.staffId,
    by: by.staffId,
    reason,
  });
  const lock = async ({ deps }: StaffRoom, { signInName }: AddedPerson) => {
    for (let tries = 0; tries < 5; tries += 1)
      await outcomeOf(signIn(deps, { signInName, password: "wrong" }));
  };

  test("whose access has ended is out at once, and never comes back", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim-haneul", "cashier");
    const { token } = await room.settleIn(kim);
    expect(await callerOfSession(room.deps, token)).toMatchObject({ staffId: kim.staffId });
    await endAccess(room.deps, order(kim, room.root));
    expect(await callerOfSession(room.deps, token)).toBeUndefined();
    expect(await outcomeOf(room.enter(kim))).toBe("SIGN_IN_REFUSED");
    for (const again of [
      () => endAccess(room.deps, order(kim, room.root)),
      () => givePassword(room.deps, order(kim, room.root)),
      () => givePin(room.deps, order(kim, room.root)),
      () => unlock(room.deps, order(kim, room.root)),
      () => changeRole(room.deps, order(kim, room.root), "manager"),
    ])
      expect(await outcomeOf(again())).toBe("STATE_CONFLICT");
  });

  test("nothing secret stays of who has left; the id and the name stay, so that nobody gets them again", async () => {
    const room = await aStaffRoom(databases);
    const park = await room.add("park-noeul", "manager");
    await endAccess(room.deps, order(park, room.root));
    expect(await staffById(room.database.read, park.staffId)).toMatchObject({
      state: "left",
      password_hash: null,
      pin_sealed: null,
      totp_sealed: null,
    });
    expect(await outcomeOf(room.add("park-noeul", "cashier"))).toBe("SIGN_IN_NAME_TAKEN");
    const remove = room.database.transaction((tx) =>
      tx.run("DELETE FROM staff WHERE staff_id = ?", [park.staffId]),
    );
    await expect(remove).rejects.toThrow("refused");
  });

  test("the last operator who can sign in stays one: nobody changes the own access, and who is locked changes none", async () => {
    const room = await aStaffRoom(databases);
    const second = await room.add("second", "operator");
    const park = await room.add("park", "manager");
    await lock(room, second);
    for (const by of [room.root, second, park]) {
      const refusal = by === room.root ? "OWN_ACCESS" : "ROLE_REFUSED";
      expect(await outcomeOf(endAccess(room.deps, order(room.root, by)))).toBe(refusal);
      expect(await outcomeOf(changeRole(room.deps, order(room.root, by), "cashier"))).toBe(refusal);
    }
    await endAccess(room.deps, order(second, room.root));
    expect(await outcomeOf(room.settleIn(room.root))).toBe("done");
  });

  test("two operators who end each other at once leave one of them", async () => {
    const room = await aStaffRoom(databases);
    const second = await room.add("second", "operator");
    const outcomes = await Promise.all([
      outcomeOf(endAccess(room.deps, order(second, room.root))),
      outcomeOf(endAccess(room.deps, order(room.root, second))),
    ]);
    expect(outcomes.toSorted()).toEqual(["ROLE_REFUSED", "done"]);
    const row = await room.database.read.get(
      "SELECT count(*) AS active FROM staff WHERE role = 'operator' AND state = 'active'",
    );
    expect(Number(row?.active)).toBe(1);
  });

  test("a manager takes on, lets go and helps cashiers only", async () => {
    const room = await aStaffRoom(databases);
    const { deps } = room;
    const park = await room.add("park", "manager");
    const choi = await room.add("choi", "manager");
    const kim = await room.add("kim", "cashier", park.staffId);
    expect(await outcomeOf(room.add("another", "manager", park.staffId))).toBe("ROLE_REFUSED");
    expect(await outcomeOf(room.add("another", "operator", park.staffId))).toBe("ROLE_REFUSED");
    expect(await outcomeOf(room.add("another", "cashier", kim.staffId))).toBe("ROLE_REFUSED");
    for (const other of [choi, room.root]) {
      expect(await outcomeOf(givePassword(deps, order(other, park)))).toBe("ROLE_REFUSED");
      expect(await outcomeOf(givePin(deps, order(other, park)))).toBe("ROLE_REFUSED");
      expect(await outcomeOf(endAccess(deps, order(other, park)))).toBe("ROLE_REFUSED");
    }
    expect(await outcomeOf(changeRole(deps, order(kim, park), "manager"))).toBe("ROLE_REFUSED");
    expect(await outcomeOf(givePin(deps, order(park, park)))).toBe("OWN_ACCESS");
    expect(await givePin(deps, order(kim, park))).toMatch(/^\d{6}$/);
    await endAccess(deps, order(kim, park));
  });

  test("a new password ends the old one, its sessions and the lock, and makes the authenticator's key anew", async () => {
    const room = await aStaffRoom(databases);
    const park = await room.add("park", "manager");
    const { token } = await room.settleIn(park);
    await lock(room, park);
    const given = await givePassword(room.deps, order(park, room.root));
    expect(given.totpSecret).not.toBe(park.totpSecret);
    expect(await callerOfSession(room.deps, token)).toBeUndefined();
    expect(await outcomeOf(room.enter(park))).toBe("SIGN_IN_REFUSED");
    const anew = { ...park, ...given };
    expect(await outcomeOf(room.enter({ ...anew, totpSecret: null }, given.password))).toBe(
      "NEW_PASSWORD_REQUIRED",
    );
    expect(await outcomeOf(room.settleIn(anew))).toBe("done");
  });

  /** Something happens to the person between the check of the password and the session. */
  const overtakenBy = ({ deps }: StaffRoom, first: () => Promise<unknown>) => ({
    ...deps,
    passwords: {
      ...deps.passwords,
      verify: async (stored: string, secret: string) => {
        const right = await deps.passwords.verify(stored, secret);
        await first();
        return right;
      },
    },
  });

  test("a sign-in on its way when the password is replaced begins no session", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    await room.settleIn(kim);
    const slow = overtakenBy(room, () => givePassword(room.deps, order(kim, room.root)));
    expect(await outcomeOf(signIn(slow, { signInName: "kim", password: OWN_PASSWORD }))).toBe(
      "SIGN_IN_REFUSED",
    );
  });

  test("a sign-in on its way when the role is changed begins no session", async () => {
    const room = await aStaffRoom(databases);
    const park = await room.add("park", "manager");
    await room.settleIn(park);
    const slow = overtakenBy(room, () => changeRole(room.deps, order(park, room.root), "cashier"));
    const attempt = { signInName: "park", password: OWN_PASSWORD, ...room.codeOf(park) };
    expect(await outcomeOf(signIn(slow, attempt))).toBe("SIGN_IN_REFUSED");
    expect(await outcomeOf(room.enter(park))).toBe("done");
  });

  test("a cashier who becomes a manager needs a second factor from then on; an operator keeps no PIN", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    const { token } = await room.settleIn(kim);
    const secrets = await changeRole(room.deps, order(kim, room.root), "manager");
    expect(secrets?.totpSecret).toMatch(/^[A-Z2-7]{32}$/);
    expect(await callerOfSession(room.deps, token)).toBeUndefined();
    expect(await outcomeOf(room.enter(kim))).toBe("SIGN_IN_REFUSED");
    const promoted = { ...kim, ...(secrets ?? { password: "", totpSecret: null }) };
    expect(await outcomeOf(room.settleIn({ ...promoted, totpSecret: null }))).toBe("SECOND_FACTOR_REQUIRED");
    await room.settleIn(promoted);
    expect(await changeRole(room.deps, order(kim, room.root), "operator")).toBeNull();
    expect(await staffById(room.database.read, kim.staffId)).toMatchObject({
      role: "operator",
      pin_sealed: null,
    });
    expect(await outcomeOf(changeRole(room.deps, order(kim, room.root), "operator"))).toBe("STATE_CONFLICT");
  });

  test("the story says what was done, by whom, when and why, and cannot be changed", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    await room.settleIn(kim);
    room.clock.advance(minutes(1));
    await lock(room, kim);
    await unlock(room.deps, order(kim, room.root, "asked at the desk"));
    await givePin(room.deps, order(kim, room.root, "seen over the shoulder"), "900100");
    await changeRole(room.deps, order(kim, room.root, "promoted"), "manager");
    room.clock.advance(minutes(1));
    await endAccess(room.deps, order(kim, room.root, "moved away"));
    const story = await storyOf(room.database.read, kim.staffId);
    expect(story.map(({ what, by, reason, role }) => [what, by?.name ?? null, reason, role])).toEqual([
      ["added", "Root", "takes kim on", "cashier"],
      ["password-chosen", "KIM", "", null],
      ["locked", null, "", null],
      ["unlocked", "Root", "asked at the desk", null],
      ["pin-given", "Root", "seen over the shoulder", null],
      ["role-changed", "Root", "promoted", "manager"],
      ["password-given", "Root", "promoted", null],
      ["access-ended", "Root", "moved away", null],
    ]);
    for (const sql of ["UPDATE staff_event SET reason = ''", "DELETE FROM staff_event"])
      await expect(room.database.transaction((tx) => tx.run(sql))).rejects.toThrow("refused");
  });

  test("locks at a till are on the same line, and nobody else's", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    const park = await room.add("park", "manager");
    const till = await aTerminal(room);
    room.clock.advance(minutes(1));
    till.write({ kind: "staff-locked", body: { subject: kim.staffId } });
    till.write({ kind: "staff-locked", body: { subject: "kim" as StaffId } });
    till.write({ kind: "staff-locked", body: { subject: park.staffId } });
    room.clock.advance(minutes(1));
    till.write({ kind: "staff-unlocked", body: { subject: kim.staffId } });
    await till.sync();
    const story = await storyOf(room.database.read, kim.staffId);
    expect(story.map(({ what, till: name }) => [what, name])).toEqual([
      ["added", null],
      ["locked-at-till", "Till 1"],
      ["unlocked-at-till", "Till 1"],
    ]);
  });

  test("a till that names somebody unheard of hides nobody's story", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    const till = await aTerminal(room);
    till.write({ kind: "staff-unlocked", body: { subject: kim.staffId } }, "x".repeat(80) as StaffId);
    await till.sync();
    const story = await storyOf(room.database.read, kim.staffId);
    expect(StaffDetail.shape.story.safeParse(story)).toMatchObject({ success: true });
    expect(story.map(({ what }) => what)).toContain("unlocked-at-till");
  });

  test("I8 what is done to access is logged with its fields, and no secret of it is", async () => {
    const room = await aStaffRoom(databases);
    const park = await room.add("park", "manager");
    await room.settleIn(park);
    const given = await givePassword(room.deps, order(park, room.root));
    const pin = await givePin(room.deps, order(park, room.root));
    await endAccess(room.deps, order(park, room.root));
    const log = room.logged.join("\n");
    for (const event of ["staff.added", "staff.signed-in", "staff.changed"]) expect(log).toContain(event);
    expect(log).toContain(`"act":"end-access"`);
    expect(log).toContain(room.root.staffId);
    for (const secret of [
      park.password,
      park.totpSecret,
      given.password,
      given.totpSecret,
      OWN_PASSWORD,
      pin,
    ])
      expect(log).not.toContain(secret);
  });
});

// Passwords at the console: the one that is good once, the own one, and the lock that ends by itself.
import { call } from "@orpc/server";
import { expect, test } from "vitest";
import type { RequestContext } from "#backoffice/http/caller.ts";
import { changeOwnPassword } from "#backoffice/staff/change-password.ts";
import { givePassword } from "#backoffice/staff/give-password.ts";
import { staffRoutes } from "#backoffice/staff/routes.ts";
import { callerOfSession } from "#backoffice/staff/sessions.ts";
import { signIn } from "#backoffice/staff/sign-in.ts";
import { staffById } from "#backoffice/staff/store.ts";
import { storyOf } from "#backoffice/staff/story.ts";
import { endLapsedLocks } from "#backoffice/staff/tries.ts";
import { unlock } from "#backoffice/staff/unlock.ts";
import { days, hours, minutes, seconds } from "#core/time.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aStaffRoom, OWN_PASSWORD, outcomeOf, type StaffRoom } from "#test/world/staff.ts";

eachDatabase((databases) => {
  const sessionCount = async ({ database }: StaffRoom) =>
    Number((await database.read.get("SELECT count(*) AS sessions FROM staff_session"))?.sessions);

  test("a one-time password opens nothing but the choice of an own one, and then no more", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim-haneul", "cashier");
    const first = { signInName: kim.signInName, password: kim.password };
    expect(await outcomeOf(signIn(room.deps, first))).toBe("NEW_PASSWORD_REQUIRED");
    for (const newPassword of ["too-short", "kim-haneul-is-me", kim.password])
      expect(await outcomeOf(signIn(room.deps, { ...first, newPassword }))).toBe("STAFF_PASSWORD_FORM");
    expect(await sessionCount(room)).toBe(0);
    const { token } = await signIn(room.deps, { ...first, newPassword: OWN_PASSWORD });
    expect(await callerOfSession(room.deps, token)).toMatchObject({ staffId: kim.staffId });
    expect(await outcomeOf(signIn(room.deps, { ...first, newPassword: OWN_PASSWORD }))).toBe(
      "SIGN_IN_REFUSED",
    );
    expect(await outcomeOf(room.enter(kim))).toBe("done");
    const own = { signInName: kim.signInName, password: OWN_PASSWORD, newPassword: "another-of-mine" };
    expect(await outcomeOf(signIn(room.deps, own))).toBe("REQUEST_INVALID");
  });

  test("a manager's first sign-in takes the password, a new one and the code in one step", async () => {
    const room = await aStaffRoom(databases);
    const park = await room.add("park-noeul", "manager");
    const first = { signInName: park.signInName, password: park.password };
    const { code = "" } = room.codeOf(park);
    expect(await outcomeOf(signIn(room.deps, { ...first, code }))).toBe("NEW_PASSWORD_REQUIRED");
    expect(await outcomeOf(signIn(room.deps, { ...first, newPassword: OWN_PASSWORD }))).toBe(
      "SECOND_FACTOR_REQUIRED",
    );
    const wrong = code === "000000" ? "000001" : "000000";
    const guess = signIn(room.deps, { ...first, newPassword: OWN_PASSWORD, code: wrong });
    expect(await outcomeOf(guess)).toBe("SIGN_IN_REFUSED");
    expect((await staffById(room.database.read, park.staffId))?.password_once).toBe(true);
    // The code was not used up by what came before.
    await signIn(room.deps, { ...first, newPassword: OWN_PASSWORD, code });
  });

  test("a one-time password lapses after three days, and a new one is good again", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    const enter = (password: string) =>
      outcomeOf(signIn(room.deps, { signInName: "kim", password, newPassword: OWN_PASSWORD }));
    room.clock.advance(hours(72) - 1);
    expect(await outcomeOf(signIn(room.deps, { signInName: "kim", password: kim.password }))).toBe(
      "NEW_PASSWORD_REQUIRED",
    );
    room.clock.advance(1);
    expect(await enter(kim.password)).toBe("PASSWORD_LAPSED");
    expect(await enter("some-other-guess")).toBe("SIGN_IN_REFUSED");
    const { password } = await givePassword(room.deps, {
      staffId: kim.staffId,
      by: room.root.staffId,
      reason: "was ill",
    });
    expect(await enter(password)).toBe("done");
    // One's own does not lapse.
    room.clock.advance(days(40));
    expect(await outcomeOf(room.enter(kim))).toBe("done");
  });

  test("two who choose with the same one-time password at once: one of them is in", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    const choose = (newPassword: string) =>
      outcomeOf(signIn(room.deps, { signInName: "kim", password: kim.password, newPassword }));
    const outcomes = await Promise.all([choose("chosen-by-the-one"), choose("chosen-by-the-other")]);
    expect(outcomes.toSorted()).toEqual(["SIGN_IN_REFUSED", "done"]);
    expect(await sessionCount(room)).toBe(1);
  });

  test("one changes the own password with the old one, stays signed in here, and nowhere else", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    const here = await room.settleIn(kim);
    const elsewhere = await room.enter(kim);
    const asked = {
      staffId: kim.staffId,
      token: here.token,
      password: OWN_PASSWORD,
      newPassword: "eight-rivers-run",
    };
    expect(await outcomeOf(changeOwnPassword(room.deps, { ...asked, newPassword: "short" }))).toBe(
      "STAFF_PASSWORD_FORM",
    );
    expect(await outcomeOf(changeOwnPassword(room.deps, { ...asked, password: "wrong" }))).toBe(
      "SIGN_IN_REFUSED",
    );
    await changeOwnPassword(room.deps, asked);
    expect(await callerOfSession(room.deps, here.token)).toBeDefined();
    expect(await callerOfSession(room.deps, elsewhere.token)).toBeUndefined();
    expect(await outcomeOf(room.enter(kim))).toBe("SIGN_IN_REFUSED");
    expect(await outcomeOf(room.enter(kim, "eight-rivers-run"))).toBe("done");
  });

  test("one person's changes are refused while one of them runs, so that they cannot fill the queue of all", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    const { token } = await room.settleIn(kim);
    const routes = staffRoutes({ ...room.deps, decoyHash: "" });
    const context: RequestContext = {
      caller: { kind: "staff", staffId: kim.staffId, name: "Kim", role: "cashier" },
      requestId: "request-1",
      session: { token, begin: () => undefined, end: () => undefined },
    };
    const change = () =>
      outcomeOf(
        call(
          routes.changePassword,
          { password: OWN_PASSWORD, newPassword: "eight-rivers-run" },
          { context, path: ["changePassword"] },
        ),
      );
    expect((await Promise.all([change(), change(), change()])).toSorted()).toEqual(["BUSY", "BUSY", "done"]);
    expect(await change()).toBe("SIGN_IN_REFUSED");
  });

  test("who guesses at the old password of a screen left open locks it", async () => {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    const { token } = await room.settleIn(kim);
    const guess = () =>
      outcomeOf(
        changeOwnPassword(room.deps, {
          staffId: kim.staffId,
          token,
          password: "a guess",
          newPassword: "eight-rivers-run",
        }),
      );
    for (let tries = 1; tries < 5; tries += 1) expect(await guess()).toBe("SIGN_IN_REFUSED");
    expect(await guess()).toBe("SIGN_IN_LOCKED");
    expect(await callerOfSession(room.deps, token)).toBeUndefined();
  });

  async function aLockedPerson() {
    const room = await aStaffRoom(databases);
    const kim = await room.add("kim", "cashier");
    await room.settleIn(kim);
    const guess = () => outcomeOf(signIn(room.deps, { signInName: "kim", password: "wrong" }));
    const lock = async () => {
      for (let tries = 0; tries < 5; tries += 1) await guess();
    };
    await lock();
    return { room, kim, lock };
  }

  test("a lock ends by itself after 15 minutes, and not a second before", async () => {
    const { room, kim } = await aLockedPerson();
    room.clock.advance(minutes(15) - seconds(1));
    expect(await outcomeOf(room.enter(kim))).toBe("SIGN_IN_LOCKED");
    room.clock.advance(seconds(1));
    expect(await outcomeOf(room.enter(kim))).toBe("done");
    const story = await storyOf(room.database.read, kim.staffId);
    expect(story.map(({ what }) => what).slice(-2)).toEqual(["locked", "lock-ended"]);
  });

  test("each lock in a row lasts twice as long, until the person is in or somebody unlocks", async () => {
    const { room, kim, lock } = await aLockedPerson();
    room.clock.advance(minutes(15));
    await lock();
    room.clock.advance(minutes(15));
    expect(await outcomeOf(room.enter(kim))).toBe("SIGN_IN_LOCKED");
    await unlock(room.deps, { staffId: kim.staffId, by: room.root.staffId, reason: "asked" });
    await lock();
    room.clock.advance(minutes(15));
    expect(await outcomeOf(room.enter(kim))).toBe("done");
  });

  test("lists show who may sign in again, without anybody having tried", async () => {
    const { room, kim } = await aLockedPerson();
    const state = async () => (await staffById(room.database.read, kim.staffId))?.state;
    await endLapsedLocks(room.deps);
    expect(await state()).toBe("locked");
    room.clock.advance(minutes(15));
    await endLapsedLocks(room.deps);
    expect(await state()).toBe("active");
    await endLapsedLocks(room.deps);
    const story = await storyOf(room.database.read, kim.staffId);
    expect(story.filter(({ what }) => what === "lock-ended")).toHaveLength(1);
  });
});

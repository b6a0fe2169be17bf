// How a change of the staff reaches a till: by the next snapshot, as verifiers of its own.
import { expect, test } from "vitest";
import { addStaff } from "#backoffice/staff/add-staff.ts";
import { changeRole } from "#backoffice/staff/change-role.ts";
import { endAccess } from "#backoffice/staff/end-access.ts";
import { givePin } from "#backoffice/staff/give-pin.ts";
import { insertStaff } from "#backoffice/staff/store.ts";
import { pinAtTerminal, staffVerifiers } from "#backoffice/staff/terminal-verifiers.ts";
import { createTerminals } from "#backoffice/terminals/create-terminals.ts";
import type { StaffId } from "#core/ids.ts";
import { TILL_STAFF_MAX } from "#core/staff/pin.ts";
import { aTerminal } from "#test/world/a-terminal.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aStaffRoom, outcomeOf, PIN } from "#test/world/staff.ts";

eachDatabase((databases) => {
  async function aTill() {
    const room = await aStaffRoom(databases);
    const terminals = createTerminals({
      ...room.terminalDeps,
      staffVerifiers: (terminal) => staffVerifiers(room.deps, terminal),
    });
    const { terminalId, enrolment } = await aTerminal({ terminals, clock: room.clock });
    const staffKey = Buffer.from(enrolment.staffKey, "base64");
    const pull = async (since?: number) => (await terminals.snapshot(terminalId, since)).snapshot;
    const isPin = async (verifier: string | undefined, pin: string) =>
      verifier !== undefined && (await room.deps.passwords.verify(verifier, pinAtTerminal(staffKey, pin)));
    return { room, pull, isPin };
  }

  test("the snapshot after somebody's end has them no more, so that a till refuses their PIN", async () => {
    const { room, pull } = await aTill();
    const kim = await room.add("kim", "cashier");
    const lee = await room.add("lee", "cashier");
    const before = await pull();
    expect(before.parts.staff?.map(({ staffId }) => staffId)).toEqual([kim.staffId, lee.staffId]);
    await endAccess(room.deps, { staffId: kim.staffId, by: room.root.staffId, reason: "moved away" });
    const delta = await pull(before.version);
    expect(delta.version).toBeGreaterThan(before.version);
    expect(delta.parts.staff?.map(({ staffId }) => staffId)).toEqual([lee.staffId]);
  });

  test("who is taken on without a PIN gets one that is made, shown once and good at the till", async () => {
    const { room, pull, isPin } = await aTill();
    const { root, deps } = room;
    const person = { name: "Kim", role: "cashier", by: root.staffId, reason: "new" } as const;
    const made = await addStaff(deps, { ...person, signInName: "kim", pin: null });
    expect(made.pin).toMatch(/^\d{6}$/);
    expect((await addStaff(deps, { ...person, signInName: "lee", pin: PIN })).pin).toBeNull();
    const staff = (await pull()).parts.staff?.find(({ staffId }) => staffId === made.staffId);
    expect(await isPin(staff?.verifier, made.pin ?? "")).toBe(true);
  });

  test("a till that pulls while somebody's access ends leaves no verifier of their PIN behind", async () => {
    const { room } = await aTill();
    const kim = await room.add("kim", "cashier");
    const { terminalId } = await aTerminal(room);
    const order = { staffId: kim.staffId, by: room.root.staffId, reason: "moved away" };
    const hash = async (secret: string) => {
      const made = await room.deps.passwords.hash(secret);
      await endAccess(room.deps, order);
      return made;
    };
    const slow = { ...room.deps, passwords: { ...room.deps.passwords, hash } };
    await staffVerifiers(slow, { terminalId, staffKey: Buffer.alloc(32, 1) });
    expect(await room.database.read.all("SELECT staff_id FROM staff_verifier")).toEqual([]);
  });

  test("as many as a snapshot holds are taken on for the tills, and not one more", async () => {
    const { room } = await aTill();
    const second = await room.add("second", "operator");
    await room.database.transaction(async (tx) => {
      for (let count = 0; count < TILL_STAFF_MAX; count += 1) {
        const id = `c-${count}`;
        const secrets = { passwordHash: null, totpSealed: null, pinSealed: "sealed" };
        await insertStaff(tx, {
          staffId: id as StaffId,
          signInName: id,
          name: id,
          role: "cashier",
          ...secrets,
        });
      }
    });
    const order = { by: room.root.staffId, reason: "needed" };
    expect(await outcomeOf(room.add("one-more", "cashier"))).toBe("STAFF_FULL");
    expect(await outcomeOf(room.add("an-operator", "operator"))).toBe("done");
    await changeRole(room.deps, { ...order, staffId: second.staffId }, "manager");
    expect(await outcomeOf(givePin(room.deps, { ...order, staffId: second.staffId }))).toBe("STAFF_FULL");
    expect(await outcomeOf(givePin(room.deps, { ...order, staffId: "c-1" as StaffId }))).toBe("done");
    await endAccess(room.deps, { ...order, staffId: "c-1" as StaffId });
    expect(await outcomeOf(room.add("one-more", "cashier"))).toBe("done");
  });

  test("a new PIN is another verifier at the till, and the old PIN opens nothing there", async () => {
    const { room, pull, isPin } = await aTill();
    const kim = await room.add("kim", "cashier");
    const before = await pull();
    expect(await isPin(before.parts.staff?.[0]?.verifier, PIN)).toBe(true);
    const made = await givePin(room.deps, {
      staffId: kim.staffId,
      by: room.root.staffId,
      reason: "forgotten",
    });
    const verifier = (await pull(before.version)).parts.staff?.[0]?.verifier;
    expect(await isPin(verifier, made)).toBe(true);
    expect(await isPin(verifier, PIN)).toBe(false);
  });
});

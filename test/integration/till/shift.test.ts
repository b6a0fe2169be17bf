import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { ZReport } from "#core/contract/shift-report.ts";
import { tillContract } from "#core/contract/till.ts";
import { ACCESS, type Caller, type TillAction } from "#main/till/access.ts";
import { aCounter, journalKinds, KIM, LEE, type RunningTill, withBasket, won } from "./a-till.ts";

type Report = z.infer<typeof ZReport>;
const coded = (code: string) => ({ failure: { code } });
const counts = (minor: number) => [
  { faceMinor: "1000", count: minor / 1_000 },
  { faceMinor: "500", count: 0 },
];

async function sellForCash(till: RunningTill): Promise<void> {
  await withBasket(till);
  await till.act("startPaying");
  await till.act("payCash", { given: won(10_000) });
  await till.act("nextSale");
}

describe("a shift", () => {
  it("is closed with a Z that adds up, numbers itself without a gap and names the one before", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await sellForCash(till);
    await till.act("moveCash", { direction: "paid-out", amount: won(2_000), reason: "ice" });
    await till.act("moveCash", { direction: "float-top-up", amount: won(5_000), reason: "coins" });
    await till.act("openDrawer", { reason: "change for a note" });

    const x = (await till.act("report")) as Report;
    expect(x).toMatchObject({ kind: "X", zNumber: null, cash: null });
    // Nothing of which cash could be what is left.
    expect(x).toMatchObject({ sales: { gross: null, refunds: null, net: null }, perpetualGross: null });
    expect([x.tenders, x.categories, x.vat]).toEqual([[], [], []]);
    const first = (await till.act("closeShift", { counts: counts(113_000) })) as { z: Report };
    expect(first.z).toMatchObject({
      kind: "Z",
      zNumber: 1,
      previousZHash: null,
      businessDate: "2026-03-01",
      receipts: { first: 1, last: 1, count: 1 },
      sales: { gross: won(10_000), noSaleOpens: 1 },
      cash: { float: won(105_000), sales: won(10_000), paidOut: won(2_000), expected: won(113_000) },
      difference: won(0),
      perpetualGross: won(10_000),
    });

    await sellForCash(till);
    const second = (await till.act("closeShift", { counts: counts(110_000) })) as { z: Report };
    expect(second.z).toMatchObject({ zNumber: 2, shiftNumber: 2, perpetualGross: won(20_000) });
    const entries = await till.journal.entriesAfter({ epoch: till.journal.head().epoch, seq: 0 }, 500);
    const [firstZ] = entries.filter(({ kind }) => kind === "z-closed");
    expect(second.z.previousZHash).toBe(firstZ?.hash);
    await till.stop();
  });

  it("wants a manager where the drawer is off by more than a coffee", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await sellForCash(till);
    await expect(till.act("closeShift", { counts: counts(104_000) })).rejects.toMatchObject(
      coded("MANAGER_REQUIRED"),
    );
    expect((await till.view()).shift).not.toBeNull();
    const closed = (await till.act("closeShift", {
      counts: counts(104_000),
      managerId: LEE,
      managerPin: "2222",
    })) as { z: Report };
    expect(closed.z).toMatchObject({ difference: won(-6_000), approvedBy: "Lee" });
    expect((await journalKinds(till)).slice(-4)).toEqual([
      "shift-counted",
      "override-approved",
      "shift-closed",
      "z-closed",
    ]);
    await till.stop();
  });

  it("shows a manager by how much a count differs, and writes down that they saw it", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await sellForCash(till);
    const look = { counts: counts(104_000) };
    await expect(till.act("lookAtCount", look)).rejects.toMatchObject(coded("MANAGER_REQUIRED"));
    await expect(
      till.act("lookAtCount", { ...look, managerId: LEE, managerPin: "9999" }),
    ).rejects.toMatchObject(coded("SIGN_IN_REFUSED"));
    expect(await till.act("lookAtCount", { ...look, managerId: LEE, managerPin: "2222" })).toEqual({
      counted: won(104_000),
      expected: won(110_000),
      difference: won(-6_000),
    });
    expect((await till.view()).shift).not.toBeNull();
    const entries = await till.journal.entriesAfter({ epoch: till.journal.head().epoch, seq: 0 }, 500);
    expect(entries.at(-1)).toMatchObject({
      kind: "override-approved",
      body: { what: "shift-count-seen", managerId: LEE, detail: "counted 104000 KRW, expected 110000 KRW" },
    });
    await till.stop();
  });

  it("writes counts that are off down, and after three wants a manager whatever is counted", async () => {
    const counter = await aCounter();
    const first = await counter.start();
    await sellForCash(first);
    const wrongPin = { managerId: LEE, managerPin: "0000" };
    const count = (till: RunningTill, minor: number, pin = {}) =>
      till.act("closeShift", { counts: counts(minor), ...pin });
    await expect(count(first, 90_000)).rejects.toMatchObject(coded("MANAGER_REQUIRED"));
    await expect(count(first, 200_000, wrongPin)).rejects.toMatchObject(coded("SIGN_IN_REFUSED"));
    await first.crash();
    const second = await counter.start();
    await second.act("signIn", { staffId: KIM, pin: "1111" });
    await expect(count(second, 120_000)).rejects.toMatchObject(coded("MANAGER_REQUIRED"));
    // It is what the drawer should hold, but by now it may have been found out.
    await expect(count(second, 110_000)).rejects.toMatchObject(coded("MANAGER_REQUIRED"));
    expect((await journalKinds(second)).filter((kind) => kind === "shift-counted")).toHaveLength(3);
    await count(second, 110_000, { managerId: LEE, managerPin: "2222" });

    await sellForCash(second);
    const next = (await count(second, 110_000)) as { z: Report };
    expect(next.z).toMatchObject({ zNumber: 2, approvedBy: null });
    await second.stop();
  });

  it("is not closed under a sale that is being paid, and nothing is sold without one", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    await till.act("startPaying");
    await expect(till.act("closeShift", { counts: counts(100_000) })).rejects.toMatchObject(
      coded("SALE_PAYING"),
    );
    await till.act("backToBasket");
    await till.act("abandonSale", { reason: "changed their mind" });
    await till.act("closeShift", { counts: counts(100_000) });
    await expect(till.act("addItem", { itemId: "americano", quantity: 1 })).rejects.toMatchObject(
      coded("SHIFT_CLOSED"),
    );
    await till.stop();
  });
});

describe("signing in", () => {
  it("locks a person after five wrong PINs, across restarts, until a manager unlocks them", async () => {
    const counter = await aCounter();
    const first = await counter.start();
    const wrong = { staffId: KIM, pin: "9999" };
    for (let tries = 1; tries <= 3; tries++)
      await expect(first.act("signIn", wrong)).rejects.toMatchObject(coded("SIGN_IN_REFUSED"));
    await first.crash();
    const second = await counter.start();
    await expect(second.act("signIn", wrong)).rejects.toMatchObject(coded("SIGN_IN_REFUSED"));
    await expect(second.act("signIn", wrong)).rejects.toMatchObject(coded("SIGN_IN_LOCKED"));
    const right = { staffId: KIM, pin: "1111" };
    await expect(second.act("signIn", right)).rejects.toMatchObject(coded("SIGN_IN_LOCKED"));
    await expect(
      second.act("unlock", { staffId: KIM, managerId: KIM, managerPin: "1111" }),
    ).rejects.toMatchObject(coded("SIGN_IN_LOCKED"));
    await second.act("unlock", { staffId: KIM, managerId: LEE, managerPin: "2222" });
    await second.act("signIn", right);
    expect((await second.view()).person?.name).toBe("Kim");
    await second.stop();
  });

  it("forgets wrong PINs at a right one", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    for (let round = 0; round < 3; round++) {
      for (let tries = 0; tries < 4; tries++)
        await expect(till.act("signIn", { staffId: KIM, pin: "0000" })).rejects.toMatchObject(
          coded("SIGN_IN_REFUSED"),
        );
      await till.act("signIn", { staffId: KIM, pin: "1111" });
    }
    await till.stop();
  });
});

describe("every action", () => {
  const callers: readonly Caller[] = ["nobody", "cashier", "manager"];
  const actions = Object.keys(tillContract) as TillAction[];

  it("is in the table of roles", () => {
    expect(Object.keys(ACCESS).sort()).toEqual([...actions].sort());
  });

  it.each(callers)("A12 is refused to %s exactly where the table says so", async (caller) => {
    const counter = await aCounter();
    const till = await counter.start();
    if (caller !== "nobody")
      await till.act(
        "signIn",
        caller === "cashier" ? { staffId: KIM, pin: "1111" } : { staffId: LEE, pin: "2222" },
      );
    for (const action of actions.filter((name) => name !== "signOut" && name !== "watch")) {
      // Without its input an allowed action fails for another reason, and a refused one before its input is read.
      const outcome = await till.act(action).then(
        () => "done",
        (error: { failure?: { code: string } }) => error.failure?.code ?? "other",
      );
      const isRefused = outcome === "SIGN_IN_REQUIRED" || outcome === "ROLE_REFUSED";
      expect([action, isRefused]).toEqual([action, !ACCESS[action].includes(caller)]);
    }
    await till.stop();
  });
});

describe("the view", () => {
  it("comes again after each change, newest only, and ends with its watcher", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const before = (await till.view()).revision;
    await withBasket(till);
    const after = await till.view();
    expect(after.revision).toBeGreaterThan(before);
    expect(after.sale?.lines).toHaveLength(2);
    await till.stop();
  });
});

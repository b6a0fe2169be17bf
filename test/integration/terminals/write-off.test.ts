// A write-off and the resolution of a work item move money in several steps. One that stops between them is gone on with.
import { expect, test } from "vitest";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { createTerminals } from "#backoffice/terminals/create-terminals.ts";
import type { TerminalDeps } from "#backoffice/terminals/deps.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { CardId, GrantId, SaleId, StaffId } from "#core/ids.ts";
import { escrowAccount } from "#core/ledger/accounts.ts";
import {
  anAttempt,
  aStation,
  aTerminal,
  type StationWorld,
  type TestTerminal,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aGrant } from "./till-with-grant.ts";

const PERSON = { by: MANAGER as StaffId, reason: "lost in the river" };
const failsWith = (work: Promise<unknown>, code: string) =>
  expect(work).rejects.toSatisfy(
    (error) => error instanceof FailureError && error.failure.code === code,
    code,
  );

/** Stops once at the request of this number, counted from 1: before it is decided, or after it, when the answer is lost. */
function stopsAt(world: StationWorld, number: number, when: "before" | "after") {
  let count = 0;
  const { ledger } = world.deps;
  const stop = () => fail("BUSY", "stopped here");
  const stopping: TerminalDeps["ledger"] = {
    ...ledger,
    submit: async (request) => {
      count += 1;
      if (count === number && when === "before") return stop();
      const answer = await ledger.submit(request);
      return count === number ? stop() : answer;
    },
    submitTogether: async (...asked) => {
      count += 1;
      if (count === number && when === "before") return stop();
      const answers = await ledger.submitTogether(...asked);
      return count === number ? stop() : answers;
    },
  };
  return createTerminals({ ...world.deps, ledger: stopping });
}

eachDatabase((databases) => {
  /** A till with 5,000 of one card and 10,000 of another set aside, and 2,000 held. */
  async function aTillWithMoney() {
    const world = await aStation(databases);
    const till = await aTerminal(world);
    const first = await anActiveCard(world.cards, 10_000);
    const second = await anActiveCard(world.cards, 20_000);
    await till.sync();
    const grant = await aGrant(world, till, first.cardId);
    await aGrant(world, till, second.cardId);
    const held = await world.payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId: anAttempt(),
        tenderId: "tender-1",
        saleId: "sale-1" as SaleId,
        amount: won(2_000),
        card: { number: second.number, password: PASSWORD },
      },
    );
    expect(held.kind).toBe("approved");
    return { ...world, till, first, second, grant };
  }

  const inEscrow = async ({ database }: StationWorld, { terminalId }: TestTerminal, cardId: CardId) =>
    Number((await balanceOf(database.read, escrowAccount(terminalId, cardId), "KRW")).minor);

  async function expectThrough(world: Awaited<ReturnType<typeof aTillWithMoney>>) {
    const { till, first, second } = world;
    expect([await world.balance(first.cardId), await world.balance(second.cardId)]).toEqual([10_000, 20_000]);
    for (const { cardId } of [first, second]) expect(await inEscrow(world, till, cardId)).toBe(0);
    const held = await world.database.read.all("SELECT payment_id FROM payment WHERE state = 'held'");
    expect(held).toEqual([]);
    expect(await world.workItems()).toMatchObject([{ kind: "grant-written-off", minor: 15_000 }]);
    await failsWith(world.terminals.writeOff({ terminalId: till.terminalId, ...PERSON }), "STATE_CONFLICT");
    expect(await world.terminals.finishWriteOffs()).toBe(0);
    await world.ledger.close();
    expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
  }

  // The hold is given back first, then the grants.
  for (const step of [1, 2, 3]) {
    test(`a write-off that stops before its step ${step} goes on where it is asked for again`, async () => {
      const world = await aTillWithMoney();
      const asked = { terminalId: world.till.terminalId, ...PERSON };
      await failsWith(stopsAt(world, step, "before").writeOff(asked), "BUSY");
      // What may be lost is named from the first moment on, and once.
      expect(await world.workItems()).toMatchObject([{ kind: "grant-written-off", minor: 15_000 }]);
      expect((await world.terminals.writeOff(asked)).exposure.minor).toBe(15_000n);
      await expectThrough(world);
    });

    test(`a write-off whose step ${step} is not answered is finished by the clock`, async () => {
      const world = await aTillWithMoney();
      const asked = { terminalId: world.till.terminalId, ...PERSON };
      await failsWith(stopsAt(world, step, "after").writeOff(asked), "BUSY");
      await world.terminals.finishWriteOffs();
      await expectThrough(world);
    });
  }

  test("what is left is given back also where a grant changes at that moment", async () => {
    const world = await aTillWithMoney();
    const { till } = world;
    // Between the look at the grant and its release, as a sync of another process would.
    const { ledger } = world.deps;
    let isSpent = false;
    const meanwhile: TerminalDeps["ledger"] = {
      ...ledger,
      submitTogether: async (...asked) => {
        if (!isSpent) {
          isSpent = true;
          await world.database.transaction((tx) => tx.run("UPDATE card_grant SET spent = 1"));
          const outcome = ledger.submitTogether(...asked);
          await failsWith(outcome, "STATE_CONFLICT");
          await world.database.transaction((tx) => tx.run("UPDATE card_grant SET spent = 0"));
          return outcome;
        }
        return ledger.submitTogether(...asked);
      },
    };
    const terminals = createTerminals({ ...world.deps, ledger: meanwhile });
    await terminals.writeOff({ terminalId: till.terminalId, ...PERSON });
    await expectThrough(world);
  });

  test("an item stays open until the grants that it releases are released", async () => {
    const world = await aTillWithMoney();
    const { till, first, second } = world;
    till.startEpoch(till.place());
    await till.sync();
    const [item] = (await world.terminals.workItems({ state: "open", page: 0, pageSize: 10 })).rows;
    if (item?.kind !== "grants-of-old-epoch") throw new Error("the grants were left behind");
    const asked = { workItemId: item.workItemId, by: MANAGER as StaffId, resolution: "released" };
    await failsWith(stopsAt(world, 2, "before").resolveWorkItem(asked), "BUSY");
    expect(await world.workItems()).toMatchObject([{ kind: "grants-of-old-epoch" }]);
    await world.terminals.resolveWorkItem(asked);
    expect(await world.workItems()).toEqual([]);
    for (const { cardId } of [first, second]) expect(await inEscrow(world, till, cardId)).toBe(0);
    await failsWith(world.terminals.resolveWorkItem(asked), "STATE_CONFLICT");
  });

  test("an item of an earlier restore releases no grant that was given after it", async () => {
    const world = await aTillWithMoney();
    const { till, first, second } = world;
    till.startEpoch(till.place());
    await till.sync();
    const [item] = (await world.terminals.workItems({ state: "open", page: 0, pageSize: 10 })).rows;
    if (item?.kind !== "grants-of-old-epoch") throw new Error("the grants were left behind");
    world.clock.advance(1_000);
    till.startEpoch(till.place());
    await till.sync();
    const third = await anActiveCard(world.cards, 8_000);
    const live = await aGrant(world, till, third.cardId);
    await world.terminals.resolveWorkItem({
      workItemId: item.workItemId,
      by: MANAGER as StaffId,
      resolution: "released",
    });
    for (const { cardId } of [first, second]) expect(await inEscrow(world, till, cardId)).toBe(0);
    expect(await inEscrow(world, till, third.cardId)).toBe(Number(live.amount.minor));
  });

  test("an item stays open until the difference of its grant is back on the card, which happens once", async () => {
    const world = await aTillWithMoney();
    const { till, first, grant } = world;
    till.write({
      kind: "grant-closed",
      body: {
        grantId: grant.grantId as GrantId,
        cardId: first.cardId,
        remaining: won(4_000),
        reason: "recalled",
      },
    });
    await till.sync();
    const before = await inEscrow(world, till, first.cardId);
    const [item] = (await world.terminals.workItems({ state: "open", page: 0, pageSize: 10 })).rows;
    if (item?.kind !== "grant-inconsistent") throw new Error("till and books differ");
    const asked = { workItemId: item.workItemId, by: MANAGER as StaffId, resolution: "counted" };
    await failsWith(stopsAt(world, 1, "before").resolveWorkItem(asked), "BUSY");
    expect(await inEscrow(world, till, first.cardId)).toBe(before);
    await failsWith(stopsAt(world, 1, "after").resolveWorkItem(asked), "BUSY");
    expect(await world.workItems()).toMatchObject([{ kind: "grant-inconsistent", minor: 1_000 }]);
    await world.terminals.resolveWorkItem(asked);
    expect(await inEscrow(world, till, first.cardId)).toBe(before - 1_000);
    expect(await world.workItems()).toEqual([]);
  });
});

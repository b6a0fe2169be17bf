// What one sync gives back to a card pays for the slips that come after it in the same sync.
import { expect, test } from "vitest";
import type { SaleId } from "#core/ids.ts";
import {
  anAttempt,
  approved,
  aStation,
  aTender,
  aTerminal,
  risk,
  type StationWorld,
  type TestTerminal,
  verifierMade,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

eachDatabase((databases) => {
  async function aTillAndACard(balance: number) {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, balance);
    const till = await aTerminal(world);
    await till.sync();
    return { world, card, till };
  }

  test("a slip that was taken back does not make the next one short", async () => {
    const { world, card, till } = await aTillAndACard(5_000);
    const first = aTender(card.cardId, 5_000, risk());
    till.write(approved(first));
    till.write({
      kind: "tender-voided",
      body: { saleId: "sale-1" as SaleId, tender: first, reason: "another card" },
    });
    till.write(approved(aTender(card.cardId, 5_000, risk())));
    await till.sync();
    expect(await world.workItems()).toEqual([]);
    expect(await world.balance(card.cardId)).toBe(0);
  });

  test("a hold that an offline slip takes the place of does not make that slip short", async () => {
    const { world, card, till } = await aTillAndACard(5_000);
    const attemptId = await anUnansweredHold(world, till, card.number, 5_000);
    till.write(approved(aTender(card.cardId, 5_000, risk()), [attemptId]));
    await till.sync();
    expect(await world.workItems()).toEqual([]);
    expect(await world.balance(card.cardId)).toBe(0);
  });

  test("one won more than what came back is short by that won", async () => {
    const { world, card, till } = await aTillAndACard(5_000);
    const attemptId = await anUnansweredHold(world, till, card.number, 5_000);
    till.write(approved(aTender(card.cardId, 5_001, risk()), [attemptId]));
    await till.sync();
    expect(await world.workItems()).toMatchObject([{ kind: "slip-short", minor: 1 }]);
    expect(await world.balance(card.cardId)).toBe(0);
  });

  test("a grant is spent, given back and spent again in one sync", async () => {
    const { world, card, till } = await aTillAndACard(10_000);
    till.write(verifierMade(card.cardId));
    await till.sync();
    const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
    const grant = snapshot.parts.grants?.[0];
    if (grant === undefined) throw new Error("no grant was given");
    till.write({ kind: "grant-accepted", body: grant });
    const fromGrant = (minor: number) =>
      aTender(card.cardId, minor, {
        kind: "escrow",
        slices: [{ grantId: grant.grantId, amount: won(minor) }],
      });
    const first = fromGrant(4_000);
    till.write(approved(first));
    till.write({
      kind: "tender-voided",
      body: { saleId: "sale-1" as SaleId, tender: first, reason: "cash" },
    });
    till.write(approved(fromGrant(5_000)));
    await till.sync();
    expect(await world.workItems()).toEqual([]);
    expect(await world.balance(card.cardId)).toBe(5_000);
  });

  /** The back office held it, and the answer was lost. */
  async function anUnansweredHold(world: StationWorld, till: TestTerminal, number: string, amount: number) {
    const attemptId = anAttempt();
    const answer = await world.payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId,
        tenderId: "tender-1",
        saleId: "sale-1" as SaleId,
        amount: won(amount),
        card: { number, password: PASSWORD },
      },
    );
    expect(answer.kind).toBe("approved");
    return attemptId;
  }
});

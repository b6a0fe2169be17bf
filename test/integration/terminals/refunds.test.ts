// Refunds that a till asks for on line: what was answered under an id stays the answer.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { AttemptId, SaleId } from "#core/ids.ts";
import {
  anAttempt,
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  risk,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

eachDatabase((databases) => {
  async function aSlip() {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    const slip = aTender(card.cardId, 4_000, risk());
    till.write(approved(slip));
    const refund = (attemptId = anAttempt(), minor = 1_000) =>
      world.payments.refundForTerminal(
        { terminalId: till.terminalId, merchantId: MERCHANT },
        { attemptId, refundId: `r-${attemptId}`, tenderId: slip.tenderId, amount: won(minor) },
      );
    return { ...world, card, till, refund };
  }

  test("a refund refused because its slip had not come is refused for ever under that id", async () => {
    const { refund, till, balance, card } = await aSlip();
    const attemptId = anAttempt();
    expect(await refund(attemptId)).toEqual({ kind: "declined", attemptId, code: "PAYMENT_UNKNOWN" });
    await till.sync();
    // A copy of the same question that was on its way all the time.
    expect(await refund(attemptId)).toEqual({ kind: "declined", attemptId, code: "PAYMENT_UNKNOWN" });
    expect(await balance(card.cardId)).toBe(6_000);
    expect(await refund()).toMatchObject({ kind: "approved" });
    expect(await balance(card.cardId)).toBe(7_000);
  });

  test("a hold that was given up for an offline slip is not taken for it while the journal is on its way", async () => {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    const caller = { terminalId: till.terminalId, merchantId: MERCHANT };
    const attemptId = anAttempt();
    const saleId = randomUUID();
    const slip = aTender(card.cardId, 4_000, risk());
    await world.payments.authoriseForTerminal(caller, {
      attemptId,
      tenderId: slip.tenderId,
      saleId: saleId as SaleId,
      amount: slip.amount,
      card: { number: card.number, password: PASSWORD },
    });
    till.write(approved(slip, [attemptId], saleId));
    till.write(completed([slip], saleId));
    const ask = () =>
      world.payments.refundForTerminal(caller, {
        attemptId: "refund-1" as AttemptId,
        refundId: "r1",
        tenderId: slip.tenderId,
        amount: won(1_000),
      });
    await expect(ask()).rejects.toMatchObject({ failure: { code: "BUSY" } });
    await till.sync();
    expect(await world.workItems()).toEqual([]);
    expect(await ask()).toMatchObject({ kind: "approved" });
    expect(await world.balance(card.cardId)).toBe(7_000);
  });

  test("a refund asked for twice gives once, and says so twice", async () => {
    const { refund, till, balance, card } = await aSlip();
    await till.sync();
    const attemptId = anAttempt();
    const first = await refund(attemptId, 4_000);
    expect(await refund(attemptId, 4_000)).toEqual(first);
    expect(await refund(anAttempt(), 1)).toMatchObject({ kind: "declined", code: "REFUND_EXCEEDS_PAYMENT" });
    expect(await balance(card.cardId)).toBe(10_000);
  });
});

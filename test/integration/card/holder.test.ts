// What a cardholder may expect of a card at any till.
import { expect, test } from "vitest";
import type { ErrorCode } from "#core/errors.ts";
import { krw } from "#core/money.ts";
import { minutes } from "#core/time.ts";
import { aBackOffice, anActiveCard, MANAGER, MERCHANT, PASSWORD, TILL } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const failsWith = (code: ErrorCode) =>
  expect.objectContaining({ failure: expect.objectContaining({ code }) });

eachDatabase((databases) => {
  const hold = (id: string, won: number, number: string, password = PASSWORD) => ({
    id,
    amount: krw(won),
    number,
    password,
    holdFor: minutes(5),
  });

  test("C18 a card that is not registered pays for nothing", async () => {
    const { cards, payments } = await aBackOffice(databases);
    const batch = await cards.issue({
      id: "b",
      makerId: MANAGER,
      quantity: 1,
      amount: krw(5_000),
      validDays: 30,
    });
    const [card] = batch.cards;
    if (card === undefined) throw new Error("a batch has a card");
    const tried = await payments.authorise(MERCHANT, hold("p", 1_000, card.number, card.initialPassword));
    expect(tried).toMatchObject({ state: "declined", code: "CARD_NOT_REGISTERED" });
  });

  test("C23 after a change the old password fails and the new one works", async () => {
    const { cards, payments } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    await cards.changePassword({ number: card.number, password: PASSWORD, newPassword: "another-1" });
    expect(await payments.authorise(MERCHANT, hold("old", 1_000, card.number))).toMatchObject({
      state: "declined",
      code: "PASSWORD_WRONG",
    });
    expect(await payments.authorise(MERCHANT, hold("new", 1_000, card.pin, "another-1"))).toMatchObject({
      state: "held",
    });
  });

  test("E01 a balance is shown by number and password, with holds taken off, and to nobody else", async () => {
    const { cards, payments } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    await payments.authorise(MERCHANT, hold("p", 1_200, card.number));
    expect(await payments.balanceForTerminal(TILL, { number: card.pin, password: PASSWORD })).toMatchObject({
      available: { minor: "3800", currency: "KRW" },
      state: "active",
    });
    await expect(
      payments.balanceForTerminal(TILL, { number: card.pin, password: "wrong-1" }),
    ).rejects.toEqual(failsWith("PASSWORD_WRONG"));
  });

  test("E09 a payment is found by its reference, with its state", async () => {
    const { cards, payments } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    await payments.authorise(MERCHANT, hold("order-77", 1_200, card.number));
    await payments.capture(MERCHANT, "order-77", "capture-77", krw(1_000));
    expect(await payments.get(MERCHANT, "order-77")).toMatchObject({
      state: "captured",
      captured: krw(1_000),
    });
    await expect(payments.get(MERCHANT, "order-78")).rejects.toEqual(failsWith("PAYMENT_UNKNOWN"));
  });
});

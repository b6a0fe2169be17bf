import { expect, test } from "vitest";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { FailureError } from "#core/errors.ts";
import { merchantAccount } from "#core/ledger/accounts.ts";
import { krw } from "#core/money.ts";
import { hours } from "#core/time.ts";
import { aBackOffice, anActiveCard, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const refused = (work: Promise<unknown>, code: string) =>
  expect(work).rejects.toSatisfy(
    (error) => error instanceof FailureError && error.failure.code === code,
    code,
  );

eachDatabase((databases) => {
  async function aShop(won: number) {
    const world = await aBackOffice(databases);
    const card = await anActiveCard(world.cards, won);
    const hold = (id: string, amount: number, password = PASSWORD) =>
      world.payments.authorise(MERCHANT, {
        id,
        amount: krw(amount),
        number: card.number,
        password,
        holdFor: hours(1),
      });
    const available = async () => Number((await world.cards.detail(card.cardId)).available.minor);
    return { ...world, card, hold, available };
  }

  test("P06 holds first and charges later; the rest of the hold is released", async () => {
    const { hold, payments, available, database } = await aShop(20_000);
    expect(await hold("pay-0001", 15_000)).toMatchObject({ state: "held", commission: krw(0) });
    expect(await available()).toBe(5_000);
    const captured = await payments.capture(MERCHANT, "pay-0001", "capture-0001", krw(10_000));
    expect(captured).toMatchObject({ state: "captured", captured: krw(10_000), commission: krw(250) });
    expect(await available()).toBe(10_000);
    expect(await balanceOf(database.read, merchantAccount(MERCHANT), "KRW")).toEqual(krw(9_750));
    expect(await payments.get(MERCHANT, "pay-0001")).toMatchObject(captured);
    await refused(payments.capture(MERCHANT, "pay-0001", "capture-0002"), "HOLD_ENDED");
    await refused(payments.void(MERCHANT, "pay-0001", "void-0001"), "HOLD_ENDED");
  });

  test("P05 an exact balance leaves zero, and one won above it is declined for ever under that id", async () => {
    const { hold, cards, card } = await aShop(20_000);
    const declined = await hold("pay-0001", 20_001);
    expect(declined).toMatchObject({ state: "declined", code: "FUNDS_INSUFFICIENT" });
    // No merchant may ask for a balance, so a refusal tells it none.
    expect(declined.takeable).toBeNull();
    expect(await hold("pay-0002", 20_000)).toMatchObject({ state: "held" });
    expect(await hold("pay-0001", 20_001)).toMatchObject({ state: "declined", code: "FUNDS_INSUFFICIENT" });
    expect((await cards.detail(card.cardId)).available.minor).toBe("0");
  });

  test("P11 the same request many times at once holds once", async () => {
    const { hold, available } = await aShop(20_000);
    const all = await Promise.all(Array.from({ length: 8 }, () => hold("pay-0001", 3_000)));
    expect(new Set(all.map(({ paymentId }) => paymentId)).size).toBe(1);
    expect(await available()).toBe(17_000);
    await refused(hold("pay-0001", 3_001), "ID_REUSED");
  });

  test("a wrong password counts once per id, however often it is sent, and the fifth blocks", async () => {
    const { hold, cards, card } = await aShop(20_000);
    for (const _ of [1, 2, 3]) {
      expect(await hold("pay-0001", 100, "wrong")).toMatchObject({ code: "PASSWORD_WRONG", triesLeft: 4 });
    }
    expect((await cards.detail(card.cardId)).wrongTries).toBe(1);
    // Even the right password under a declined id stays declined.
    expect(await hold("pay-0001", 100)).toMatchObject({ state: "declined", code: "PASSWORD_WRONG" });
    for (const id of ["pay-0002", "pay-0003", "pay-0004"]) await hold(id, 100, "wrong");
    expect(await hold("pay-0005", 100, "wrong")).toMatchObject({ triesLeft: 0 });
    expect(await hold("pay-0006", 100)).toMatchObject({ state: "declined", code: "CARD_BLOCKED" });
  });

  test("the right password sets the count back", async () => {
    const { hold, cards, card } = await aShop(20_000);
    await hold("pay-0001", 100, "wrong");
    await hold("pay-0002", 100);
    expect((await cards.detail(card.cardId)).wrongTries).toBe(0);
  });

  test("P10 refunds go back to the card, at most what was paid, and give commission back to the won", async () => {
    const { hold, payments, available, database } = await aShop(20_000);
    await hold("pay-0001", 10_001);
    await payments.capture(MERCHANT, "pay-0001", "capture-0001");
    await payments.refund(MERCHANT, "pay-0001", "refund-0001", krw(5_000));
    await payments.refund(MERCHANT, "pay-0001", "refund-0001", krw(5_000));
    expect(await available()).toBe(14_999);
    await refused(payments.refund(MERCHANT, "pay-0001", "refund-0002", krw(5_002)), "REFUND_EXCEEDS_PAYMENT");
    const done = await payments.refund(MERCHANT, "pay-0001", "refund-0003", krw(5_001));
    expect(done).toMatchObject({ refunded: krw(10_001), commission: krw(0) });
    expect(await balanceOf(database.read, merchantAccount(MERCHANT), "KRW")).toEqual(krw(0));
    const items = await database.read.all("SELECT kind FROM settlement_item ORDER BY recorded_at, id");
    expect(items.map(({ kind }) => kind).toSorted()).toEqual(["capture", "refund", "refund"]);
  });

  test("a capture that is sent again after a refund answers what the payment is now", async () => {
    const { hold, payments } = await aShop(20_000);
    await hold("pay-0001", 10_000);
    await payments.capture(MERCHANT, "pay-0001", "capture-0001");
    const refunded = await payments.refund(MERCHANT, "pay-0001", "refund-0001", krw(4_000));
    expect(refunded).toMatchObject({ captured: krw(10_000), refunded: krw(4_000), commission: krw(150) });
    expect(await payments.capture(MERCHANT, "pay-0001", "capture-0001")).toEqual(refunded);
  });

  test("a refund that was refused stays refused under its id, whatever comes after", async () => {
    const { hold, payments, available } = await aShop(20_000);
    const refund = (id: string, refundId: string) => payments.refund(MERCHANT, id, refundId, krw(1_000));
    await refused(refund("pay-0001", "refund-0001"), "PAYMENT_UNKNOWN");
    await hold("pay-0001", 5_000);
    await refused(refund("pay-0001", "refund-0002"), "HOLD_ENDED");
    await payments.capture(MERCHANT, "pay-0001", "capture-0001");
    await refused(refund("pay-0001", "refund-0001"), "PAYMENT_UNKNOWN");
    await refused(refund("pay-0001", "refund-0002"), "HOLD_ENDED");
    expect(await available()).toBe(15_000);
    await refund("pay-0001", "refund-0003");
    await refused(refund("pay-0009", "refund-0003"), "ID_REUSED");
    expect(await available()).toBe(16_000);
  });

  test("a hold of the API ends by its time, once", async () => {
    const { hold, payments, available, clock } = await aShop(20_000);
    await hold("pay-0001", 10_000);
    clock.advance(hours(1) - 1);
    expect(await payments.expireHolds()).toBe(0);
    clock.advance(1);
    expect(await payments.expireHolds()).toBe(1);
    expect(await available()).toBe(20_000);
    await refused(payments.capture(MERCHANT, "pay-0001", "capture-0001"), "HOLD_ENDED");
  });

  test("P03 an unknown, foreign or mistyped card is declined with its own code", async () => {
    const { payments } = await aShop(1_000);
    const pay = (id: string, number: string) =>
      payments.authorise(MERCHANT, { id, amount: krw(1), number, password: PASSWORD, holdFor: hours(1) });
    expect(await pay("pay-0001", "4111111111111111")).toMatchObject({ code: "CARD_NOT_OURS" });
    expect(await pay("pay-0002", "4111111111111112")).toMatchObject({ code: "CARD_NUMBER_INVALID" });
    expect(await pay("pay-0003", "000000005724")).toMatchObject({ code: "CARD_UNKNOWN" });
  });

  test("A13 finds payments for the console, and the books balance", async () => {
    const { hold, payments, database, ledger } = await aShop(20_000);
    await hold("pay-0001", 1_000);
    await hold("pay-0002", 50_000);
    expect(await payments.search({ page: 0, pageSize: 1 })).toMatchObject({ total: 2 });
    const declined = await payments.search({ state: "declined", page: 0, pageSize: 10 });
    expect(declined.rows.map(({ id }) => id)).toEqual(["pay-0002"]);
    await ledger.close();
    expect(await verifyLedger(database)).toMatchObject({ ok: true, trialBalanceMinor: { KRW: "0" } });
  });
});

import { expect, test } from "vitest";
import { cardById } from "#backoffice/cards/store.ts";
import { FailureError } from "#core/errors.ts";
import { krw } from "#core/money.ts";
import { days } from "#core/time.ts";
import { aBackOffice, anActiveCard, MANAGER, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const code = (wanted: string) => (error: unknown) =>
  error instanceof FailureError && error.failure.code === wanted;
const refused = (work: Promise<unknown>, wanted: string) =>
  expect(work).rejects.toSatisfy(code(wanted), wanted);

eachDatabase((databases) => {
  test("C10 issues a batch of distinct cards, and the same ones when the order is sent again", async () => {
    const { cards } = await aBackOffice(databases);
    const order = { id: "order-0001", makerId: MANAGER, quantity: 60, amount: krw(10_000), validDays: 30 };
    const first = await cards.issue(order);
    expect(new Set(first.cards.map(({ number }) => number)).size).toBe(60);
    expect(await cards.issue(order)).toEqual(first);
    await refused(cards.issue({ ...order, quantity: 61 }), "ID_REUSED");
    expect((await cards.search({ page: 0, pageSize: 50 })).total).toBe(60);
  });

  test("issues no card, and no order of cards, of more than the caps; and what is issued after the refusal stands", async () => {
    const { cards } = await aBackOffice(databases);
    const order = { makerId: MANAGER, validDays: 30 };
    const issue = (id: string, quantity: number, won: bigint) =>
      cards.issue({ ...order, id, quantity, amount: krw(won) });
    await refused(issue("order-0003", 1, 9_000_000_000_000_000_000n), "ISSUE_ABOVE_CAP");
    await refused(issue("order-0004", 1, 10_000_001n), "ISSUE_ABOVE_CAP");
    await refused(issue("order-0005", 11, 9_090_910n), "ISSUE_ABOVE_CAP");
    expect((await issue("order-0006", 11, 9_090_909n)).cards).toHaveLength(11);
    expect((await issue("order-0007", 1, 10_000_000n)).cards).toHaveLength(1);
    expect((await cards.search({ page: 0, pageSize: 50 })).total).toBe(12);
  });

  test("C14 becomes usable only by registering a password with the initial one", async () => {
    const { cards, database } = await aBackOffice(databases);
    const batch = await cards.issue({
      id: "order-0002",
      makerId: MANAGER,
      quantity: 1,
      amount: krw(5_000),
      validDays: 30,
    });
    const [card] = batch.cards;
    if (card === undefined) throw new Error("no card");
    await refused(
      cards.register({ number: card.number, initialPassword: "00000000", password: PASSWORD }),
      "PASSWORD_WRONG",
    );
    await refused(
      cards.register({ number: card.number, initialPassword: card.initialPassword, password: "123" }),
      "PASSWORD_FORM",
    );
    const registered = await cards.register({
      number: card.pin,
      initialPassword: card.initialPassword,
      password: PASSWORD,
    });
    expect(registered.state).toBe("active");
    expect(await cardById(database.read, card.cardId)).toMatchObject({
      initialHash: null,
      passwordVersion: 1,
    });
    await refused(
      cards.register({ number: card.number, initialPassword: card.initialPassword, password: PASSWORD }),
      "CARD_MOVE_ILLEGAL",
    );
  });

  test("C26 blocks at the fifth wrong password, and five at once count as five", async () => {
    const { cards } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    const guess = (password: string) =>
      cards.changePassword({ number: card.number, password, newPassword: "another-1" });
    await Promise.allSettled(Array.from({ length: 5 }, (_, index) => guess(`wrong-${index}`)));
    await refused(guess(PASSWORD), "CARD_BLOCKED");
    expect((await cards.detail(card.cardId)).state).toBe("blocked");
    await cards.unblock({ cardId: card.cardId, by: "staff:mina", reason: "showed her passport" });
    await guess(PASSWORD);
    expect((await cards.detail(card.cardId)).history.map(({ what }) => what)).toEqual([
      "issued",
      "registered",
      "blocked",
      "unblocked",
    ]);
  });

  test("C26 tells the tills once when tries that come together block a card", async () => {
    const { cards, changed } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    const before = changed.length;
    const guess = (password: string) =>
      cards.changePassword({ number: card.number, password, newPassword: "another-1" });
    await Promise.allSettled(Array.from({ length: 7 }, (_, index) => guess(`wrong-${index}`)));
    expect(changed.slice(before)).toEqual([card.cardId]);
  });

  test("pays out the rest of a card that is closed, and nothing moves it afterwards", async () => {
    const { cards } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    const change = { cardId: card.cardId, by: "staff:mina", reason: "asked for" };
    expect(await cards.end(change, "refunded")).toMatchObject({ state: "refunded" });
    expect(await cards.detail(card.cardId)).toMatchObject({ available: { minor: "0" } });
    await refused(cards.block(change), "CARD_MOVE_ILLEGAL");
  });

  test("C20 expires by the sweep once its validity is over", async () => {
    const { cards, clock } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    clock.advance(days(364));
    expect(await cards.sweep()).toBe(0);
    clock.advance(days(3));
    expect(await cards.sweep()).toBe(1);
    expect(await cards.detail(card.cardId)).toMatchObject({ state: "expired", available: { minor: "0" } });
  });

  test("finds a card by its whole number, by its last four digits, and by nothing else of it", async () => {
    const { cards } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    const found = async (query: string) => (await cards.search({ query, page: 0, pageSize: 10 })).total;
    expect(await found(card.number)).toBe(1);
    expect(await found(card.pin)).toBe(1);
    expect(await found(card.number.slice(-4))).toBe(1);
    expect(await found("%")).toBe(0);
  });

  test("C11 keeps neither number, PIN# nor password readable in the database", async () => {
    const { cards, database } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 5_000);
    const rows = await database.read.all("SELECT * FROM card");
    const text = JSON.stringify(rows);
    for (const secret of [card.number, card.pin, PASSWORD, card.initialPassword])
      expect(text).not.toContain(secret);
    expect(await cards.reveal({ cardId: card.cardId, by: MANAGER, reason: "worn stripe" })).toEqual({
      number: card.number,
      pin: card.pin,
    });
    expect((await cards.detail(card.cardId)).history.at(-1)).toMatchObject({ what: "numbers shown" });
  });
});

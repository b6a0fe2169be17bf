// Somebody guesses passwords by every way that is open to him, and as many at once as he can.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 } from "uuid";
import { expect, test } from "vitest";
import { makeFirstOperator } from "#backoffice/staff/first-operator.ts";
import { type SignInDeps, signIn } from "#backoffice/staff/sign-in.ts";
import { countWrongTry, staffBySignInName } from "#backoffice/staff/store.ts";
import { FailureError } from "#core/errors.ts";
import type { AttemptId, SaleId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import { hours, instant } from "#core/time.ts";
import { openSqlite } from "#database/sqlite.ts";
import { aBackOffice, anActiveCard, MERCHANT, PASSWORD, TILL } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aStaffRoom, OWN_PASSWORD } from "#test/world/staff.ts";

const TRIES_MAX = 5;

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return "in";
  } catch (error) {
    return error instanceof FailureError ? error.failure.code : "defect";
  }
};

test("guessing locks nobody out for good: the machine's owner makes an operator where none may sign in", async () => {
  const dir = mkdtempSync(join(tmpdir(), "countersign-operator-"));
  const machine = { ids: { next: () => v7() }, clock: { now: () => instant(Date.now()) } };
  const make = (signInName: string) =>
    makeFirstOperator(dir, undefined, { signInName, name: signInName }, machine);
  // A name that no form would take could sign in nowhere, and stays for ever.
  for (const name of ["a", "kim@station", "k".repeat(41)])
    expect(await codeOf(make(name))).toBe("REQUEST_INVALID");
  await make("First");
  expect(await codeOf(make("second"))).toBe("STATE_CONFLICT");
  const database = await openSqlite(join(dir, "backoffice.db"));
  try {
    await database.transaction(async (tx) => {
      const first = await staffBySignInName(tx, "first");
      if (first === undefined) throw new Error("there is no first operator");
      for (let count = 1; count < TRIES_MAX; count += 1)
        expect((await countWrongTry(tx, first.staff_id, machine.clock.now())).isLocked).toBe(false);
      expect((await countWrongTry(tx, first.staff_id, machine.clock.now())).isLocked).toBe(true);
    });
  } finally {
    await database.close();
  }
  expect((await make("second")).totpSecret).not.toBeNull();
});

/** A hasher that answers all of `expected` guesses at once, as though there were processors without end; `right` is right. */
function allAtOnce(expected: number, right: (secret: string) => boolean) {
  let asked = 0;
  let release = () => {};
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  return async (_stored: string, secret: string): Promise<boolean> => {
    asked += 1;
    if (asked === expected) release();
    await all;
    return right(secret);
  };
}

const GUESSES = 100;
/** Where the right one stands among those that are answered in one breath: behind the five that are allowed. */
const RIGHT_AT = 60;
const guessAt = (index: number, right: string) => (index === RIGHT_AT ? right : `guess-${index}`);

eachDatabase((databases) => {
  async function aConsole() {
    const room = await aStaffRoom(databases);
    const park = await room.add("park", "manager");
    await room.settleIn(park);
    return { deps: room.deps, passwords: room.deps.passwords, code: () => room.codeOf(park) };
  }

  test("of many guesses at once at the console, the right one is told from the others by nothing", async () => {
    const { deps, code } = await aConsole();
    const verify = allAtOnce(GUESSES, (secret) => secret === OWN_PASSWORD);
    const many: SignInDeps = { ...deps, passwords: { ...deps.passwords, verify } };
    const answers = await Promise.all(
      Array.from({ length: GUESSES }, (_, index) =>
        codeOf(signIn(many, { signInName: "park", password: guessAt(index, OWN_PASSWORD) })),
      ),
    );
    expect(answers[RIGHT_AT]).toBe("SIGN_IN_LOCKED");
    expect(answers).not.toContain("SECOND_FACTOR_REQUIRED");
    expect(await codeOf(signIn(deps, { signInName: "park", password: OWN_PASSWORD, ...code() }))).toBe(
      "SIGN_IN_LOCKED",
    );
  });

  test("codes of the authenticator that are guessed at once open nothing beyond the fifth", async () => {
    const { deps, code } = await aConsole();
    const { code: right = "" } = code();
    const verify = allAtOnce(GUESSES, () => true);
    const many: SignInDeps = { ...deps, passwords: { ...deps.passwords, verify } };
    const next = (index: number) => String((Number(right) + 1 + index) % 1_000_000).padStart(6, "0");
    const answers = await Promise.all(
      Array.from({ length: GUESSES }, (_, index) =>
        codeOf(
          signIn(many, {
            signInName: "park",
            password: OWN_PASSWORD,
            code: index === RIGHT_AT ? right : next(index),
          }),
        ),
      ),
    );
    expect(answers[RIGHT_AT]).toBe("SIGN_IN_LOCKED");
    expect(answers).not.toContain("in");
  });

  test("of many guesses at once at a card, the right one is told from the others by nothing", async () => {
    const { cards, cardDeps, payments } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 20_000);
    const { hash } = cardDeps.passwords;
    const guessAll = async (won: number) => {
      const verify = allAtOnce(GUESSES, isRight);
      Object.assign(cardDeps.passwords, { hash, verify });
      return Promise.all(
        Array.from({ length: GUESSES }, (_, index) =>
          payments.authorise(MERCHANT, {
            id: `payment-${won}-${index}`,
            amount: krw(won),
            number: card.number,
            password: guessAt(index, PASSWORD),
            holdFor: hours(1),
          }),
        ),
      );
    };
    const pepperedRight = cardDeps.keys.pepper(PASSWORD).text;
    const isRight = (secret: string) => secret === pepperedRight;
    // More than the card holds, and as much: neither the refusal nor the money tells which one was right.
    for (const won of [20_001, 20_000]) {
      const answers = await guessAll(won);
      expect(answers[RIGHT_AT]).toMatchObject({ state: "declined", code: "CARD_BLOCKED" });
      const told = answers.filter(({ code }) => code !== "CARD_BLOCKED");
      expect(told.map(({ code }) => code)).toEqual(Array.from({ length: TRIES_MAX }, () => "PASSWORD_WRONG"));
      await cards.unblock({ cardId: card.cardId, by: "staff:mina", reason: "showed her passport" });
    }
    expect(await cards.detail(card.cardId)).toMatchObject({ available: { minor: "20000" } });
  });

  test("of many guesses at once at a till, none is told what the card could pay", async () => {
    const { cards, cardDeps, payments } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 20_000);
    const pepperedRight = cardDeps.keys.pepper(PASSWORD).text;
    Object.assign(cardDeps.passwords, { verify: allAtOnce(GUESSES, (secret) => secret === pepperedRight) });
    const answers = await Promise.all(
      Array.from({ length: GUESSES }, (_, index) =>
        payments.authoriseForTerminal(TILL, {
          attemptId: `attempt-${index}` as AttemptId,
          tenderId: `tender-${index}`,
          saleId: "sale-1" as SaleId,
          amount: { minor: "20001", currency: "KRW" },
          card: { number: card.number, password: guessAt(index, PASSWORD) },
        }),
      ),
    );
    expect(answers[RIGHT_AT]).toMatchObject({ kind: "declined", code: "CARD_BLOCKED" });
    expect(answers.filter((answer) => answer.kind !== "declined" || answer.takeable !== null)).toEqual([]);
  });

  test("guesses at a balance that arrive together are all counted, and the right one is not told", async () => {
    const { cards, cardDeps, payments, changed } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 20_000);
    const pepperedRight = cardDeps.keys.pepper(PASSWORD).text;
    changed.length = 0;
    Object.assign(cardDeps.passwords, { verify: allAtOnce(GUESSES, (secret) => secret === pepperedRight) });
    const answers = await Promise.all(
      Array.from({ length: GUESSES }, (_, index) =>
        codeOf(
          payments.balanceForTerminal(TILL, { number: card.number, password: guessAt(index, PASSWORD) }),
        ),
      ),
    );
    expect(answers[RIGHT_AT]).toBe("CARD_BLOCKED");
    expect(answers.filter((answer) => answer === "PASSWORD_WRONG")).toHaveLength(TRIES_MAX);
    expect(new Set(answers)).toEqual(new Set(["PASSWORD_WRONG", "CARD_BLOCKED"]));
    // Tills are told of the card that they are to take no more.
    expect(changed).toEqual([card.cardId]);
  });

  test("guesses at the console that arrive together open nothing beyond the fifth", async () => {
    const { deps, passwords, code } = await aConsole();
    const password = OWN_PASSWORD;
    // The hasher answers the right one last, when five wrong ones have been counted.
    let wrong = 0;
    let release = () => {};
    const allWrong = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: SignInDeps = {
      ...deps,
      passwords: {
        hash: passwords.hash,
        verify: async (stored, secret) => {
          if (secret === password) await allWrong;
          return passwords.verify(stored, secret);
        },
      },
    };
    const right = codeOf(signIn(slow, { signInName: "park", password, ...code() }));
    const answers = await Promise.all(
      Array.from({ length: TRIES_MAX + 3 }, async (_, count) => {
        const answer = await codeOf(signIn(slow, { signInName: "park", password: `guess-${count}` }));
        wrong += 1;
        if (wrong === TRIES_MAX + 3) release();
        return answer;
      }),
    );
    expect(answers.filter((answer) => answer === "SIGN_IN_LOCKED").length).toBeGreaterThan(0);
    expect(await right).toBe("SIGN_IN_LOCKED");
  });

  test("every guess that arrives with many others is counted, and none is told that the server is busy instead", async () => {
    const { deps } = await aConsole();
    const guesses = Array.from({ length: 200 }, (_, count) => `guess-${count}`);
    // All are checked before the first is counted: as though there were processors without end.
    let checked = 0;
    let release = () => {};
    const allChecked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const verify = async () => {
      checked += 1;
      if (checked === guesses.length) release();
      await allChecked;
      return false;
    };
    const many: SignInDeps = { ...deps, passwords: { ...deps.passwords, verify } };
    const answers = await Promise.all(
      guesses.map((password) => codeOf(signIn(many, { signInName: "park", password }))),
    );
    expect(new Set(answers)).toEqual(new Set(["SIGN_IN_REFUSED", "SIGN_IN_LOCKED"]));
    expect(answers.filter((answer) => answer === "SIGN_IN_REFUSED")).toHaveLength(TRIES_MAX - 1);
    expect((await staffBySignInName(deps.database.read, "park"))?.wrong_tries).toBe(guesses.length);
  });

  test("a password that a merchant tries under an id of another request of his is not even looked at", async () => {
    const { cards, cardDeps, payments } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 20_000);
    const hold = (id: string, password: string) =>
      payments.authorise(MERCHANT, {
        id,
        amount: krw(1_000),
        number: card.number,
        password,
        holdFor: hours(1),
      });
    await hold("payment-1", PASSWORD);
    await payments.void(MERCHANT, "payment-1", "void-0001");
    let checks = 0;
    const { verify } = cardDeps.passwords;
    Object.assign(cardDeps.passwords, {
      verify: (stored: string, secret: string) => {
        checks += 1;
        return verify(stored, secret);
      },
    });
    // "void-0001" is used, so that no answer under it is new and no try of it would be counted.
    for (let count = 0; count < 2 * TRIES_MAX; count += 1)
      expect(await codeOf(hold("void-0001", `guess-${count}`))).toBe("ID_REUSED");
    expect(await codeOf(hold("void-0001", PASSWORD))).toBe("ID_REUSED");
    expect(checks).toBe(0);
    expect((await cards.detail(card.cardId)).wrongTries).toBe(0);
  });

  test("registering, changing, paying and asking for the balance share one count of tries", async () => {
    const { cards, payments } = await aBackOffice(databases);
    const card = await anActiveCard(cards, 20_000);
    const { number, pin } = card;
    const ways = [
      () => cards.changePassword({ number, password: "guess-1", newPassword: "mine-now-1" }),
      () => payments.balanceForTerminal(TILL, { number: pin, password: "guess-2" }),
      () => cards.changePassword({ number: pin, password: "guess-3", newPassword: "mine-now-1" }),
      () => payments.balanceForTerminal(TILL, { number, password: "guess-4" }),
    ];
    for (const way of ways) expect(await codeOf(way())).toBe("PASSWORD_WRONG");
    const last = await payments.authorise(MERCHANT, {
      id: "payment-1",
      amount: krw(1_000),
      number,
      password: "guess-5",
      holdFor: hours(1),
    });
    expect(last).toMatchObject({ state: "declined", code: "PASSWORD_WRONG", triesLeft: 0 });
    expect(await codeOf(payments.balanceForTerminal(TILL, { number, password: PASSWORD }))).toBe(
      "CARD_BLOCKED",
    );
    expect(
      await codeOf(cards.changePassword({ number, password: PASSWORD, newPassword: "mine-now-1" })),
    ).toBe("CARD_BLOCKED");
  });

  test("guesses at an initial password that arrive together open nothing beyond the fifth", async () => {
    const { cards } = await aBackOffice(databases);
    const batch = await cards.issue({
      id: "order-1",
      makerId: "mina" as never,
      quantity: 1,
      amount: krw(10_000),
      validDays: 365,
    });
    const [card] = batch.cards;
    if (card === undefined) throw new Error("a batch has a card");
    const guesses = Array.from({ length: 12 }, (_, count) => `0000000${count % 10}`.slice(-8));
    const answers = await Promise.all(
      guesses.map((initialPassword) =>
        codeOf(cards.register({ number: card.number, initialPassword, password: "mine-now-1" })),
      ),
    );
    expect(answers.filter((answer) => answer === "PASSWORD_WRONG").length).toBeLessThanOrEqual(TRIES_MAX);
    const { number, initialPassword } = card;
    expect(await codeOf(cards.register({ number, initialPassword, password: "mine-now-1" }))).toBe(
      "CARD_BLOCKED",
    );
  });
});

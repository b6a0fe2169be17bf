// Somebody has a till's key: he may write into its journal whatever he likes, in good order and well signed.
import { expect, test } from "vitest";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { FailureError } from "#core/errors.ts";
import type { SaleId } from "#core/ids.ts";
import type { Tender } from "#core/journal/bodies.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { merchantAccount, OFFLINE_LOSS } from "#core/ledger/accounts.ts";
import { type Currency, krw } from "#core/money.ts";
import { days, hours } from "#core/time.ts";
import { sealCredentials } from "#main/till/keys/seal-credentials.ts";
import {
  anAttempt,
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  risk,
  type TestTerminal,
  verifierMade,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

/** The terminal's cap of `aStation`. */
const TERMINAL_MAX = 500_000;

eachDatabase((databases) => {
  async function aStolenTill(balance = 100_000) {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, balance);
    const till = await aTerminal(world);
    await till.sync();
    const owed = async (currency: Currency = "KRW") =>
      Number((await balanceOf(world.database.read, merchantAccount(MERCHANT), currency)).minor);
    const lost = async (currency: Currency = "KRW") =>
      Number(-(await balanceOf(world.database.read, OFFLINE_LOSS, currency)).minor);
    const isWhole = async () => (await verifyLedger(world.database)).ok;
    return { ...world, card, till, owed, lost, isWhole };
  }

  test("what the operator bears of one terminal ends at its cap, however often it syncs", async () => {
    const { card, till, lost, owed, workItems, clock, isWhole } = await aStolenTill(1_000);
    // The card pays its 1,000, and all else would be paid out to whoever the till belongs to.
    till.write(approved(aTender(card.cardId, 1_000 + TERMINAL_MAX, risk())));
    await till.sync();
    expect(await lost()).toBe(TERMINAL_MAX);
    const paid = await owed();
    for (const amount of [1, 1_000_000_000]) {
      till.write(approved(aTender(card.cardId, amount, risk())));
      await till.sync();
    }
    expect(await lost()).toBe(TERMINAL_MAX);
    expect(await owed()).toBe(paid);
    expect((await workItems()).map(({ code, bearer }) => `${code} ${bearer}`)).toEqual([
      "OFFLINE_CAP_TERMINAL merchant",
      "OFFLINE_CAP_TERMINAL merchant",
      "FUNDS_INSUFFICIENT operator",
    ]);
    clock.advance(days(1) + 1);
    till.write(approved(aTender(card.cardId, 1, risk())));
    await till.sync();
    expect(await lost()).toBe(TERMINAL_MAX + 1);
    expect(await isWhole()).toBe(true);
  });

  test("a terminal that was written off loses no more than what was named then and its cap", async () => {
    const { card, till, lost, terminals } = await aStolenTill(100_000);
    till.write(verifierMade(card.cardId));
    await till.sync();
    const { exposure } = await terminals.writeOff({
      terminalId: till.terminalId,
      by: MANAGER,
      reason: "stolen",
    });
    expect(exposure).toEqual(krw(30_000));
    till.write(approved(aTender(card.cardId, TERMINAL_MAX + 30_001, risk())));
    await till.sync();
    expect(await lost()).toBe(0);
    till.write(approved(aTender(card.cardId, TERMINAL_MAX + 30_000, risk())));
    await till.sync();
    expect(await lost()).toBe(TERMINAL_MAX + 30_000);
  });

  async function sealedSlips(
    till: TestTerminal,
    number: string,
    passwords: readonly string[],
    minor: number,
  ) {
    const slips = passwords.map(async (password, index) => {
      const slip = {
        terminalId: till.terminalId,
        tenderId: `tender-${index}-${password}`,
        amount: won(minor),
      };
      const { hash, enc, ciphertext } = await sealCredentials(till.enrolment.sealKey, slip, {
        number,
        password,
      });
      const approval = {
        kind: "risk",
        password: { kind: "sealed", sealedHash: hash },
        approvedBy: null,
      } as const;
      till.write(approved(aTender(undefined, minor, approval, slip.tenderId)));
      return { tenderId: slip.tenderId, enc, ciphertext };
    });
    return Promise.all(slips);
  }
  const GUESSES = ["guess-1", "guess-2", "guess-3", "guess-4", "guess-5"];

  test("a till that seals many passwords of a card in one sync has five of them looked at", async () => {
    const { card, cards, till, balance, workItems } = await aStolenTill(10_000);
    await till.sync(await sealedSlips(till, card.number, [...GUESSES, PASSWORD], 1_000));
    expect(await balance(card.cardId)).toBe(10_000);
    expect(await cards.detail(card.cardId)).toMatchObject({ state: "blocked", wrongTries: 5 });
    expect((await workItems()).map(({ code }) => code).toSorted()).toEqual([
      "CARD_BLOCKED",
      ...GUESSES.map(() => "PASSWORD_WRONG"),
    ]);
  });

  test("a password that a till tried counts also where nothing is borne of that till any more", async () => {
    const { card, cards, till } = await aStolenTill(10_000);
    await till.sync(await sealedSlips(till, card.number, GUESSES, TERMINAL_MAX + 1));
    expect(await cards.detail(card.cardId)).toMatchObject({ state: "blocked", wrongTries: 5 });
  });

  const eur = (minor: number) => ({ minor: String(minor), currency: "EUR" as const });
  const huge = { minor: "9223372036854775807", currency: "KRW" as const };
  const slip =
    (amount: Tender["amount"]): ((cardId: never) => EntryDraft) =>
    (cardId) =>
      approved({ ...aTender(cardId, 1, risk()), amount });
  const slices =
    (...amounts: Tender["amount"][]): ((cardId: never) => EntryDraft) =>
    (cardId) =>
      approved(
        aTender(cardId, 1_000, {
          kind: "escrow",
          slices: amounts.map((amount) => ({ grantId: "grant-1" as never, amount })),
        }),
      );

  test.each([
    ["a slip of another currency", slip(eur(1_000_000))],
    ["a slip below zero", slip(won(-5_000))],
    ["a slip above all reason", slip(huge)],
    ["slices of another currency", slices(eur(1_000))],
    ["slices that would not fit into 64 bits", slices(huge, huge)],
    ["slices that add up by being below zero", slices(won(-1_000), won(2_000))],
    [
      "a sale of less than nothing",
      (cardId: never) =>
        completed([
          aTender(cardId, -1_000, { kind: "online", attemptId: anAttempt(), balanceAfter: won(0) }),
        ]),
    ],
  ] as const)("%s moves nothing, and does not stop the journal", async (_name, draft) => {
    const { card, till, owed, lost, balance, workItems, isWhole } = await aStolenTill();
    till.write(draft(card.cardId as never));
    till.write(approved(aTender(card.cardId, 1_000, risk())));
    await till.sync();
    expect(await balance(card.cardId)).toBe(99_000);
    expect([await owed(), await owed("EUR"), await lost(), await lost("EUR")]).toEqual([975, 0, 0, 0]);
    expect(await workItems()).toEqual([
      { kind: "posting-refused", minor: null, bearer: "merchant", code: "AMOUNT_INVALID" },
    ]);
    expect(await isWhole()).toBe(true);
  });

  test("a till's clock chooses no commission", async () => {
    const { card, till, owed, database, clock } = await aStolenTill();
    await database.transaction((tx) =>
      tx.run("UPDATE merchant_commission SET valid_from = ?", [clock.now() - days(1)]),
    );
    clock.advance(-days(2));
    till.write(approved(aTender(card.cardId, 10_000, risk())));
    clock.advance(days(2));
    await till.sync();
    expect(await owed()).toBe(9_750);
  });

  test("a sale cannot take more than its hold, nor the hold of another terminal", async () => {
    const { card, till, owed, payments, balance, terminals, clock, workItems } = await aStolenTill();
    const other = await aTerminal({ terminals, clock }, "Till 2");
    const attemptId = anAttempt();
    await payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId,
        tenderId: "tender-1",
        saleId: "sale-1" as SaleId,
        amount: won(1_000),
        card: { number: card.number, password: PASSWORD },
      },
    );
    const take = (amount: number) =>
      completed([
        aTender(card.cardId, amount, { kind: "online", attemptId, balanceAfter: won(0) }, "tender-1"),
      ]);
    till.write(take(1_001));
    await till.sync();
    other.write(take(1_000));
    await other.sync();
    // What was held, less 2.5 %: so much the holder agreed to, whatever the till says.
    expect(await owed()).toBe(975);
    expect(await balance(card.cardId)).toBe(99_000);
    expect((await workItems()).map(({ kind, minor, bearer }) => `${kind} ${minor} ${bearer}`)).toEqual([
      "hold-missing 1000 merchant",
      "posting-refused 1 merchant",
    ]);
  });

  test("a merchant's own system captures nothing below zero, nothing twice, and refunds once under a rush", async () => {
    const { card, payments, balance, isWhole } = await aStolenTill(10_000);
    const { number } = card;
    await payments.authorise(MERCHANT, {
      id: "payment-1",
      amount: krw(4_000),
      number,
      password: PASSWORD,
      holdFor: hours(1),
    });
    const codes = (all: readonly PromiseSettledResult<unknown>[]) =>
      all.map((one) =>
        one.status === "fulfilled"
          ? "done"
          : one.reason instanceof FailureError
            ? one.reason.failure.code
            : "defect",
      );
    const capture = (id: string, minor: number) => payments.capture(MERCHANT, "payment-1", id, krw(minor));
    expect(
      codes(
        await Promise.allSettled([
          capture("capture-1", -4_000),
          capture("capture-2", 0),
          capture("capture-3", 4_001),
        ]),
      ),
    ).toEqual(["AMOUNT_INVALID", "AMOUNT_INVALID", "CAPTURE_EXCEEDS_HOLD"]);
    const captures = codes(
      await Promise.allSettled([4, 5, 6, 7].map((count) => capture(`capture-${count}`, 4_000))),
    );
    expect(captures.filter((code) => code === "done")).toHaveLength(1);
    const refunds = codes(
      await Promise.allSettled(
        [1, 2, 3, 4].map((count) => payments.refund(MERCHANT, "payment-1", `refund-0${count}`, krw(3_000))),
      ),
    );
    expect(refunds.filter((code) => code === "done")).toHaveLength(1);
    expect(await balance(card.cardId)).toBe(9_000);
    expect(await isWhole()).toBe(true);
  });
});

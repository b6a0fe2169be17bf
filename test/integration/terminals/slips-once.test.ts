// One slip, one payment; and a hold that its sale cannot capture does not lock the card's money.
import { expect, test } from "vitest";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import type { CardId, GrantId, SaleId } from "#core/ids.ts";
import { cardAccount, merchantAccount, OFFLINE_LOSS } from "#core/ledger/accounts.ts";
import {
  anAttempt,
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  risk,
  verifierMade,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

/** The terminal's cap of `aStation`. */
const TERMINAL_MAX = 500_000;

eachDatabase((databases) => {
  async function aTillAndACard(balance: number) {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, balance);
    const till = await aTerminal(world);
    await till.sync();
    const minorOf = async (account: Parameters<typeof balanceOf>[1]) =>
      Number((await balanceOf(world.database.read, account, "KRW")).minor);
    return {
      ...world,
      card,
      till,
      lost: async () => -(await minorOf(OFFLINE_LOSS)),
      owed: () => minorOf(merchantAccount(MERCHANT)),
      onCard: () => minorOf(cardAccount(card.cardId)),
      isWhole: async () => (await verifyLedger(world.database)).ok,
    };
  }

  async function aGrant(world: Awaited<ReturnType<typeof aTillAndACard>>) {
    const { till, card, terminals } = world;
    till.write(verifierMade(card.cardId));
    await till.sync();
    const { snapshot } = await terminals.snapshot(till.terminalId, undefined);
    const [grant] = snapshot.parts.grants ?? [];
    if (grant === undefined) throw new Error("no grant was given");
    till.write({ kind: "grant-accepted", body: grant });
    return grant;
  }

  const fromGrant = (cardId: CardId, grantId: GrantId, minor: number) =>
    aTender(cardId, minor, { kind: "escrow", slices: [{ grantId, amount: won(minor) }] });

  for (const sync of ["the same sync", "a later sync"]) {
    test(`a slip at risk that comes again in ${sync} names no loss and uses up none`, async () => {
      const world = await aTillAndACard(1_000);
      const { till, card } = world;
      const slip = aTender(card.cardId, 1_000, risk());
      till.write(approved(slip));
      if (sync === "a later sync") await till.sync();
      till.write(approved(slip));
      // All that the operator bears here: it would be too much beside a loss of the second entry.
      till.write(approved(aTender(card.cardId, TERMINAL_MAX, risk())));
      await till.sync();
      expect(await world.workItems()).toEqual([
        { kind: "posting-refused", minor: 1_000, bearer: "merchant", code: "ID_REUSED" },
        { kind: "slip-short", minor: TERMINAL_MAX, bearer: "operator", code: "FUNDS_INSUFFICIENT" },
      ]);
      expect(await world.lost()).toBe(TERMINAL_MAX);
      expect(await world.isWhole()).toBe(true);
    });

    test(`a slip of a grant that comes again in ${sync} does not spend from it twice`, async () => {
      const world = await aTillAndACard(10_000);
      const { till, card } = world;
      const grant = await aGrant(world);
      const slip = fromGrant(card.cardId, grant.grantId, 2_000);
      till.write(approved(slip));
      if (sync === "a later sync") await till.sync();
      till.write(approved(slip));
      till.write({
        kind: "grant-closed",
        body: { grantId: grant.grantId, cardId: card.cardId, remaining: won(3_000), reason: "recalled" },
      });
      await till.sync();
      expect(await world.workItems()).toEqual([
        { kind: "posting-refused", minor: 2_000, bearer: "merchant", code: "ID_REUSED" },
      ]);
      expect(await world.balance(card.cardId)).toBe(8_000);
      expect(await world.isWhole()).toBe(true);
    });
  }

  async function aHold(held: number) {
    const world = await aTillAndACard(10_000);
    const { till, card, payments } = world;
    const attemptId = anAttempt();
    const answer = await payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId,
        tenderId: "tender-1",
        saleId: "sale-1" as SaleId,
        amount: won(held),
        card: { number: card.number, password: PASSWORD },
      },
    );
    expect(answer.kind).toBe("approved");
    const tender = (minor: number) =>
      aTender(card.cardId, minor, { kind: "online", attemptId, balanceAfter: won(0) }, "tender-1");
    const stateOf = async () =>
      (await world.database.read.get("SELECT state FROM payment WHERE tender_id = 'tender-1'"))?.state;
    return { ...world, tender, stateOf };
  }

  test("a sale of one won more than was held takes what was held, and names that won", async () => {
    const { till, tender, stateOf, workItems, onCard, owed, isWhole } = await aHold(4_000);
    till.write(completed([tender(4_001)]));
    await till.sync();
    expect(await stateOf()).toBe("captured");
    expect(await workItems()).toEqual([
      { kind: "posting-refused", minor: 1, bearer: "merchant", code: "CAPTURE_EXCEEDS_HOLD" },
    ]);
    // Less 2.5 %.
    expect([await onCard(), await owed()]).toEqual([6_000, 3_900]);
    expect(await isWhole()).toBe(true);
  });

  test("a sale of what was held, or less, names nothing", async () => {
    const { till, tender, workItems, onCard } = await aHold(4_000);
    till.write(completed([tender(3_999)]));
    await till.sync();
    expect(await workItems()).toEqual([]);
    expect(await onCard()).toBe(6_001);
  });

  test("a sale of another currency than its hold ends the hold, and the journal goes on", async () => {
    const world = await aTillAndACard(1_000);
    const { till, cards, payments, database } = world;
    const euros = { minor: 5_000n, currency: "EUR" } as const;
    const batch = await cards.issue({
      id: "euros",
      makerId: MANAGER,
      quantity: 1,
      amount: euros,
      validDays: 9,
    });
    const [card] = batch.cards;
    if (card === undefined) throw new Error("a batch has a card");
    const { number, initialPassword } = card;
    await cards.register({ number, initialPassword, password: PASSWORD });
    const attemptId = anAttempt();
    await payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId,
        tenderId: "tender-1",
        saleId: "sale-1" as SaleId,
        amount: { minor: "2000", currency: "EUR" },
        card: { number, password: PASSWORD },
      },
    );
    till.write(
      completed([aTender(undefined, 2_000, { kind: "online", attemptId, balanceAfter: won(0) }, "tender-1")]),
    );
    await till.sync();
    expect(await world.workItems()).toMatchObject([{ kind: "posting-refused", code: "AMOUNT_INVALID" }]);
    expect(await database.read.all("SELECT payment_id FROM payment WHERE state = 'held'")).toEqual([]);
  });

  test("a capture that the books refuse keeps its reason, and the card gets back what was held", async () => {
    const { till, tender, stateOf, workItems, onCard, owed, isWhole } = await aHold(4_000);
    // Nothing is no amount to capture.
    till.write(completed([tender(0)]));
    await till.sync();
    expect(await stateOf()).toBe("voided");
    expect(await workItems()).toMatchObject([{ kind: "posting-refused", code: "AMOUNT_INVALID" }]);
    expect([await onCard(), await owed()]).toEqual([10_000, 0]);
    expect(await isWhole()).toBe(true);
  });
});

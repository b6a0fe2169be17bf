// After a restore the tills sync again in another order than things happened.
import { expect, test } from "vitest";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { markBooksRestored } from "#backoffice/terminals/restored-books.ts";
import type { CardId, GrantId, SaleId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { merchantAccount, OFFLINE_LOSS, SUSPENSE } from "#core/ledger/accounts.ts";
import {
  anAttempt,
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  risk,
  type StationWorld,
  type TestTerminal,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MERCHANT } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

type World = Awaited<ReturnType<typeof aRestoredStation>>;
const ORDERS = [
  { order: "as it happened", isTurned: false },
  { order: "the other way round", isTurned: true },
];

async function aRestoredStation(world: StationWorld) {
  const card = await anActiveCard(world.cards, 10_000);
  const first = await aTerminal(world, "Till 1");
  const second = await aTerminal(world, "Till 2");
  await first.sync();
  await second.sync();
  world.clock.advance(60_000);
  await world.database.transaction((tx) => markBooksRestored(tx, world.clock.now()));
  const minorOf = async (account: ReturnType<typeof merchantAccount>) =>
    Number((await balanceOf(world.database.read, account, "KRW")).minor);
  return {
    ...world,
    card,
    first,
    second,
    loss: () => minorOf(OFFLINE_LOSS),
    suspense: () => minorOf(SUSPENSE),
    owed: () => minorOf(merchantAccount(MERCHANT)),
  };
}

async function syncBoth({ first, second }: World, isTurned: boolean) {
  for (const till of isTurned ? [second, first] : [first, second]) await till.sync();
}

const accept = (till: TestTerminal, cardId: CardId, grant: string, minor: number) =>
  till.write({
    kind: "grant-accepted",
    body: {
      grantId: grant as GrantId,
      cardId,
      amount: won(minor),
      expiresAt: "2026-03-05T00:00:00.000Z",
    },
  });
const spend = (till: TestTerminal, cardId: CardId, grant: string, minor: number) =>
  till.write(
    approved(
      aTender(cardId, minor, { kind: "escrow", slices: [{ grantId: grant as GrantId, amount: won(minor) }] }),
    ),
  );
const close = (till: TestTerminal, cardId: CardId, grant: string, minor: number) =>
  till.write({
    kind: "grant-closed",
    body: { grantId: grant as GrantId, cardId, remaining: won(minor), reason: "recalled" },
  });

eachDatabase((databases) => {
  const restored = async () => aRestoredStation(await aStation(databases));

  for (const { order, isTurned } of ORDERS) {
    test(`grants that went from one till to the other lose nothing, ${order}`, async () => {
      const world = await restored();
      const { card, first, second } = world;
      accept(first, card.cardId, "g1", 5_000);
      spend(first, card.cardId, "g1", 3_000);
      close(first, card.cardId, "g1", 2_000);
      accept(second, card.cardId, "g2", 7_000);
      spend(second, card.cardId, "g2", 6_000);
      await syncBoth(world, isTurned);
      expect(await world.terminals.booksRestored()).toBe(false);
      expect(await world.workItems()).toEqual([]);
      expect([await world.balance(card.cardId), await world.setAside(card.cardId)]).toEqual([1_000, 1_000]);
      expect([await world.loss(), await world.suspense()]).toEqual([0, 0]);
      expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
    });

    test(`what was taken back on line pays for what came after it, ${order}`, async () => {
      const world = await restored();
      const { card, first, second } = world;
      const taken = onLine(card.cardId, 4_000);
      first.write(approved(taken));
      first.write(completed([taken]));
      first.write(refunded(taken));
      const later = onLine(card.cardId, 10_000);
      second.write(approved(later));
      second.write(completed([later]));
      await syncBoth(world, isTurned);
      expect(await world.workItems()).toEqual([]);
      expect(await world.balance(card.cardId)).toBe(0);
      expect([await world.loss(), await world.suspense()]).toEqual([0, 0]);
    });
  }

  test("a risk slip is judged once every till is in, and what nobody can pay is named then", async () => {
    const world = await restored();
    const { card, first, second } = world;
    const slip = aTender(card.cardId, 11_000, risk());
    first.write(approved(slip));
    await first.sync();
    expect(await world.workItems()).toEqual([]);
    await second.sync();
    expect(await world.workItems()).toEqual([
      { kind: "slip-short", minor: 1_000, bearer: "operator", code: "FUNDS_INSUFFICIENT" },
    ]);
    expect([await world.loss(), await world.suspense()]).toEqual([-1_000, 0]);
    // Who bore it gets it back first, as with a slip that was short when it came.
    first.write(refunded(slip, "offline"));
    await first.sync();
    expect([await world.loss(), await world.balance(card.cardId)]).toEqual([0, 10_000]);
    expect(await world.owed()).toBe(0);
    expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
  });

  test("a slip that lacks everything carries its commission along", async () => {
    const world = await restored();
    const { card, first, second } = world;
    const all = onLine(card.cardId, 10_000);
    second.write(approved(all));
    second.write(completed([all]));
    await second.sync();
    const slip = aTender(card.cardId, 8_000, risk());
    first.write(approved(slip));
    await first.sync();
    expect(await world.loss()).toBe(-8_000);
    first.write(refunded(slip, "offline"));
    await first.sync();
    expect(await world.loss()).toBe(0);
    expect(await world.balance(card.cardId)).toBe(0);
    expect((await world.workItems()).map(({ kind }) => kind)).toEqual(["slip-short"]);
    expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
  });

  test("what a refund gave back and the card has spent since is lost beside the slip, and the wait ends", async () => {
    const world = await restored();
    const { card, first, second } = world;
    const all = onLine(card.cardId, 10_000);
    second.write(approved(all));
    second.write(completed([all]));
    await second.sync();
    const short = onLine(card.cardId, 8_000);
    first.write(approved(short));
    first.write(completed([short]));
    first.write(refunded(short, "online", 5_000));
    first.write(approved(aTender(card.cardId, 5_000, risk())));
    await first.sync();
    expect(await world.terminals.booksRestored()).toBe(false);
    expect(await world.workItems()).toEqual([
      { kind: "slip-short", minor: 8_000, bearer: "operator", code: "FUNDS_INSUFFICIENT" },
    ]);
    expect([await world.loss(), await world.suspense()]).toEqual([-8_000, 0]);
    // 18,000 less 2.5 %: the refund and its commission are not undone by the loss.
    expect(await world.owed()).toBe(17_550);
    expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
  });

  test("a card that ends is paid out once every till has said what it still holds of it", async () => {
    const world = await restored();
    const { card, cards, first, second } = world;
    accept(first, card.cardId, "g1", 4_000);
    await cards.end({ cardId: card.cardId, by: "mina", reason: "given back" }, "refunded");
    expect(await world.balance(card.cardId)).toBe(10_000);
    await syncBoth(world, false);
    expect(await cards.sweep()).toBe(0);
    close(first, card.cardId, "g1", 4_000);
    await first.sync();
    expect((await cards.detail(card.cardId)).state).toBe("refunded");
    expect([await world.balance(card.cardId), await world.loss(), await world.suspense()]).toEqual([0, 0, 0]);
    await second.sync();
    expect(await world.workItems()).toEqual([]);
  });

  test("slips at risk take no room from what a card was promised on line", async () => {
    const world = await restored();
    const { card, first, second } = world;
    first.write(approved(aTender(card.cardId, 18_000, risk())));
    const promised = onLine(card.cardId, 6_000);
    first.write(approved(promised));
    first.write(completed([promised]));
    await first.sync();
    // Nothing is a loss before all are in.
    expect([await world.workItems(), await world.loss()]).toEqual([[], 0]);
    expect(await world.suspense()).toBe(-14_000);
    await second.sync();
    expect(await world.loss()).toBe(-14_000);
  });

  test("a grant of more than the card was ever worth is not believed", async () => {
    const world = await restored();
    const { card, first } = world;
    accept(first, card.cardId, "made-up", 20_001);
    await first.sync();
    expect((await world.workItems()).map(({ kind }) => kind)).toEqual(["grant-inconsistent"]);
    expect([await world.balance(card.cardId), await world.suspense()]).toEqual([10_000, 0]);
  });

  test("a till whose terminal is written off is not awaited, and what cards lack is judged then", async () => {
    const world = await restored();
    const { card, first, second } = world;
    first.write(approved(aTender(card.cardId, 11_000, risk())));
    await first.sync();
    await world.terminals.writeOff({ terminalId: second.terminalId, by: "mina" as never, reason: "lost" });
    expect(await world.terminals.booksRestored()).toBe(false);
    expect(await world.loss()).toBe(-1_000);
  });

  test("a sync that was signed before the restore, or that is not all, does not end the wait", async () => {
    const world = await restored();
    const { first, second } = world;
    await second.sync();
    const { epoch, seq } = first.place();
    const { booksRestoredAt } = await world.terminals.mark(first.terminalId);
    if (booksRestoredAt === null) throw new Error("the books were restored");
    const send = (over: Readonly<{ head: number; booksRestoredAt: string | null }>) =>
      world.terminals.sync(first.terminalId, {
        epoch,
        entries: [],
        sealed: [],
        head: { epoch, seq: over.head },
        booksRestoredAt: over.booksRestoredAt as never,
      });
    await send({ head: seq, booksRestoredAt: null });
    expect(await world.terminals.booksRestored()).toBe(true);
    await send({ head: seq + 1, booksRestoredAt });
    expect(await world.terminals.booksRestored()).toBe(true);
    await send({ head: seq, booksRestoredAt });
    expect(await world.terminals.booksRestored()).toBe(false);
  });

  test("a snapshot after a restore is above every version that was given before, and whole", async () => {
    const world = await restored();
    const { first } = world;
    await first.sync();
    const before = await world.terminals.snapshot(first.terminalId, 3);
    expect(before.snapshot.version).toBeGreaterThan(3);
    expect(Object.keys(before.snapshot.parts)).toContain("catalogue");
    const ahead = before.snapshot.version + 7;
    const raised = await world.terminals.snapshot(first.terminalId, ahead);
    expect(raised.snapshot).toMatchObject({ version: ahead + 1, since: null });
    const next = await world.terminals.snapshot(first.terminalId, ahead + 1);
    expect(next.snapshot).toMatchObject({ version: ahead + 1, since: ahead + 1, parts: {} });
  });

  test("a till that has not sent all is told nothing of its grants: a forgetful list would close them", async () => {
    const world = await restored();
    const { first } = world;
    const { snapshot } = await world.terminals.snapshot(first.terminalId, undefined);
    expect(snapshot.parts.grants).toBeUndefined();
    await first.sync();
    expect((await world.terminals.snapshot(first.terminalId, undefined)).snapshot.parts.grants).toEqual([]);
  });
});

const onLine = (cardId: CardId, minor: number) =>
  aTender(cardId, minor, { kind: "online", attemptId: anAttempt(), balanceAfter: won(0) });

function refunded(
  { tenderId, card, amount: paid }: ReturnType<typeof aTender>,
  route: "online" | "offline" = "online",
  minor = Number(paid.minor),
): EntryDraft {
  const amount = won(minor);
  return {
    kind: "refund-approved",
    body: {
      refundId: `refund-${tenderId}`,
      saleId: "sale-1" as SaleId,
      shiftId: "shift-1",
      receiptNumber: 2,
      originalReceiptNumber: 1,
      lines: [],
      totals: { net: amount, vat: won(0), gross: amount, discount: won(0), vatByRate: [] },
      amount,
      to: { method: "prepaid", tenderId, card, route },
      approvedBy: null,
    },
  };
}

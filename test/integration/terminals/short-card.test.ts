// A card that has less than is asked: what its slices at tills make up for, what it can pay, and who is told.
import { expect, test } from "vitest";
import type { SaleId } from "#core/ids.ts";
import { minutes } from "#core/time.ts";
import {
  anAttempt,
  aStation,
  aTerminal,
  type StationWorld,
  type TestTerminal,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aTillWithGrant, closeGrant } from "./till-with-grant.ts";

eachDatabase((databases) => {
  const pay = (
    world: StationWorld,
    till: TestTerminal,
    number: string,
    amount: number,
    { attemptId = anAttempt(), password = PASSWORD } = {},
  ) =>
    world.payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId,
        tenderId: "tender-1",
        saleId: "sale-1" as SaleId,
        amount: won(amount),
        card: { number, password },
      },
    );
  test("a card that is short names the asking till's own grants, and pays once they are closed", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card, grant } = world;
    expect(await pay(world, till, card.number, 8_000)).toMatchObject({
      kind: "declined",
      code: "FUNDS_HELD_OFFLINE",
      ownGrants: [grant.grantId],
    });
    closeGrant(till, grant, 5_000);
    await till.sync();
    expect(await pay(world, till, card.number, 8_000)).toMatchObject({
      kind: "approved",
      balanceAfter: won(2_000),
    });
  });

  test("slices at another till on line are called back at once, and the payment waits for them", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card, grant } = world;
    const other = await aTerminal(world, "Till 2");
    await other.sync();
    const nudges = world.terminals.nudges(till.terminalId, undefined);
    expect((await nudges.next()).value).toMatchObject({ kind: "hello" });
    const paid = pay(world, other, card.number, 8_000);
    expect((await nudges.next()).value).toMatchObject({ kind: "recall" });
    const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
    expect(snapshot.parts.recalls).toEqual([grant.grantId]);
    closeGrant(till, grant, 5_000);
    await till.sync();
    expect(await paid).toMatchObject({ kind: "approved" });
    await nudges.return(undefined);
  });

  test("a card that is short says what it can pay, slices at tills on line included, and then pays that", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card, grant } = world;
    const short = { kind: "declined", code: "FUNDS_INSUFFICIENT" };
    expect(await pay(world, till, card.number, 12_000)).toMatchObject({ ...short, takeable: won(10_000) });
    const other = await aTerminal(world, "Till 2");
    expect(await pay(world, other, card.number, 12_000)).toMatchObject({ ...short, takeable: won(10_000) });
    // Nobody has heard of the first till for a while: what it holds cannot be had from the second one.
    world.clock.advance(minutes(2));
    expect(await pay(world, other, card.number, 12_000)).toMatchObject({ ...short, takeable: won(5_000) });
    expect(await pay(world, other, card.number, 10_000)).toMatchObject({
      code: "FUNDS_HELD_OFFLINE",
      takeable: won(5_000),
    });
    expect(await pay(world, till, card.number, 10_000)).toMatchObject({ ownGrants: [grant.grantId] });
    closeGrant(till, grant, 5_000);
    await till.sync();
    expect(await pay(world, till, card.number, 10_000)).toMatchObject({ kind: "approved" });
    // With nothing left there is nothing to offer.
    expect(await pay(world, till, card.number, 1)).toMatchObject({ ...short, takeable: null });
  });

  test("what a card could pay is told to the right password alone, and a resend is told the same for ever", async () => {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    const attemptId = anAttempt();
    const guess = await pay(world, till, card.number, 12_000, { attemptId: anAttempt(), password: "wrong" });
    expect(guess).toMatchObject({ code: "PASSWORD_WRONG", takeable: null });
    const short = await pay(world, till, card.number, 12_000, { attemptId });
    expect(short).toMatchObject({ code: "FUNDS_INSUFFICIENT", takeable: won(10_000) });
    expect(await pay(world, till, card.number, 4_000)).toMatchObject({ kind: "approved" });
    // An old attempt needs no password, so it tells no balance of later.
    expect(await pay(world, till, card.number, 12_000, { attemptId, password: "wrong" })).toEqual(short);
    expect(await world.payments.attemptOfTerminal(till.terminalId, attemptId)).toEqual(short);
    const stored = await world.payments.search({ state: "declined", page: 0, pageSize: 10 });
    expect(JSON.stringify(stored.rows)).not.toContain("10000");
  });

  test("what was offered and is gone meanwhile is refused again, with what is left", async () => {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, 10_000);
    const [till, other] = [await aTerminal(world), await aTerminal(world, "Till 2")];
    expect(await pay(world, till, card.number, 12_000)).toMatchObject({ takeable: won(10_000) });
    await pay(world, other, card.number, 1_000);
    expect(await pay(world, till, card.number, 10_000)).toMatchObject({
      code: "FUNDS_INSUFFICIENT",
      takeable: won(9_000),
    });
  });

  test("a card that is short with all its slices calls nothing back", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card } = world;
    expect(await pay(world, till, card.number, 10_001)).toMatchObject({ code: "FUNDS_INSUFFICIENT" });
    const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
    expect(snapshot.parts.recalls).toEqual([]);
  });
});

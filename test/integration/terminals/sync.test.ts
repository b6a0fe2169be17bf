import { createPublicKey, verify } from "node:crypto";
import { expect, test } from "vitest";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import { FailureError } from "#core/errors.ts";
import type { CardId, GrantId, SaleId } from "#core/ids.ts";
import type { PrepaidApproval } from "#core/journal/bodies.ts";
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
  verifierMade,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const refused = (work: Promise<unknown>, code: string) =>
  expect(work).rejects.toSatisfy(
    (error) => error instanceof FailureError && error.failure.code === code,
    code,
  );

eachDatabase((databases) => {
  async function aTillWithCard(balance: number) {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, balance);
    const till = await aTerminal(world);
    await till.sync();
    return { ...world, card, till };
  }

  const pay = (
    world: StationWorld,
    till: TestTerminal,
    number: string,
    amount: number,
    ids = { attempt: anAttempt(), tender: "tender-1" },
  ) =>
    world.payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId: ids.attempt,
        tenderId: ids.tender,
        saleId: "sale-1" as SaleId,
        amount: won(amount),
        card: { number, password: PASSWORD },
      },
    );

  /** The till makes a verifier, syncs, and takes its grant on. */
  async function aGrant(world: StationWorld, till: TestTerminal, cardId: CardId) {
    till.write(verifierMade(cardId));
    await till.sync();
    const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
    const grant = snapshot.parts.grants?.at(-1);
    if (grant === undefined) throw new Error("no grant was given");
    till.write({ kind: "grant-accepted", body: grant });
    return grant;
  }
  const escrow = (grantId: GrantId, amount: number): PrepaidApproval => ({
    kind: "escrow",
    slices: [{ grantId, amount: won(amount) }],
  });
  const close = (till: TestTerminal, grant: { grantId: GrantId; cardId: CardId }, remaining: number) =>
    till.write({
      kind: "grant-closed",
      body: { grantId: grant.grantId, cardId: grant.cardId, remaining: won(remaining), reason: "recalled" },
    });

  test("countersigns what it has stored, and a replay changes nothing", async () => {
    const { till, keys } = await aTillWithCard(1_000);
    till.write({ kind: "signed-out", body: {} });
    const again = [...till.unsent];
    const answer = await till.sync();
    expect(answer.mark).toMatchObject({ terminalId: till.terminalId, seq: 2, hash: till.place().hash });
    const serverKey = createPublicKey({
      key: Buffer.from(keys.serverKey, "base64"),
      format: "der",
      type: "spki",
    });
    const signed = Buffer.from(canonicalJson(answer.mark));
    expect(verify(null, signed, serverKey, Buffer.from(answer.signature, "base64"))).toBe(true);
    till.unsent.push(...again);
    expect((await till.sync()).mark).toEqual(answer.mark);
  });

  test("refuses a gap, a broken chain and a foreign signature, and stores nothing of them", async () => {
    const world = await aTillWithCard(1_000);
    const { till } = world;
    till.write({ kind: "signed-out", body: {} });
    till.write({ kind: "signed-out", body: {} });
    const [first, second] = [...till.unsent];
    if (first === undefined || second === undefined) throw new Error("two entries");
    const send = (entries: (typeof first)[]) =>
      world.terminals.sync(till.terminalId, { epoch: first.epoch, entries, sealed: [] });
    await refused(send([second]), "SYNC_GAP");
    await refused(send([{ ...first, kind: "signed-in" }]), "JOURNAL_BROKEN");
    await refused(send([{ ...first, sig: Buffer.alloc(64).toString("base64") }]), "SIGNATURE_WRONG");
    expect((await till.sync()).mark.seq).toBe(3);
  });

  test("one wrong signature among hundreds undoes all that came with it", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const tender = aTender(card.cardId, 4_000, risk());
    till.write(approved(tender));
    till.write(completed([tender]));
    while (till.unsent.length < 300) till.write({ kind: "signed-out", body: {} });
    const entries = [...till.unsent];
    const at = 290;
    const forged = entries.map((entry, index) =>
      index === at ? { ...entry, sig: entries[0]?.sig ?? "" } : entry,
    );
    const { epoch } = till.place();
    await refused(
      world.terminals.sync(till.terminalId, { epoch, entries: forged, sealed: [] }),
      "SIGNATURE_WRONG",
    );
    expect(await world.balance(card.cardId)).toBe(10_000);
    expect((await world.terminals.mark(till.terminalId)).mark.seq).toBe(1);
    expect((await till.sync()).mark.seq).toBe(301);
    expect(await world.balance(card.cardId)).toBe(6_000);
    expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
  });

  test("P04 a completed sale captures its online hold, once", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const attempt = anAttempt();
    expect(await pay(world, till, card.number, 4_000, { attempt, tender: "tender-1" })).toMatchObject({
      kind: "approved",
      balanceAfter: won(6_000),
    });
    const tender = aTender(
      card.cardId,
      4_000,
      { kind: "online", attemptId: attempt, balanceAfter: won(6_000) },
      "tender-1",
    );
    till.write(approved(tender));
    till.write(completed([tender]));
    await till.sync();
    expect(await world.payments.search({ state: "captured", page: 0, pageSize: 5 })).toMatchObject({
      total: 1,
    });
    expect(await world.balance(card.cardId)).toBe(6_000);
    const sales = await world.database.read.all("SELECT kind, CAST(gross AS TEXT) AS gross FROM sale");
    expect(sales).toEqual([{ kind: "sale", gross: "4000" }]);
    expect(await world.workItems()).toEqual([]);
  });

  test("an attempt given up is declined where it was never seen, and stays so when it arrives late", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const attempt = anAttempt();
    till.write({ kind: "attempt-closed", body: { saleId: "sale-1" as SaleId, attemptId: attempt } });
    await till.sync();
    expect(await pay(world, till, card.number, 4_000, { attempt, tender: "t" })).toMatchObject({
      kind: "declined",
      code: "HOLD_ENDED",
    });
    expect(await world.payments.attemptOfTerminal(till.terminalId, attempt)).toMatchObject({
      kind: "declined",
    });
    expect(await world.balance(card.cardId)).toBe(10_000);
  });

  test("an attempt given up is voided where it is held", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const attempt = anAttempt();
    await pay(world, till, card.number, 4_000, { attempt, tender: "t" });
    till.write({ kind: "attempt-closed", body: { saleId: "sale-1" as SaleId, attemptId: attempt } });
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(10_000);
  });

  test("nobody pays twice: a slip closes the unanswered attempt that it supersedes", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const grant = await aGrant(world, till, card.cardId);
    const attempt = anAttempt();
    await pay(world, till, card.number, 4_000, { attempt, tender: "tender-1" });
    const tender = aTender(card.cardId, 4_000, escrow(grant.grantId, 4_000), "tender-1");
    till.write(approved(tender, [attempt]));
    till.write(completed([tender]));
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(6_000);
    expect(await world.workItems()).toEqual([]);
  });

  test("spends inside a grant without loss, and its closing returns the rest", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const grant = await aGrant(world, till, card.cardId);
    expect(grant.amount).toEqual(won(5_000));
    expect(await world.setAside(card.cardId)).toBe(5_000);
    expect(await world.balance(card.cardId)).toBe(10_000);
    till.write(approved(aTender(card.cardId, 2_000, escrow(grant.grantId, 2_000))));
    close(till, grant, 3_000);
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(8_000);
    expect(await world.workItems()).toEqual([]);
  });

  test("a voided escrow slip gives its grant back", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const grant = await aGrant(world, till, card.cardId);
    const tender = aTender(card.cardId, 2_000, escrow(grant.grantId, 2_000));
    till.write(approved(tender));
    till.write({
      kind: "tender-voided",
      body: { saleId: "s" as SaleId, tender, reason: "changed her mind" },
    });
    await till.sync();
    expect(await world.setAside(card.cardId)).toBe(5_000);
    close(till, grant, 5_000);
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(10_000);
    expect(await world.workItems()).toEqual([]);
  });

  test("a till that says less is left than the books gets that much back, and a person the difference", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const grant = await aGrant(world, till, card.cardId);
    close(till, grant, 4_000);
    await till.sync();
    expect(await world.workItems()).toMatchObject([{ kind: "grant-inconsistent", minor: 1_000 }]);
    const [item] = (await world.terminals.workItems({ state: "open", page: 0, pageSize: 1 })).rows;
    const setAside = await world.setAside(card.cardId);
    const resolved = { workItemId: item?.workItemId ?? "", by: MANAGER, resolution: "nothing was sold" };
    await world.terminals.resolveWorkItem(resolved);
    expect(await world.setAside(card.cardId)).toBe(setAside - 1_000);
    expect(await world.balance(card.cardId)).toBe(10_000);
    await refused(world.terminals.resolveWorkItem(resolved), "STATE_CONFLICT");
    expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
  });

  test("a risk slip takes what the card has; the rest is a named loss and the merchant is paid", async () => {
    const world = await aTillWithCard(3_000);
    const { till, card } = world;
    const tender = aTender(card.cardId, 5_000, risk());
    till.write(approved(tender));
    till.write(completed([tender]));
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(0);
    expect(await world.workItems()).toEqual([
      { kind: "slip-short", minor: 2_000, bearer: "operator", code: "FUNDS_INSUFFICIENT" },
    ]);
    const [row] = await world.terminals.list();
    expect(row?.exposure).toMatchObject({
      lost: won(2_000),
      riskTaken: won(5_000),
      riskCap: won(500_000),
    });
    await world.ledger.close();
    expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
  });

  test("an offline refund goes to the card once, never above what it paid", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const tender = aTender(card.cardId, 5_000, risk());
    till.write(approved(tender));
    const refund = (refundId: string, amount: number) =>
      till.write({
        kind: "refund-approved",
        body: {
          refundId,
          saleId: "s" as SaleId,
          shiftId: "shift-1",
          receiptNumber: 2,
          originalReceiptNumber: 1,
          lines: [],
          totals: { net: won(amount), vat: won(0), gross: won(amount), discount: won(0), vatByRate: [] },
          amount: won(amount),
          to: { method: "prepaid", tenderId: tender.tenderId, card: tender.card, route: "offline" },
          approvedBy: null,
        },
      });
    refund("r1", 3_000);
    refund("r2", 3_000);
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(8_000);
    expect(await world.workItems()).toMatchObject([
      { kind: "refund-refused", minor: 3_000, code: "REFUND_EXCEEDS_PAYMENT" },
    ]);
  });

  test("wrong tries at a till travel, and block the card everywhere", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    for (let tries = 1; tries <= 5; tries++) {
      till.write({
        kind: "password-wrong",
        body: { card: aTender(card.cardId, 1, risk()).card, wrongTries: tries, blockedHere: tries >= 3 },
      });
    }
    await till.sync();
    expect(await world.cards.detail(card.cardId)).toMatchObject({ state: "blocked", wrongTries: 5 });
    const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
    expect(snapshot.parts.hotList).toEqual([{ cardId: card.cardId, code: "CARD_BLOCKED" }]);
  });

  test("what cannot be read becomes a work item, and the rest of the journal goes on", async () => {
    const world = await aTillWithCard(10_000);
    const { till } = world;
    till.write({ kind: "from-the-future" as never, body: { a: 1 } as never });
    till.write({ kind: "signed-out", body: {} });
    expect((await till.sync()).mark.seq).toBe(3);
    expect(await world.workItems()).toMatchObject([{ kind: "entry-undecodable" }]);
  });

  test("a copied disk is quarantined, kept whole and posted nowhere", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    const before = till.place();
    till.write({ kind: "signed-out", body: {} });
    await till.sync();
    till.goBackTo(before);
    till.write(approved(aTender(card.cardId, 4_000, risk())));
    await refused(till.sync(), "TERMINAL_QUARANTINED");
    expect(await world.balance(card.cardId)).toBe(10_000);
    expect(await world.workItems()).toMatchObject([{ kind: "journal-forked", minor: 4_000 }]);
    await refused(world.terminals.trading(till.terminalId), "TERMINAL_QUARANTINED");
    await refused(world.terminals.snapshot(till.terminalId, undefined), "TERMINAL_QUARANTINED");
  });

  test("a declared restore begins a new epoch, and the grants of the old one are a person's to release", async () => {
    const world = await aTillWithCard(10_000);
    const { till, card } = world;
    await aGrant(world, till, card.cardId);
    await till.sync();
    till.startEpoch(till.place());
    expect((await till.sync()).mark).toMatchObject({ seq: 1 });
    const { rows } = await world.terminals.workItems({ state: "open", page: 0, pageSize: 9 });
    expect(rows).toMatchObject([{ kind: "grants-of-old-epoch", amount: won(5_000) }]);
    const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
    expect(snapshot.parts.grants).toEqual([]);
    const item = rows[0]?.workItemId ?? "";
    await world.terminals.resolveWorkItem({
      workItemId: item,
      by: "mina" as never,
      resolution: "disk destroyed",
    });
    expect(await world.setAside(card.cardId)).toBe(0);
  });

  test("a new epoch that no restore declares is a fork", async () => {
    const { till } = await aTillWithCard(1_000);
    till.startEpoch(null);
    await refused(till.sync(), "TERMINAL_QUARANTINED");
  });
});

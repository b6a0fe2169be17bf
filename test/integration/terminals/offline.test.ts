import { expect, test } from "vitest";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { markBooksRestored } from "#backoffice/terminals/restored-books.ts";
import { FailureError } from "#core/errors.ts";
import type { GrantId, SaleId, StaffId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import { sealCredentials } from "#main/till/keys/seal-credentials.ts";
import {
  anAttempt,
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  verifierMade,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aTillWithGrant, closeGrant } from "./till-with-grant.ts";

const refused = (work: Promise<unknown>, code: string) =>
  expect(work).rejects.toSatisfy(
    (error) => error instanceof FailureError && error.failure.code === code,
    code,
  );
const PERSON = { by: MANAGER as StaffId, reason: "lost in the river" };

eachDatabase((databases) => {
  test("a card is closing until its grants are closed; only then is the rest paid out", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card, grant } = world;
    const closing = await world.cards.end(
      { cardId: card.cardId, by: "staff:mina", reason: "asked" },
      "refunded",
    );
    expect(closing.state).toBe("closing");
    closeGrant(till, grant, 5_000);
    await till.sync();
    expect(await world.cards.detail(card.cardId)).toMatchObject({ state: "refunded", available: won(0) });
  });

  test("a grant taken before the till learnt of a block is honoured", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card, grant } = world;
    await world.cards.block({ cardId: card.cardId, by: "staff:mina", reason: "stolen" });
    till.write(
      approved(
        aTender(card.cardId, 1_000, {
          kind: "escrow",
          slices: [{ grantId: grant.grantId, amount: won(1_000) }],
        }),
      ),
    );
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(9_000);
    expect(await world.workItems()).toEqual([]);
  });

  test("renews a grant that is worn, and money comes back only with the old one's closing", async () => {
    const world = await aTillWithGrant(databases, 20_000);
    const { till, card, grant } = world;
    world.clock.advance(1_000);
    till.write(
      approved(
        aTender(card.cardId, 6_000, {
          kind: "escrow",
          slices: [{ grantId: grant.grantId, amount: won(6_000) }],
        }),
      ),
    );
    await till.sync();
    const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
    expect(snapshot.parts.recalls).toEqual([grant.grantId]);
    expect(snapshot.parts.grants?.map(({ amount }) => amount)).toEqual([won(10_000), won(5_000)]);
    expect(await world.setAside(card.cardId)).toBe(9_000);
  });

  test("a written-off till gives holders their money back, and its late slips are a loss", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card, grant } = world;
    expect(await world.terminals.writeOff({ terminalId: till.terminalId, ...PERSON })).toMatchObject({
      grants: 1,
    });
    expect(await world.setAside(card.cardId)).toBe(0);
    await refused(world.terminals.writeOff({ terminalId: till.terminalId, ...PERSON }), "STATE_CONFLICT");
    till.write(
      approved(
        aTender(card.cardId, 1_000, {
          kind: "escrow",
          slices: [{ grantId: grant.grantId, amount: won(1_000) }],
        }),
      ),
    );
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(10_000);
    expect(await world.workItems()).toMatchObject([
      { kind: "grant-written-off", minor: 5_000 },
      { kind: "slip-of-written-off-terminal", minor: 1_000, bearer: "operator" },
    ]);
    await world.ledger.close();
    expect(await verifyLedger(world.database)).toMatchObject({ ok: true });
  });

  test("a hold of a written-off till is given back, and its late sale is the operator's loss", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card } = world;
    const attemptId = anAttempt();
    await world.payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId,
        tenderId: "tender-1",
        saleId: "sale-1" as SaleId,
        amount: won(2_000),
        card: { number: card.number, password: PASSWORD },
      },
    );
    expect(await world.balance(card.cardId)).toBe(8_000);
    await world.terminals.writeOff({ terminalId: till.terminalId, ...PERSON });
    expect(await world.balance(card.cardId)).toBe(10_000);
    till.write(
      completed([
        aTender(card.cardId, 2_000, { kind: "online", attemptId, balanceAfter: won(0) }, "tender-1"),
      ]),
    );
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(10_000);
    expect(await world.workItems()).toMatchObject([
      { kind: "grant-written-off" },
      { kind: "slip-of-written-off-terminal", minor: 2_000, bearer: "operator" },
    ]);
  });

  test("a restored back office gives nothing until every till has synced, and believes what they say", async () => {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    const other = await aTerminal(world, "Till 2");
    await till.sync();
    await other.sync();
    world.clock.advance(60_000);
    await world.database.transaction((tx) => markBooksRestored(tx, world.clock.now()));
    expect(await world.terminals.booksRestored()).toBe(true);
    // What this till says happened after the back-up: a grant, a slip inside it, and a sale on a hold that is forgotten.
    const grantId = "grant-of-the-lost-days" as GrantId;
    till.write(verifierMade(card.cardId));
    till.write({
      kind: "grant-accepted",
      body: { grantId, cardId: card.cardId, amount: won(4_000), expiresAt: "2026-03-05T00:00:00.000Z" },
    });
    till.write(
      approved(aTender(card.cardId, 1_000, { kind: "escrow", slices: [{ grantId, amount: won(1_000) }] })),
    );
    const online = aTender(card.cardId, 2_000, {
      kind: "online",
      attemptId: anAttempt(),
      balanceAfter: won(0),
    });
    till.write(approved(online));
    till.write(completed([online]));
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(7_000);
    expect(await world.setAside(card.cardId)).toBe(3_000);
    await refused(
      world.payments.refundForTerminal(
        { terminalId: till.terminalId, merchantId: MERCHANT },
        { attemptId: anAttempt(), refundId: "r1", tenderId: online.tenderId, amount: won(1) },
      ),
      "BOOKS_RESTORED",
    );
    expect(await world.terminals.booksRestored()).toBe(true);
    await other.sync();
    expect(await world.terminals.booksRestored()).toBe(false);
    expect(await world.workItems()).toEqual([]);
  });

  test("a grant and a hold that nobody ever gave are not believed", async () => {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    till.write({
      kind: "grant-accepted",
      body: {
        grantId: "made-up" as GrantId,
        cardId: card.cardId,
        amount: won(4_000),
        expiresAt: "2026-03-05T00:00:00.000Z",
      },
    });
    const online = aTender(card.cardId, 2_000, {
      kind: "online",
      attemptId: anAttempt(),
      balanceAfter: won(0),
    });
    till.write(completed([online]));
    await till.sync();
    expect(await world.balance(card.cardId)).toBe(10_000);
    expect(await world.workItems()).toMatchObject(
      [
        { kind: "grant-inconsistent", minor: 4_000 },
        { kind: "hold-missing", minor: 2_000, bearer: "merchant", code: "PAYMENT_UNKNOWN" },
      ].toSorted((a, b) => a.kind.localeCompare(b.kind)),
    );
  });

  async function aSealedSlip(password: string) {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    await till.sync();
    const slip = { terminalId: till.terminalId, tenderId: `tender-${Math.random()}`, amount: won(4_000) };
    const sealed = await sealCredentials(till.enrolment.sealKey, slip, { number: card.number, password });
    const tender = aTender(
      undefined,
      4_000,
      { kind: "risk", password: { kind: "sealed", sealedHash: sealed.hash }, approvedBy: null },
      slip.tenderId,
    );
    till.write(approved(tender));
    const credentials = { tenderId: slip.tenderId, enc: sealed.enc, ciphertext: sealed.ciphertext };
    return { ...world, card, till, credentials };
  }

  test("sealed credentials are judged once, and their ciphertext may then be erased", async () => {
    const { till, credentials, balance, card, workItems } = await aSealedSlip(PASSWORD);
    expect((await till.sync([credentials])).judgedTenders).toEqual([credentials.tenderId]);
    expect(await balance(card.cardId)).toBe(6_000);
    expect((await till.sync([credentials])).judgedTenders).toEqual([credentials.tenderId]);
    expect(await balance(card.cardId)).toBe(6_000);
    expect(await workItems()).toEqual([]);
  });

  test("a slip waits for credentials that come with a later sync", async () => {
    const { till, credentials, balance, card } = await aSealedSlip(PASSWORD);
    const awaitedTenders = [credentials.tenderId];
    expect(await till.sync()).toMatchObject({ judgedTenders: [], awaitedTenders });
    expect(await balance(card.cardId)).toBe(10_000);
    const judged = { judgedTenders: [credentials.tenderId], awaitedTenders: [] };
    expect(await till.sync([credentials])).toMatchObject(judged);
    expect(await balance(card.cardId)).toBe(6_000);
  });

  test("a wrong password in sealed credentials counts as a try and is the operator's loss", async () => {
    const { till, credentials, balance, card, workItems, cards } = await aSealedSlip("wrong-one");
    await till.sync([credentials]);
    expect(await balance(card.cardId)).toBe(10_000);
    expect(await cards.detail(card.cardId)).toMatchObject({ wrongTries: 1 });
    expect(await workItems()).toEqual([
      { kind: "slip-refused", minor: 4_000, bearer: "operator", code: "PASSWORD_WRONG" },
    ]);
  });

  test("credentials moved to another slip do not open", async () => {
    const first = await aSealedSlip(PASSWORD);
    const slip = { terminalId: first.till.terminalId, tenderId: "another", amount: won(9_000) };
    const { credentials } = first;
    first.till.write(
      approved(
        aTender(
          undefined,
          9_000,
          { kind: "risk", password: { kind: "sealed", sealedHash: "0".repeat(64) }, approvedBy: null },
          slip.tenderId,
        ),
      ),
    );
    await first.till.sync([{ ...credentials, tenderId: slip.tenderId }]);
    expect(await first.workItems()).toMatchObject([{ kind: "slip-refused", code: "SIGNATURE_WRONG" }]);
    expect(await first.balance(first.card.cardId)).toBe(10_000);
  });

  test("a sync that earns a grant names a new version at once", async () => {
    const world = await aStation(databases);
    const card = await anActiveCard(world.cards, 10_000);
    const till = await aTerminal(world);
    await till.sync();
    const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
    till.write({ kind: "signed-out", body: {} });
    expect((await till.sync()).snapshotVersion).toBe(snapshot.version);
    till.write(verifierMade(card.cardId));
    const answer = await till.sync();
    expect(answer.snapshotVersion).toBe(snapshot.version + 1);
    const delta = (await world.terminals.snapshot(till.terminalId, snapshot.version)).snapshot;
    expect(delta.version).toBe(answer.snapshotVersion);
    expect(Object.keys(delta.parts).toSorted()).toEqual(["grants", "passwordVersions"]);
  });

  test("sends down what changed since a version, and the whole for a version it never gave", async () => {
    const world = await aTillWithGrant(databases, 10_000);
    const { till, card } = world;
    const pull = async (since?: number) => (await world.terminals.snapshot(till.terminalId, since)).snapshot;
    const whole = await pull();
    expect(whole).toMatchObject({ since: null, parts: { policy: { countMax: 100 }, hotList: [] } });
    expect(await pull(whole.version)).toMatchObject({ version: whole.version, parts: {} });
    await world.cards.block({ cardId: card.cardId, by: "staff:mina", reason: "stolen" });
    const delta = await pull(whole.version);
    expect(delta.version).toBe(whole.version + 1);
    expect(Object.keys(delta.parts)).toEqual(["hotList"]);
    expect((await pull(whole.version + 99)).since).toBeNull();
    expect(instant(Date.parse(delta.issuedAt))).toBe(world.clock.now());
  });
});

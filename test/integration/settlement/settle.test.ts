import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { realDisk } from "#backoffice/bank/channel-folder.ts";
import type { SandboxBehaviour } from "#backoffice/bank/sandbox/sandbox-bank.ts";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { insertMerchant } from "#backoffice/merchants/store.ts";
import { resolveException, takeException } from "#backoffice/settlement/exceptions.ts";
import { netAtCutOff } from "#backoffice/settlement/net-at-cut-off.ts";
import { deliverPending, sendBatch } from "#backoffice/settlement/send-batch.ts";
import { takeInBankFiles } from "#backoffice/settlement/take-in-bank-files.ts";
import { instant } from "#core/time.ts";
import { textOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aSettlementWorld, M1, M2, M3, MAKER, type SettlementWorld } from "./settlement-world.ts";

eachDatabase((databases) => {
  let world: SettlementWorld;

  const begin = async (behaviour?: SandboxBehaviour) => {
    world = await aSettlementWorld(databases, behaviour);
    await world.bank.work();
  };
  /** m1 is due 97,500 + 975, m2 1,950, m3 3,900. */
  const threeMerchants = async () => {
    await world.capture("a1", M1, 100_000);
    await world.capture("a2", M1, 1_000);
    await world.capture("b1", M2, 2_000);
    await world.capture("c1", M3, 4_000);
  };
  const settled = async () => {
    const batchId = await world.sendNew();
    await world.bank.work();
    return { batchId, taken: await world.takeIn() };
  };

  afterEach(() => world.close());

  test("I7: a batch pays captures less refunds less commission, and the bank's statement agrees", async () => {
    await begin();
    await threeMerchants();
    await world.refund("r1", "a1", M1, 100_000, 40_000);
    const { batchId, taken } = await settled();
    expect(taken).toEqual({ files: 2, duplicates: 0, refused: 0, lines: 3, matched: 3, exceptions: 0 });
    expect(await world.state(batchId)).toBe("settled");
    expect(await world.payouts(batchId)).toEqual([
      [M1, 59_475n, "paid", "matched"],
      [M2, 1_950n, "paid", "matched"],
      [M3, 3_900n, "paid", "matched"],
    ]);
    for (const payout of await world.payoutRecords(batchId)) {
      const { captured, refunded, commission, net } = payout;
      expect(net.minor).toBe(captured.minor - refunded.minor - commission.minor);
    }
    expect(await world.books(batchId)).toEqual({
      merchants: [0n, 0n, 0n],
      clearing: 0n,
      suspense: 0n,
      bank: 65_325n,
    });
    expect(await world.verify()).toMatchObject({ ok: true, trialBalanceMinor: { KRW: "0" } });
  });

  test("I7: each capture is in exactly one batch, the late one in a later batch", async () => {
    await begin();
    const dayOne = world.deps.clock.now();
    await world.capture("a1", M1, 1_000);
    const first = await world.net();
    world.pass(2);
    await world.capture("late", M1, 2_000, dayOne);
    const second = await world.net();
    const rows = await world.database.read.all("SELECT id, batch_id FROM settlement_item ORDER BY id");
    expect(rows).toEqual([
      { id: "a1", batch_id: first },
      { id: "late", batch_id: second },
    ]);
    await expect(world.net()).rejects.toThrow("BATCH_EMPTY");
  });

  test("I7: two who net at once make one batch of the same captures", async () => {
    await begin();
    await threeMerchants();
    const outcomes = await Promise.allSettled([world.net(), world.net(), world.net()]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    const batches = await world.database.read.all("SELECT DISTINCT batch_id FROM settlement_item");
    expect(batches).toHaveLength(1);
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("I7: two processes that net at once make one batch of the same captures", async () => {
    await begin();
    await threeMerchants();
    const database = await databases.again(world.database);
    const { clock, ids } = world.deps;
    const ledger = createLedger({ database, clock, ids });
    const other = { ...world.deps, database, ledger };
    const cutOffAt = clock.now();
    const outcomes = await Promise.allSettled([
      netAtCutOff(world.deps, { by: MAKER, cutOffAt }),
      netAtCutOff(other, { by: MAKER, cutOffAt }),
    ]);
    await ledger.close();
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await world.database.read.all("SELECT id FROM settlement_batch")).toHaveLength(1);
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("makes no batch while a restored back office waits for its tills", async () => {
    await begin();
    await threeMerchants();
    const restored = { ...world.deps, booksAreWhole: async () => false };
    await expect(netAtCutOff(restored, { by: MAKER })).rejects.toThrow("BOOKS_RESTORED");
  });

  test("takes what was recorded up to the cut-off, to the millisecond", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const now = world.deps.clock.now();
    await expect(world.net({ cutOffAt: instant(now - 1) })).rejects.toThrow("BATCH_EMPTY");
    expect(await world.payouts(await world.net({ cutOffAt: now }))).toHaveLength(1);
  });

  test("a merchant who owes more than is due waits, and the next batch takes it off", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    await settled();
    await world.refund("r1", "a1", M1, 1_000, 1_000);
    await expect(world.net()).rejects.toThrow("BATCH_EMPTY");
    await world.capture("a2", M1, 3_000);
    expect(await world.payouts(await world.net())).toEqual([[M1, 1_950n, "waiting", null]]);
  });

  test("the maker may not approve, nothing is sent before approval, and approval is given once", async () => {
    await begin();
    await threeMerchants();
    const batchId = await world.net();
    await expect(world.approve(batchId, MAKER)).rejects.toThrow("MAKER_IS_CHECKER");
    await expect(world.send(batchId)).rejects.toThrow("BATCH_STATE");
    await world.approve(batchId);
    await expect(world.approve(batchId)).rejects.toThrow("BATCH_STATE");
    expect(await world.state(batchId)).toBe("approved");
  });

  test("a rejected item is owed again, becomes an exception, and a later batch pays it", async () => {
    await begin({ kind: "reject-item", item: 2 });
    await threeMerchants();
    const { batchId, taken } = await settled();
    expect(taken).toMatchObject({ lines: 2, matched: 2, exceptions: 1 });
    expect(await world.state(batchId)).toBe("settled");
    expect((await world.payouts(batchId))[1]).toEqual([M2, 1_950n, "rejected", "matched"]);
    expect(await world.books(batchId)).toMatchObject({ merchants: [0n, 1_950n, 0n], clearing: 0n });
    expect(await world.exceptions()).toMatchObject([
      { bucket: "rejected", state: "open", detail: expect.stringContaining("AC04") },
    ]);

    world.bank.setBehaviour({ kind: "honest" });
    const again = await settled();
    expect(await world.payouts(again.batchId)).toEqual([[M2, 1_950n, "paid", "matched"]]);
    expect(await world.books(again.batchId)).toMatchObject({ merchants: [0n, 0n, 0n], bank: 104_325n });
  });

  test("a batch that the bank rejects whole is owed again whole", async () => {
    await begin({ kind: "reject-all" });
    await threeMerchants();
    const { batchId } = await settled();
    expect(await world.state(batchId)).toBe("rejected");
    expect(await world.books(batchId)).toMatchObject({ merchants: [98_475n, 1_950n, 3_900n], clearing: 0n });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("a silent bank keeps the batch sent; after days the payouts are missing there", async () => {
    await begin({ kind: "silent" });
    await threeMerchants();
    const { batchId, taken } = await settled();
    expect(taken).toMatchObject({ files: 0, exceptions: 0 });
    expect(await world.state(batchId)).toBe("sent");
    world.pass(4);
    expect(await world.takeIn()).toMatchObject({ exceptions: 3 });
    expect(await world.takeIn()).toMatchObject({ exceptions: 0 });
    world.bank.setBehaviour({ kind: "honest" });
    await world.bank.work();
    await world.takeIn();
    expect(await world.state(batchId)).toBe("settled");
    expect((await world.exceptions()).map((each) => each.state)).toEqual([
      "resolved",
      "resolved",
      "resolved",
    ]);
  });

  test("files that break off are set aside as exceptions, and the whole ones settle the batch", async () => {
    await begin({ kind: "malformed" });
    await threeMerchants();
    const { batchId, taken } = await settled();
    expect(taken).toMatchObject({ files: 0, refused: 2, exceptions: 2 });
    expect(await world.exceptions()).toMatchObject([{ bucket: "file-refused" }, { bucket: "file-refused" }]);
    world.bank.setBehaviour({ kind: "honest" });
    await world.bank.work();
    await world.takeIn();
    expect(await world.state(batchId)).toBe("settled");
  });

  test("a statement that comes again, as it was or marked as a duplicate, counts once", async () => {
    await begin({ kind: "duplicate-statement" });
    await threeMerchants();
    const { batchId, taken } = await settled();
    expect(taken).toMatchObject({ files: 3, duplicates: 1, lines: 3, matched: 3, exceptions: 0 });
    expect(await world.books(batchId)).toMatchObject({ bank: 104_325n, clearing: 0n });
  });

  test("a payment of one won less follows the statement; the won is in suspense with an exception", async () => {
    await begin({ kind: "wrong-amount" });
    await threeMerchants();
    const { batchId, taken } = await settled();
    expect(taken).toMatchObject({ lines: 3, matched: 2, exceptions: 1 });
    expect(await world.exceptions()).toMatchObject([
      { bucket: "amount-differs", expected: { minor: 98_475n }, actual: { minor: 98_474n } },
    ]);
    expect(await world.books(batchId)).toMatchObject({ clearing: 0n, suspense: 1n, bank: 104_324n });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("taking in twice changes nothing the second time", async () => {
    await begin();
    await threeMerchants();
    const { batchId } = await settled();
    const before = await world.books(batchId);
    expect(await world.takeIn()).toEqual({
      files: 0,
      duplicates: 0,
      refused: 0,
      lines: 0,
      matched: 0,
      exceptions: 0,
    });
    expect(await world.books(batchId)).toEqual(before);
  });

  test("a crash between applying a file and archiving it applies it once", async () => {
    await begin({ kind: "reject-item", item: 1 });
    await threeMerchants();
    const batchId = await world.sendNew();
    await world.bank.work();
    const { channel } = world.deps;
    const crashing = {
      ...channel,
      receive: (take: Parameters<typeof channel.receive>[0]) =>
        channel.receive(async (file) => {
          await take(file);
          throw new Error("the power is gone");
        }),
    };
    await expect(takeInBankFiles({ ...world.deps, channel: crashing })).rejects.toThrow("power");
    expect(await world.takeIn()).toMatchObject({ files: 1, duplicates: 1 });
    expect(await world.state(batchId)).toBe("settled");
    expect(await world.books(batchId)).toMatchObject({ merchants: [98_475n, 0n, 0n], clearing: 0n });
  });

  test("a crash between marking as sent and the channel sends the same file later", async () => {
    await begin();
    await threeMerchants();
    const batchId = await world.net();
    await world.approve(batchId);
    const down = { ...world.deps.channel, send: () => Promise.reject(new Error("no such share")) };
    await expect(sendBatch({ ...world.deps, channel: down }, batchId)).rejects.toThrow("BANK_UNAVAILABLE");
    expect(await world.state(batchId)).toBe("sent");
    world.pass(1);
    expect(await deliverPending(world.deps)).toBe(1);
    expect(await deliverPending(world.deps)).toBe(0);
    const row = await world.database.read.get("SELECT document FROM settlement_batch");
    const [name = ""] = await readdir(join(world.dir, "out"));
    expect(await readFile(join(world.dir, "out", name), "utf8")).toBe(
      row === undefined ? "" : textOf(row, "document"),
    );
    await world.send(batchId);
    expect(await readdir(join(world.dir, "out"))).toEqual([name]);
  });

  test("a payout that the bank sends back after paying it is owed to its merchant again", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await settled();
    const [payout] = await world.payoutRecords(batchId);
    await writeFile(
      join(world.dir, "in", "return.xml"),
      await statementLike(world.dir, (text) =>
        text
          .replaceAll("<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd>")
          .replace(/<Id>S0*1<\/Id>/, "<Id>S2</Id>"),
      ),
    );
    expect(await world.takeIn()).toMatchObject({ lines: 1, exceptions: 1 });
    expect(await world.books(batchId)).toMatchObject({ merchants: [975n, 0n, 0n], bank: 0n, suspense: 0n });
    expect((await world.exceptions())[0]).toMatchObject({ subject: payout?.id, bucket: "duplicate" });
    expect(await world.payouts(await world.net())).toEqual([[M1, 975n, "waiting", null]]);
  });

  test("a second payment of the same payout and a stranger's line stand against suspense", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await settled();
    const again = (text: string) => text.replace(/<Id>S0*1<\/Id>/, "<Id>S2</Id>");
    const stranger = (text: string) =>
      text.replace(/<Id>S0*1<\/Id>/, "<Id>S3</Id>").replace(/<EndToEndId>[^<]+/, "<EndToEndId>RENT-MARCH");
    await writeFile(join(world.dir, "in", "1.xml"), await statementLike(world.dir, again));
    await writeFile(join(world.dir, "in", "2.xml"), await statementLike(world.dir, stranger));
    expect(await world.takeIn()).toMatchObject({ files: 2, lines: 2, matched: 0, exceptions: 2 });
    expect((await world.exceptions()).map((each) => each.bucket).sort()).toEqual([
      "duplicate",
      "missing-here",
    ]);
    expect(await world.books(batchId)).toMatchObject({ suspense: -1_950n, bank: 2_925n });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("a statement that says something else the second time is an exception, and the first one stands", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await settled();
    const changed = (text: string) => text.replaceAll(">975<", ">976<");
    await writeFile(join(world.dir, "in", "1.xml"), await statementLike(world.dir, changed));
    await world.takeIn();
    expect(await world.exceptions()).toMatchObject([{ bucket: "statement-changed" }]);
    expect(await world.books(batchId)).toMatchObject({ bank: 975n });
  });

  test("keeps lines whose ids are longer than anything that is allowed, and posts them", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await settled();
    const long = (text: string) =>
      text
        .replace(/<Id>S0*1<\/Id>/, `<Id>${"가 S".repeat(5_000)}</Id>`)
        .replace(/<EndToEndId>[^<]+/, `<EndToEndId>${"E".repeat(20_000)}`)
        .replaceAll(/<AcctSvcrRef>[^<]+/g, `<AcctSvcrRef>${"R".repeat(20_000)}`);
    await writeFile(join(world.dir, "in", "1.xml"), await statementLike(world.dir, long));
    expect(await world.takeIn()).toMatchObject({ files: 1, lines: 1, exceptions: 1 });
    expect(await world.books(batchId)).toMatchObject({ suspense: -975n, bank: 1_950n });
    const [exception] = await world.exceptions();
    expect(exception?.id.length).toBeLessThanOrEqual(80);
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("a notification of what the statement will book is kept and counts for nothing", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await settled();
    const notification = (text: string) =>
      text
        .replaceAll("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
        .replaceAll(/(<\/?)Stmt>/g, "$1Ntfctn>")
        .replaceAll("camt.053", "camt.054");
    await writeFile(join(world.dir, "in", "1.xml"), await statementLike(world.dir, notification));
    expect(await world.takeIn()).toMatchObject({ files: 1, lines: 0, exceptions: 0 });
    expect(await world.books(batchId)).toMatchObject({ bank: 975n });
  });

  test("answers to strangers' messages, and 'we had this file', move no money", async () => {
    await begin();
    await threeMerchants();
    const batchId = await world.sendNew();
    const record = await world.database.read.get("SELECT message_id FROM settlement_batch");
    const messageId = record === undefined ? "" : textOf(record, "message_id");
    const rejected = (original: string, reason: string) =>
      `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>X${original.slice(-6)}</MsgId>
       <CreDtTm>2026-03-03T09:00:00Z</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>${original}</OrgnlMsgId>
       <OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>
       </OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`;
    await writeFile(join(world.dir, "in", "1.xml"), rejected("SOMEBODY-ELSE", "AG01"));
    await writeFile(join(world.dir, "in", "2.xml"), rejected(messageId, "DU01"));
    expect(await world.takeIn()).toMatchObject({ files: 2, exceptions: 2 });
    expect(await world.state(batchId)).toBe("sent");
    expect(await world.books(batchId)).toMatchObject({ merchants: [0n, 0n, 0n], clearing: 104_325n });
  });

  test("a statement before the answer settles the batch, and the late answer changes nothing", async () => {
    await begin();
    await threeMerchants();
    const batchId = await world.sendNew();
    await world.bank.work();
    const [status = ""] = (await readdir(join(world.dir, "in"))).sort();
    await rename(join(world.dir, "in", status), join(world.dir, "late.xml"));
    await world.takeIn();
    expect(await world.state(batchId)).toBe("settled");
    await rename(join(world.dir, "late.xml"), join(world.dir, "in", status));
    expect(await world.takeIn()).toMatchObject({ files: 1, exceptions: 0 });
    expect(await world.state(batchId)).toBe("settled");
  });

  test("pays more merchants in one batch than one ledger request takes", async () => {
    await begin();
    const many = Array.from({ length: 130 }, (_, index) => `many-${index}` as typeof M1);
    await world.database.transaction(async (tx) => {
      for (const merchantId of many) {
        await insertMerchant(tx, {
          merchantId,
          name: merchantId,
          account: { scheme: "domestic", number: "123", bic: null },
          createdAt: instant(0),
        });
      }
    });
    await Promise.all(many.map((merchantId, index) => world.capture(`x${index}`, merchantId, 100)));
    const { batchId, taken } = await settled();
    expect(taken).toMatchObject({ lines: 130, matched: 130 });
    expect(await world.books(batchId)).toMatchObject({ clearing: 0n, bank: 13_000n });
  });

  test("a merchant without an account waits as an exception and holds nobody up", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    await world.capture("u1", "unknown" as typeof M1, 500);
    expect(await world.payouts(await world.net())).toHaveLength(1);
    expect(await world.exceptions()).toMatchObject([{ bucket: "account-missing", subject: "unknown" }]);
  });

  test("an exception has an owner, grows old, and ends once with words", async () => {
    await begin({ kind: "reject-all" });
    await world.capture("a1", M1, 1_000);
    await settled();
    const [exception] = await world.exceptions();
    const id = exception?.id ?? "";
    const now = world.deps.clock.now();
    await takeException(world.database, id, "s-maker", now);
    world.pass(3);
    expect(await world.exceptions()).toMatchObject([{ owner: "s-maker", age: 3 * 86_400_000 }]);
    const resolving = { id, by: "s-checker", resolution: "The merchant gave another account.", at: now };
    await resolveException(world.database, resolving);
    await expect(resolveException(world.database, resolving)).rejects.toThrow("STATE_CONFLICT");
    await expect(resolveException(world.database, { ...resolving, id: "none" })).rejects.toThrow("NOT_FOUND");
    expect(await world.exceptions()).toMatchObject([{ state: "resolved", owner: "s-maker" }]);
  });
});

/** The bank's first statement, changed. */
async function statementLike(dir: string, change: (text: string) => string): Promise<string> {
  const folder = join(dir, "archive", "taken");
  const name = (await realDisk.list(folder)).find((each) => each.endsWith("-camt053.xml")) ?? "";
  return change(await readFile(join(folder, name), "utf8"));
}

import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { realDisk } from "#backoffice/bank/channel-folder.ts";
import type { SandboxBehaviour } from "#backoffice/bank/sandbox/sandbox-bank.ts";
import { LINE_MINOR_MAX } from "#backoffice/settlement/refused-line.ts";
import { takeInBankFiles } from "#backoffice/settlement/take-in-bank-files.ts";
import { MINOR_MAX } from "#core/money.ts";
import { textOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aSettlementWorld, M1, type SettlementWorld } from "./settlement-world.ts";

eachDatabase((databases) => {
  let world: SettlementWorld;

  const begin = async (behaviour?: SandboxBehaviour) => {
    world = await aSettlementWorld(databases, behaviour);
  };

  afterEach(() => world.close());

  /** Without those on whole files: what was changed by hand below seldom adds up. */
  const differences = async () => (await world.exceptions()).filter(({ bucket }) => bucket !== "file-odd");

  test("N09 a silent bank keeps the batch sent; after days the payouts are missing there", async () => {
    await begin({ kind: "silent" });
    await world.threeMerchants();
    const { batchId, taken } = await world.settleNew();
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
    await world.threeMerchants();
    const { batchId, taken } = await world.settleNew();
    expect(taken).toMatchObject({ files: 0, refused: 2, exceptions: 2 });
    expect(await world.exceptions()).toMatchObject([{ bucket: "file-refused" }, { bucket: "file-refused" }]);
    world.bank.setBehaviour({ kind: "honest" });
    await world.bank.work();
    await world.takeIn();
    expect(await world.state(batchId)).toBe("settled");
  });

  test("a statement that comes again, as it was or marked as a duplicate, counts once", async () => {
    await begin({ kind: "duplicate-statement" });
    await world.threeMerchants();
    const { batchId, taken } = await world.settleNew();
    expect(taken).toMatchObject({ files: 3, duplicates: 1, lines: 3, matched: 3, exceptions: 0 });
    expect(await world.books(batchId)).toMatchObject({ bank: 104_325n, clearing: 0n });
  });

  test("a payment of one won less follows the statement; the won is in suspense with an exception", async () => {
    await begin({ kind: "wrong-amount" });
    await world.threeMerchants();
    const { batchId, taken } = await world.settleNew();
    expect(taken).toMatchObject({ lines: 3, matched: 2, exceptions: 1 });
    expect(await world.exceptions()).toMatchObject([
      { bucket: "amount-differs", expected: { minor: 98_475n }, actual: { minor: 98_474n } },
    ]);
    expect(await world.books(batchId)).toMatchObject({ clearing: 0n, suspense: 1n, bank: 104_324n });
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("a payout that the bank sends back after paying it is owed to its merchant again", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await world.settleNew();
    const [payout] = await world.payoutRecords(batchId);
    await writeFile(
      join(world.dir, "in", "return.xml"),
      await statementLike(world.dir, (text) =>
        text
          .replaceAll("<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd>")
          .replace(/<Id>S0*1<\/Id>/, "<Id>S2</Id>"),
      ),
    );
    expect(await world.takeIn()).toMatchObject({ lines: 1, exceptions: 2 });
    expect(await world.books(batchId)).toMatchObject({ merchants: [975n, 0n, 0n], bank: 0n, suspense: 0n });
    expect(await differences()).toMatchObject([{ subject: payout?.id, bucket: "duplicate" }]);
    expect(await world.payouts(await world.net())).toEqual([[M1, 975n, "waiting", null]]);
  });

  test("a second payment of the same payout and a stranger's line stand against suspense", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await world.settleNew();
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
    const { batchId } = await world.settleNew();
    const changed = (text: string) => text.replaceAll(">975<", ">976<");
    await writeFile(join(world.dir, "in", "1.xml"), await statementLike(world.dir, changed));
    await world.takeIn();
    expect(await differences()).toMatchObject([{ bucket: "statement-changed" }]);
    expect(await world.books(batchId)).toMatchObject({ bank: 975n });
  });

  test("keeps lines whose ids are longer than anything that is allowed, and posts them", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await world.settleNew();
    const long = (text: string) =>
      text
        .replace(/<Id>S0*1<\/Id>/, `<Id>${"가 S".repeat(5_000)}</Id>`)
        .replace(/<EndToEndId>[^<]+/, `<EndToEndId>${"E".repeat(20_000)}`)
        .replaceAll(/<AcctSvcrRef>[^<]+/g, `<AcctSvcrRef>${"R".repeat(20_000)}`);
    await writeFile(join(world.dir, "in", "1.xml"), await statementLike(world.dir, long));
    expect(await world.takeIn()).toMatchObject({ files: 1, lines: 1, exceptions: 2 });
    expect(await world.books(batchId)).toMatchObject({ suspense: -975n, bank: 1_950n });
    const [exception] = await differences();
    expect(exception?.id.length).toBeLessThanOrEqual(80);
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test("a notification of what the statement will book is kept and counts for nothing", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const { batchId } = await world.settleNew();
    const notification = (text: string) =>
      text
        .replaceAll("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
        .replaceAll(/(<\/?)Stmt>/g, "$1Ntfctn>")
        .replaceAll("camt.053", "camt.054");
    await writeFile(join(world.dir, "in", "1.xml"), await statementLike(world.dir, notification));
    // The balances of a statement have no place in it.
    expect(await world.takeIn()).toMatchObject({ files: 1, lines: 0, exceptions: 1 });
    expect(await differences()).toEqual([]);
    expect(await world.books(batchId)).toMatchObject({ bank: 975n });
  });

  test("answers to strangers' messages, and 'we had this file', move no money", async () => {
    await begin();
    await world.threeMerchants();
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

  test("a statement of somebody else's account settles nothing and posts nothing", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const batchId = await world.sendNew();
    const [payout] = await world.payoutRecords(batchId);
    const theirs = statementOf("S9", [975n, 5_000n], "DE89370400440532013000", payout?.id);
    await writeFile(join(world.dir, "in", "1.xml"), theirs);
    await writeFile(join(world.dir, "in", "2.xml"), statementOf("S8", [975n], "", payout?.id));
    expect(await world.takeIn()).toMatchObject({ files: 2, lines: 0, matched: 0 });
    expect(await world.state(batchId)).toBe("sent");
    expect(await world.books(batchId)).toMatchObject({ bank: 0n, suspense: 0n, clearing: 975n });
    const strangers = (await world.exceptions()).filter(({ bucket }) => bucket === "account-not-ours");
    expect(strangers.map(({ subject }) => subject).sort()).toEqual(["1.xml", "2.xml"]);
    expect(strangers.map(({ detail }) => detail).join()).toContain("DE89370400440532013000");
  });

  test("our account is known with the blanks and hyphens of a bank, and an IBAN as any other id", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const batchId = await world.sendNew();
    const [payout] = await world.payoutRecords(batchId);
    const account = { scheme: "iban", number: "DE89 3704 0044 0532 0130 00" } as const;
    const { bank } = world.deps;
    const deps = { ...world.deps, bank: { ...bank, party: { ...bank.party, account } } };
    await writeFile(join(world.dir, "in", "1.xml"), statementOf("S9", [1n], "de89370400440532013000"));
    expect(await takeInBankFiles(deps)).toMatchObject({ lines: 1 });
    await writeFile(join(world.dir, "in", "2.xml"), statementOf("S9", [975n], "100-2003-00400", payout?.id));
    expect(await world.takeIn()).toMatchObject({ lines: 1, matched: 1, exceptions: 0 });
    expect(await world.state(batchId)).toBe("settled");
  });

  test("a line beyond reason, and one that the ledger refuses, are exceptions alone, and others go on", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const batchId = await world.sendNew();
    await world.bank.work();
    // Our account has moved so much that one more of the largest lines would not fit into 64 bits.
    const largest = LINE_MINOR_MAX;
    const room = String(MINOR_MAX - largest + 1n);
    await world.database.transaction((tx) =>
      tx.run(
        `UPDATE ledger_account SET credits_posted = credits_posted + CAST(? AS BIGINT),
           debits_posted = debits_posted + CAST(? AS BIGINT) WHERE id LIKE 'bank:main%'`,
        [room, room],
      ),
    );
    const hostile = [9_999_999_999_999_999n, 1n, largest, 2n, largest];
    await writeFile(join(world.dir, "in", "0.xml"), statementOf("S0", hostile));
    expect(await world.takeIn()).toMatchObject({ lines: 6, matched: 1, exceptions: 5 });
    expect(await world.state(batchId)).toBe("settled");
    const refused = (await world.exceptions()).filter(({ bucket }) => bucket === "line-refused");
    expect(refused.map(({ actual }) => actual?.minor)).toEqual([hostile[0], largest, largest]);
    expect(await world.takeIn()).toMatchObject({ lines: 0, exceptions: 0 });
  });

  test("a file that cannot be taken in keeps the statement behind it from nothing", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const batchId = await world.sendNew();
    await world.bank.work();
    await writeFile(join(world.dir, "in", "0.xml"), statementOf("S0", [1n]));
    const { channel } = world.deps;
    const stumbling: typeof channel = {
      ...channel,
      receive: (take) =>
        channel.receive((file) =>
          file.name === "0.xml" ? Promise.reject(new Error("it cannot be taken in")) : take(file),
        ),
    };
    const round = takeInBankFiles({ ...world.deps, channel: stumbling });
    await expect(round).rejects.toThrow("it cannot be taken in");
    expect(await world.state(batchId)).toBe("settled");
    expect(await readdir(join(world.dir, "in"))).toEqual(["0.xml"]);
  });

  test("what does not add up in a file that was taken in is one exception of the file", async () => {
    await begin();
    await world.capture("a1", M1, 1_000);
    const batchId = await world.sendNew();
    await world.bank.work();
    const [, name = ""] = (await readdir(join(world.dir, "in"))).sort();
    const path = join(world.dir, "in", name);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/<NbOfNtries>1</g, "<NbOfNtries>7<"));
    expect(await world.takeIn()).toMatchObject({ matched: 1, exceptions: 1 });
    expect(await world.exceptions()).toMatchObject([{ bucket: "file-odd", subject: name }]);
    expect((await world.exceptions())[0]?.detail).toContain("TtlNtries counts 7 entries, there are 1");
    expect(await world.state(batchId)).toBe("settled");
  });

  test("a statement before the answer settles the batch, and the late answer changes nothing", async () => {
    await begin();
    await world.threeMerchants();
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
});

/** A statement of our account with these lines for nobody, in minor units of won. */
const statementOf = (id: string, amounts: readonly bigint[], account = "100200300400", reference = "RENT") =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>${id}</MsgId>
   <CreDtTm>2026-03-03T09:00:00Z</CreDtTm></GrpHdr><Stmt><Id>${id}</Id><CreDtTm>2026-03-03T09:00:00Z</CreDtTm>
   <Acct><Id><Othr><Id>${account}</Id></Othr></Id></Acct><Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
   <Amt Ccy="KRW">0</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-03</Dt></Dt></Bal>
   ${amounts.map((amount) => entryOf(amount, reference)).join("")}</Stmt></BkToCstmrStmt></Document>`;

const entryOf = (amount: bigint, reference: string) =>
  `<Ntry><Amt Ccy="KRW">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
   <BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs>
   </TxDtls></NtryDtls></Ntry>`;

/** The bank's first statement, changed. */
async function statementLike(dir: string, change: (text: string) => string): Promise<string> {
  const folder = join(dir, "archive", "taken");
  const name = (await realDisk.list(folder)).find((each) => each.endsWith("-camt053.xml")) ?? "";
  return change(await readFile(join(folder, name), "utf8"));
}

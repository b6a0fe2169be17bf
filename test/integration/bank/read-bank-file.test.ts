import { describe, expect, test } from "vitest";
import { type BankFile, readBankFile } from "#backoffice/bank/read-bank-file.ts";
import type { StatementMessage } from "#backoffice/bank/read-statement.ts";
import { type StatusReport, saysDuplicate, statusFor } from "#backoffice/bank/read-status-report.ts";
import { money } from "#core/money.ts";
import { bytesOf, sample, validator } from "#test/unit/bank/bank-world.ts";

const NORDEA = "nordea-camt.053.001.02.xml";
const TXN_REJECT = "nordea-pain.002.001.03-txn-reject.xml";

async function read(text: string): Promise<BankFile> {
  const file = await readBankFile(bytesOf(text), validator);
  if (!file.ok) throw new Error(file.error.detail);
  return file.value;
}

function statements(file: BankFile): StatementMessage["statements"] {
  if (file.message.kind === "status-report") throw new Error("a status report");
  return file.message.statements;
}

function report(file: BankFile): StatusReport {
  if (file.message.kind !== "status-report") throw new Error("a statement");
  return file.message;
}

const codesOf = (file: BankFile) => file.findings.map((finding) => finding.code);

describe("the shared samples", () => {
  test("reads a statement of version 02 that adds up, without a finding", async () => {
    const file = await read(sample(NORDEA));
    expect(file).toMatchObject({ version: "camt.053.001.02", findings: [] });
    const [statement] = statements(file);
    expect(statement).toMatchObject({
      account: "FI8529501800030574",
      opening: money(20_050n, "EUR"),
      closing: money(880_050n, "EUR"),
    });
    expect(statement?.lines[2]).toMatchObject({
      endToEndId: "20190508-E123456",
      amount: money(70_050n, "EUR"),
      direction: "debit",
      status: "booked",
      bookingDay: "2019-05-08",
    });
  });

  test("sees the reason on a payment that came back", async () => {
    const file = await read(sample("ing-camt.053.001.02.xml"));
    expect(file.findings).toEqual([]);
    expect(statements(file)[0]?.lines[4]).toMatchObject({ returnReason: "AC04", direction: "credit" });
  });

  test("reads version 08 and reports what does not agree in it", async () => {
    const file = await read(sample("genkgo-camt.053.001.08.xml"));
    expect(file.version).toBe("camt.053.001.08");
    expect(codesOf(file)).toEqual(["FOOTING", "AMOUNT"]);
    expect(statements(file)[0]).toMatchObject({ account: "NL26VAYB8060476890", copy: true });
    expect(statements(file)[0]?.lines[0]).toMatchObject({ counterparty: "NAME NAME", status: "booked" });
  });

  test("tells a refused transfer by its own line", async () => {
    const status = report(await read(sample(TXN_REJECT)));
    const found = statusFor(status, "PMTINFID-950-TEST2-2807-01", "ENDTOENDID-950-TEST2-2807-02");
    expect(found).toMatchObject({ verdict: "rejected", reasons: [{ code: "NARR" }] });
  });

  test("tells a refused payment block for each transfer in it, and nothing of other blocks", async () => {
    const status = report(await read(sample("nordea-pain.002.001.03-payment-reject.xml")));
    expect(statusFor(status, "PMTINFID-COM-SCE25-1707-01", "ANY")?.verdict).toBe("rejected");
    expect(statusFor(status, "ANOTHER", "ANY")).toBeUndefined();
  });

  test("tells a whole file refused from a file the bank has already", async () => {
    const status = report(await read(sample("nordea-pain.002.001.03-group-reject.xml")));
    expect(statusFor(status, "ANY", "ANY")?.verdict).toBe("rejected");
    expect(saysDuplicate(status)).toBe(true);
  });
});

describe("files that break their own rules", () => {
  test("reads on without a namespace", async () => {
    const file = await read(sample(NORDEA).replace(/ xmlns="[^"]+"/, ""));
    expect(file.version).toBeUndefined();
    expect(codesOf(file)).toEqual(["NAMESPACE"]);
    expect(statements(file)[0]?.lines).toHaveLength(
      statements(await read(sample(NORDEA)))[0]?.lines.length ?? 0,
    );
  });

  test("reads a text that is too long, and reports it", async () => {
    const long = "E".repeat(40);
    const file = await read(sample(NORDEA).replace("20190508-E123456", long));
    expect(statements(file)[0]?.lines[2]?.endToEndId).toBe(long);
    expect(codesOf(file)).toContain("SCHEMA");
    expect(codesOf(file)).toContain("TEXT_TOO_LONG");
  });

  test("reads elements out of order", async () => {
    const text = sample(TXN_REJECT);
    const msgId = "<MsgId>XML990920150728124014189</MsgId>";
    const created = "<CreDtTm>2015-07-28T10:40:14Z</CreDtTm>";
    const swapped = text.replace(msgId, "").replace(created, `${created}${msgId}`);
    const file = await read(swapped);
    expect(codesOf(file)).toContain("SCHEMA");
    expect(report(file).messageId).toBe("XML990920150728124014189");
  });

  test("reports a closing balance that its entries do not make", async () => {
    const file = await read(sample(NORDEA).replace(">8800.50<", ">8800.51<"));
    expect(file.findings).toMatchObject([
      { code: "FOOTING", says: "opening 200.50 and entries 8600.00 do not make closing 8800.51" },
    ]);
  });

  test("reports totals and counts that are not those of the entries", async () => {
    const file = await read(
      sample("ing-camt.053.001.02.xml")
        .replace("<NbOfNtries>9</NbOfNtries>", "<NbOfNtries>8</NbOfNtries>")
        .replace("<Sum>990.00</Sum>", "<Sum>991.00</Sum>"),
    );
    expect(file.findings.map((finding) => finding.says)).toEqual([
      "TtlNtries counts 8 entries, there are 9",
      "TtlCdtNtries sums to 991.00, the entries to 990.00",
    ]);
  });

  test.each(["", "ten", "-5", "1e9", "0x10", "9".repeat(400), "12345678901234567.89"])(
    "keeps a line whose amount is %j, without an amount",
    async (amount) => {
      const file = await read(sample(NORDEA).replaceAll(">10000.00<", `>${amount}<`));
      expect(statements(file)[0]?.lines[0]?.amount).toBeUndefined();
      expect(codesOf(file)).toContain("AMOUNT");
    },
  );

  test("reports a status that is in no list of codes", async () => {
    const file = await read(sample(TXN_REJECT).replace("<TxSts>RJCT</TxSts>", "<TxSts>XXXX</TxSts>"));
    expect(codesOf(file)).toContain("CODE");
    expect(report(file).payments[0]?.transactions[0]?.status?.verdict).toBe("unknown");
  });

  test("lists no more findings than a person reads", async () => {
    const entry = "<Ntry><Amt Ccy='XXX'>1</Amt></Ntry>";
    const file = await read(`<BkToCstmrStmt><Stmt>${entry.repeat(500)}</Stmt></BkToCstmrStmt>`);
    expect(file.findings).toHaveLength(101);
    expect(file.findings.at(-1)?.code).toBe("MORE");
  });
});

describe("files that cannot be read", () => {
  test.each([
    ["cut short", sample(NORDEA).slice(0, 3_000)],
    ["not XML", "the bank is closed on Sundays"],
    ["empty", ""],
    ["another message", '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"><A/></Document>'],
    [
      "with an external entity",
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>${sample(NORDEA).replace(/<\?xml[^>]*>/, "")}`,
    ],
  ])("refuses a file that is %s", async (_what, text) => {
    expect(await readBankFile(bytesOf(text), validator)).toMatchObject({
      ok: false,
      error: { code: "BANK_FILE_INVALID" },
    });
  });

  test("refuses 50 MB", async () => {
    expect(await readBankFile(new Uint8Array(50_000_000), validator)).toMatchObject({
      ok: false,
      error: { code: "REQUEST_TOO_LARGE" },
    });
  });

  test("never crashes on a sample that is cut anywhere", async () => {
    const text = sample("nordea-pain.002.001.03-group-reject.xml");
    for (let end = 0; end < text.length - 11; end += 7) {
      const file = await readBankFile(bytesOf(text.slice(0, end)), validator);
      expect(file.ok).toBe(false);
    }
  });
});

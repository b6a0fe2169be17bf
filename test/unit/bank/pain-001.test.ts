import { expect, test } from "vitest";
import { writeCreditTransfers } from "#backoffice/bank/pain-001.ts";
import { parseXmlText, pathOf, textAt } from "#backoffice/bank/xml.ts";
import { krw, money } from "#core/money.ts";
import { aFile, aTransfer, validator } from "./bank-world.ts";

test("writes a batch that follows its schema, with counts and control sums, and won without decimals", async () => {
  const transfers = [aTransfer(), aTransfer({ endToEndId: "P0002", amount: krw(2_500) })];
  const written = await writeCreditTransfers(aFile({ transfers }), validator);
  expect(written.ok).toBe(true);
  const root = parseXmlText(written.ok ? written.value : "");
  const body = pathOf(root.ok ? root.value : undefined, "CstmrCdtTrfInitn");
  expect(textAt(body, "GrpHdr", "NbOfTxs")).toBe("2");
  expect(textAt(body, "GrpHdr", "CtrlSum")).toBe("100000");
  expect(textAt(body, "PmtInf", "CtrlSum")).toBe("100000");
  expect(textAt(body, "PmtInf", "CdtTrfTxInf", "Amt", "InstdAmt")).toBe("97500");
  expect(textAt(body, "PmtInf", "CdtTrfTxInf", "Cdtr", "Nm")).toBe("Station 7 편의점");
});

test("writes euros with two decimals, IBANs, BICs and a UETR", async () => {
  const creditor = {
    name: "Café & Søn <1>",
    account: { scheme: "iban", number: "DE89 3704 0044 0532 0130 00" },
    bic: "COBADEFFXXX",
  } as const;
  const transfer = aTransfer({
    amount: money(1_205n, "EUR"),
    creditor,
    uetr: "0b5e2f4a-1c3d-4e5f-8a9b-0c1d2e3f4a5b",
  });
  const written = await writeCreditTransfers(
    aFile({ transfers: [transfer], characterSet: "latin" }),
    validator,
  );
  expect(written.ok && written.value).toContain('<InstdAmt Ccy="EUR">12.05</InstdAmt>');
  expect(written.ok && written.value).toContain("<Nm>Cafe . S.n .1.</Nm>");
});

test.each([
  ["an identifier of 36 characters", aFile({ messageId: "M".repeat(36) })],
  [
    "an end-to-end id with a character banks refuse",
    aFile({ transfers: [aTransfer({ endToEndId: "A_B" })] }),
  ],
  ["an end-to-end id that is there twice", aFile({ transfers: [aTransfer(), aTransfer()] })],
  [
    "a UETR of another version",
    aFile({ transfers: [aTransfer({ uetr: "0b5e2f4a-1c3d-7e5f-8a9b-0c1d2e3f4a5b" })] }),
  ],
  ["an amount of zero", aFile({ transfers: [aTransfer({ amount: krw(0) })] })],
  [
    "two currencies in one sum",
    aFile({ transfers: [aTransfer(), aTransfer({ endToEndId: "P2", amount: money(1n, "EUR") })] }),
  ],
  ["a day that is none", aFile({ executionDay: "tomorrow" })],
  [
    "a creditor without a name",
    aFile({ transfers: [aTransfer({ creditor: { ...aTransfer().creditor, name: " " } })] }),
  ],
  [
    "an account number that the schema refuses",
    aFile({
      transfers: [
        aTransfer({ creditor: { name: "A", account: { scheme: "domestic", number: "1".repeat(35) } } }),
      ],
    }),
  ],
  ["a month that the calendar does not have", aFile({ executionDay: "2026-13-01" })],
])("never gives out a file with %s", async (_what, file) => {
  expect(await writeCreditTransfers(file, validator)).toMatchObject({
    ok: false,
    error: { code: "SCHEMA_INVALID" },
  });
});

test("has nothing to write for nothing to pay", async () => {
  expect(await writeCreditTransfers(aFile({ transfers: [] }), validator)).toEqual({
    ok: false,
    error: { code: "BATCH_EMPTY" },
  });
});

// What the bank's tests share: the shipped schemas, a file that may be sent, and samples to break.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CreditTransfer, CreditTransferFile } from "#backoffice/bank/pain-001.ts";
import { createSchemaValidator } from "#backoffice/bank/validate.ts";
import { krw } from "#core/money.ts";
import { instant } from "#core/time.ts";

export const noon = instant(Date.parse("2026-03-02T03:00:00Z"));
export const validator = createSchemaValidator(join(process.cwd(), "backoffice/bank/schemas"));
export const sample = (name: string) => readFileSync(join(process.cwd(), "test/fixtures/bank", name), "utf8");
export const bytesOf = (text: string) => new TextEncoder().encode(text);

export function aTransfer(over: Partial<CreditTransfer> = {}): CreditTransfer {
  return {
    endToEndId: "P0001",
    amount: krw(97_500),
    creditor: { name: "Station 7 편의점", account: { scheme: "domestic", number: "110-123-456789" } },
    remittance: "Payout 2026-03-02",
    ...over,
  };
}

export function aFile(over: Partial<CreditTransferFile> = {}): CreditTransferFile {
  return {
    messageId: "CSB0001",
    paymentInformationId: "CSB0001-1",
    createdAt: noon,
    initiatorName: "Countersign",
    executionDay: "2026-03-03",
    debtor: { name: "Countersign", account: { scheme: "domestic", number: "100200300400" } },
    transfers: [aTransfer()],
    characterSet: "unicode",
    ...over,
  };
}

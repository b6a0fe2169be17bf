// Writes a batch of credit transfers as ISO 20022 pain.001.001.09 (CustomerCreditTransferInitiationV09).
import { assert } from "#core/assert.ts";
import type { Failure } from "#core/errors.ts";
import { decimalOf, isPositive, type Money, sum } from "#core/money.ts";
import { err, ok, type Result } from "#core/result.ts";
import { type Instant, isoOf } from "#core/time.ts";
import { type MessageKind, namespaceOf, type SchemaValidator } from "./validate.ts";
import {
  bankText,
  type CharacterSet,
  element,
  isBankIdentifier,
  optionalText,
  textElement,
  writeDocument,
  type XmlNode,
} from "./xml-writer.ts";

export const CREDIT_TRANSFER_KIND = "pain.001.001.09" satisfies MessageKind;

/** An account by its IBAN, or by its domestic number where the country has no IBANs, as Korea. */
export type BankAccount = Readonly<{ scheme: "iban" | "domestic"; number: string }>;

export type BankParty = Readonly<{
  name: string;
  account: BankAccount;
  /** Of the bank that keeps the account; a creditor's may be left to our bank. */
  bic?: string;
}>;

export type CreditTransfer = Readonly<{
  /** Goes all the way to the payee and comes back on the statement: what matching goes by. */
  endToEndId: string;
  /** A UUID of version 4, where the bank tracks payments by it. */
  uetr?: string;
  amount: Money;
  creditor: BankParty;
  /** What the payee reads, at most 140 characters are sent. */
  remittance: string;
}>;

export type CreditTransferFile = Readonly<{
  messageId: string;
  paymentInformationId: string;
  createdAt: Instant;
  initiatorName: string;
  /** The day on which the bank is to pay, as "2026-03-01". */
  executionDay: string;
  debtor: BankParty;
  transfers: readonly CreditTransfer[];
  characterSet: CharacterSet;
}>;

const TRANSFERS_MAX = 50_000; // banks cap a file; ours says 50,000 in its agreement's usual form
const NAME_CHARACTERS_MAX = 70; // the schema takes 140, clearing systems pass on 70
const REMITTANCE_CHARACTERS_MAX = 140;
const UETR = /^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The document, valid by its schema, or why there is none: SCHEMA_INVALID names the field or the schema's
 * first message, BATCH_EMPTY where there is nothing to pay. What this refuses must never be sent.
 */
export async function writeCreditTransfers(
  file: CreditTransferFile,
  validator: SchemaValidator,
): Promise<Result<string, Failure>> {
  const refusal = refusalOf(file);
  if (refusal !== undefined) return err(refusal);
  const document = writeDocument(
    namespaceOf(CREDIT_TRANSFER_KIND),
    element("CstmrCdtTrfInitn", groupHeader(file), paymentInformation(file)),
  );
  const validated = await validator.validate(CREDIT_TRANSFER_KIND, document);
  return validated.ok ? ok(document) : validated;
}

function refusalOf(file: CreditTransferFile): Failure | undefined {
  const [first] = file.transfers;
  if (first === undefined) return { code: "BATCH_EMPTY" };
  if (file.transfers.length > TRANSFERS_MAX) return invalid(`more than ${TRANSFERS_MAX} transfers`);
  if (!DAY.test(file.executionDay)) return invalid("the execution day is not a day");
  const ids = [file.messageId, file.paymentInformationId];
  const badId = [...ids, ...file.transfers.map((transfer) => transfer.endToEndId)].find(
    (id) => !isBankIdentifier(id),
  );
  if (badId !== undefined) return invalid(`identifier ${JSON.stringify(badId)}`);
  if (new Set(file.transfers.map((transfer) => transfer.endToEndId)).size < file.transfers.length) {
    return invalid("an end-to-end id is there twice");
  }
  return file.transfers.map((transfer) => transferRefusal(transfer, first.amount)).find((says) => says);
}

function transferRefusal(transfer: CreditTransfer, first: Money): Failure | undefined {
  const { endToEndId, amount, uetr, creditor } = transfer;
  if (!isPositive(amount)) return invalid(`${endToEndId} pays nothing`);
  if (amount.currency !== first.currency) return invalid(`${endToEndId} is in another currency`);
  if (uetr !== undefined && !UETR.test(uetr)) return invalid(`${endToEndId} has a UETR that is not a UUIDv4`);
  if (creditor.name.trim() === "") return invalid(`${endToEndId} names no creditor`);
  return undefined;
}

const invalid = (detail: string): Failure => ({ code: "SCHEMA_INVALID", detail });

function groupHeader(file: CreditTransferFile): XmlNode {
  return element(
    "GrpHdr",
    textElement("MsgId", file.messageId),
    textElement("CreDtTm", isoOf(file.createdAt)),
    textElement("NbOfTxs", String(file.transfers.length)),
    textElement("CtrlSum", controlSum(file.transfers)),
    element("InitgPty", nameOf(file.initiatorName, file.characterSet)),
  );
}

/** One payment information block: one debtor, one day, one currency, so one control sum says it all. */
function paymentInformation(file: CreditTransferFile): XmlNode {
  return element(
    "PmtInf",
    textElement("PmtInfId", file.paymentInformationId),
    textElement("PmtMtd", "TRF"),
    // Booked one by one, so that the statement shows every payout with its own reference.
    textElement("BtchBookg", "false"),
    textElement("NbOfTxs", String(file.transfers.length)),
    textElement("CtrlSum", controlSum(file.transfers)),
    element("ReqdExctnDt", textElement("Dt", file.executionDay)),
    element("Dbtr", nameOf(file.debtor.name, file.characterSet)),
    accountOf("DbtrAcct", file.debtor.account),
    agentOf("DbtrAgt", file.debtor.bic) ?? agentNotProvided("DbtrAgt"),
    textElement("ChrgBr", "SLEV"),
    file.transfers.map((transfer) => transferOf(transfer, file.characterSet)),
  );
}

function transferOf(transfer: CreditTransfer, set: CharacterSet): XmlNode {
  const remittance = bankText(transfer.remittance, REMITTANCE_CHARACTERS_MAX, set);
  return element(
    "CdtTrfTxInf",
    element(
      "PmtId",
      textElement("InstrId", transfer.endToEndId),
      textElement("EndToEndId", transfer.endToEndId),
      optionalText("UETR", transfer.uetr),
    ),
    element("Amt", textElement("InstdAmt", decimalOf(transfer.amount), { Ccy: transfer.amount.currency })),
    agentOf("CdtrAgt", transfer.creditor.bic),
    element("Cdtr", nameOf(transfer.creditor.name, set)),
    accountOf("CdtrAcct", transfer.creditor.account),
    remittance === "" ? undefined : element("RmtInf", textElement("Ustrd", remittance)),
  );
}

const nameOf = (name: string, set: CharacterSet) =>
  textElement("Nm", bankText(name, NAME_CHARACTERS_MAX, set));

function accountOf(name: string, account: BankAccount): XmlNode {
  const number = account.number.replace(/\s/g, "");
  const id = account.scheme === "iban" ? textElement("IBAN", number) : other(textElement("Id", number));
  return element(name, element("Id", id));
}

const other = (...children: readonly XmlNode[]) => element("Othr", ...children);

const agentOf = (name: string, bic: string | undefined) =>
  bic === undefined ? undefined : element(name, element("FinInstnId", textElement("BICFI", bic)));

/** The debtor's agent is mandatory; a bank that knows its own customer takes this in its place. */
const agentNotProvided = (name: string) =>
  element(name, element("FinInstnId", other(textElement("Id", "NOTPROVIDED"))));

function controlSum(transfers: readonly CreditTransfer[]): string {
  const [first] = transfers;
  assert(first !== undefined, "a control sum is of at least one transfer");
  return decimalOf(
    sum(
      transfers.map((transfer) => transfer.amount),
      first.amount.currency,
    ),
  );
}

// The files that the sandbox bank writes: pain.002.001.10 and camt.053.001.08, valid by their schemas.
import { decimalOf, type Money, negate, sum } from "#core/money.ts";
import { type Instant, isoOf } from "#core/time.ts";
import { namespaceOf } from "../validate.ts";
import { element, optionalText, textElement, writeDocument, type XmlNode } from "../xml-writer.ts";
import type { Order, OrderedTransfer } from "./order.ts";

export type Reason = Readonly<{ code: string; says: string }>;
export type Decision = Readonly<{ transfer: OrderedTransfer; refusal: Reason | undefined }>;

export type StatusAnswer = Readonly<{
  messageId: string;
  at: Instant;
  order: Order;
  /** Why the file as a whole is refused; its transfers are then not listed. */
  refusal: Reason | undefined;
  decisions: readonly Decision[];
}>;

export function writeStatusReport(answer: StatusAnswer): string {
  const { order, decisions } = answer;
  return writeDocument(
    namespaceOf("pain.002.001.10"),
    element(
      "CstmrPmtStsRpt",
      element("GrpHdr", textElement("MsgId", answer.messageId), textElement("CreDtTm", isoOf(answer.at))),
      element(
        "OrgnlGrpInfAndSts",
        textElement("OrgnlMsgId", order.messageId),
        textElement("OrgnlMsgNmId", "pain.001.001.09"),
        textElement("OrgnlNbOfTxs", String(order.transfers.length)),
        textElement("GrpSts", groupStatus(answer)),
        answer.refusal === undefined ? undefined : reasonOf(answer.refusal),
      ),
      [...new Set(decisions.map(({ transfer }) => transfer.paymentInformationId))].map((id) =>
        paymentOf(
          id,
          decisions.filter(({ transfer }) => transfer.paymentInformationId === id),
        ),
      ),
    ),
  );
}

function groupStatus({ refusal, decisions }: StatusAnswer): string {
  return refusal === undefined ? statusOf(decisions) : "RJCT";
}

function statusOf(decisions: readonly Decision[]): string {
  const refused = decisions.filter((decision) => decision.refusal !== undefined).length;
  if (refused === 0) return "ACSC";
  return refused === decisions.length ? "RJCT" : "PART";
}

function paymentOf(id: string, decisions: readonly Decision[]): XmlNode {
  return element(
    "OrgnlPmtInfAndSts",
    textElement("OrgnlPmtInfId", id),
    textElement("PmtInfSts", statusOf(decisions)),
    decisions.map(({ transfer, refusal }) =>
      element(
        "TxInfAndSts",
        optionalText("OrgnlInstrId", transfer.instructionId),
        textElement("OrgnlEndToEndId", transfer.endToEndId),
        textElement("TxSts", refusal === undefined ? "ACSC" : "RJCT"),
        refusal === undefined ? undefined : reasonOf(refusal),
      ),
    ),
  );
}

const reasonOf = ({ code, says }: Reason) =>
  element("StsRsnInf", element("Rsn", textElement("Cd", code)), textElement("AddtlInf", says));

export type BookedEntry = Readonly<{ reference: string; amount: Money; transfer: OrderedTransfer }>;

export type StatementAnswer = Readonly<{
  messageId: string;
  statementId: string;
  sequence: number;
  at: Instant;
  day: string;
  account: string;
  ownerName: string;
  opening: Money;
  entries: readonly BookedEntry[];
  orderMessageId: string;
  duplicate: boolean;
}>;

export function writeStatement(answer: StatementAnswer): string {
  const { opening, entries } = answer;
  const paid = sum(
    entries.map((entry) => entry.amount),
    opening.currency,
  );
  const closing = { minor: opening.minor - paid.minor, currency: opening.currency };
  return writeDocument(
    namespaceOf("camt.053.001.08"),
    element(
      "BkToCstmrStmt",
      element("GrpHdr", textElement("MsgId", answer.messageId), textElement("CreDtTm", isoOf(answer.at))),
      element(
        "Stmt",
        textElement("Id", answer.statementId),
        textElement("ElctrncSeqNb", String(answer.sequence)),
        textElement("CreDtTm", isoOf(answer.at)),
        answer.duplicate ? textElement("CpyDplctInd", "DUPL") : undefined,
        element(
          "Acct",
          accountId(answer.account),
          textElement("Ccy", opening.currency),
          element("Ownr", textElement("Nm", answer.ownerName)),
        ),
        balanceOf("OPBD", opening, answer.day),
        balanceOf("CLBD", closing, answer.day),
        element(
          "TxsSummry",
          element("TtlNtries", textElement("NbOfNtries", String(entries.length)), sumOf(paid)),
          element("TtlDbtNtries", textElement("NbOfNtries", String(entries.length)), sumOf(paid)),
        ),
        entries.map((entry) => entryOf(entry, answer)),
      ),
    ),
  );
}

const sumOf = (amount: Money) => textElement("Sum", decimalOf(amount));

const amountOf = (amount: Money) => textElement("Amt", decimalOf(amount), { Ccy: amount.currency });

function balanceOf(type: string, balance: Money, day: string): XmlNode {
  return element(
    "Bal",
    element("Tp", element("CdOrPrtry", textElement("Cd", type))),
    amountOf(balance.minor < 0n ? negate(balance) : balance),
    textElement("CdtDbtInd", balance.minor < 0n ? "DBIT" : "CRDT"),
    element("Dt", textElement("Dt", day)),
  );
}

function entryOf(entry: BookedEntry, answer: StatementAnswer): XmlNode {
  const { transfer } = entry;
  const date = () => textElement("Dt", answer.day);
  return element(
    "Ntry",
    textElement("NtryRef", entry.reference),
    amountOf(entry.amount),
    textElement("CdtDbtInd", "DBIT"),
    element("Sts", textElement("Cd", "BOOK")),
    element("BookgDt", date()),
    element("ValDt", date()),
    textElement("AcctSvcrRef", entry.reference),
    // Payments, issued credit transfers, domestic: ISO 20022 external bank transaction codes.
    element(
      "BkTxCd",
      element(
        "Domn",
        textElement("Cd", "PMNT"),
        element("Fmly", textElement("Cd", "ICDT"), textElement("SubFmlyCd", "DMCT")),
      ),
    ),
    element(
      "NtryDtls",
      element(
        "TxDtls",
        element(
          "Refs",
          textElement("MsgId", answer.orderMessageId),
          textElement("AcctSvcrRef", entry.reference),
          textElement("PmtInfId", transfer.paymentInformationId),
          optionalText("InstrId", transfer.instructionId),
          textElement("EndToEndId", transfer.endToEndId),
        ),
        amountOf(entry.amount),
        textElement("CdtDbtInd", "DBIT"),
        element(
          "RltdPties",
          element("Cdtr", element("Pty", textElement("Nm", transfer.creditorName))),
          element("CdtrAcct", accountId(transfer.creditorAccount)),
        ),
        transfer.remittance === undefined
          ? undefined
          : element("RmtInf", textElement("Ustrd", transfer.remittance)),
      ),
    ),
  );
}

const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/;

const accountId = (account: string) =>
  element(
    "Id",
    IBAN.test(account) ? textElement("IBAN", account) : element("Othr", textElement("Id", account)),
  );

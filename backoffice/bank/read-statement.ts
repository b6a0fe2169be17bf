// Reads camt.053 statements and camt.054 notifications (versions 02, 04 and 08 alike) into lines of one form.
import type { Currency, Money } from "#core/money.ts";
import type { Findings } from "./findings.ts";
import { identifier } from "./read-status-report.ts";
import { amountAt, checkStatement, signed } from "./statement-footings.ts";
import { childOf, childrenOf, pathOf, textAt, type XmlElement } from "./xml.ts";

export type Direction = "credit" | "debit";
export type LineStatus = "booked" | "pending" | "information" | "unknown";

/** One movement: a transaction of an entry, or the entry itself where it names none. */
export type BankLine = Readonly<{
  /** Its place in the statement from 0: with the statement's id it names the line for ever. */
  position: number;
  bankReference: string | undefined;
  endToEndId: string | undefined;
  /** Undefined where the file does not hold an amount we can read; a finding says so. Never negative. */
  amount: Money | undefined;
  direction: Direction;
  status: LineStatus;
  reversal: boolean;
  bookingDay: string | undefined;
  valueDay: string | undefined;
  counterparty: string | undefined;
  remittance: string | undefined;
  /** The bank's code where this line gives a payment back. */
  returnReason: string | undefined;
  line: number;
}>;

export type Statement = Readonly<{
  id: string | undefined;
  account: string | undefined;
  currency: string | undefined;
  sequence: string | undefined;
  createdAt: string | undefined;
  /** Marked by the bank as a copy or duplicate of one sent before. */
  copy: boolean;
  /** Signed: negative is owed to the bank. */
  opening: Money | undefined;
  closing: Money | undefined;
  lines: readonly BankLine[];
}>;

export type StatementMessage = Readonly<{
  kind: "statement" | "notification";
  messageId: string | undefined;
  statements: readonly Statement[];
}>;

export function readStatementMessage(
  kind: StatementMessage["kind"],
  body: XmlElement,
  findings: Findings,
): StatementMessage {
  const statements = childrenOf(body, kind === "statement" ? "Stmt" : "Ntfctn");
  if (statements.length === 0) findings.add("MISSING", `there is no ${kind} in it`, body.line);
  return {
    kind,
    messageId: identifier(body, findings, "GrpHdr", "MsgId"),
    statements: statements.map((element) => statementOf(element, findings)),
  };
}

function statementOf(element: XmlElement, findings: Findings): Statement {
  const account = textAt(element, "Acct", "Id", "IBAN") ?? textAt(element, "Acct", "Id", "Othr", "Id");
  const id = identifier(element, findings, "Id");
  if (account === undefined) findings.add("MISSING", "the account is missing", element.line);
  if (id === undefined) findings.add("MISSING", "the statement's id is missing", element.line);
  const lines = childrenOf(element, "Ntry").flatMap((entry) => linesOf(entry, findings));
  const statement: Statement = {
    id,
    account,
    currency: textAt(element, "Acct", "Ccy"),
    sequence: textAt(element, "ElctrncSeqNb"),
    createdAt: textAt(element, "CreDtTm"),
    copy: textAt(element, "CpyDplctInd") !== undefined,
    opening: balance(element, ["OPBD", "PRCD"], findings),
    closing: balance(element, ["CLBD"], findings),
    lines: lines.map((line, position) => ({ ...line, position })),
  };
  checkStatement(element, statement, findings);
  return statement;
}

/** The first balance of the first type that there is. A page of a long statement has neither, and is not added up. */
function balance(element: XmlElement, types: readonly string[], findings: Findings): Money | undefined {
  const balances = childrenOf(element, "Bal");
  const found = types
    .map((type) => balances.find((each) => textAt(each, "Tp", "CdOrPrtry", "Cd") === type))
    .find((each) => each !== undefined);
  if (found === undefined) return undefined;
  const amount = amountAt(childOf(found, "Amt"), findings);
  return amount === undefined ? undefined : signed(amount, directionOf(found, findings));
}

type Unplaced = Omit<BankLine, "position">;

function linesOf(entry: XmlElement, findings: Findings): readonly Unplaced[] {
  const transactions = childrenOf(entry, "NtryDtls").flatMap((details) => childrenOf(details, "TxDtls"));
  const amount = amountAt(childOf(entry, "Amt"), findings);
  const [only] = transactions;
  if (only === undefined) return [lineOf(entry, undefined, amount, findings)];
  if (transactions.length === 1) {
    checkOnly(entry, only, amount, findings);
    return [lineOf(entry, only, amount, findings)];
  }
  const amounts = transactions.map((transaction) =>
    transactionAmount(transaction, amount?.currency, findings),
  );
  if (amounts.some((each) => each === undefined)) {
    findings.add("AMOUNT", "an entry does not say what each of its transactions moved", entry.line);
    return [lineOf(entry, undefined, amount, findings)];
  }
  const lines = transactions.map((transaction, index) =>
    lineOf(entry, transaction, amounts[index], findings),
  );
  checkSum(entry, lines, amount, findings);
  return lines;
}

function lineOf(
  entry: XmlElement,
  transaction: XmlElement | undefined,
  amount: Money | undefined,
  findings: Findings,
): Unplaced {
  const direction = directionOf(
    transaction !== undefined && childOf(transaction, "CdtDbtInd") !== undefined ? transaction : entry,
    findings,
  );
  const endToEndId = identifier(transaction, findings, "Refs", "EndToEndId");
  return {
    bankReference: textAt(transaction, "Refs", "AcctSvcrRef") ?? textAt(entry, "AcctSvcrRef"),
    // The standard's own word for "there was none".
    endToEndId: endToEndId === "NOTPROVIDED" ? undefined : endToEndId,
    amount,
    direction,
    status: statusOf(entry, findings),
    reversal: ["true", "1"].includes(textAt(entry, "RvslInd") ?? ""),
    bookingDay: dayOf(childOf(entry, "BookgDt")),
    valueDay: dayOf(childOf(entry, "ValDt")),
    counterparty: counterpartyOf(transaction, direction),
    remittance: remittanceOf(transaction),
    returnReason: textAt(transaction, "RtrInf", "Rsn", "Cd") ?? textAt(transaction, "RtrInf", "Rsn", "Prtry"),
    line: (transaction ?? entry).line,
  };
}

const STATUSES: Readonly<Record<string, LineStatus>> = {
  BOOK: "booked",
  PDNG: "pending",
  INFO: "information",
  FUTR: "pending",
};

/** A code in versions 02 and 04, a choice with a code in version 08. */
function statusOf(entry: XmlElement, findings: Findings): LineStatus {
  const code = textAt(entry, "Sts", "Cd") ?? textAt(entry, "Sts");
  const status = STATUSES[code ?? ""];
  if (status !== undefined) return status;
  findings.add("CODE", `entry status ${code ?? "is missing"}`, entry.line);
  return "unknown";
}

function directionOf(element: XmlElement, findings: Findings): Direction {
  const code = textAt(element, "CdtDbtInd");
  if (code !== "CRDT" && code !== "DBIT") {
    findings.add("CODE", `CdtDbtInd ${code ?? "is missing"}`, element.line);
  }
  return code === "CRDT" ? "credit" : "debit";
}

const dayOf = (date: XmlElement | undefined) => (textAt(date, "Dt") ?? textAt(date, "DtTm"))?.slice(0, 10);

function counterpartyOf(transaction: XmlElement | undefined, direction: Direction): string | undefined {
  const party = pathOf(transaction, "RltdPties", direction === "debit" ? "Cdtr" : "Dbtr");
  return textAt(party, "Pty", "Nm") ?? textAt(party, "Nm");
}

function remittanceOf(transaction: XmlElement | undefined): string | undefined {
  const remittance = pathOf(transaction, "RmtInf");
  const free = childrenOf(remittance, "Ustrd").map((line) => line.text);
  return free.length > 0 ? free.join(" ") : textAt(remittance, "Strd", "CdtrRefInf", "Ref");
}

function transactionAmount(
  transaction: XmlElement,
  currency: Currency | undefined,
  findings: Findings,
): Money | undefined {
  const own = [
    childOf(transaction, "Amt"),
    pathOf(transaction, "AmtDtls", "TxAmt", "Amt"),
    pathOf(transaction, "AmtDtls", "InstdAmt", "Amt"),
  ].find((each) => each !== undefined && each.attributes.Ccy === currency);
  return amountAt(own, findings);
}

/** The entry is what was booked; its single transaction may only agree with it. */
function checkOnly(
  entry: XmlElement,
  transaction: XmlElement,
  amount: Money | undefined,
  findings: Findings,
): void {
  const own = childOf(transaction, "Amt");
  if (own === undefined || amount === undefined) return;
  const stated = own.attributes.Ccy === amount.currency ? amountAt(own, findings) : undefined;
  if (stated?.minor !== amount.minor) {
    findings.add("FOOTING", "an entry and its only transaction have different amounts", entry.line);
  }
}

function checkSum(
  entry: XmlElement,
  lines: readonly Unplaced[],
  amount: Money | undefined,
  findings: Findings,
): void {
  if (amount === undefined) return;
  const total = lines.reduce(
    (all, line) => all + (line.amount === undefined ? 0n : signed(line.amount, line.direction).minor),
    0n,
  );
  if (total !== signed(amount, directionOf(entry, findings)).minor) {
    findings.add("FOOTING", "an entry's transactions do not add up to it", entry.line);
  }
}

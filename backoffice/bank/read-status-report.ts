// Reads pain.002 (CustomerPaymentStatusReport, versions 03 and 10 alike): what the bank says of a file we sent.
import type { Findings } from "./findings.ts";
import { childrenOf, pathOf, textAt, type XmlElement } from "./xml.ts";

/** What a status means to us; the code itself is kept beside it. */
export type Verdict = "accepted" | "rejected" | "partly" | "pending" | "unknown";

/** From ISO 20022's external code sets ExternalPaymentGroupStatus1Code and ExternalPaymentTransactionStatus1Code. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  ACCC: "accepted",
  ACCP: "accepted",
  ACFC: "accepted",
  ACSC: "accepted",
  ACSP: "accepted",
  ACTC: "pending", // only its form was checked
  ACWC: "accepted",
  ACWP: "accepted",
  CANC: "rejected",
  PART: "partly",
  PATC: "pending",
  PDNG: "pending",
  RCVD: "pending",
  RJCT: "rejected",
};

export type Status = Readonly<{ code: string; verdict: Verdict; reasons: readonly StatusReason[] }>;

/** Why, as the bank's code (AC04: closed account) and its own words. */
export type StatusReason = Readonly<{ code: string | undefined; says: string }>;

export type TransactionStatus = Readonly<{
  endToEndId: string | undefined;
  status: Status | undefined;
  line: number;
}>;

export type StatusReport = Readonly<{
  kind: "status-report";
  messageId: string | undefined;
  createdAt: string | undefined;
  originalMessageId: string | undefined;
  group: Status | undefined;
  payments: readonly PaymentStatus[];
}>;

export type PaymentStatus = Readonly<{
  paymentInformationId: string | undefined;
  status: Status | undefined;
  transactions: readonly TransactionStatus[];
}>;

const ID_CHARACTERS_MAX = 35;

export function readStatusReport(body: XmlElement, findings: Findings): StatusReport {
  const original = pathOf(body, "OrgnlGrpInfAndSts");
  if (original === undefined) findings.add("MISSING", "OrgnlGrpInfAndSts is missing", body.line);
  const report: StatusReport = {
    kind: "status-report",
    messageId: identifier(body, findings, "GrpHdr", "MsgId"),
    createdAt: textAt(body, "GrpHdr", "CreDtTm"),
    originalMessageId: identifier(original, findings, "OrgnlMsgId"),
    group: original === undefined ? undefined : statusOf(original, "GrpSts", findings),
    payments: childrenOf(body, "OrgnlPmtInfAndSts").map((payment) => paymentOf(payment, findings)),
  };
  if (original !== undefined) checkCounts(original, report, findings);
  return report;
}

function paymentOf(element: XmlElement, findings: Findings): PaymentStatus {
  return {
    paymentInformationId: identifier(element, findings, "OrgnlPmtInfId"),
    status: statusOf(element, "PmtInfSts", findings),
    transactions: childrenOf(element, "TxInfAndSts").map((transaction) => ({
      endToEndId: identifier(transaction, findings, "OrgnlEndToEndId"),
      status: statusOf(transaction, "TxSts", findings),
      line: transaction.line,
    })),
  };
}

function statusOf(element: XmlElement, name: string, findings: Findings): Status | undefined {
  const code = textAt(element, name);
  if (code === undefined) return undefined;
  const verdict = VERDICTS[code] ?? "unknown";
  if (verdict === "unknown") findings.add("CODE", `${name} ${code} is not a status we know`, element.line);
  return { code, verdict, reasons: childrenOf(element, "StsRsnInf").map(reasonOf) };
}

function reasonOf(element: XmlElement): StatusReason {
  return {
    code: textAt(element, "Rsn", "Cd") ?? textAt(element, "Rsn", "Prtry"),
    says: childrenOf(element, "AddtlInf")
      .map((line) => line.text)
      .join(" "),
  };
}

/** An identifier as it is, with a finding where it is longer than any we could have sent. */
export function identifier(
  element: XmlElement | undefined,
  findings: Findings,
  ...names: readonly string[]
): string | undefined {
  const text = textAt(element, ...names);
  if (text !== undefined && text.length > ID_CHARACTERS_MAX) {
    const line = pathOf(element, ...names)?.line;
    findings.add("TEXT_TOO_LONG", `${names.at(-1)} has ${text.length} characters`, line);
  }
  return text;
}

function checkCounts(original: XmlElement, report: StatusReport, findings: Findings): void {
  const listed = report.payments.flatMap((payment) => payment.transactions);
  for (const counted of childrenOf(original, "NbOfTxsPerSts")) {
    const code = textAt(counted, "DtldSts");
    const count = textAt(counted, "DtldNbOfTxs");
    const found = listed.filter((transaction) => transaction.status?.code === code).length;
    // A bank may list only what it refused, so a count without any line says nothing.
    if (found > 0 && String(found) !== count) {
      findings.add(
        "FOOTING",
        `${count} transactions are said to be ${code}, ${found} are listed`,
        counted.line,
      );
    }
  }
}

/** Group reasons that say "we have this file already": nothing of it was refused. */
const DUPLICATE_REASONS = ["AM05", "DU01", "DU02", "DU03", "DU04", "DU05"];

export function saysDuplicate(report: StatusReport): boolean {
  const reasons = report.group?.verdict === "rejected" ? report.group.reasons : [];
  return reasons.some(({ code }) => code !== undefined && DUPLICATE_REASONS.includes(code));
}

/**
 * What a report says of one transfer: its own line decides, then its payment block, then the group.
 * In a group that is partly accepted, a transfer that is not listed was accepted.
 */
export function statusFor(
  report: StatusReport,
  paymentInformationId: string,
  endToEndId: string,
): Status | undefined {
  const own = report.payments
    .flatMap((payment) => payment.transactions)
    .find((transaction) => transaction.endToEndId === endToEndId);
  if (own?.status !== undefined) return own.status;
  const block = report.payments.find((payment) => payment.paymentInformationId === paymentInformationId);
  const above = [block?.status, report.group].find(
    (status) => status !== undefined && status.verdict !== "unknown",
  );
  if (above?.verdict !== "partly") return above;
  return { code: above.code, verdict: "accepted", reasons: [] };
}

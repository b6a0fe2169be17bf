// A customer's pain.001 as the sandbox bank reads it: on its own terms, not through our writer.
import type { Failure } from "#core/errors.ts";
import { CURRENCIES, type Currency, type Money, parseDecimal } from "#core/money.ts";
import { err, ok, type Result } from "#core/result.ts";
import { childOf, childrenOf, pathOf, textAt, type XmlElement } from "../xml.ts";

export type OrderedTransfer = Readonly<{
  paymentInformationId: string;
  instructionId: string | undefined;
  endToEndId: string;
  amount: Money;
  debtorName: string;
  debtorAccount: string;
  creditorName: string;
  creditorAccount: string;
  remittance: string | undefined;
}>;

export type Order = Readonly<{
  messageId: string;
  createdAt: string;
  claimedCount: string | undefined;
  claimedSum: string | undefined;
  transfers: readonly OrderedTransfer[];
}>;

/** Fails with BANK_FILE_INVALID where something the bank cannot work without is missing. */
export function readOrder(root: XmlElement): Result<Order, Failure> {
  const body = childOf(root, "CstmrCdtTrfInitn");
  const messageId = textAt(body, "GrpHdr", "MsgId");
  if (body === undefined || messageId === undefined) return invalid("no message id");
  const transfers: OrderedTransfer[] = [];
  for (const block of childrenOf(body, "PmtInf")) {
    for (const element of childrenOf(block, "CdtTrfTxInf")) {
      const transfer = transferOf(block, element);
      if (transfer === undefined) return invalid(`the transfer at line ${element.line}`);
      transfers.push(transfer);
    }
  }
  return ok({
    messageId,
    createdAt: textAt(body, "GrpHdr", "CreDtTm") ?? "",
    claimedCount: textAt(body, "GrpHdr", "NbOfTxs"),
    claimedSum: textAt(body, "GrpHdr", "CtrlSum"),
    transfers,
  });
}

const invalid = (detail: string) => err<Failure>({ code: "BANK_FILE_INVALID", detail });

function transferOf(block: XmlElement, element: XmlElement): OrderedTransfer | undefined {
  const paymentInformationId = textAt(block, "PmtInfId");
  const endToEndId = textAt(element, "PmtId", "EndToEndId");
  const amount = amountOf(pathOf(element, "Amt", "InstdAmt"));
  const debtorAccount = accountOf(block, "DbtrAcct");
  const creditorAccount = accountOf(element, "CdtrAcct");
  if (paymentInformationId === undefined || endToEndId === undefined || amount === undefined)
    return undefined;
  if (debtorAccount === undefined || creditorAccount === undefined) return undefined;
  return {
    paymentInformationId,
    instructionId: textAt(element, "PmtId", "InstrId"),
    endToEndId,
    amount,
    debtorName: textAt(block, "Dbtr", "Nm") ?? "",
    debtorAccount,
    creditorName: textAt(element, "Cdtr", "Nm") ?? "",
    creditorAccount,
    remittance: textAt(element, "RmtInf", "Ustrd"),
  };
}

const accountOf = (element: XmlElement, name: string) =>
  textAt(element, name, "Id", "IBAN") ?? textAt(element, name, "Id", "Othr", "Id");

function amountOf(element: XmlElement | undefined): Money | undefined {
  const currency = CURRENCIES.find((each): each is Currency => each === element?.attributes.Ccy);
  if (element === undefined || currency === undefined) return undefined;
  const amount = parseDecimal(element.text, currency);
  return amount.ok && amount.value.minor > 0n ? amount.value : undefined;
}

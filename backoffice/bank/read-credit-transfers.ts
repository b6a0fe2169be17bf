// Reads a pain.001.001.09 of our own back, for books that have forgotten it. Strict: nothing in it is to be guessed.
import type { Failure } from "#core/errors.ts";
import { decimalOf, sum } from "#core/money.ts";
import { err, ok, type Result } from "#core/result.ts";
import type { SentFile, SentTransfer } from "#core/settlement/adopt.ts";
import { instant } from "#core/time.ts";
import { Findings } from "./findings.ts";
import { amountAt } from "./statement-footings.ts";
import { childrenOf, decodeText, parseXmlText, pathOf, textAt, type XmlElement } from "./xml.ts";

/** BANK_FILE_INVALID where it is another message, is not whole, or does not add up. */
export function readCreditTransfers(bytes: Uint8Array): Result<SentFile, Failure> {
  const text = decodeText(bytes);
  if (!text.ok) return text;
  const root = parseXmlText(text.value);
  if (!root.ok) return root;
  const body = pathOf(root.value, "CstmrCdtTrfInitn");
  const head = pathOf(body, "GrpHdr");
  const messageId = textAt(head, "MsgId");
  const createdAt = Date.parse(textAt(head, "CreDtTm") ?? "");
  const transfers = childrenOf(body, "PmtInf")
    .flatMap((block) => childrenOf(block, "CdtTrfTxInf"))
    .map(transferOf);
  const whole = transfers.filter((each) => each !== undefined);
  const [first] = whole;
  if (messageId === undefined || Number.isNaN(createdAt) || first === undefined) return invalid("its head");
  if (whole.length !== transfers.length) return invalid("a transfer");
  const { currency } = first.amount;
  if (whole.some((each) => each.amount.currency !== currency)) return invalid("its currencies");
  const total = sum(
    whole.map((each) => each.amount),
    currency,
  );
  if (textAt(head, "NbOfTxs") !== String(whole.length)) return invalid("its number of transfers");
  if (textAt(head, "CtrlSum") !== decimalOf(total)) return invalid("its control sum");
  return ok({ messageId, createdAt: instant(createdAt), transfers: whole });
}

const invalid = (what: string) =>
  err<Failure>({ code: "BANK_FILE_INVALID", detail: `${what} cannot be read back` });

function transferOf(element: XmlElement): SentTransfer | undefined {
  const findings = new Findings();
  const payoutId = textAt(element, "PmtId", "EndToEndId");
  const amount = amountAt(pathOf(element, "Amt", "InstdAmt"), findings);
  const id = pathOf(element, "CdtrAcct", "Id");
  const iban = textAt(id, "IBAN");
  const number = iban ?? textAt(id, "Othr", "Id");
  const creditorName = textAt(element, "Cdtr", "Nm");
  if (payoutId === undefined || amount === undefined || number === undefined || creditorName === undefined) {
    return undefined;
  }
  const bic = textAt(element, "CdtrAgt", "FinInstnId", "BICFI") ?? null;
  return {
    payoutId,
    amount,
    creditorName,
    account: { scheme: iban === undefined ? "domestic" : "iban", number, bic },
  };
}

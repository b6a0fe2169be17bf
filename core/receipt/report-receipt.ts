// X and Z as they print.

import type { ZReport } from "../contract/shift-report.ts";
import type { WireMoney } from "../contract/values.ts";
import { categoryName } from "./category-name.ts";
import {
  cutLine,
  feedLine,
  pairLine,
  type ReceiptDocument,
  type ReceiptLine,
  ruleLine,
  textLine,
} from "./document.ts";
import { localTimeText, rateText, wireAmountText } from "./print-amount.ts";
import type { ReceiptPlace } from "./sale-receipt.ts";
import { type ReceiptWord, receiptWords } from "./words.ts";

export function reportReceipt(place: ReceiptPlace, report: ZReport): ReceiptDocument {
  const { language, utcOffsetMinutes } = place;
  const say = receiptWords(language);
  const row = (word: ReceiptWord, amount: WireMoney | null) =>
    amount === null ? [] : [pairLine(say(word), wireAmountText(amount, language))];
  const time = (word: ReceiptWord, at: string | null) =>
    at === null ? [] : [pairLine(say(word), localTimeText(at, utcOffsetMinutes))];
  const words = (word: ReceiptWord, text: string | null) =>
    text === null ? [] : [pairLine(say(word), text)];
  const title = (word: ReceiptWord) => [ruleLine(), textLine(say(word), { bold: true })];
  const { sales, receipts, cash } = report;

  const lines: readonly ReceiptLine[] = [
    ...(place.demo ? [textLine(say("training"), { align: "center" })] : []),
    textLine(report.kind === "Z" ? `${say("zReport")} ${report.zNumber ?? ""}`.trim() : say("xReport"), {
      align: "center",
      size: "tall",
      bold: true,
    }),
    textLine(`${report.stationName} · ${report.terminalName}`, { align: "center" }),
    pairLine(say("shift"), String(report.shiftNumber)),
    pairLine(say("businessDate"), report.businessDate),
    ...time("opened", report.openedAt),
    ...time("closed", report.closedAt),
    ...words("openedBy", report.openedBy),
    ...words("countedBy", report.countedBy),
    ...words("approvedBy", report.approvedBy),
    pairLine(
      say("receipts"),
      receipts.first === null ? "0" : `${receipts.first} – ${receipts.last} (${receipts.count})`,
    ),
    ruleLine(),
    ...row("grossSales", sales.gross),
    ...row("discounts", sales.discount),
    ...row("refunds", sales.refunds),
    ...row("netSales", sales.net),
    pairLine(say("lineVoids"), String(sales.lineVoids)),
    pairLine(say("noSaleOpens"), String(sales.noSaleOpens)),
    pairLine(say("reprints"), String(sales.reprints)),
    ...(report.categories.length === 0 ? [] : title("categories")),
    ...report.categories.map(({ category, quantity, gross }) =>
      pairLine(`${categoryName(category, language)} × ${quantity}`, wireAmountText(gross, language)),
    ),
    ...(report.vat.length === 0 ? [] : title("vat")),
    ...report.vat.flatMap((rate) => [
      pairLine(`${say("net")} ${rateText(rate.rateBasisPoints)}`, wireAmountText(rate.net, language)),
      pairLine(`${say("vat")} ${rateText(rate.rateBasisPoints)}`, wireAmountText(rate.vat, language)),
    ]),
    ...(report.tenders.length === 0 ? [] : title("tenders")),
    ...report.tenders.flatMap(({ method, route, count, sales: taken, refunds }) => [
      pairLine(
        `${say(method)}${route === "counter" ? "" : ` ${say(route === "online" ? "online" : "offlineShort")}`} × ${count}`,
        wireAmountText(taken, language),
      ),
      ...(refunds.minor === "0" ? [] : [pairLine(`  ${say("refunds")}`, wireAmountText(refunds, language))]),
    ]),
    ...(cash === null
      ? []
      : [
          ...title("drawer"),
          ...row("float", cash.float),
          ...row("cashSales", cash.sales),
          ...row("cashRefunds", cash.refunds),
          ...row("paidIn", cash.paidIn),
          ...row("paidOut", cash.paidOut),
          ...row("drops", cash.drops),
          ...row("expected", cash.expected),
        ]),
    ...row("counted", report.counted),
    ...row("difference", report.difference),
    ruleLine(),
    ...row("perpetual", report.perpetualGross),
    pairLine(say("unsynced"), String(report.sync.unsynced)),
    ...time("oldest", report.sync.oldestAt),
    ...words("previousZ", report.previousZHash?.slice(0, 16) ?? null),
    ...words("head", report.headHash.slice(0, 16)),
    ...words("booksCheckpoint", checkpointText(report)),
    textLine(`${say("epoch")} ${report.epoch}`),
    feedLine(2),
    cutLine(),
  ];
  return { language, lines: [...lines] };
}

/** Who holds the paper can tell whether the books of that day are still the same. */
const checkpointText = ({ booksCheckpoint }: ZReport) =>
  booksCheckpoint ? `${booksCheckpoint.number} ${booksCheckpoint.hash.slice(0, 16)}` : null;

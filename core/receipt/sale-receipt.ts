// The receipt of a sale and of a refund, as it prints, shows and is mailed.
import type { z } from "zod";
import type { Language, LocalText, WireMoney } from "../contract/values.ts";
import { moneyOf } from "../contract/values.ts";
import type { EntryBody } from "../journal/bodies.ts";
import { negate } from "../money.ts";
import type { BasketLine, BasketTotals } from "../sale/basket.ts";
import {
  cutLine,
  feedLine,
  pairLine,
  type ReceiptDocument,
  type ReceiptLine,
  ruleLine,
  textLine,
} from "./document.ts";
import { amountText, localTimeText, rateText, totalText, wireAmountText } from "./print-amount.ts";
import { receiptWords } from "./words.ts";

/** What every paper of a till says of where it comes from. */
export type ReceiptPlace = Readonly<{
  language: Language;
  stationName: string;
  terminalName: string;
  utcOffsetMinutes: number;
  head: Readonly<{ lines: readonly z.infer<typeof LocalText>[]; businessNumber: string }> | null;
  demo: boolean;
}>;
export type ReceiptWhen = Readonly<{
  at: string;
  epoch: string;
  receiptNumber: number;
  staffName: string | null;
  /** 0 for the first print; each reprint is marked with its number. */
  copy: number;
}>;

type SaleBody = Pick<EntryBody<"sale-completed">, "lines" | "totals" | "tenders" | "change">;
type RefundBody = Pick<
  EntryBody<"refund-approved">,
  "lines" | "totals" | "amount" | "originalReceiptNumber" | "to"
>;

export function saleReceipt(place: ReceiptPlace, when: ReceiptWhen, sale: SaleBody): ReceiptDocument {
  const { language } = place;
  const say = receiptWords(language);
  const amount = (value: WireMoney) => wireAmountText(value, language);
  const tenders = sale.tenders.flatMap((tender): readonly ReceiptLine[] => {
    if (tender.method === "cash") {
      return [
        pairLine(say("cash"), amount(tender.amount)),
        ...(tender.given.minor === tender.amount.minor
          ? []
          : [pairLine(`  ${say("given")}`, amount(tender.given))]),
      ];
    }
    const offline = tender.approval.kind !== "online";
    return [
      pairLine(`${say("prepaid")} ${tender.card.masked}`, amount(tender.amount)),
      ...(offline ? [textLine(`  ${say("offline")}`)] : []),
      ...(tender.approval.kind === "online"
        ? [pairLine(`  ${say("balanceAfter")}`, amount(tender.approval.balanceAfter))]
        : []),
    ];
  });
  return {
    language,
    lines: [
      ...headLines(place, when, say("receipt")),
      ...basketLines(sale.lines, language),
      ...totalLines(sale.totals, language),
      pairLine(say("total"), totalText(moneyOf(sale.totals.gross), language), { size: "tall", bold: true }),
      ruleLine(),
      ...tenders,
      ...(sale.change.minor === "0" ? [] : [pairLine(say("change"), amount(sale.change), { bold: true })]),
      ...footLines(place, when),
    ],
  };
}

export function refundReceipt(place: ReceiptPlace, when: ReceiptWhen, refund: RefundBody): ReceiptDocument {
  const { language } = place;
  const say = receiptWords(language);
  const to =
    refund.to.method === "cash"
      ? [textLine(say("toCash"))]
      : [
          textLine(`${say("toCard")} ${refund.to.card.masked}`),
          ...(refund.to.route === "offline" ? [textLine(say("offline"))] : []),
        ];
  return {
    language,
    lines: [
      ...headLines(place, when, say("refundReceipt")),
      pairLine(say("original"), `# ${refund.originalReceiptNumber}`),
      ruleLine(),
      ...basketLines(refund.lines, language),
      ...totalLines(refund.totals, language),
      pairLine(say("refunded"), totalText(negate(moneyOf(refund.amount)), language), {
        size: "tall",
        bold: true,
      }),
      ruleLine(),
      ...to,
      ...footLines(place, when),
    ],
  };
}

function headLines(place: ReceiptPlace, when: ReceiptWhen, title: string): readonly ReceiptLine[] {
  const { language, head } = place;
  const say = receiptWords(language);
  return [
    ...(place.demo ? [textLine(say("training"), { align: "center" })] : []),
    ...(head?.lines ?? []).map((line) => textLine(line[language], { align: "center" })),
    ...(head === null || head.businessNumber === ""
      ? []
      : [textLine(`${say("businessNumber")} ${head.businessNumber}`, { align: "center" })]),
    feedLine(),
    textLine(when.copy === 0 ? title : `${title} – ${say("copy")} ${when.copy}`, {
      align: "center",
      bold: true,
      size: "tall",
    }),
    pairLine(`# ${when.receiptNumber}`, localTimeText(when.at, place.utcOffsetMinutes)),
    pairLine(
      `${place.stationName} · ${place.terminalName}`,
      when.staffName === null ? "" : `${say("cashier")} ${when.staffName}`,
    ),
    ruleLine(),
  ];
}

function basketLines(lines: readonly BasketLine[], language: Language): readonly ReceiptLine[] {
  const say = receiptWords(language);
  return lines.flatMap((line) => [
    textLine(line.name[language]),
    pairLine(
      `  ${line.quantity} × ${wireAmountText(line.unitPrice, language)}${
        line.discountBasisPoints === 0 ? "" : `  ${say("discount")} ${rateText(line.discountBasisPoints)}`
      }`,
      wireAmountText(line.amount, language),
    ),
  ]);
}

function totalLines(totals: BasketTotals, language: Language): readonly ReceiptLine[] {
  const say = receiptWords(language);
  return [
    ruleLine(),
    ...(totals.discount.minor === "0"
      ? []
      : [pairLine(say("discount"), amountText(negate(moneyOf(totals.discount)), language))]),
    ...totals.vatByRate.flatMap((rate) => [
      pairLine(`${say("net")} (${rateText(rate.rateBasisPoints)})`, wireAmountText(rate.net, language)),
      pairLine(`${say("vat")} ${rateText(rate.rateBasisPoints)}`, wireAmountText(rate.vat, language)),
    ]),
  ];
}

function footLines(place: ReceiptPlace, when: ReceiptWhen): readonly ReceiptLine[] {
  const say = receiptWords(place.language);
  return [
    ruleLine(),
    textLine(say("thanks"), { align: "center" }),
    // The number is gapless within its epoch, so both together are the receipt's name.
    textLine(`${say("epoch")} ${when.epoch}`, { align: "center" }),
    feedLine(2),
    cutLine(),
  ];
}

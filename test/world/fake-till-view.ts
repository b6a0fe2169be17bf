// The view of a made-up till at its first moment, and the documents it would print.
import type { SaleView, TillView } from "#core/contract/till.ts";
import { Person } from "#core/contract/till.ts";
import { type Language, moneyOf, type WireMoney } from "#core/contract/values.ts";
import { decimalOf } from "#core/money.ts";
import {
  feedLine,
  pairLine,
  type ReceiptDocument,
  type ReceiptLine,
  ruleLine,
  textLine,
} from "#core/receipt/document.ts";
import type { BasketLine, BasketTotals } from "#core/sale/basket.ts";

export const won = (minor: number | bigint): WireMoney => ({ minor: String(minor), currency: "KRW" });

export const CASHIER = Person.parse({ staffId: "staff-1", name: "김민수", role: "cashier" });
export const MANAGER = Person.parse({ staffId: "staff-2", name: "이서연", role: "manager" });
const SECOND_CASHIER = Person.parse({ staffId: "staff-3", name: "Anna Berg", role: "cashier" });
/** The PIN of everybody here. */
export const FAKE_PIN = "1234";

/** When everything in the made-up till happens: 14:07 in Korea. */
export const FAKE_NOW = "2026-03-02T05:07:00.000Z";
export const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

export function firstView(): TillView {
  return {
    revision: 0,
    demo: true,
    enrolled: true,
    stationName: "Station 7",
    terminalName: "Till 2",
    terminalId: "terminal-2",
    currency: "KRW",
    epoch: "epoch-1",
    now: FAKE_NOW,
    utcOffsetMinutes: 540,
    person: null,
    people: [CASHIER, SECOND_CASHIER, MANAGER],
    shift: null,
    sale: null,
    parked: [],
    enquiry: null,
    line: {
      state: "online",
      since: "2026-03-02T00:01:00.000Z",
      unsynced: 0,
      oldestUnsyncedAt: null,
      lastSyncAt: "2026-03-02T05:06:00.000Z",
      offlinePaymentMax: won(30_000),
      offlineLeft: won(468_000),
      offlineUsed: won(32_000),
    },
    devices: [
      { id: "reader", kind: "card-reader", state: "ready", reason: null },
      { id: "printer", kind: "printer", state: "ready", reason: null },
      { id: "scanner", kind: "scanner", state: "ready", reason: null },
    ],
    catalogueVersion: 1,
    receiptChoice: "always",
    openAttempts: 0,
    alarm: null,
  };
}

const amountText = (amount: WireMoney) => decimalOf(moneyOf(amount)).replace(/\B(?=(\d{3})+$)/g, ",");

/** A receipt in the form that prints. */
export function fakeReceipt(
  lines: readonly BasketLine[],
  totals: BasketTotals,
  sale: Pick<SaleView, "tenders" | "change" | "receiptNumber">,
  language: Language,
): ReceiptDocument {
  const isKo = language === "ko";
  const body: ReceiptLine[] = [
    textLine("Station 7", { align: "center", size: "tall", bold: true }),
    textLine(isKo ? "가상시 예시로 7" : "7 Example Road, Sampleton", { align: "center" }),
    feedLine(),
    pairLine(isKo ? `영수증 ${sale.receiptNumber}` : `Receipt ${sale.receiptNumber}`, "2026-03-02 14:07"),
    ruleLine(),
    ...lines.flatMap((line) => [
      textLine(line.name[language]),
      pairLine(`  ${line.quantity} x ${amountText(line.unitPrice)}`, amountText(line.amount)),
    ]),
    ruleLine(),
    pairLine(isKo ? "부가세 10%" : "VAT 10%", amountText(totals.vat)),
    pairLine(isKo ? "합계" : "Total", amountText(totals.gross), { size: "tall", bold: true }),
    ruleLine(),
    ...sale.tenders.map((tender) =>
      pairLine(
        `${tender.method === "cash" ? (isKo ? "현금" : "Cash") : isKo ? "선불카드" : "Prepaid"} ${tender.masked ?? ""}`,
        amountText(tender.amount),
      ),
    ),
    pairLine(isKo ? "거스름돈" : "Change", amountText(sale.change)),
    feedLine(),
    textLine(isKo ? "감사합니다" : "Thank you", { align: "center" }),
  ];
  return { language, lines: body };
}

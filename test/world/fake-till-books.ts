// The shift and the receipts of the made-up till.
import type { implement } from "@orpc/server";
import type { ZReport } from "#core/contract/shift-report.ts";
import type { TillView, tillContract } from "#core/contract/till.ts";
import { type Language, moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { FailureError, fail } from "#core/errors.ts";
import { subtract } from "#core/money.ts";
import { pairLine, type ReceiptDocument, ruleLine, textLine } from "#core/receipt/document.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import { refundableOf, refundContent } from "#core/sale/refund.ts";
import { countedOf } from "#core/shift/count.ts";
import { fakeReceipt, HASH, won } from "./fake-till-view.ts";

const DONE = { done: true } as const;
const CURRENCY = "KRW";
const PAGE_ROWS = 7;
/** Beyond it a manager looks at the count. */
const DIFFERENCE_MAX = 1_000n;
const EXPECTED = won(184_500);

type Kept = Readonly<{
  receiptNumber: number;
  lines: readonly BasketLine[];
  total: WireMoney;
  document: ReceiptDocument;
}>;
type Implementer = ReturnType<typeof implement<typeof tillContract>>;

export function fakeBooks(language: () => Language, change: (patch: Partial<TillView>) => void) {
  const kept: Kept[] = [];
  const refunded = new Map<number, Map<string, number>>();

  const find = (receiptNumber: number): Kept =>
    kept.find((receipt) => receipt.receiptNumber === receiptNumber) ?? fail("NOT_FOUND");
  const refundedOf = (receiptNumber: number) => refunded.get(receiptNumber) ?? new Map<string, number>();
  const nextReceipt = () => 1_042 + kept.length;

  const report = (view: TillView, kind: "X" | "Z", counted: WireMoney | null): ZReport => ({
    kind,
    stationName: view.stationName,
    terminalName: view.terminalName,
    epoch: view.epoch,
    zNumber: kind === "Z" ? 61 : null,
    shiftNumber: 14,
    businessDate: "2026-03-02",
    openedAt: "2026-03-01T22:58:00.000Z",
    closedAt: kind === "Z" ? view.now : null,
    openedBy: "김민수",
    countedBy: kind === "Z" ? "김민수" : null,
    approvedBy: null,
    receipts: { first: 988, last: 1_041, count: 54 },
    sales: {
      gross: won(412_300),
      discount: won(3_200),
      refunds: won(5_500),
      net: won(406_800),
      lineVoids: 3,
      noSaleOpens: 1,
      reprints: 2,
    },
    categories: [
      { category: "drinks", quantity: 41, gross: won(168_500) },
      { category: "food", quantity: 22, gross: won(97_800) },
      { category: "car", quantity: 9, gross: won(146_000) },
    ],
    vat: [{ rateBasisPoints: 1_000, net: won(374_818), vat: won(37_482), gross: won(412_300) }],
    tenders: [
      { method: "cash", route: "counter", count: 29, sales: won(134_500), refunds: won(5_500) },
      { method: "prepaid", route: "online", count: 21, sales: won(241_300), refunds: won(0) },
      { method: "prepaid", route: "offline", count: 4, sales: won(36_500), refunds: won(0) },
    ],
    cash:
      kind === "Z" || view.person?.role === "manager"
        ? {
            float: won(50_000),
            sales: won(134_500),
            refunds: won(5_500),
            paidIn: won(10_000),
            paidOut: won(4_500),
            drops: won(0),
            expected: EXPECTED,
          }
        : null,
    counted,
    difference: counted === null ? null : wireMoney(subtract(moneyOf(counted), moneyOf(EXPECTED))),
    perpetualGross: won(28_412_300),
    sync: { unsynced: view.line.unsynced, oldestAt: view.line.oldestUnsyncedAt },
    previousZHash: HASH,
    headHash: HASH,
    booksCheckpoint: null,
  });

  const zDocument = (z: ZReport): ReceiptDocument => ({
    language: language(),
    lines: [
      textLine(`Z ${z.zNumber}`, { align: "center", size: "tall", bold: true }),
      textLine(`${z.stationName} · ${z.terminalName}`, { align: "center" }),
      ruleLine("double"),
      pairLine(language() === "ko" ? "총매출" : "Gross", z.sales.gross?.minor ?? ""),
      pairLine(language() === "ko" ? "환불" : "Refunds", z.sales.refunds?.minor ?? ""),
      pairLine(language() === "ko" ? "순매출" : "Net", z.sales.net?.minor ?? "", { bold: true }),
      ruleLine(),
      pairLine(language() === "ko" ? "예상 현금" : "Cash expected", EXPECTED.minor),
      pairLine(language() === "ko" ? "센 현금" : "Cash counted", z.counted?.minor ?? ""),
      pairLine(language() === "ko" ? "차액" : "Difference", z.difference?.minor ?? ""),
      ruleLine(),
      textLine(z.headHash),
    ],
  });

  const rowOf = ({ receiptNumber, lines, total }: Kept) => {
    const left = refundableOf(lines, refundedOf(receiptNumber));
    return {
      saleId: `sale-${receiptNumber}`,
      receiptNumber,
      at: new Date(Date.parse("2026-03-02T03:00:00.000Z") + receiptNumber * 60_000).toISOString(),
      total,
      refunded: wireMoney(subtract(moneyOf(total), left)),
      kind: "sale" as const,
      synced: receiptNumber % 3 !== 0,
    };
  };

  const routes = (os: Implementer, view: () => TillView, needManager: (pin: string | undefined) => void) => ({
    moveCash: os.moveCash.handler(() => DONE),
    openDrawer: os.openDrawer.handler(() => DONE),
    report: os.report.handler(() => report(view(), "X", null)),
    printReport: os.printReport.handler(() => DONE),
    lookAtCount: os.lookAtCount.handler(({ input }) => {
      needManager(input.managerPin);
      const counted = countedOf(input.counts, CURRENCY);
      return {
        counted: wireMoney(counted),
        expected: EXPECTED,
        difference: wireMoney(subtract(counted, moneyOf(EXPECTED))),
      };
    }),
    closeShift: os.closeShift.handler(({ input }) => {
      const counted = countedOf(input.counts, CURRENCY);
      const { minor } = subtract(counted, moneyOf(EXPECTED));
      if (minor > DIFFERENCE_MAX || minor < -DIFFERENCE_MAX) needManager(input.managerPin);
      const z = report(view(), "Z", wireMoney(counted));
      change({ shift: null });
      return { z, receipt: zDocument(z) };
    }),
    receipts: os.receipts.handler(({ input }) => {
      const rows = kept
        .toReversed()
        .map(rowOf)
        .filter(({ receiptNumber, total }) => `${receiptNumber} ${total.minor}`.includes(input.query));
      return { total: rows.length, rows: rows.slice(input.page * PAGE_ROWS, (input.page + 1) * PAGE_ROWS) };
    }),
    receipt: os.receipt.handler(({ input }) => {
      const { lines, document, receiptNumber } = find(input.receiptNumber);
      return {
        saleId: `sale-${receiptNumber}`,
        document,
        lines: [...lines],
        refundable: wireMoney(refundableOf(lines, refundedOf(receiptNumber))),
      };
    }),
    reprint: os.reprint.handler(() => DONE),
    refund: os.refund.handler(({ input }) => {
      needManager(input.managerPin);
      const { lines, receiptNumber } = find(input.receiptNumber);
      const before = refundedOf(receiptNumber);
      const content = refundContent(lines, before, input.lines);
      if (!content.ok) throw new FailureError(content.error);
      const after = new Map(before);
      for (const { lineId, quantity } of input.lines) after.set(lineId, (after.get(lineId) ?? 0) + quantity);
      refunded.set(receiptNumber, after);
      const number = nextReceipt() + 1;
      const document = fakeReceipt(
        content.value.lines,
        content.value.totals,
        { tenders: [], change: won(0), receiptNumber: number },
        language(),
      );
      return { receiptNumber: number, document };
    }),
  });

  return { nextReceipt, keep: (receipt: Kept) => void kept.push(receipt), routes };
}

import { describe, expect, it } from "vitest";
import type { ZReport } from "#core/contract/shift-report.ts";
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import type { ItemId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import { layout } from "#core/receipt/document.ts";
import { reportReceipt } from "#core/receipt/report-receipt.ts";
import { saleReceipt } from "#core/receipt/sale-receipt.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import { totalsOf } from "#core/sale/totals.ts";
import { countedOf, isWithinTolerance } from "#core/shift/count.ts";
import { type ShiftFacts, shiftFigures } from "#core/shift/report.ts";

const won = (minor: number) => wireMoney(krw(minor));
const line = (price: number, category: string): BasketLine => ({
  lineId: "l",
  itemId: "i" as ItemId,
  name: { ko: "아메리카노", en: "Americano" },
  category,
  quantity: 2,
  unitPrice: won(price),
  discountBasisPoints: 0,
  vat: { rateBasisPoints: 1_000, priceIncludesVat: true },
  amount: won(price * 2),
});
const sale = (receiptNumber: number, price: number) => {
  const lines = [line(price, "drinks")];
  return { receiptNumber, lines, totals: totalsOf(lines, "KRW") };
};
const counters = { lineVoids: 1, noSaleOpens: 2, reprints: 3 };
const facts: ShiftFacts = {
  currency: "KRW",
  float: krw(100_000),
  sales: [sale(7, 5_500), sale(8, 1_100)],
  refunds: [{ ...sale(9, 1_100), amount: won(2_200), to: { method: "cash" } }],
  tenders: [
    { method: "cash", route: "counter", amount: krw(11_000) },
    { method: "prepaid", route: "offline", amount: krw(2_200) },
  ],
  cashMoves: [
    { direction: "paid-in", amount: krw(1_000) },
    { direction: "paid-out", amount: krw(3_000) },
    { direction: "safe-drop", amount: krw(50_000) },
    { direction: "float-top-up", amount: krw(20_000) },
  ],
};

describe("the figures of a shift", () => {
  const figures = shiftFigures(facts, counters);

  it("say what must be in the drawer: float + sales − refunds + in − out − drops", () => {
    expect(figures.cash).toEqual({
      float: won(120_000),
      sales: won(11_000),
      refunds: won(2_200),
      paidIn: won(1_000),
      paidOut: won(3_000),
      drops: won(50_000),
      expected: won(76_800),
    });
  });

  it("add up by rate, by category and by tender", () => {
    expect(figures.sales).toMatchObject({ gross: won(13_200), refunds: won(2_200), net: won(11_000) });
    expect(figures.vat).toEqual([
      { rateBasisPoints: 1_000, net: won(10_000), vat: won(1_000), gross: won(11_000) },
    ]);
    expect(figures.categories).toEqual([{ category: "drinks", quantity: 2, gross: won(11_000) }]);
    expect(figures.tenders).toEqual([
      { method: "cash", route: "counter", count: 2, sales: won(11_000), refunds: won(2_200) },
      { method: "prepaid", route: "offline", count: 1, sales: won(2_200), refunds: won(0) },
    ]);
    expect(figures.receipts).toEqual({ first: 7, last: 9, count: 3 });
  });

  it("print, with the drawer hidden where it is counted blind", () => {
    const report: ZReport = {
      kind: "X",
      stationName: "Station 7",
      terminalName: "Till 1",
      epoch: "epoch-1",
      zNumber: null,
      shiftNumber: 3,
      businessDate: "2026-03-01",
      openedAt: "2026-03-01T00:00:00.000Z",
      closedAt: null,
      openedBy: "Kim",
      countedBy: null,
      approvedBy: null,
      ...figures,
      counted: null,
      difference: null,
      perpetualGross: won(13_200),
      sync: { unsynced: 0, oldestAt: null },
      previousZHash: null,
      headHash: "a".repeat(64),
      booksCheckpoint: null,
    };
    const place = {
      language: "en" as const,
      stationName: "Station 7",
      terminalName: "Till 1",
      utcOffsetMinutes: 540,
      head: null,
      demo: false,
    };
    const shown = layout(reportReceipt(place, report), 42).join("\n");
    expect(shown).toContain("Expected");
    expect(shown).toContain("76,800");
    const blind = layout(reportReceipt(place, { ...report, cash: null }), 42).join("\n");
    expect(blind).not.toContain("Expected");
    const booksCheckpoint = { number: 12, hash: "b".repeat(64), booksRestoredAt: null };
    for (const [language, word, drinks] of [
      ["en", "Books checkpoint", "Drinks × 2"],
      ["ko", "장부 확인점", "음료 × 2"],
    ] as const) {
      const witnessed = layout(reportReceipt({ ...place, language }, { ...report, booksCheckpoint }), 42);
      expect(witnessed.find((line) => line.includes(word))).toContain(`12 ${"b".repeat(16)}`);
      expect(witnessed.join("\n")).toContain(drinks);
    }
  });
});

describe("counting a drawer", () => {
  it("adds notes and coins up", () => {
    expect(
      countedOf(
        [
          { faceMinor: "50000", count: 2 },
          { faceMinor: "100", count: 7 },
        ],
        "KRW",
      ),
    ).toEqual(krw(100_700));
    expect(countedOf([], "KRW")).toEqual(krw(0));
  });

  it("lets a slip of the hand pass, over or short, and no more", () => {
    expect([5_000, -5_000, 0].map((minor) => isWithinTolerance(krw(minor)))).toEqual([true, true, true]);
    expect([5_001, -5_001].map((minor) => isWithinTolerance(krw(minor)))).toEqual([false, false]);
  });
});

describe("a receipt", () => {
  it("says what was bought, the VAT, the tenders, the change, and its number in both languages", () => {
    const { lines, totals } = sale(7, 5_500);
    const tenders = [
      { method: "cash" as const, tenderId: "t", amount: won(11_000), given: won(20_000), change: won(9_000) },
    ];
    const texts = (["ko", "en"] as const).map((language) =>
      layout(
        saleReceipt(
          {
            language,
            stationName: "Station 7",
            terminalName: "Till 1",
            utcOffsetMinutes: 540,
            head: null,
            demo: true,
          },
          { at: "2026-03-01T12:00:00.000Z", epoch: "epoch-1", receiptNumber: 7, staffName: "Kim", copy: 2 },
          { lines: [...lines], totals, tenders, change: won(9_000) },
        ),
        42,
      ).join("\n"),
    );
    for (const text of texts) {
      for (const part of [
        "# 7",
        "2026-03-01 21:00:00",
        "2 × 5,500",
        "11,000",
        "1,000",
        "20,000",
        "9,000",
        "epoch-1",
      ])
        expect(text).toContain(part);
    }
    expect(texts[0]).toContain("아메리카노");
    expect(texts[0]).toContain("재발행 2");
    expect(texts[1]).toContain("COPY 2");
    expect(moneyOf(totals.gross)).toEqual(krw(11_000));
  });
});

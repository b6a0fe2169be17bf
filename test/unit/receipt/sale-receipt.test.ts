// What a customer takes home.
import { describe, expect, it } from "vitest";
import type { Language } from "#core/contract/values.ts";
import type { AttemptId, CardId, ItemId } from "#core/ids.ts";
import { layout } from "#core/receipt/document.ts";
import { saleReceipt } from "#core/receipt/sale-receipt.ts";

const won = (minor: number) => ({ minor: String(minor), currency: "KRW" as const });

const place = (language: Language) => ({
  language,
  stationName: "Station 7",
  terminalName: "Till 1",
  utcOffsetMinutes: 540,
  head: { lines: [{ ko: "스테이션 7", en: "Station 7" }], businessNumber: "000-00-00007" },
  demo: false,
});
const when = (copy: number) => ({
  at: "2026-03-01T03:00:00.000Z",
  epoch: "epoch-1",
  receiptNumber: 42,
  staffName: "김하늘",
  copy,
});
const totals = {
  net: won(9_091),
  vat: won(909),
  gross: won(10_000),
  discount: won(0),
  vatByRate: [{ rateBasisPoints: 1_000, net: won(9_091), vat: won(909), gross: won(10_000) }],
};
const sale = {
  lines: [
    {
      lineId: "1",
      itemId: "latte" as ItemId,
      name: { ko: "카페 라떼", en: "Caffè latte" },
      category: "drinks",
      quantity: 2,
      unitPrice: won(5_000),
      discountBasisPoints: 0,
      vat: { rateBasisPoints: 1_000, priceIncludesVat: true },
      amount: won(10_000),
    },
  ],
  totals,
  tenders: [
    {
      method: "prepaid" as const,
      tenderId: "t",
      amount: won(10_000),
      card: { cardId: "c" as CardId, cardRef: "0".repeat(64), masked: "941000 ****** 0000" },
      approval: { kind: "online" as const, attemptId: "a" as AttemptId, balanceAfter: won(34_700) },
    },
  ],
  change: won(0),
};

describe("a receipt", () => {
  it.each([
    ["en" as const, ["Caffè latte", "10,000", "34,700"]],
    ["ko" as const, ["카페 라떼", "10,000", "34,700"]],
  ])("P14 shows the masked card and what is left on it, in %s", (language, expected) => {
    const text = layout(saleReceipt(place(language), when(0), sale), 42).join("\n");
    expect(text).toContain("941000 ****** 0000");
    for (const words of expected) expect(text).toContain(words);
    expect(text).toContain("42");
  });

  it("is marked when it is printed again, with the number of the copy", () => {
    const first = layout(saleReceipt(place("en"), when(0), sale), 42).join("\n");
    const copy = layout(saleReceipt(place("en"), when(2), sale), 42).join("\n");
    expect(first).not.toMatch(/copy|duplicate/i);
    expect(copy).toMatch(/(copy|duplicate).*2/i);
  });

  it("fits the narrowest paper, line by line", () => {
    const lines = layout(saleReceipt(place("en"), when(0), sale), 32);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(32);
  });
});

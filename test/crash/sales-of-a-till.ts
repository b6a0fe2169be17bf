// What a till writes over a morning, commit by commit: a shift, slices of cards, sales paid in cash, on line and from a
// slice, small baskets and such as fill many pages.
import { wireMoney } from "#core/contract/values.ts";
import type { AttemptId, CardId, GrantId, ItemId, SaleId } from "#core/ids.ts";
import type { Tender } from "#core/journal/bodies.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { krw } from "#core/money.ts";
import type { BasketLine, BasketTotals } from "#core/sale/basket.ts";
import type { Random } from "#test/day/random.ts";

const SHIFT = "shift-1";
const PRICE_WON = 500;
const LINES_MANY = 120;
const LINES_FEW = 3;
const SLICE_WON = 1_000_000;
const won = (minor: number) => wireMoney(krw(minor));

export type Sales = Readonly<{
  /** The entries of the next commit. */
  next(): readonly EntryDraft[];
}>;

export function someSales(random: Random): Sales {
  const waiting: (readonly EntryDraft[])[] = [
    [{ kind: "shift-opened", body: { shiftId: SHIFT, number: 1, float: won(100_000) } }],
  ];
  let number = 0;
  return {
    next: () => {
      for (;;) {
        const drafts = waiting.shift();
        if (drafts !== undefined) return drafts;
        number += 1;
        waiting.push(...commitsOf(number, random));
      }
    },
  };
}

function commitsOf(number: number, random: Random): readonly (readonly EntryDraft[])[] {
  const saleId = `sale-${number}` as SaleId;
  const lines = linesOf(random.chance(0.2) ? random.between(40, LINES_MANY) : random.between(1, LINES_FEW));
  const totals = totalsOf(lines);
  const frozen: EntryDraft = { kind: "sale-frozen", body: { saleId, shiftId: SHIFT, lines, totals } };
  const paid = (tender: Tender): readonly EntryDraft[] => [
    { kind: "tender-approved", body: { saleId, tender, supersedes: [] } },
    {
      kind: "sale-completed",
      body: {
        saleId,
        shiftId: SHIFT,
        receiptNumber: number,
        lines,
        totals,
        tenders: [tender],
        change: won(0),
      },
    },
  ];
  const common = { tenderId: `tender-${number}`, amount: totals.gross };
  const card = { cardId: `card-${number}` as CardId, cardRef: "a".repeat(64), masked: "941000 ****** 1234" };
  const attemptId = `attempt-${number}` as AttemptId;
  const attempted = (route: "online" | "offline"): EntryDraft => ({
    kind: "tender-attempted",
    body: { saleId, attemptId, card, route, ...common },
  });
  switch (random.pick(["cash", "online", "escrow"] as const)) {
    case "cash":
      return [[frozen], paid({ method: "cash", ...common, given: common.amount, change: won(0) })];
    case "online": {
      const approval = { kind: "online", attemptId, balanceAfter: won(0) } as const;
      return [[frozen], [attempted("online")], paid({ method: "prepaid", ...common, card, approval })];
    }
    case "escrow": {
      const grantId = `grant-${number}` as GrantId;
      const slice = { grantId, cardId: card.cardId, amount: won(SLICE_WON) };
      const accepted: EntryDraft = {
        kind: "grant-accepted",
        body: { ...slice, expiresAt: "2040-01-01T00:00:00.000Z" },
      };
      const approval = { kind: "escrow" as const, slices: [{ grantId, amount: common.amount }] };
      const tender: Tender = { method: "prepaid", ...common, card, approval };
      return [[accepted], [frozen], [attempted("offline"), ...paid(tender)]];
    }
  }
}

const linesOf = (count: number): BasketLine[] =>
  Array.from({ length: count }, (_, index) => ({
    lineId: `line-${index}`,
    itemId: "kimbap" as ItemId,
    name: { ko: "김밥", en: "Kimbap" },
    category: "food",
    quantity: 1,
    unitPrice: won(PRICE_WON),
    discountBasisPoints: 0,
    vat: { rateBasisPoints: 0, priceIncludesVat: true },
    amount: won(PRICE_WON),
  }));

function totalsOf(lines: readonly BasketLine[]): BasketTotals {
  const gross = won(PRICE_WON * lines.length);
  return { net: gross, vat: won(0), gross, discount: won(0), vatByRate: [] };
}

// The entries of a simulated sale and its refund: one line, as dear as its tender.
import type { WireMoney } from "#core/contract/values.ts";
import type { AttemptId, ItemId, SaleId } from "#core/ids.ts";
import type { CardMention, EntryBody, Tender } from "#core/journal/bodies.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { numberOf } from "#database/row.ts";
import type { ReadDb } from "#main/till/store/tx.ts";
import { krwWire } from "#test/world/small-back-office.ts";

export type SimSlip = Readonly<{ saleId: SaleId; tender: Extract<Tender, { method: "prepaid" }> }>;

const SHIFT = "shift-1";

const linesOf = (amount: WireMoney) => [
  {
    lineId: "l1",
    itemId: "kimbap" as ItemId,
    name: { ko: "김밥", en: "Kimbap" },
    category: "food",
    quantity: 1,
    unitPrice: amount,
    discountBasisPoints: 0,
    vat: { rateBasisPoints: 0, priceIncludesVat: true },
    amount,
  },
];
const totalsOf = (amount: WireMoney) => ({
  net: amount,
  vat: krwWire(0),
  gross: amount,
  discount: krwWire(0),
  vatByRate: [],
});

const nextReceipt = async (db: ReadDb): Promise<number> => {
  const figures = await db.get("SELECT last_receipt_number FROM figures");
  return (figures === undefined ? 0 : numberOf(figures, "last_receipt_number")) + 1;
};

/** A sale that its slip pays in full. */
export const completion =
  ({ saleId, tender }: SimSlip) =>
  async (db: ReadDb): Promise<readonly EntryDraft[]> => {
    const sale = {
      saleId,
      shiftId: SHIFT,
      lines: linesOf(tender.amount),
      totals: totalsOf(tender.amount),
    };
    return [
      { kind: "sale-frozen", body: sale },
      {
        kind: "sale-completed",
        body: { ...sale, receiptNumber: await nextReceipt(db), tenders: [tender], change: krwWire(0) },
      },
    ];
  };

/** Of a prepaid slip always. */
export type RefundAsk = EntryBody<"refund-attempted"> & Readonly<{ tenderId: string; card: CardMention }>;

export const refundAsk = (
  { saleId, tender }: SimSlip,
  ids: Readonly<{ refundId: string; attemptId: AttemptId }>,
  amount: WireMoney,
): RefundAsk => ({
  ...ids,
  saleId,
  amount,
  tenderId: tender.tenderId,
  card: tender.card,
  originalReceiptNumber: 1,
  lines: linesOf(amount),
  totals: totalsOf(amount),
  approvedBy: null,
});

export const refundApproval =
  ({ refundId, saleId, amount, tenderId, card }: RefundAsk, route: "online" | "offline") =>
  async (db: ReadDb): Promise<readonly EntryDraft[]> => [
    {
      kind: "refund-approved",
      body: {
        refundId,
        saleId,
        shiftId: SHIFT,
        receiptNumber: await nextReceipt(db),
        originalReceiptNumber: 1,
        lines: linesOf(amount),
        totals: totalsOf(amount),
        amount,
        to: { method: "prepaid", tenderId, card, route },
        approvedBy: null,
      },
    },
  ];

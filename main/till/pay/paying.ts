// From the basket to the payment and back, and the end of a sale.
import { type WireMoney, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { isZero } from "#core/money.ts";
import { saleReceipt } from "#core/receipt/sale-receipt.ts";
import { numberOf } from "#database/row.ts";
import { openDrawerSoon, printSoon } from "../receipts/print.ts";
import { receiptPlace, staffName } from "../receipts/receipt-place.ts";
import { dropDraft, writeDraft } from "../sale/draft-store.ts";
import {
  type CompletedSale,
  changeOf,
  type PayingSale,
  type SaleTender,
  saleDue,
  standing,
  type Tender,
} from "../state.ts";
import type { AppendOptions } from "../store/journal.ts";
import type { ReadDb } from "../store/tx.ts";
import { actor, openShiftOf, type TillWork } from "../till-work.ts";

/** The sale that is being paid; STATE_CONFLICT where there is none. */
export function payingSale({ state }: TillWork): PayingSale {
  const { sale } = state.get();
  return sale?.stage === "paying" ? sale : fail("STATE_CONFLICT", "no sale is being paid");
}

/** Freezes the basket. SALE_EMPTY, SHIFT_CLOSED, SALE_PAYING. */
export async function startPaying(work: TillWork): Promise<void> {
  const { sale } = work.state.get();
  const shift = openShiftOf(work);
  if (sale?.stage === "paying") return fail("SALE_PAYING");
  if (sale?.stage !== "building" || sale.lines.length === 0) return fail("SALE_EMPTY");
  const { saleId, lines, totals } = sale;
  const frozen: EntryDraft = {
    kind: "sale-frozen",
    body: { saleId, shiftId: shift.shiftId, lines: [...lines], totals },
  };
  await work.journal.append([frozen], {
    staffId: actor(work),
    effects: () => [writeDraft(sale, "paying", work.journal.now())],
  });
  work.state.set({ sale: { ...sale, stage: "paying", tenders: [], prepaid: null } });
}

/** TENDER_UNSETTLED while a tender is approved or has no answer: void it or wait first. */
export async function backToBasket(work: TillWork): Promise<void> {
  const sale = payingSale(work);
  if (standing(sale.tenders).length > 0 || isUnsettled(sale)) return fail("TENDER_UNSETTLED");
  const { tenders: _tenders, prepaid: _prepaid, ...common } = sale;
  await work.database.commit([writeDraft(sale, "building", work.journal.now())]);
  work.state.set({ sale: { ...common, stage: "building" } });
}

/** Whether a question of this sale has no final answer. */
export const isUnsettled = ({ prepaid }: PayingSale): boolean =>
  prepaid !== null &&
  (prepaid.step === "asking" || prepaid.step === "unknown" || prepaid.unanswered.length > 0);

export type Approval = Readonly<{
  tender: Tender;
  supersedes: Extract<EntryDraft, { kind: "tender-approved" }>["body"]["supersedes"];
  /** Written before the approval, in the same transaction. */
  before?: readonly EntryDraft[] | undefined;
  effects?: AppendOptions["effects"] | undefined;
}>;

/**
 * Writes an approved tender down and, where it pays the rest, completes the sale in the same transaction.
 * Only then is the drawer opened and the receipt printed, or the customer asked whether to print it.
 */
export async function takeTender(work: TillWork, sale: PayingSale, approval: Approval): Promise<void> {
  const { saleId } = sale;
  const tenders: readonly SaleTender[] = [...sale.tenders, { state: "approved", tender: approval.tender }];
  const paid: PayingSale = { ...sale, tenders, prepaid: null };
  const approved: EntryDraft = {
    kind: "tender-approved",
    body: { saleId, tender: approval.tender, supersedes: approval.supersedes },
  };
  const drafts = [...(approval.before ?? []), approved];
  const isPaid = isZero(saleDue(paid));
  const entries = await work.journal.append(
    isPaid ? async (db) => [...drafts, await completion(work, db, paid)] : drafts,
    {
      staffId: work.state.get().person?.staffId ?? null,
      effects: (written) => [...(approval.effects?.(written) ?? []), ...(isPaid ? [dropDraft(saleId)] : [])],
    },
  );
  const completed = entries.find((entry) => entry.kind === "sale-completed");
  if (completed === undefined) {
    work.state.set({ sale: paid });
    return;
  }
  const { body, at, epoch, staffId } = completed;
  const receipt = saleReceipt(
    receiptPlace(work),
    { at, epoch, receiptNumber: body.receiptNumber, staffName: staffName(work, staffId), copy: 0 },
    body,
  );
  const done: CompletedSale = {
    saleId,
    label: sale.label,
    lines: sale.lines,
    totals: sale.totals,
    stage: "completed",
    tenders,
    change: body.change,
    receiptNumber: body.receiptNumber,
    receipt,
    printed: work.state.get().receiptChoice === "ask" ? "choosing" : "printing",
  };
  work.state.set({ sale: done });
  work.line.syncSoon();
  const hasCash = body.tenders.some(({ method }) => method === "cash");
  if (done.printed === "printing") printSoon(work, receipt, hasCash, saleId);
  else if (hasCash) openDrawerSoon(work);
}

/** The customer was asked and wants the receipt. STATE_CONFLICT where nobody was asked. */
export function printReceipt(work: TillWork): void {
  const { sale } = work.state.get();
  const asked =
    sale?.stage === "completed" && sale.printed === "choosing"
      ? sale
      : fail("STATE_CONFLICT", "no receipt is waited for");
  work.state.set({ sale: { ...asked, printed: "printing" } });
  printSoon(work, asked.receipt, false, asked.saleId);
}

/** The end of a sale, with the next receipt number as the database holds it at that moment. */
async function completion(work: TillWork, db: ReadDb, sale: PayingSale): Promise<EntryDraft> {
  const figures = await db.get("SELECT last_receipt_number FROM figures");
  const change: WireMoney = wireMoney(changeOf(sale.tenders, work.identity.currency));
  return {
    kind: "sale-completed",
    body: {
      saleId: sale.saleId,
      shiftId: openShiftOf(work).shiftId,
      receiptNumber: (figures === undefined ? 0 : numberOf(figures, "last_receipt_number")) + 1,
      lines: [...sale.lines],
      totals: sale.totals,
      tenders: [...standing(sale.tenders)],
      change,
    },
  };
}

/** Clears a completed sale from the screen. */
export function nextSale(work: TillWork): void {
  if (work.state.get().sale?.stage === "completed") work.state.set({ sale: null });
}

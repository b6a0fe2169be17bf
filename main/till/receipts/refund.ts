// Giving back what was bought here: by receipt and lines, to the tenders that paid, never more than what remains.
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import { type ErrorCode, FailureError, fail, isErrorCode } from "#core/errors.ts";
import type { AttemptId, SaleId, TerminalId } from "#core/ids.ts";
import type { EntryBody } from "#core/journal/bodies.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { isZero, smaller, subtract } from "#core/money.ts";
import type { ReceiptDocument } from "#core/receipt/document.ts";
import { refundReceipt } from "#core/receipt/sale-receipt.ts";
import { divideTotals, type RefundedLine, refundContent, refundParts } from "#core/sale/refund.ts";
import { numberOf, textOf } from "#database/row.ts";
import { unwrap } from "../pay/unwrap.ts";
import type { BackOffice } from "../ports.ts";
import { type ManagerPin, managerApproval } from "../staff/override.ts";
import type { Tender } from "../state.ts";
import { entryAt } from "../store/entry-rows.ts";
import { actor, codeOfError, openShiftOf, type TillWork } from "../till-work.ts";
import { countOpenRefunds, lineFor, openRefundOf, refundsToAsk } from "./open-refunds.ts";
import { print } from "./print.ts";
import { receiptEntry, receiptRow } from "./receipt-book.ts";
import { receiptPlace, staffName } from "./receipt-place.ts";
import { paidTenders, refundedOf, remainingMoney } from "./refunded.ts";

export type RefundDone = Readonly<{ receiptNumber: number; document: ReceiptDocument }>;
type RefundBody = EntryBody<"refund-approved">;
type RefundPlan = Readonly<Omit<RefundBody, "receiptNumber" | "shiftId"> & { before: readonly EntryDraft[] }>;

const ANSWER_MS_MAX = 8_000;
/**
 * These say nothing of the refund: it stays open and is asked again under its id. A restored back office that waits for
 * its tills is among them: it may have given the refund already, or still get an earlier copy of the question.
 */
export const SAYS_NOTHING: ReadonlySet<string> = new Set([
  "LINE_CUT",
  "TIMED_OUT",
  "PEER_GONE",
  "BUSY",
  "INTERNAL",
  "NOT_READY",
  "BOOKS_RESTORED",
]);
const NOBODY_ANSWERS: ReadonlySet<string> = new Set(["LINE_CUT", "TIMED_OUT"]);

/**
 * Refunds lines of a sale of this till. A part that goes to a card is asked first; cash is given last, so that a
 * refusal leaves nothing half done. NOT_FOUND, REFUND_EXCEEDS_PAYMENT, MANAGER_REQUIRED, SHIFT_CLOSED,
 * TENDER_UNSETTLED while an earlier refund of the sale has no answer, and what the back office or the desk refuses by.
 * Where no answer came (TIMED_OUT, LINE_CUT, BOOKS_RESTORED), the refund is completed by itself once there is one.
 */
export async function refund(
  work: TillWork,
  input: {
    receiptNumber: number;
    saleId?: string | undefined;
    lines: readonly RefundedLine[];
  } & ManagerPin,
): Promise<RefundDone> {
  openShiftOf(work);
  const { read } = work.database;
  const row = await receiptRow(read, input.receiptNumber, input.saleId);
  const sale = await receiptEntry(read, row);
  if (sale.kind !== "sale-completed") return fail("NOT_FOUND", "a refund is not refunded");
  await refuseWhileOpen(work, row.saleId);

  const refunded = await refundedOf(read, row.saleId);
  const content = unwrap(refundContent(sale.body.lines, refunded.quantities, input.lines));
  const gross = moneyOf(content.totals.gross);
  if (gross.minor <= 0n) return fail("AMOUNT_INVALID");
  // Where a card got its part before, and the rest was never given, the lines are owed only what remains.
  const amount = smaller(gross, remainingMoney(sale.body.tenders, refunded));
  const parts = unwrap(refundParts(paidTenders(sale.body.tenders, refunded), amount));
  const approval = await managerApproval(work, "refund", input, `receipt ${row.receiptNumber}`);
  const unpaid = subtract(gross, amount);
  const totals = divideTotals(content.totals, [
    ...parts.map((part) => part.amount),
    ...(isZero(unpaid) ? [] : [unpaid]),
  ]);

  let done: RefundDone | undefined;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const common = {
      refundId: work.ids.next(),
      saleId: row.saleId,
      originalReceiptNumber: row.receiptNumber,
      // Quantities count as given back once all of their money is.
      lines: isLast ? [...content.lines] : [],
      totals: totals[index] ?? content.totals,
      amount: wireMoney(part.amount),
      approvedBy: approval.approvedBy,
      before: index === 0 ? approval.drafts : [],
    };
    done =
      part.method === "cash"
        ? await approve(work, { ...common, to: { method: "cash" } })
        : await refundToCard(work, common, cardTender(sale.body.tenders, part.tenderId));
  }
  return done ?? fail("REFUND_EXCEEDS_PAYMENT");
}

async function refuseWhileOpen(work: TillWork, saleId: SaleId): Promise<void> {
  if ((await openRefundOf(work, saleId)) !== null)
    fail("TENDER_UNSETTLED", "an earlier refund has no answer yet");
}

type CardTender = Extract<Tender, { method: "prepaid" }>;
function cardTender(tenders: readonly Tender[], tenderId: string): CardTender {
  const tender = tenders.find((candidate) => candidate.tenderId === tenderId);
  return tender?.method === "prepaid" ? tender : fail("INTERNAL", "no such tender");
}

type Common = Omit<RefundPlan, "to">;

async function refundToCard(work: TillWork, common: Common, tender: CardTender): Promise<RefundDone> {
  const { tenderId, card } = tender;
  if (work.line.state().kind !== "online") {
    const refusal = await work.desk.refundAllowed(moneyOf(common.amount), card);
    if (refusal !== null) throw new FailureError(refusal);
    return approve(work, { ...common, to: { method: "prepaid", tenderId, card, route: "offline" } });
  }
  const attemptId = work.ids.next() as AttemptId;
  const { before, refundId, saleId, amount, originalReceiptNumber, lines, totals, approvedBy } = common;
  const attempted: EntryDraft = {
    kind: "refund-attempted",
    body: {
      refundId,
      saleId,
      attemptId,
      amount,
      tenderId,
      card,
      originalReceiptNumber,
      lines,
      totals,
      approvedBy,
    },
  };
  await work.journal.append([...before, attempted], { staffId: actor(work) });
  return settle(work, { ...common, before: [] }, attemptId, tender);
}

/** Asks under an id that is on the disk; the same id may be asked again until there is an answer. */
async function settle(
  work: TillWork,
  common: Common,
  attemptId: AttemptId,
  { tenderId, card }: Pick<CardTender, "tenderId" | "card">,
  ask = work.backOffice.refund,
): Promise<RefundDone> {
  const { refundId, saleId, amount } = common;
  const answer = await askRefund(ask, { attemptId, refundId, tenderId, amount });
  if (answer === "approved")
    return approve(work, { ...common, to: { method: "prepaid", tenderId, card, route: "online" } });
  if (SAYS_NOTHING.has(answer)) {
    await countOpenRefunds(work);
    return fail(answer, "the refund has no answer yet; it is completed once the line is back");
  }
  await work.journal.append(
    [{ kind: "refund-declined", body: { refundId, saleId, attemptId, code: answer } }],
    { staffId: work.state.get().person?.staffId ?? null },
  );
  await countOpenRefunds(work);
  return fail(answer);
}

async function askRefund(
  ask: BackOffice["refund"],
  request: Parameters<BackOffice["refund"]>[0],
): Promise<"approved" | ErrorCode> {
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  try {
    const state = await ask(request, { signal });
    if (state.kind === "approved") return "approved";
    return isErrorCode(state.code) ? state.code : "INTERNAL";
  } catch (error) {
    return signal.aborted ? "TIMED_OUT" : codeOfError(error);
  }
}

/** Writes the refund down with the next receipt number, then prints it and, for cash, opens the drawer. */
async function approve(work: TillWork, { before, ...plan }: RefundPlan): Promise<RefundDone> {
  const entries = await work.journal.append(
    async (db) => {
      const figures = await db.get("SELECT last_receipt_number FROM figures");
      const shift = await db.get("SELECT shift_id FROM shifts ORDER BY opened_at DESC LIMIT 1");
      const body: RefundBody = {
        ...plan,
        // A refund that is answered between two shifts counts in the last one's journal, on no drawer.
        shiftId: shift === undefined ? "none" : textOf(shift, "shift_id"),
        receiptNumber: (figures === undefined ? 0 : numberOf(figures, "last_receipt_number")) + 1,
      };
      return [...before, { kind: "refund-approved", body }];
    },
    { staffId: work.state.get().person?.staffId ?? null },
  );
  const entry = entries.find(({ kind }) => kind === "refund-approved");
  if (entry?.kind !== "refund-approved") return fail("INTERNAL", "no refund was written");
  const { at, epoch, body, staffId } = entry;
  const { receiptNumber } = body;
  const document = refundReceipt(
    receiptPlace(work),
    { at, epoch, receiptNumber, staffName: staffName(work, staffId), copy: 0 },
    body,
  );
  await countOpenRefunds(work);
  work.line.syncSoon();
  print(work, document, body.to.method === "cash").catch((error: unknown) =>
    work.log.warn({ receiptNumber, code: codeOfError(error) }, "refund.not-printed"),
  );
  return { receiptNumber, document };
}

/**
 * Asks again, under their own ids and each over the line of the terminal that asked first, for refunds that have no answer.
 * Where nobody answers it leaves the rest for the next time: each would hold up the cashier as long. An INTERNAL is of one
 * refund alone, and the others are asked; what else an earlier terminal does not say holds up only its own.
 */
export async function resolveRefunds(work: TillWork): Promise<void> {
  if (work.line.state().kind !== "online") return;
  const silent = new Set<TerminalId>();
  for (const { terminalId, place } of await refundsToAsk(work)) {
    const line = lineFor(work, terminalId);
    if (line.kind !== "open" || silent.has(terminalId)) continue;
    const { body } = await entryAt(work.database.read, place, "refund-attempted");
    const { tenderId, card, originalReceiptNumber, totals } = body;
    if (tenderId === undefined || card === undefined || totals === undefined) continue;
    const common: Common = {
      refundId: body.refundId,
      saleId: body.saleId,
      originalReceiptNumber: originalReceiptNumber ?? 0,
      lines: body.lines ?? [],
      totals,
      amount: body.amount,
      approvedBy: body.approvedBy ?? null,
      before: [],
    };
    const tender = { tenderId, card };
    const code = await settle(work, common, body.attemptId, tender, line.refund).then(
      () => null,
      codeOfError,
    );
    if (code === null) continue;
    work.log.info({ refundId: body.refundId, terminalId, code }, "refund.not-resolved");
    if (!SAYS_NOTHING.has(code) || code === "INTERNAL") continue;
    if (terminalId === work.identity.terminalId || NOBODY_ANSWERS.has(code)) break;
    silent.add(terminalId);
  }
  await countOpenRefunds(work);
}

// Giving back what was bought at the same counter, online or not.
import { FailureError } from "#core/errors.ts";
import { type Counter, standAtCounter, wonOf } from "./counter.ts";
import type { Sold } from "./sell.ts";

/**
 * Refunds a whole sale with the manager's PIN. Returns the code where the till refuses it.
 * A till that is killed in the middle is asked afterwards what became of it: nothing is given back twice.
 */
export async function refundWhole(counter: Counter, sold: Sold): Promise<"done" | string> {
  const { driver, manager } = counter;
  const receipt = await driver.press().receipt({ receiptNumber: sold.receiptNumber, saleId: sold.saleId });
  const known = await refundReceipts(counter, sold.saleId);
  try {
    await driver.press().refund({
      receiptNumber: sold.receiptNumber,
      saleId: sold.saleId,
      lines: receipt.lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
      managerId: manager.staffId,
      managerPin: manager.pin,
    });
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    if (error.failure.code !== "PEER_GONE") return error.failure.code;
    await standAtCounter(counter);
  }
  noteRefunds(counter, sold, (await refundReceipts(counter, sold.saleId)).slice(known.length));
  return "done";
}

type RefundRow = Readonly<{ receiptNumber: number; amountWon: number }>;

async function refundReceipts({ driver }: Counter, saleId: string): Promise<readonly RefundRow[]> {
  const { rows } = await driver.press().receipts({ query: "", page: 0 });
  return rows
    .filter((row) => row.saleId === saleId && row.kind === "refund")
    .map((row) => ({ receiptNumber: row.receiptNumber, amountWon: Math.abs(wonOf(row.total)) }))
    .sort((a, b) => a.receiptNumber - b.receiptNumber);
}

/** The part of a refund that went to cash came out of the drawer. */
function noteRefunds(counter: Counter, { saleId }: Sold, rows: readonly RefundRow[]): void {
  const { record, till, driver } = counter;
  const { epoch } = driver.view();
  const voided = new Set(record.voided.map(({ tenderId }) => tenderId));
  const cashWon = record.tenders
    .filter((tender) => tender.saleId === saleId && tender.method === "cash" && !voided.has(tender.tenderId))
    .reduce((sum, { amountWon }) => sum + amountWon, 0);
  for (const { receiptNumber, amountWon } of rows)
    record.refunds.push({ till, epoch, receiptNumber, saleId, amountWon });
  if (rows.length > 0) counter.drawer.won -= cashWon;
}

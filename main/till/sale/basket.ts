// The basket on the screen. Adding is free; what takes away from it is written down.
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { ItemId, SaleId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import * as edit from "#core/sale/edit-basket.ts";
import { lineAmount, totalsOf } from "#core/sale/totals.ts";
import { unwrap } from "../pay/unwrap.ts";
import { type ManagerPin, managerApproval } from "../staff/override.ts";
import type { BuildingSale } from "../state.ts";
import { actor, openShiftOf, plainReason, type TillWork } from "../till-work.ts";
import { dropDraft, writeDraft } from "./draft-store.ts";
import { itemByBarcode } from "./search.ts";

/** What a sale is called while it is parked: a short number that a cashier can say, the lowest that is free. */
const LABELS_MAX = 999;

/** The basket at hand, or a new one. SHIFT_CLOSED, SALE_PAYING. */
function basketOf(work: TillWork): BuildingSale {
  openShiftOf(work);
  const { sale, parked } = work.state.get();
  if (sale?.stage === "paying") return fail("SALE_PAYING");
  if (sale?.stage === "building") return sale;
  const taken = new Set(parked.map(({ label }) => label));
  let number = 1;
  while (taken.has(String(number)) && number < LABELS_MAX) number += 1;
  return {
    stage: "building",
    saleId: work.ids.next() as SaleId,
    label: String(number),
    lines: [],
    totals: totalsOf([], work.identity.currency),
  };
}

/** Keeps the new lines, with the facts that go with them, and shows them. */
async function keep(
  work: TillWork,
  sale: BuildingSale,
  lines: readonly BasketLine[],
  drafts: readonly EntryDraft[] = [],
): Promise<void> {
  const next: BuildingSale = { ...sale, lines, totals: totalsOf(lines, work.identity.currency) };
  const atMs = work.journal.now();
  if (drafts.length === 0) {
    await work.database.commit([writeDraft(next, "building", atMs)]);
  } else {
    await work.journal.append(drafts, {
      staffId: actor(work),
      effects: () => [writeDraft(next, "building", atMs)],
    });
  }
  work.state.set({ sale: next });
}

/** ITEM_UNKNOWN, SALE_FULL, QUANTITY_INVALID, SALE_PAYING, SHIFT_CLOSED. */
export async function addItem(
  work: TillWork,
  { itemId, quantity }: { itemId: string; quantity: number },
): Promise<void> {
  const item = work.snapshots.catalogue().items.find((candidate) => candidate.itemId === itemId);
  await addToBasket(work, item ?? fail("ITEM_UNKNOWN"), quantity);
}

/** As `addItem`, by barcode; LOOKS_LIKE_SECRET where somebody scanned or typed a card. */
export async function scan(
  work: TillWork,
  { barcode, quantity }: { barcode: string; quantity: number },
): Promise<void> {
  await addToBasket(work, itemByBarcode(work, barcode), quantity);
}

async function addToBasket(work: TillWork, item: CatalogueItem, quantity: number): Promise<void> {
  const sale = basketOf(work);
  await keep(work, sale, unwrap(edit.addItem(sale.lines, item, quantity, work.ids.next())));
}

/**
 * NOT_FOUND, QUANTITY_INVALID. A smaller quantity is a void of the difference. A larger one of a line with a discount or
 * a changed price gives more away than was allowed: MANAGER_REQUIRED and what a manager's PIN may fail with.
 */
export async function setQuantity(
  work: TillWork,
  input: { lineId: string; quantity: number } & ManagerPin,
): Promise<void> {
  const sale = basketOf(work);
  const { lineId, quantity } = input;
  const line = lineOf(sale, lineId);
  const lines = unwrap(edit.setQuantity(sale.lines, lineId, quantity));
  const fewer = line.quantity - quantity;
  if (fewer > 0) return keep(work, sale, lines, [voidDraft(sale, line, fewer)]);
  if (fewer === 0) return;
  await keep(work, sale, lines, await allowedAgain(work, sale, { ...line, quantity }, input));
}

/** A manager's consent to more of a line that has a discount or a changed price; nothing for any other. */
async function allowedAgain(
  work: TillWork,
  { saleId }: BuildingSale,
  line: BasketLine,
  pin: ManagerPin,
): Promise<readonly EntryDraft[]> {
  const { itemId, quantity, unitPrice, discountBasisPoints: basisPoints } = line;
  const item = work.snapshots.catalogue().items.find((candidate) => candidate.itemId === itemId);
  const isOtherPrice = item?.price.minor !== unitPrice.minor;
  if (basisPoints === 0 && !isOtherPrice) return [];
  const { approvedBy, drafts } = await managerApproval(work, basisPoints > 0 ? "discount" : "price", pin);
  const given: EntryDraft = {
    kind: "discount-given",
    body: { saleId, itemId, basisPoints, quantity, approvedBy, reason: "" },
  };
  const changed: EntryDraft = {
    kind: "price-changed",
    body: { saleId, itemId, from: item?.price ?? unitPrice, to: unitPrice, quantity, approvedBy },
  };
  return [...drafts, ...(basisPoints > 0 ? [given] : []), ...(isOtherPrice ? [changed] : [])];
}

export async function voidLine(work: TillWork, { lineId }: { lineId: string }): Promise<void> {
  const sale = basketOf(work);
  const line = lineOf(sale, lineId);
  const lines = unwrap(edit.removeLine(sale.lines, lineId));
  await keep(work, sale, lines, [voidDraft(sale, line, line.quantity)]);
}

function voidDraft({ saleId }: BuildingSale, line: BasketLine, quantity: number): EntryDraft {
  const amount = lineAmount(moneyOf(line.unitPrice), quantity, line.discountBasisPoints);
  return {
    kind: "line-voided",
    body: { saleId, itemId: line.itemId, quantity, amount: wireMoney(amount) },
  };
}

/** NOT_FOUND, AMOUNT_INVALID, MANAGER_REQUIRED and what a manager's PIN may fail with. */
export async function discountLine(
  work: TillWork,
  input: { lineId: string; basisPoints: number; reason: string } & ManagerPin,
): Promise<void> {
  const sale = basketOf(work);
  const line = lineOf(sale, input.lineId);
  const lines = unwrap(edit.setDiscount(sale.lines, input.lineId, input.basisPoints));
  const reason = plainReason(input.reason);
  const { approvedBy, drafts } = await managerApproval(work, "discount", input);
  const given: EntryDraft = {
    kind: "discount-given",
    body: {
      saleId: sale.saleId,
      itemId: line.itemId,
      basisPoints: input.basisPoints,
      quantity: line.quantity,
      approvedBy,
      reason,
    },
  };
  await keep(work, sale, lines, [...drafts, given]);
}

/** NOT_FOUND, AMOUNT_INVALID, MANAGER_REQUIRED and what a manager's PIN may fail with. */
export async function changePrice(
  work: TillWork,
  input: { lineId: string; price: WireMoney } & ManagerPin,
): Promise<void> {
  const sale = basketOf(work);
  const line = lineOf(sale, input.lineId);
  const lines = unwrap(edit.setPrice(sale.lines, input.lineId, moneyOf(input.price)));
  const { approvedBy, drafts } = await managerApproval(work, "price", input);
  const changed: EntryDraft = {
    kind: "price-changed",
    body: {
      saleId: sale.saleId,
      itemId: line.itemId as ItemId,
      from: line.unitPrice,
      to: input.price,
      quantity: line.quantity,
      approvedBy,
    },
  };
  await keep(work, sale, lines, [...drafts, changed]);
}

const lineOf = (sale: BuildingSale, lineId: string): BasketLine =>
  edit.lineOf(sale.lines, lineId) ?? fail("NOT_FOUND", "line");

/** Gives up the basket at hand. SALE_PAYING while it is being paid: end or void the payment first. */
export async function abandonSale(work: TillWork, { reason }: { reason: string }): Promise<void> {
  const { sale } = work.state.get();
  if (sale === null || sale.stage === "completed") return fail("SALE_EMPTY");
  if (sale.stage === "paying") return fail("SALE_PAYING");
  const abandoned: EntryDraft = {
    kind: "sale-abandoned",
    body: { saleId: sale.saleId, reason: plainReason(reason) },
  };
  await work.journal.append([abandoned], {
    staffId: actor(work),
    effects: () => [dropDraft(sale.saleId)],
  });
  work.state.set({ sale: null });
}

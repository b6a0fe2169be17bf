// How a cashier changes a basket. Each change gives a new list of lines, or says why it is refused.
import type { CatalogueItem } from "../contract/terminal.ts";
import { moneyOf, wireMoney } from "../contract/values.ts";
import type { Failure } from "../errors.ts";
import type { Money } from "../money.ts";
import { err, ok, type Result } from "../result.ts";
import { type BasketLine, LINES_MAX, QUANTITY_MAX } from "./basket.ts";
import { lineAmount } from "./totals.ts";

export type Lines = readonly BasketLine[];

/** No single thing at a counter costs more; with 200 lines of 999 the sum still fits in 64 bits. */
export const UNIT_PRICE_MINOR_MAX = 1_000_000_000_000n;

/**
 * Adds an item. The same item at the same price without a discount joins the line it is on already.
 * QUANTITY_INVALID above 999 on one line, SALE_FULL above 200 lines, AMOUNT_INVALID for a price beyond reason.
 */
export function addItem(
  lines: Lines,
  item: CatalogueItem,
  quantity: number,
  lineId: string,
): Result<Lines, Failure> {
  if (!isPrice(moneyOf(item.price))) return err({ code: "AMOUNT_INVALID" });
  const same = lines.find((line) => isSameOffer(line, item));
  if (same !== undefined) return setQuantity(lines, same.lineId, same.quantity + quantity);
  if (!isQuantity(quantity)) return err({ code: "QUANTITY_INVALID" });
  if (lines.length >= LINES_MAX) return err({ code: "SALE_FULL" });
  const line: BasketLine = {
    lineId,
    itemId: item.itemId,
    name: item.name,
    category: item.category,
    quantity,
    unitPrice: item.price,
    discountBasisPoints: 0,
    vat: item.vat,
    amount: wireMoney(lineAmount(moneyOf(item.price), quantity, 0)),
  };
  return ok([...lines, line]);
}

/** Sets the quantity of a line: NOT_FOUND, QUANTITY_INVALID. */
export function setQuantity(lines: Lines, lineId: string, quantity: number): Result<Lines, Failure> {
  if (!isQuantity(quantity)) return err({ code: "QUANTITY_INVALID" });
  return changeLine(lines, lineId, { quantity });
}

/** Sets the discount of a line in basis points: NOT_FOUND, AMOUNT_INVALID. */
export function setDiscount(
  lines: Lines,
  lineId: string,
  discountBasisPoints: number,
): Result<Lines, Failure> {
  if (discountBasisPoints < 0 || discountBasisPoints > 10_000) return err({ code: "AMOUNT_INVALID" });
  return changeLine(lines, lineId, { discountBasisPoints });
}

/** Sets the price of one unit of a line: NOT_FOUND, AMOUNT_INVALID. */
export function setPrice(lines: Lines, lineId: string, price: Money): Result<Lines, Failure> {
  const line = lineOf(lines, lineId);
  if (!isPrice(price) || (line !== undefined && line.unitPrice.currency !== price.currency))
    return err({ code: "AMOUNT_INVALID" });
  return changeLine(lines, lineId, { unitPrice: wireMoney(price) });
}

/** Takes a line away: NOT_FOUND. */
export function removeLine(lines: Lines, lineId: string): Result<Lines, Failure> {
  return lineOf(lines, lineId) === undefined
    ? err({ code: "NOT_FOUND", detail: "line" })
    : ok(lines.filter((line) => line.lineId !== lineId));
}

export const lineOf = (lines: Lines, lineId: string): BasketLine | undefined =>
  lines.find((line) => line.lineId === lineId);

type LineChange = Partial<Pick<BasketLine, "quantity" | "unitPrice" | "discountBasisPoints">>;

function changeLine(lines: Lines, lineId: string, change: LineChange): Result<Lines, Failure> {
  if (lineOf(lines, lineId) === undefined) return err({ code: "NOT_FOUND", detail: "line" });
  return ok(lines.map((line) => (line.lineId === lineId ? priced({ ...line, ...change }) : line)));
}

function priced(line: BasketLine): BasketLine {
  const amount = lineAmount(moneyOf(line.unitPrice), line.quantity, line.discountBasisPoints);
  return { ...line, amount: wireMoney(amount) };
}

const isQuantity = (quantity: number) =>
  Number.isInteger(quantity) && quantity >= 1 && quantity <= QUANTITY_MAX;
const isPrice = (price: Money) => price.minor >= 0n && price.minor <= UNIT_PRICE_MINOR_MAX;

function isSameOffer(line: BasketLine, item: CatalogueItem): boolean {
  return (
    line.itemId === item.itemId &&
    line.discountBasisPoints === 0 &&
    line.unitPrice.minor === item.price.minor &&
    line.unitPrice.currency === item.price.currency &&
    line.vat.rateBasisPoints === item.vat.rateBasisPoints &&
    line.vat.priceIncludesVat === item.vat.priceIncludesVat
  );
}

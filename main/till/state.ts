// What the till holds in memory for its screen. The database is the truth; this is read from it at every start.
import type { CardIdentifier } from "#core/card/number.ts";
import type { DeviceView, Person, ReceiptChoice } from "#core/contract/till.ts";
import { type Language, moneyOf, type WireMoney } from "#core/contract/values.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { SaleId, StaffId } from "#core/ids.ts";
import type { EntryBody } from "#core/journal/bodies.ts";
import { add, type Currency, type Money, zero } from "#core/money.ts";
import type { ReceiptDocument } from "#core/receipt/document.ts";
import type { BasketLine, BasketTotals } from "#core/sale/basket.ts";
import { dueOf } from "#core/tender/due.ts";
import type { PrepaidTender } from "#core/tender/prepaid.ts";
import type { Instant } from "#core/time.ts";

export type Tender = EntryBody<"tender-approved">["tender"];
export type SaleTender = Readonly<{ state: "approved" | "voided"; tender: Tender }>;

type SaleCommon = Readonly<{
  saleId: SaleId;
  /** What a parked sale is called: a short number. */
  label: string;
  lines: readonly BasketLine[];
  totals: BasketTotals;
}>;
export type BuildingSale = SaleCommon & Readonly<{ stage: "building" }>;
export type PayingSale = SaleCommon &
  Readonly<{ stage: "paying"; tenders: readonly SaleTender[]; prepaid: PrepaidTender | null }>;
export type CompletedSale = SaleCommon &
  Readonly<{
    stage: "completed";
    tenders: readonly SaleTender[];
    change: WireMoney;
    receiptNumber: number;
    receipt: ReceiptDocument;
    printed: "printed" | "printing" | "failed" | "none" | "choosing";
  }>;
export type Sale = BuildingSale | PayingSale | CompletedSale;

/** `parkedBy` is null where nobody put it aside: a basket that a crash left. */
export type ParkedSale = SaleCommon & Readonly<{ parkedAt: Instant; parkedBy: StaffId | null }>;
export type OpenShift = Readonly<{ shiftId: string; number: number; openedAt: string; float: WireMoney }>;

export type TillState = Readonly<{
  person: Person | null;
  language: Language;
  receiptChoice: ReceiptChoice;
  shift: OpenShift | null;
  sale: Sale | null;
  parked: readonly ParkedSale[];
  devices: readonly DeviceView[];
  /** Attempts that have no answer and belong to no sale on the screen: refunds under way. */
  openAttempts: number;
  /** While a card's balance is asked or its password registered: the card that was swiped, or what was wrong with it. */
  enquiry: Readonly<{ card: CardIdentifier | null; code: ErrorCode | null }> | null;
  /** What a device's own doing last failed with; the number tells one from the next. */
  notice: Readonly<{ number: number; code: ErrorCode }> | null;
}>;

export const EMPTY_STATE: TillState = {
  person: null,
  language: "ko",
  receiptChoice: "always",
  shift: null,
  sale: null,
  parked: [],
  devices: [],
  openAttempts: 0,
  enquiry: null,
  notice: null,
};

/** Holds the state of this moment, and tells when it changed. */
export type StateBox = Readonly<{
  get(): TillState;
  set(change: Partial<TillState>): void;
  revision(): number;
  /** Something that the view shows but the state does not hold has changed. */
  touch(): void;
  onChange(listener: () => void): () => void;
}>;

export function makeState(): StateBox {
  let state = EMPTY_STATE;
  let revision = 1;
  const listeners = new Set<() => void>();
  const changed = () => {
    revision += 1;
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => state,
    set: (change) => {
      state = { ...state, ...change };
      changed();
    },
    revision: () => revision,
    touch: changed,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export const standing = (tenders: readonly SaleTender[]): readonly Tender[] =>
  tenders.filter(({ state }) => state === "approved").map(({ tender }) => tender);

/** What is still to be paid of a sale. */
export function saleDue(sale: PayingSale | CompletedSale): Money {
  return dueOf(
    moneyOf(sale.totals.gross),
    standing(sale.tenders).map(({ amount }) => moneyOf(amount)),
  );
}

/** The change that cash tenders gave. */
export const changeOf = (tenders: readonly SaleTender[], currency: Currency): Money =>
  standing(tenders)
    .map((tender) => (tender.method === "cash" ? moneyOf(tender.change) : zero(currency)))
    .reduce(add, zero(currency));

// Where a person may go from the sale. A page is the screen's own affair: the till does not know it.
export const PAGES = [
  "sale",
  "receipts",
  "refund",
  "balance",
  "register",
  "parked",
  "cash-move",
  "report",
  "close-shift",
] as const;
export type PageName = (typeof PAGES)[number];
/** `receiptNumber` opens the refund of a receipt that was chosen in the list. */
export type Page = Readonly<{ name: PageName; receiptNumber?: number; saleId?: string }>;
export type Go = (page: Page) => void;

export const SALE_PAGE: Page = { name: "sale" };

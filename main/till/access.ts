// Who may do what at a till. One check before every action enforces it, and one test walks actions × callers.

import type { tillContract } from "#core/contract/till.ts";
import { fail } from "#core/errors.ts";

export type TillAction = keyof typeof tillContract;
/** `nobody`: no one is signed in. */
export type Caller = "nobody" | "cashier" | "manager";

const ANYONE = ["nobody", "cashier", "manager"] as const;
const STAFF = ["cashier", "manager"] as const;

/**
 * Where a cashier needs a manager as well (a discount, a price, a refund, a drawer that is off), the action takes the
 * manager's PIN and checks it itself: see staff/override.ts.
 */
export const ACCESS: Readonly<Record<TillAction, readonly Caller[]>> = {
  watch: ANYONE,
  // Answers on a till that waits for its code; on an enrolled one there is nothing to do.
  enrol: ["nobody"],
  setLanguage: ANYONE,
  setReceiptChoice: ["manager"],
  signIn: ANYONE,
  // Carries a manager's PIN: the person who is locked out cannot be signed in.
  unlock: ANYONE,
  signOut: STAFF,
  catalogue: STAFF,

  openShift: STAFF,
  moveCash: STAFF,
  openDrawer: STAFF,
  report: STAFF,
  printReport: STAFF,
  lookAtCount: STAFF,
  closeShift: STAFF,

  search: STAFF,
  addItem: STAFF,
  scan: STAFF,
  setQuantity: STAFF,
  voidLine: STAFF,
  discountLine: STAFF,
  changePrice: STAFF,
  abandonSale: STAFF,
  parkSale: STAFF,
  resumeSale: STAFF,

  startPaying: STAFF,
  backToBasket: STAFF,
  payCash: STAFF,
  startPrepaid: STAFF,
  typeCard: STAFF,
  typePassword: STAFF,
  askAgain: STAFF,
  goOffline: STAFF,
  approveAsManager: STAFF,
  takeLess: STAFF,
  cancelPrepaid: STAFF,
  voidTender: STAFF,
  printReceipt: STAFF,
  nextSale: STAFF,

  receipts: STAFF,
  receipt: STAFF,
  reprint: STAFF,
  refund: STAFF,
  openEnquiry: STAFF,
  closeEnquiry: STAFF,
  cardBalance: STAFF,
  registerCard: STAFF,
};

/** Refuses an action to a caller that may not do it: SIGN_IN_REQUIRED, ROLE_REFUSED. */
export function requireAccess(action: string, caller: Caller): void {
  if (!Object.hasOwn(ACCESS, action)) fail("NOT_FOUND", "no such action");
  if (ACCESS[action as TillAction].includes(caller)) return;
  fail(caller === "nobody" ? "SIGN_IN_REQUIRED" : "ROLE_REFUSED");
}

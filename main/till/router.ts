// The till's contract, answered. Every action is checked against the table of roles, and takes its turn.
import { implement } from "@orpc/server";
import { type TillView, tillContract } from "#core/contract/till.ts";
import { fail } from "#core/errors.ts";
import type { ReceiptDocument } from "#core/receipt/document.ts";
import { requireAccess } from "./access.ts";
import { cardBalance, closeEnquiry, openEnquiry, registerCard } from "./enquiry.ts";
import type { Latest } from "./latest.ts";
import { payCash, voidTender } from "./pay/cash.ts";
import { backToBasket, nextSale, printReceipt, startPaying } from "./pay/paying.ts";
import {
  approveAsManager,
  askAgain,
  cancelPrepaid,
  goOffline,
  readCard,
  startPrepaid,
  takeLess,
  typePassword,
} from "./pay/prepaid.ts";
import type { PrepaidSecrets } from "./pay/prepaid-secrets.ts";
import { print } from "./receipts/print.ts";
import { copyOf, findReceipt, listReceipts } from "./receipts/receipt-book.ts";
import { refund } from "./receipts/refund.ts";
import * as basket from "./sale/basket.ts";
import { parkSale, resumeSale } from "./sale/park.ts";
import { searchItems } from "./sale/search.ts";
import { setLanguage, setReceiptChoice } from "./settings.ts";
import { reportDocument, xReport } from "./shift/report.ts";
import * as shift from "./shift/shift.ts";
import { signIn, signOut, unlock } from "./staff/sign-in.ts";
import type { TillWork } from "./till-work.ts";

const done = { done: true } as const;

export function tillRouter(work: TillWork, secrets: PrepaidSecrets, views: Latest<TillView>) {
  const os = implement(tillContract).use(({ path, next }) => {
    requireAccess(path.at(-1) ?? "", work.state.get().person?.role ?? "nobody");
    return next();
  });
  /** An action that changes something: one after the other, so that none sees half of another. */
  const act = async (action: () => Promise<void> | void) => {
    await work.actions.run(async () => action());
    return done;
  };
  /** What is written down takes its turn; the paper does not, so that nobody waits for a printer to sell on. */
  const actThenPrint = async (action: () => Promise<ReceiptDocument>) => {
    await print(work, await work.actions.run(action));
    return done;
  };

  return os.router({
    watch: os.watch.handler(({ signal }) => views.watch(signal)),
    enrol: os.enrol.handler(() => fail("STATE_CONFLICT", "the till is enrolled already")),
    catalogue: os.catalogue.handler(() => {
      const { version, items } = work.snapshots.catalogue();
      return { version, items: [...items] };
    }),
    setLanguage: os.setLanguage.handler(({ input }) => act(() => setLanguage(work, input))),
    setReceiptChoice: os.setReceiptChoice.handler(({ input }) => act(() => setReceiptChoice(work, input))),

    signIn: os.signIn.handler(({ input }) => act(() => signIn(work, input))),
    signOut: os.signOut.handler(() => act(() => signOut(work))),
    unlock: os.unlock.handler(({ input }) => act(() => unlock(work, input))),

    openShift: os.openShift.handler(({ input }) => act(() => shift.openShift(work, input))),
    moveCash: os.moveCash.handler(({ input }) => act(() => shift.moveCash(work, input))),
    openDrawer: os.openDrawer.handler(({ input }) => act(() => shift.openDrawer(work, input))),
    report: os.report.handler(() => work.actions.run(() => xReport(work))),
    printReport: os.printReport.handler(() => actThenPrint(() => reportDocument(work))),
    lookAtCount: os.lookAtCount.handler(({ input }) =>
      work.actions.run(() => shift.lookAtCount(work, input)),
    ),
    closeShift: os.closeShift.handler(({ input }) => work.actions.run(() => shift.closeShift(work, input))),

    search: os.search.handler(({ input }) => ({ items: [...searchItems(work, input.query)] })),
    addItem: os.addItem.handler(({ input }) => act(() => basket.addItem(work, input))),
    scan: os.scan.handler(({ input }) => act(() => basket.scan(work, input))),
    setQuantity: os.setQuantity.handler(({ input }) => act(() => basket.setQuantity(work, input))),
    voidLine: os.voidLine.handler(({ input }) => act(() => basket.voidLine(work, input))),
    discountLine: os.discountLine.handler(({ input }) => act(() => basket.discountLine(work, input))),
    changePrice: os.changePrice.handler(({ input }) => act(() => basket.changePrice(work, input))),
    abandonSale: os.abandonSale.handler(({ input }) => act(() => basket.abandonSale(work, input))),
    parkSale: os.parkSale.handler(() => act(() => parkSale(work))),
    resumeSale: os.resumeSale.handler(({ input }) => act(() => resumeSale(work, input))),

    startPaying: os.startPaying.handler(() => act(() => startPaying(work))),
    backToBasket: os.backToBasket.handler(() => act(() => backToBasket(work))),
    payCash: os.payCash.handler(({ input }) => act(() => payCash(work, input))),
    startPrepaid: os.startPrepaid.handler(({ input }) => act(() => startPrepaid(work, input))),
    typeCard: os.typeCard.handler(({ input }) => act(() => readCard(work, secrets, input.number))),
    typePassword: os.typePassword.handler(({ input }) => act(() => typePassword(work, secrets, input))),
    askAgain: os.askAgain.handler(() => act(() => askAgain(work, secrets))),
    goOffline: os.goOffline.handler(() => act(() => goOffline(work, secrets))),
    approveAsManager: os.approveAsManager.handler(({ input }) =>
      act(() => approveAsManager(work, secrets, input)),
    ),
    takeLess: os.takeLess.handler(() => act(() => takeLess(work, secrets))),
    cancelPrepaid: os.cancelPrepaid.handler(() => act(() => cancelPrepaid(work, secrets))),
    voidTender: os.voidTender.handler(({ input }) => act(() => voidTender(work, input))),
    printReceipt: os.printReceipt.handler(() => act(() => printReceipt(work))),
    nextSale: os.nextSale.handler(() => act(() => nextSale(work))),

    receipts: os.receipts.handler(async ({ input }) => {
      const { total, rows } = await listReceipts(work, input);
      return { total, rows: [...rows] };
    }),
    receipt: os.receipt.handler(async ({ input }) => {
      const found = await findReceipt(work, input);
      return { ...found, lines: [...found.lines] };
    }),
    reprint: os.reprint.handler(({ input }) => actThenPrint(() => copyOf(work, input))),
    refund: os.refund.handler(({ input }) => work.actions.run(() => refund(work, input))),
    openEnquiry: os.openEnquiry.handler(() => act(() => openEnquiry(work))),
    closeEnquiry: os.closeEnquiry.handler(() => act(() => closeEnquiry(work))),
    cardBalance: os.cardBalance.handler(({ input }) => cardBalance(work, input)),
    registerCard: os.registerCard.handler(({ input }) => registerCard(work, input)),
  });
}

export type TillRouter = ReturnType<typeof tillRouter>;

// A till in memory behind the real contract, for pages: it keeps no journal and knows no back office.
// The pure core decides baskets and refunds, so that what a page shows adds up. Scenes reach in through `change`.
import { EventPublisher, implement, type Router } from "@orpc/server";
import type { PrepaidStep, SaleView, TenderView, TillView } from "#core/contract/till.ts";
import { tillContract } from "#core/contract/till.ts";
import { type Language, moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { type Failure, FailureError, fail } from "#core/errors.ts";
import { add, exceeds, smaller, subtract, sum, zero } from "#core/money.ts";
import type { Result } from "#core/result.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import {
  addItem,
  type Lines,
  removeLine,
  setDiscount,
  setPrice,
  setQuantity,
} from "#core/sale/edit-basket.ts";
import { totalsOf } from "#core/sale/totals.ts";
import { fakeCatalogue } from "./fake-catalogue.ts";
import { fakeBooks } from "./fake-till-books.ts";
import { FAKE_PIN, fakeReceipt, firstView, won } from "./fake-till-view.ts";

const DONE = { done: true } as const;
const CURRENCY = "KRW";
const PASSWORD = "4321";
const MASKED = "12345678 ****";
/** Above it a cashier's discount wants a manager. */
const DISCOUNT_BASIS_POINTS_MAX = 1_000;

export type FakeTill = ReturnType<typeof fakeTill>;

/** @param options what the made-up back office answers to the next prepaid payment */
export function fakeTill() {
  const publisher = new EventPublisher<{ view: TillView }>();
  let view = firstView();
  let language: Language = "en";
  let lineCount = 0;
  let answer: "approve" | "silence" | "hold" = "approve";
  let password = "";
  const parkedSales = new Map<string, Lines>();

  const change = (patch: Partial<TillView>) => {
    view = { ...view, ...patch, revision: view.revision + 1 };
    publisher.publish("view", view);
  };
  const books = fakeBooks(() => language, change);

  const saleOf = (lines: Lines): SaleView => {
    const totals = totalsOf(lines, CURRENCY);
    return {
      saleId: `sale-${books.nextReceipt()}`,
      stage: "building",
      lines: [...lines],
      totals,
      tenders: [],
      due: totals.gross,
      change: won(0),
      prepaid: null,
      receiptNumber: null,
      receipt: null,
      printed: "none",
    };
  };
  const lines = (): Lines => view.sale?.lines ?? [];
  const setLines = (next: Result<Lines, Failure>) => {
    if (!next.ok) throw new FailureError(next.error);
    change({ sale: next.value.length === 0 ? null : saleOf(next.value) });
    return DONE;
  };
  const editSale = (patch: Partial<SaleView>) => {
    if (view.sale === null) return fail("STATE_CONFLICT");
    change({ sale: { ...view.sale, ...patch } });
    return DONE;
  };
  const takeTender = (tender: TenderView, given?: WireMoney) => {
    const { sale } = view;
    if (sale === null) return fail("STATE_CONFLICT");
    const tenders = [...sale.tenders, tender];
    const paid = sum(
      tenders.filter(({ state }) => state === "approved").map(({ amount }) => moneyOf(amount)),
      CURRENCY,
    );
    const due = subtract(moneyOf(sale.totals.gross), paid);
    const changeGiven =
      given === undefined ? zero(CURRENCY) : subtract(moneyOf(given), moneyOf(tender.amount));
    const next: SaleView = {
      ...sale,
      tenders,
      due: wireMoney(due),
      prepaid: null,
      change: wireMoney(changeGiven),
    };
    if (due.minor > 0n) return editSale(next);
    const receiptNumber = books.nextReceipt();
    const receipt = fakeReceipt(next.lines, next.totals, { ...next, receiptNumber }, language);
    books.keep({ receiptNumber, lines: next.lines, total: next.totals.gross, document: receipt });
    return editSale({
      ...next,
      stage: "completed",
      receiptNumber,
      receipt,
      printed: view.receiptChoice === "ask" ? "choosing" : "printed",
    });
  };
  const prepaidTender = (amount: WireMoney, offline: boolean): TenderView => ({
    tenderId: `tender-${view.revision}`,
    method: "prepaid",
    amount,
    state: "approved",
    offline,
    masked: MASKED,
    balanceAfter: offline ? null : won(34_700),
    code: null,
  });
  const stepNow = (): PrepaidStep => view.sale?.prepaid ?? fail("STATE_CONFLICT");
  const setStep = (prepaid: PrepaidStep | null) => editSale({ prepaid });
  const toPassword = () => {
    const { amount } = stepNow();
    return setStep({ step: "password", amount, masked: MASKED, problem: null, triesLeft: null });
  };
  const ask = () => {
    const { amount } = stepNow();
    if (password !== PASSWORD)
      return setStep({ step: "password", amount, masked: MASKED, problem: "PASSWORD_WRONG", triesLeft: 4 });
    if (answer === "hold") return setStep({ step: "asking", amount, masked: MASKED, since: view.now });
    if (answer === "silence")
      return setStep({ step: "unknown", amount, masked: MASKED, code: "LINE_CUT", offlineAllowed: true });
    if (view.line.state === "offline" && exceeds(moneyOf(amount), moneyOf(view.line.offlinePaymentMax)))
      return setStep({
        step: "declined",
        amount,
        masked: MASKED,
        code: "OFFLINE_CAP_PAYMENT",
        triesLeft: null,
        takeable: view.line.offlinePaymentMax,
      });
    return takeTender(prepaidTender(amount, view.line.state === "offline"));
  };
  const needManager = (pin: string | undefined) => {
    if (view.person?.role === "manager") return;
    if (pin === undefined) fail("MANAGER_REQUIRED");
    if (pin !== FAKE_PIN) fail("SIGN_IN_REFUSED");
  };
  const itemOf = (matches: (item: (typeof fakeCatalogue)[number]) => boolean) =>
    fakeCatalogue.find(matches) ?? fail("ITEM_UNKNOWN");
  const addToSale = (item: (typeof fakeCatalogue)[number], quantity: number) => {
    lineCount += 1;
    return setLines(addItem(lines(), item, quantity, `line-${lineCount}`));
  };

  const os = implement(tillContract);
  const router: Router<typeof tillContract, Record<never, never>> = os.router({
    ...books.routes(os, () => view, needManager),
    watch: os.watch.handler(async function* ({ signal }) {
      const changes = publisher.subscribe("view", { signal });
      yield view;
      yield* changes;
    }),
    catalogue: os.catalogue.handler(() => ({ version: 1, items: [...fakeCatalogue] })),
    enrol: os.enrol.handler(() => {
      change({ enrolled: true });
      return DONE;
    }),
    setLanguage: os.setLanguage.handler(({ input }) => {
      language = input.language;
      return DONE;
    }),
    setReceiptChoice: os.setReceiptChoice.handler(({ input }) => {
      change({ receiptChoice: input.choice });
      return DONE;
    }),
    signIn: os.signIn.handler(({ input }) => {
      if (input.pin !== FAKE_PIN) fail("SIGN_IN_REFUSED");
      change({ person: view.people.find(({ staffId }) => staffId === input.staffId) ?? null });
      return DONE;
    }),
    signOut: os.signOut.handler(() => {
      change({ person: null });
      return DONE;
    }),
    unlock: os.unlock.handler(() => DONE),
    openShift: os.openShift.handler(({ input }) => {
      change({ shift: { shiftId: "shift-14", number: 14, openedAt: view.now, float: input.float } });
      return DONE;
    }),
    search: os.search.handler(({ input }) => {
      const query = input.query.toLowerCase();
      if (/^\d{12}$|^\d{16}$/.test(query)) fail("LOOKS_LIKE_SECRET");
      const names = ({ name }: (typeof fakeCatalogue)[number]) => `${name.ko} ${name.en}`.toLowerCase();
      return { items: fakeCatalogue.filter((item) => names(item).includes(query)) };
    }),
    addItem: os.addItem.handler(({ input }) =>
      addToSale(
        itemOf(({ itemId }) => itemId === input.itemId),
        input.quantity,
      ),
    ),
    scan: os.scan.handler(({ input }) =>
      addToSale(
        itemOf(({ barcodes }) => barcodes.includes(input.barcode)),
        input.quantity,
      ),
    ),
    setQuantity: os.setQuantity.handler(({ input }) =>
      setLines(setQuantity(lines(), input.lineId, input.quantity)),
    ),
    voidLine: os.voidLine.handler(({ input }) => setLines(removeLine(lines(), input.lineId))),
    discountLine: os.discountLine.handler(({ input }) => {
      if (input.basisPoints > DISCOUNT_BASIS_POINTS_MAX) needManager(input.managerPin);
      return setLines(setDiscount(lines(), input.lineId, input.basisPoints));
    }),
    changePrice: os.changePrice.handler(({ input }) => {
      needManager(input.managerPin);
      return setLines(setPrice(lines(), input.lineId, moneyOf(input.price)));
    }),
    abandonSale: os.abandonSale.handler(() => {
      change({ sale: null });
      return DONE;
    }),
    parkSale: os.parkSale.handler(() => {
      const { sale } = view;
      if (sale === null) return fail("SALE_EMPTY");
      const saleId = `parked-${view.revision}`;
      parkedSales.set(saleId, sale.lines);
      const label = `# ${1_042 + view.parked.length}`;
      const entry = {
        saleId,
        label,
        total: sale.totals.gross,
        parkedAt: view.now,
        items: sale.lines.slice(0, 2).map(({ name }) => name),
        moreItems: Math.max(0, sale.lines.length - 2),
        parkedBy: view.person?.name ?? null,
      };
      change({ sale: null, parked: [...view.parked, entry] });
      return DONE;
    }),
    resumeSale: os.resumeSale.handler(({ input }) => {
      const kept: readonly BasketLine[] = parkedSales.get(input.saleId) ?? fail("NOT_FOUND");
      change({ sale: saleOf(kept), parked: view.parked.filter(({ saleId }) => saleId !== input.saleId) });
      return DONE;
    }),
    startPaying: os.startPaying.handler(() =>
      lines().length === 0 ? fail("SALE_EMPTY") : editSale({ stage: "paying" }),
    ),
    backToBasket: os.backToBasket.handler(() => editSale({ stage: "building" })),
    payCash: os.payCash.handler(({ input }) => {
      const due = moneyOf(view.sale?.due ?? fail("STATE_CONFLICT"));
      const amount = wireMoney(smaller(due, moneyOf(input.given)));
      const tender = {
        ...prepaidTender(amount, false),
        method: "cash" as const,
        masked: null,
        balanceAfter: null,
      };
      return takeTender(tender, input.given);
    }),
    startPrepaid: os.startPrepaid.handler(({ input }) =>
      setStep({ step: "card", amount: input.amount, problem: null }),
    ),
    typeCard: os.typeCard.handler(toPassword),
    typePassword: os.typePassword.handler(({ input }) => {
      password = input.password;
      return ask();
    }),
    askAgain: os.askAgain.handler(ask),
    goOffline: os.goOffline.handler(() => takeTender(prepaidTender(stepNow().amount, true))),
    approveAsManager: os.approveAsManager.handler(({ input }) => {
      if (input.managerPin !== FAKE_PIN) fail("SIGN_IN_REFUSED");
      return takeTender(prepaidTender(stepNow().amount, true));
    }),
    takeLess: os.takeLess.handler(() => {
      const step = stepNow();
      if (step.step !== "declined" && step.step !== "manager") return fail("STATE_CONFLICT");
      return takeTender(
        prepaidTender(step.takeable ?? fail("STATE_CONFLICT"), view.line.state === "offline"),
      );
    }),
    cancelPrepaid: os.cancelPrepaid.handler(() => setStep(null)),
    voidTender: os.voidTender.handler(({ input }) => {
      const sale = view.sale ?? fail("STATE_CONFLICT");
      const tender = sale.tenders.find(({ tenderId }) => tenderId === input.tenderId) ?? fail("NOT_FOUND");
      return editSale({
        tenders: sale.tenders.map((one) => (one === tender ? { ...one, state: "voided" as const } : one)),
        due: wireMoney(add(moneyOf(sale.due), moneyOf(tender.amount))),
      });
    }),
    printReceipt: os.printReceipt.handler(() => editSale({ printed: "printed" })),
    nextSale: os.nextSale.handler(() => {
      change({ sale: null });
      return DONE;
    }),
    openEnquiry: os.openEnquiry.handler(() => {
      change({ enquiry: { masked: null, problem: null } });
      return DONE;
    }),
    closeEnquiry: os.closeEnquiry.handler(() => {
      change({ enquiry: null });
      return DONE;
    }),
    registerCard: os.registerCard.handler(({ input }) => {
      if (input.initialPassword !== PASSWORD) fail("PASSWORD_WRONG");
      return { masked: MASKED, expiresAt: "2030-12-31T14:59:59.000Z" };
    }),
    cardBalance: os.cardBalance.handler(({ input }) => {
      if (input.password !== PASSWORD) fail("PASSWORD_WRONG");
      return {
        masked: MASKED,
        state: "active",
        available: won(34_700),
        expiresAt: "2030-12-31T14:59:59.000Z",
      };
    }),
  });

  return {
    router,
    change,
    editSale,
    view: () => view,
    /** What the card reader does: a swipe fills the step that waits for a card. */
    swipe: toPassword,
    /** How the made-up back office answers from now on. */
    answerWith: (next: typeof answer) => {
      answer = next;
    },
  };
}

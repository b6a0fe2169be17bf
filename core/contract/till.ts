// What the screen and the till say to one another, over a MessagePort (Electron) or a WebSocket (kiosk).
// The till pushes the whole view whenever it changes; the screen sends what the person did.
import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import { DenominationCounts } from "../journal/bodies.ts";
import { ReceiptDocument } from "../receipt/document.ts";
import { BasketLine, BasketTotals } from "../sale/basket.ts";
import { PlainText } from "./plain-text.ts";
import { ZReport } from "./shift-report.ts";
import { CatalogueItem } from "./terminal.ts";
import { LANGUAGES, LocalText, WireInstant, WireMoney, WireStaffId } from "./values.ts";

const text = (max: number) => z.string().max(max);
const count = z.number().int().min(0);
const code = text(60);

export const Person = z.object({
  staffId: WireStaffId,
  name: text(60),
  role: z.enum(["cashier", "manager"]),
});
export type Person = z.infer<typeof Person>;

export const DeviceView = z.object({
  id: text(60),
  kind: z.enum(["card-reader", "printer", "drawer", "scanner", "beacon", "display"]),
  state: z.enum(["ready", "absent", "failed", "none"]),
  /** Why, where it is not ready: an error code or a word of the device ("paper-out"). */
  reason: text(80).nullable(),
});
export type DeviceView = z.infer<typeof DeviceView>;

/** More than a screen has room for; the newest are shown. */
export const LEFT_BEHIND_MAX = 10;

export const LineView = z.object({
  state: z.enum(["online", "offline", "cash-only"]),
  since: WireInstant,
  unsynced: count,
  /** When the oldest entry that is not countersigned was written. */
  oldestUnsyncedAt: WireInstant.nullable(),
  lastSyncAt: WireInstant.nullable(),
  /** Stored value that can still be taken offline, per payment and in all; shown before it is tried. */
  offlinePaymentMax: WireMoney,
  offlineLeft: WireMoney,
  offlineUsed: WireMoney,
  /**
   * Entries of earlier enrolments of this machine that the back office takes no more, by the terminal that it was then.
   * `code` says why, or is null where the keys to send them are not here.
   */
  leftBehind: z
    .array(z.object({ terminalId: text(80), count, oldestAt: WireInstant, code: code.nullable() }))
    .max(LEFT_BEHIND_MAX)
    .optional(),
});
export type LineView = z.infer<typeof LineView>;

/** A tender of the sale at hand. `state` follows one attempt from its press to its answer. */
export const TenderView = z.object({
  tenderId: text(80),
  method: z.enum(["cash", "prepaid"]),
  amount: WireMoney,
  state: z.enum(["asking", "approved", "declined", "unknown", "voided"]),
  offline: z.boolean(),
  masked: text(40).nullable(),
  balanceAfter: WireMoney.nullable(),
  code: code.nullable(),
});
export type TenderView = z.infer<typeof TenderView>;

/** The step of the prepaid tender at work. */
export const PrepaidStep = z.discriminatedUnion("step", [
  z.object({ step: z.literal("card"), amount: WireMoney, problem: code.nullable() }),
  z.object({
    step: z.literal("password"),
    amount: WireMoney,
    masked: text(40),
    problem: code.nullable(),
    triesLeft: count.nullable(),
  }),
  z.object({ step: z.literal("asking"), amount: WireMoney, masked: text(40), since: WireInstant }),
  /** No answer came. Ask again, go on offline (when `offlineAllowed`), take another tender, or give up. */
  z.object({
    step: z.literal("unknown"),
    amount: WireMoney,
    masked: text(40),
    code,
    offlineAllowed: z.boolean(),
  }),
  z.object({
    step: z.literal("manager"),
    amount: WireMoney,
    masked: text(40),
    code,
    takeable: WireMoney.nullable(),
  }),
  /** `takeable`: a smaller amount that this card pays here and now without a manager. */
  z.object({
    step: z.literal("declined"),
    amount: WireMoney,
    masked: text(40),
    code,
    triesLeft: count.nullable(),
    takeable: WireMoney.nullable(),
  }),
]);
export type PrepaidStep = z.infer<typeof PrepaidStep>;

export const SaleView = z.object({
  saleId: text(80),
  stage: z.enum(["building", "paying", "completed"]),
  lines: z.array(BasketLine),
  totals: BasketTotals,
  tenders: z.array(TenderView),
  due: WireMoney,
  change: WireMoney,
  prepaid: PrepaidStep.nullable(),
  receiptNumber: count.nullable(),
  /** The receipt of a completed sale, as it prints. */
  receipt: ReceiptDocument.nullable(),
  /** Where it went: the printer may be out of paper while the sale stands. `choosing`: the customer is asked first. */
  printed: z.enum(["printed", "printing", "failed", "none", "choosing"]),
});
export type SaleView = z.infer<typeof SaleView>;

/** Whether every receipt prints by itself, or the customer is asked first. */
export const RECEIPT_CHOICES = ["always", "ask"] as const;
export type ReceiptChoice = (typeof RECEIPT_CHOICES)[number];

export const ShiftView = z.object({
  shiftId: text(80),
  number: count,
  openedAt: WireInstant,
  float: WireMoney,
});

export const TillView = z.object({
  /** Rises with every change, so that a screen never goes back. */
  revision: count,
  demo: z.boolean(),
  /** False while the till waits for its enrolment code on the set-up screen. */
  enrolled: z.boolean().optional(),
  stationName: text(60),
  terminalName: text(60),
  terminalId: text(80),
  currency: z.enum(["KRW", "EUR", "USD", "JPY"]),
  epoch: text(80),
  now: WireInstant,
  utcOffsetMinutes: z.number().int(),
  person: Person.nullable(),
  /** Who may sign in here, for the pictures on the sign-in screen. */
  people: z.array(Person),
  shift: ShiftView.nullable(),
  sale: SaleView.nullable(),
  parked: z.array(
    z.object({
      saleId: text(80),
      label: text(60),
      total: WireMoney,
      parkedAt: WireInstant,
      /** The first names on it, and how many lines are not among them. */
      items: z.array(LocalText),
      moreItems: count,
      /** Who put it aside; null where a crash left it. */
      parkedBy: text(80).nullable(),
    }),
  ),
  line: LineView,
  devices: z.array(DeviceView),
  /** Rises when prices or items change: the screen then asks for the catalogue again. */
  catalogueVersion: count,
  receiptChoice: z.enum(RECEIPT_CHOICES),
  /** Attempts of earlier sales that still have no answer. */
  openAttempts: count,
  /** While a card's balance is asked or its password registered: the card that was swiped, or what was wrong with it. */
  enquiry: z.object({ masked: text(40).nullable(), problem: code.nullable() }).nullable(),
  /** What a device's own doing last failed with (a scanned code that is no item): shown once, by its number. */
  notice: z.object({ number: count, code }).nullable().optional(),
  /** A condition that stays on the screen until it is mended: CASH_ONLY, DISK_FULL, JOURNAL_BROKEN, CLOCK_SET_BACK. */
  alarm: code.nullable(),
});
export type TillView = z.infer<typeof TillView>;

const Done = z.object({ done: z.literal(true) });
const pin = z.string().regex(/^\d{4,8}$/);
const secretText = z.string().min(1).max(32);

export const tillContract = {
  /** The view now and after every change. */
  watch: oc.output(eventIterator(TillView)),
  catalogue: oc.output(z.object({ version: count, items: z.array(CatalogueItem) })),
  /** The one-time code of the console, once: ENROLMENT_REFUSED, LINE_CUT. */
  enrol: oc.input(z.object({ code: z.string().min(1).max(200) })).output(Done),
  /** Of this till, for every sale from now on. */
  setReceiptChoice: oc.input(z.object({ choice: z.enum(RECEIPT_CHOICES) })).output(Done),
  setLanguage: oc.input(z.object({ language: z.enum(LANGUAGES) })).output(Done),

  signIn: oc.input(z.object({ staffId: WireStaffId, pin })).output(Done),
  signOut: oc.output(Done),
  unlock: oc.input(z.object({ staffId: WireStaffId, managerId: WireStaffId, managerPin: pin })).output(Done),

  openShift: oc.input(z.object({ float: WireMoney, counts: DenominationCounts.optional() })).output(Done),
  moveCash: oc
    .input(
      z.object({
        direction: z.enum(["paid-in", "paid-out", "safe-drop", "float-top-up"]),
        amount: WireMoney,
        reason: PlainText.min(1).max(200),
      }),
    )
    .output(Done),
  openDrawer: oc.input(z.object({ reason: PlainText.min(1).max(200) })).output(Done),
  report: oc.output(ZReport),
  printReport: oc.output(Done),
  /**
   * What a manager looks at before a count that differs is closed; it is written down that they saw it, so that a count which
   * agrees afterwards tells its story. MANAGER_REQUIRED, and what a manager's PIN may fail with.
   */
  lookAtCount: oc
    .input(
      z.object({ counts: DenominationCounts, managerId: WireStaffId.optional(), managerPin: pin.optional() }),
    )
    .output(z.object({ counted: WireMoney, expected: WireMoney, difference: WireMoney })),
  /** Cashiers count blind; a large difference, and any count after three of them, wants a manager (MANAGER_REQUIRED). */
  closeShift: oc
    .input(
      z.object({ counts: DenominationCounts, managerId: WireStaffId.optional(), managerPin: pin.optional() }),
    )
    .output(z.object({ z: ZReport, receipt: ReceiptDocument })),

  /** A barcode, an item's id, or part of a name; a text that looks like a card or password is refused and forgotten. */
  search: oc
    .input(z.object({ query: z.string().max(60) }))
    .output(z.object({ items: z.array(CatalogueItem) })),
  addItem: oc.input(z.object({ itemId: text(80), quantity: z.number().int().min(1).max(999) })).output(Done),
  scan: oc
    .input(z.object({ barcode: z.string().min(1).max(60), quantity: z.number().int().min(1).max(999) }))
    .output(Done),
  /** More of a line with a discount or a changed price wants a manager's PIN, as those did (MANAGER_REQUIRED). */
  setQuantity: oc
    .input(
      z.object({
        lineId: text(80),
        quantity: z.number().int().min(1).max(999),
        managerId: WireStaffId.optional(),
        managerPin: pin.optional(),
      }),
    )
    .output(Done),
  voidLine: oc.input(z.object({ lineId: text(80) })).output(Done),
  discountLine: oc
    .input(
      z.object({
        lineId: text(80),
        basisPoints: z.number().int().min(0).max(10_000),
        reason: PlainText.max(200),
        managerId: WireStaffId.optional(),
        managerPin: pin.optional(),
      }),
    )
    .output(Done),
  changePrice: oc
    .input(
      z.object({
        lineId: text(80),
        price: WireMoney,
        managerId: WireStaffId.optional(),
        managerPin: pin.optional(),
      }),
    )
    .output(Done),
  abandonSale: oc.input(z.object({ reason: PlainText.max(200) })).output(Done),
  parkSale: oc.output(Done),
  resumeSale: oc.input(z.object({ saleId: text(80) })).output(Done),

  /** Freezes the basket. */
  startPaying: oc.output(Done),
  /** Back to the basket; only while no tender is approved or unanswered. */
  backToBasket: oc.output(Done),
  payCash: oc.input(z.object({ given: WireMoney })).output(Done),
  /** Opens the prepaid tender; the swipe or the typed number follows. */
  startPrepaid: oc.input(z.object({ amount: WireMoney })).output(Done),
  typeCard: oc.input(z.object({ number: z.string().regex(/^[\d ]{12,25}$/) })).output(Done),
  typePassword: oc.input(z.object({ password: secretText })).output(Done),
  /** In the step "unknown": ask again with the same id. */
  askAgain: oc.output(Done),
  /** In the step "unknown": approve offline, superseding the unanswered attempt. */
  goOffline: oc.output(Done),
  approveAsManager: oc.input(z.object({ managerId: WireStaffId, managerPin: pin })).output(Done),
  /** In the steps "manager" and "declined": takes the smaller amount that the card pays here (`takeable`). */
  takeLess: oc.output(Done),
  cancelPrepaid: oc.output(Done),
  voidTender: oc.input(z.object({ tenderId: text(80) })).output(Done),
  /** The customer wants the receipt of the sale just completed: STATE_CONFLICT where nobody was asked. */
  printReceipt: oc.output(Done),
  /** Clears a completed sale from the screen. */
  nextSale: oc.output(Done),

  receipts: oc.input(z.object({ query: z.string().max(60), page: count })).output(
    z.object({
      total: count,
      rows: z.array(
        z.object({
          saleId: text(80),
          receiptNumber: count,
          at: WireInstant,
          total: WireMoney,
          refunded: WireMoney,
          kind: z.enum(["sale", "refund"]),
          synced: z.boolean(),
        }),
      ),
    }),
  ),
  /** `saleId` picks among receipts of one number, where a restored till has begun to count anew. */
  receipt: oc.input(z.object({ receiptNumber: count, saleId: text(80).optional() })).output(
    z.object({
      saleId: text(80),
      document: ReceiptDocument,
      lines: z.array(BasketLine),
      refundable: WireMoney,
      /** A refund of it without an answer: one may still come, or nobody is left who could ask for it. */
      openRefund: z.enum(["waiting", "gone"]).nullable().optional(),
    }),
  ),
  reprint: oc.input(z.object({ receiptNumber: count, saleId: text(80).optional() })).output(Done),
  refund: oc
    .input(
      z.object({
        receiptNumber: count,
        saleId: text(80).optional(),
        lines: z
          .array(z.object({ lineId: text(80), quantity: z.number().int().min(1).max(999) }))
          .min(1)
          .max(200),
        managerId: WireStaffId.optional(),
        managerPin: pin.optional(),
      }),
    )
    .output(z.object({ receiptNumber: count, document: ReceiptDocument })),
  /** From now on a swipe names the card whose balance is asked or whose password is registered: SHIFT_CLOSED. */
  openEnquiry: oc.output(Done),
  closeEnquiry: oc.output(Done),
  /** Without a number: of the card that was swiped. */
  cardBalance: oc
    .input(
      z.object({
        number: z
          .string()
          .regex(/^[\d ]{12,25}$/)
          .optional(),
        password: secretText,
      }),
    )
    .output(z.object({ masked: text(40), state: text(20), available: WireMoney, expiresAt: WireInstant })),
  /** The holder's own password in the place of the initial one, on line only. Without a number: of the swiped card. */
  registerCard: oc
    .input(
      z.object({
        number: z
          .string()
          .regex(/^[\d ]{12,25}$/)
          .optional(),
        initialPassword: secretText,
        password: secretText,
      }),
    )
    .output(z.object({ masked: text(40), expiresAt: WireInstant })),
};

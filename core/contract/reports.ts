// What the console shows of the day: figures, charts, sales with their whole story, and what needs a person.
import { z } from "zod";
import { Tender } from "../journal/bodies.ts";
import { BasketLine, BasketTotals } from "../sale/basket.ts";
import { PageRequest, pageOf } from "./paging.ts";
import { PlainText } from "./plain-text.ts";
import { allow } from "./roles.ts";
import { TerminalRow } from "./terminals.ts";
import { WireInstant, WireMoney, WireTerminalId } from "./values.ts";

const text = (max: number) => z.string().max(max);
const count = z.number().int().min(0);

export const AttentionItem = z.object({
  kind: z.enum(["work-item", "exception", "terminal", "batch"]),
  id: text(80),
  at: WireInstant,
  /** An error code or a word of the state, of a till `silent` or `quarantined`; the screen turns it into a sentence. */
  code: text(60),
  subject: text(120),
  amount: WireMoney.nullable(),
});
export type AttentionItem = z.infer<typeof AttentionItem>;

export const ExposureRow = z.object({
  terminalId: text(80),
  name: text(60),
  /** Outstanding in grants: cannot be lost, only late. */
  escrow: WireMoney,
  /** Taken at risk today and synced: known here, and no part of what could still be lost. */
  riskTakenToday: WireMoney,
  /** The worst loss before the next sync. A till counts from zero again with each sync, so it is the whole cap. */
  riskCap: WireMoney,
  /** Null before its first sync. */
  lastSyncAt: WireInstant.nullable(),
  /** Its last sync, or its enrolment where none has come yet. */
  heardAt: WireInstant,
  /** Left: enrolled again as another till, and nothing of it is missing. */
  state: z.enum(["live", "silent", "quarantined", "written-off", "left"]),
});
export type ExposureRow = z.infer<typeof ExposureRow>;

export const Today = z.object({
  businessDate: text(10),
  /** The business's own time, in which every hour here is told. */
  utcOffsetMinutes: z.number().int(),
  salesCount: count,
  gross: WireMoney,
  prepaid: WireMoney,
  offlineValue: WireMoney,
  averageBasket: WireMoney,
  byHour: z.array(
    z.object({
      hour: z.number().int().min(0).max(23),
      cash: WireMoney,
      prepaidOnline: WireMoney,
      prepaidOffline: WireMoney,
    }),
  ),
  exposure: z.array(ExposureRow),
  attention: z.array(AttentionItem),
});
export type Today = z.infer<typeof Today>;

export const SaleRow = z.object({
  saleId: text(80),
  terminalId: text(80),
  terminalName: text(60),
  receiptNumber: count,
  kind: z.enum(["sale", "refund"]),
  at: WireInstant,
  /** Their id where the back office does not know them. */
  staffName: text(80),
  total: WireMoney,
  cash: WireMoney,
  prepaid: WireMoney,
  offline: z.boolean(),
});
export type SaleRow = z.infer<typeof SaleRow>;

/** An instant, two ids and a number. */
const SALE_MARK_CHARACTERS_MAX = 220;

export const SalesPage = pageOf(SaleRow).extend({
  /** What to ask for `after`; null where the page is empty. */
  next: text(SALE_MARK_CHARACTERS_MAX).nullable(),
});
export type SalesPage = z.infer<typeof SalesPage>;

/** One line of a story: what happened, where it is written, what it moved. */
export const StoryEvent = z.object({
  at: WireInstant,
  source: z.enum(["journal", "ledger", "bank", "message", "staff"]),
  title: text(80),
  detail: text(300),
  amount: WireMoney.nullable(),
  reference: text(120),
});
export type StoryEvent = z.infer<typeof StoryEvent>;

export const SalePage = SaleRow.extend({
  lines: z.array(BasketLine),
  totals: BasketTotals,
  tenders: z.array(Tender),
  story: z.array(StoryEvent),
});
export type SalePage = z.infer<typeof SalePage>;

/** One shift as the till sent it. */
export const ShiftRow = z.object({
  shiftId: text(80),
  terminalId: text(80),
  terminalName: text(60),
  number: count,
  openedAt: WireInstant,
  closedAt: WireInstant.nullable(),
  zNumber: count.nullable(),
  counted: WireMoney.nullable(),
  expected: WireMoney.nullable(),
  difference: WireMoney.nullable(),
});
export type ShiftRow = z.infer<typeof ShiftRow>;

export const DayPage = z.object({
  businessDate: text(10),
  /** Closed while entries are missing: pending; settled once every till has synced and its batch is matched. */
  state: z.enum(["open", "closed-pending", "settled"]),
  gross: WireMoney,
  refunds: WireMoney,
  cash: WireMoney,
  prepaid: WireMoney,
  commission: WireMoney,
  unsynced: z.array(z.object({ terminalId: text(80), name: text(60), lastSyncAt: WireInstant.nullable() })),
  /** Debits less credits of the books, currency by currency: zero each, or the books are broken. */
  trialBalance: z.array(WireMoney),
});
export type DayPage = z.infer<typeof DayPage>;

/** Of a day with very many merchants the dialog shows the greatest. */
export const CLOSING_MERCHANTS_MAX = 50;

/** What was taken for merchants, in one currency. */
export const ClosingSums = z.object({
  captures: count,
  refunds: count,
  captured: WireMoney,
  refunded: WireMoney,
  /** Less what refunds gave back. */
  commission: WireMoney,
  /** What is due of it. */
  net: WireMoney,
});
export type ClosingSums = z.infer<typeof ClosingSums>;

/** What closing a day closes with it, and what stays open. */
export const ClosingPage = z.object({
  businessDate: text(10),
  /** False while the day goes on: what is sold until it ends counts to it, closed or not. */
  isOver: z.boolean(),
  /** The greatest first; a merchant with two currencies has two rows. */
  merchants: z
    .array(ClosingSums.extend({ merchantId: text(80), merchantName: text(80) }))
    .max(CLOSING_MERCHANTS_MAX),
  furtherMerchants: count,
  /** Of all merchants, by currency. */
  totals: z.array(ClosingSums),
  /** For these the day waits, closed or not. */
  tills: z.array(
    z.object({
      terminalId: text(80),
      name: text(60),
      lastSyncAt: WireInstant.nullable(),
      /** Not heard of since the day ended, or lately. */
      isBehind: z.boolean(),
      openShift: z.object({ number: count, openedAt: WireInstant }).nullable(),
    }),
  ),
  /** Those that are open now, of whichever day. */
  workItems: count,
  exceptions: count,
});
export type ClosingPage = z.infer<typeof ClosingPage>;

/** One till with its whole story. Its shifts are a list of their own. */
export const TerminalPage = TerminalRow.extend({
  merchantName: text(70),
  softwareVersion: text(40),
  openWorkItems: count,
  /** What is set aside there now, the newest first. */
  grants: z.array(
    z.object({
      grantId: text(80),
      cardId: text(80),
      cardMasked: text(40),
      state: z.enum(["live", "recalled"]),
      amount: WireMoney,
      spent: WireMoney,
      expiresAt: WireInstant,
    }),
  ),
  /** Enrolment, epochs, shifts and work items; the newest where there are more than a page holds. */
  story: z.array(StoryEvent),
});
export type TerminalPage = z.infer<typeof TerminalPage>;

const tags = ["reports"];
const staff = () => allow("manager", "operator");

export const reportsContract = {
  today: staff()
    .route({ method: "GET", path: "/v1/console/reports/today", tags, summary: "Today at a glance" })
    .output(Today),
  sales: staff()
    .route({ method: "GET", path: "/v1/console/sales", tags, summary: "Sales and refunds" })
    .input(
      PageRequest.extend({
        terminalId: PlainText.max(80).optional(),
        tender: z.enum(["cash", "prepaid", "offline"]).optional(),
        /** Days of the business's own time, both of them included. */
        from: z.iso.date().optional(),
        to: z.iso.date().optional(),
        /** The `next` of the page before, in place of `page`: what comes in meanwhile moves no row to another page. */
        after: PlainText.max(SALE_MARK_CHARACTERS_MAX).optional(),
      }),
    )
    .output(SalesPage),
  sale: staff()
    .route({
      method: "GET",
      path: "/v1/console/sales/{saleId}",
      tags,
      summary: "One sale with its whole story",
    })
    /** A till names its sales itself: with `terminalId` another till's sale of the same name is never meant. */
    .input(z.object({ saleId: PlainText.max(80), terminalId: PlainText.max(80).optional() }))
    .output(SalePage),
  terminal: staff()
    .route({
      method: "GET",
      path: "/v1/console/terminals/{terminalId}",
      tags,
      summary: "One till with its whole story",
    })
    .input(z.object({ terminalId: WireTerminalId }))
    .output(TerminalPage),
  shifts: staff()
    .route({ method: "GET", path: "/v1/console/shifts", tags, summary: "Shifts of a day or of a till" })
    .input(
      PageRequest.extend({ terminalId: PlainText.max(80).optional(), businessDate: z.iso.date().optional() }),
    )
    .output(pageOf(ShiftRow)),
  day: staff()
    .route({ method: "GET", path: "/v1/console/days/{businessDate}", tags, summary: "One business day" })
    .input(z.object({ businessDate: z.iso.date() }))
    .output(DayPage),
  closing: staff()
    .route({
      method: "GET",
      path: "/v1/console/days/{businessDate}/closing",
      tags,
      summary: "What closing the day closes with it, and what stays open",
    })
    .input(z.object({ businessDate: z.iso.date() }))
    .output(ClosingPage),
  closeDay: staff()
    .route({
      method: "POST",
      path: "/v1/console/days/{businessDate}/close",
      tags,
      summary: "Close the day; pending while a till has not synced",
    })
    .input(z.object({ businessDate: z.iso.date() }))
    .output(DayPage),
};

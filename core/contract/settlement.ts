// Settlement with the banks, as the console sees it: net, approve by another or refuse, send, match, resolve.
import { z } from "zod";
import { SENT_FAULTS } from "../settlement/adopt.ts";
import { PageRequest, pageOf } from "./paging.ts";
import { PlainText } from "./plain-text.ts";
import { StoryEvent } from "./reports.ts";
import { allow } from "./roles.ts";
import { WireInstant, WireMoney } from "./values.ts";

const text = (max: number) => z.string().max(max);
const count = z.number().int().min(0);
const tags = ["settlement"];

/** `rejected` is the bank's word, `refused` and `withdrawn` are ours: by another person, or by whoever made it. */
export const BatchState = z.enum([
  "draft",
  "approved",
  "sent",
  "accepted",
  "partly",
  "rejected",
  "settled",
  "refused",
  "withdrawn",
]);

export const BatchRow = z.object({
  batchId: text(80),
  state: BatchState,
  createdAt: WireInstant,
  cutOffAt: WireInstant,
  items: count,
  payments: count,
  gross: WireMoney,
  commission: WireMoney,
  net: WireMoney,
  /** `unrecorded`: restored books found it at the bank, and who netted it is not known. */
  nettedBy: z.enum(["person", "clock", "unrecorded"]),
  madeBy: text(60),
  approvedBy: text(60).nullable(),
  /** Null before it is sent, and where it was sent before that was written down. */
  sentBy: text(60).nullable(),
  sentAt: WireInstant.nullable(),
  fileName: text(120).nullable(),
});
export type BatchRow = z.infer<typeof BatchRow>;

/** One credit transfer of a batch: what a merchant is paid, and what the bank made of it. */
export const BatchPayment = z.object({
  endToEndId: text(35),
  merchantId: text(80),
  merchantName: text(70),
  captures: count,
  refunds: count,
  gross: WireMoney,
  commission: WireMoney,
  net: WireMoney,
  state: z.enum(["waiting", "accepted", "rejected", "settled", "unsent"]),
  reason: text(120).nullable(),
  bankReference: text(80).nullable(),
});
export type BatchPayment = z.infer<typeof BatchPayment>;

/** What keeps the caller from a step; null where nothing does. The screen says it before anybody tries. */
const Bar = z.enum(["BATCH_STATE", "MAKER_IS_CHECKER", "CHECKER_IS_SENDER", "BOOKS_RESTORED"]).nullable();
export type Bar = z.infer<typeof Bar>;

export const BatchPage = BatchRow.extend({
  bars: z.object({ approve: Bar, send: Bar }),
  /** What it would become by the caller's no; null where that is too late. */
  ifRefused: z.enum(["refused", "withdrawn"]).nullable(),
  refusal: z.object({ by: text(60), at: WireInstant, reason: text(200) }).nullable(),
  batchPayments: z.array(BatchPayment),
  buckets: z.object({
    matched: count,
    amountDiffers: count,
    statusDiffers: count,
    missingHere: count,
    missingThere: count,
    duplicate: count,
  }),
  story: z.array(StoryEvent),
});
export type BatchPage = z.infer<typeof BatchPage>;

export const ExceptionRow = z.object({
  exceptionId: text(80),
  at: WireInstant,
  bucket: text(40),
  subject: text(120),
  expected: WireMoney.nullable(),
  actual: WireMoney.nullable(),
  detail: text(300),
  owner: text(60).nullable(),
  ownerId: text(80).nullable(),
  state: z.enum(["open", "resolved"]),
  resolution: text(300).nullable(),
});
export type ExceptionRow = z.infer<typeof ExceptionRow>;

/** A file that the bank was sent and restored books do not know, and what becomes of it once two people stand for it. */
export const UnknownSentFile = z.object({
  name: text(120),
  /** Null where it cannot be read. */
  createdAt: WireInstant.nullable(),
  payments: count,
  controlSum: WireMoney.nullable(),
  verdict: z.enum(["adopt", "mark-sent", ...SENT_FAULTS]),
});
export type UnknownSentFile = z.infer<typeof UnknownSentFile>;

export const UnknownAnswer = z.object({
  name: text(120),
  kind: z.enum(["status-report", "statement", "notification", "unreadable"]),
  /** The message of ours that it answers, or the statement's own id. */
  about: text(80),
  createdAt: WireInstant.nullable(),
  /** What a statement shows as debited. */
  debits: WireMoney.nullable(),
});
export type UnknownAnswer = z.infer<typeof UnknownAnswer>;

/** What is to be settled after a restore before anything may go to the bank. */
export const RestoredBank = z.object({
  /** Null where the version that restored did not write it down. */
  backupMadeAt: WireInstant.nullable(),
  restoredAt: WireInstant,
  tillsAreIn: z.boolean(),
  sent: z.array(UnknownSentFile),
  answers: z.array(UnknownAnswer),
  /** Answers beyond those listed; they are taken in as well. */
  moreAnswers: count,
  newestBatch: BatchRow.nullable(),
  /** Batches that the books hold as not sent, and of which no file was found. */
  unsent: z.array(BatchRow),
  statement: z
    .object({
      statementId: text(80),
      by: text(60),
      at: WireInstant,
      reason: text(300),
      bar: z.enum(["MAKER_IS_CHECKER", "STATE_CONFLICT"]).nullable(),
    })
    .nullable(),
});
export type RestoredBank = z.infer<typeof RestoredBank>;

/** `restored` is null where there is nothing to settle. */
const RestoredPage = z.object({ restored: RestoredBank.nullable() });

const batchId = z.object({ batchId: PlainText.max(80) });
const staff = () => allow("manager", "operator");

export const settlementContract = {
  batches: staff()
    .route({ method: "GET", path: "/v1/console/settlement/batches", tags, summary: "Batches, newest first" })
    .input(PageRequest.extend({ state: BatchState.optional() }))
    .output(pageOf(BatchRow)),
  batch: staff()
    .route({
      method: "GET",
      path: "/v1/console/settlement/batches/{batchId}",
      tags,
      summary: "One batch with its payments and story",
    })
    .input(batchId)
    .output(BatchPage),
  net: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/batches",
      tags,
      summary: "Net what is due into a draft batch",
    })
    .output(BatchPage),
  approve: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/batches/{batchId}/approve",
      tags,
      summary: "Approve what another person made",
    })
    .input(batchId)
    .output(BatchPage),
  send: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/batches/{batchId}/send",
      tags,
      summary: "Write, validate and send the bank's file: two people stand behind it",
    })
    .input(batchId)
    .output(BatchPage),
  refuse: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/batches/{batchId}/refuse",
      tags,
      summary: "Refuse a batch that was not sent, or withdraw one's own; its items are netted again",
    })
    .input(batchId.extend({ reason: PlainText.min(3).max(200) }))
    .output(BatchPage),
  takeIn: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/bank-files",
      tags,
      summary: "Take in what the bank has answered",
    })
    .output(z.object({ files: count, lines: count, matched: count, exceptions: count })),
  restored: staff()
    .route({
      method: "GET",
      path: "/v1/console/settlement/restored",
      tags,
      summary: "What restored books do not know of the bank, and who has settled it",
    })
    .output(RestoredPage),
  stateBank: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/restored/statements",
      tags,
      summary: "State after a restore what the bank was sent since the back-up",
    })
    .input(z.object({ reason: PlainText.min(3).max(300) }))
    .output(RestoredPage),
  confirmBank: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/restored/statements/{statementId}/confirm",
      tags,
      summary: "Confirm what another person stated: files found are taken over, and batches are made again",
    })
    .input(z.object({ statementId: PlainText.max(80) }))
    .output(RestoredPage),
  exceptions: staff()
    .route({
      method: "GET",
      path: "/v1/console/settlement/exceptions",
      tags,
      summary: "Differences with the bank",
    })
    .input(PageRequest.extend({ state: z.enum(["open", "resolved"]).optional() }))
    .output(pageOf(ExceptionRow)),
  takeException: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/exceptions/{exceptionId}/take",
      tags,
      summary: "Take a difference on: whoever looks into it is its owner",
    })
    .input(z.object({ exceptionId: PlainText.max(80) }))
    .output(ExceptionRow),
  resolveException: staff()
    .route({
      method: "POST",
      path: "/v1/console/settlement/exceptions/{exceptionId}/resolve",
      tags,
      summary: "Say how a difference was resolved",
    })
    .input(z.object({ exceptionId: PlainText.max(80), resolution: PlainText.min(3).max(300) }))
    .output(ExceptionRow),
};

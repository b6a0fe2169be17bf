// What a till may write down: one body per kind of entry. Old entries are read for ever,
// so a field is only ever added, and only as optional.
import { z } from "zod";
import {
  HexHash,
  WireAttemptId,
  WireCardId,
  WireEpoch,
  WireGrantId,
  WireInstant,
  WireItemId,
  WireMoney,
  WireSaleId,
  WireStaffId,
} from "../contract/values.ts";
import { BasketLine, BasketTotals, LINES_MAX, QUANTITY_MAX } from "../sale/basket.ts";

const id = z.string().min(1).max(80);
const reason = z.string().max(200);
const count = z.number().int().min(0);

/** Coins and notes by face value in minor units, as counted. */
export const DenominationCounts = z
  .array(z.object({ faceMinor: z.string().regex(/^\d{1,9}$/), count }))
  .max(30);

/** A card as a till may name it in its journal: never with its number. */
export const CardMention = z.object({
  /** Known once the back office or the till's own verifier has named the card. */
  cardId: WireCardId.optional(),
  /** HMAC of the number under the till's own key: the same card gives the same mention at this till. */
  cardRef: HexHash,
  masked: z.string().max(40),
});
export type CardMention = z.infer<typeof CardMention>;

/** How a prepaid tender was approved, and so what the back office must post for it. */
export const PrepaidApproval = z.discriminatedUnion("kind", [
  /** The back office holds the amount under the attempt's id; completing the sale captures it. */
  z.object({ kind: z.literal("online"), attemptId: WireAttemptId, balanceAfter: WireMoney }),
  /** Spent from grants, each in part or whole. Cannot be double spent. */
  z.object({
    kind: z.literal("escrow"),
    slices: z
      .array(z.object({ grantId: WireGrantId, amount: WireMoney }))
      .min(1)
      .max(10),
  }),
  /** Taken inside the risk caps. `sealedHash` names credentials sealed to the server, judged at sync. */
  z.object({
    kind: z.literal("risk"),
    password: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("verified"), passwordVersion: count }),
      z.object({ kind: z.literal("sealed"), sealedHash: HexHash }),
    ]),
    approvedBy: WireStaffId.nullable(),
  }),
]);
export type PrepaidApproval = z.infer<typeof PrepaidApproval>;

export const Tender = z.discriminatedUnion("method", [
  z.object({
    method: z.literal("cash"),
    tenderId: id,
    amount: WireMoney,
    given: WireMoney,
    change: WireMoney,
  }),
  z.object({
    method: z.literal("prepaid"),
    /** The slip's id: what the back office posts under. */
    tenderId: id,
    amount: WireMoney,
    card: CardMention,
    approval: PrepaidApproval,
  }),
]);
export type Tender = z.infer<typeof Tender>;

const shiftId = id;

export const ENTRY_BODIES = {
  "epoch-started": z.object({
    reason: z.enum(["enrolled", "restored"]),
    previous: z.object({ epoch: WireEpoch, seq: count, hash: HexHash }).nullable(),
    softwareVersion: z.string().max(40),
  }),
  "snapshot-applied": z.object({ version: count, issuedAt: WireInstant }),

  "signed-in": z.object({ role: z.enum(["cashier", "manager"]) }),
  "signed-out": z.object({}),
  "sign-in-refused": z.object({ subject: WireStaffId, wrongTries: count }),
  "staff-locked": z.object({ subject: WireStaffId }),
  "staff-unlocked": z.object({ subject: WireStaffId }),
  /** A manager's PIN allowed what the cashier may not: both identities are in the entry. */
  "override-approved": z.object({
    what: z.string().max(60),
    managerId: WireStaffId,
    detail: reason.optional(),
  }),

  "shift-opened": z.object({
    shiftId,
    number: count,
    float: WireMoney,
    counts: DenominationCounts.optional(),
  }),
  "cash-moved": z.object({
    shiftId,
    direction: z.enum(["paid-in", "paid-out", "safe-drop", "float-top-up"]),
    amount: WireMoney,
    reason,
  }),
  "drawer-opened": z.object({ reason }),
  /** A count that was off, or came when a manager was wanted, and that no manager allowed: the shift is open still. */
  "shift-counted": z.object({
    shiftId,
    counts: DenominationCounts,
    counted: WireMoney,
    difference: WireMoney,
  }),
  "shift-closed": z.object({
    shiftId,
    counts: DenominationCounts,
    counted: WireMoney,
    expected: WireMoney,
    difference: WireMoney,
    approvedBy: WireStaffId.nullable(),
  }),
  /** The report as printed, with its gapless number and the chain's head before it. */
  "z-closed": z.object({
    shiftId,
    zNumber: count,
    headHash: HexHash,
    previousZHash: HexHash.nullable(),
    report: z.json(),
  }),

  "line-voided": z.object({
    saleId: WireSaleId,
    itemId: WireItemId,
    quantity: count.max(QUANTITY_MAX),
    amount: WireMoney,
  }),
  "price-changed": z.object({
    saleId: WireSaleId,
    itemId: WireItemId,
    from: WireMoney,
    to: WireMoney,
    /** How many units it was allowed for. */
    quantity: count.max(QUANTITY_MAX).optional(),
    approvedBy: WireStaffId,
  }),
  "discount-given": z.object({
    saleId: WireSaleId,
    itemId: WireItemId,
    basisPoints: count,
    /** How many units it was allowed for. */
    quantity: count.max(QUANTITY_MAX).optional(),
    approvedBy: WireStaffId,
    reason,
  }),
  /** The basket as it is paid for. A later one of the same sale replaces it. */
  "sale-frozen": z.object({
    saleId: WireSaleId,
    shiftId,
    lines: z.array(BasketLine).min(1).max(LINES_MAX),
    totals: BasketTotals,
  }),
  "sale-abandoned": z.object({ saleId: WireSaleId, reason }),
  "sale-completed": z.object({
    saleId: WireSaleId,
    shiftId,
    receiptNumber: count,
    lines: z.array(BasketLine).min(1).max(LINES_MAX),
    totals: BasketTotals,
    tenders: z.array(Tender).min(1).max(20),
    change: WireMoney,
  }),

  "tender-attempted": z.object({
    saleId: WireSaleId,
    tenderId: id,
    attemptId: WireAttemptId,
    amount: WireMoney,
    card: CardMention,
    route: z.enum(["online", "offline"]),
  }),
  /** `supersedes`: online attempts without an answer that this approval takes the place of. */
  "tender-approved": z.object({
    saleId: WireSaleId,
    tender: Tender,
    supersedes: z.array(WireAttemptId).max(20),
  }),
  "tender-declined": z.object({
    saleId: WireSaleId,
    tenderId: id,
    attemptId: WireAttemptId,
    code: z.string().max(60),
  }),
  /** The question was sent and no answer came: the attempt may or may not have reached the back office. */
  "tender-unknown": z.object({
    saleId: WireSaleId,
    tenderId: id,
    attemptId: WireAttemptId,
    code: z.string().max(60),
  }),
  /** Given up: the back office closes the attempt, whatever became of it. */
  "attempt-closed": z.object({ saleId: WireSaleId, attemptId: WireAttemptId }),
  "tender-voided": z.object({ saleId: WireSaleId, tender: Tender, reason }),

  /** With all that its approval will say, so that an answer after a restart can be written down whole. */
  "refund-attempted": z.object({
    refundId: id,
    saleId: WireSaleId,
    attemptId: WireAttemptId,
    amount: WireMoney,
    tenderId: id.optional(),
    card: CardMention.optional(),
    originalReceiptNumber: count.optional(),
    lines: z.array(BasketLine).max(LINES_MAX).optional(),
    totals: BasketTotals.optional(),
    approvedBy: WireStaffId.nullable().optional(),
  }),
  /** Back to the original tender only. `prepaid` names the slip that paid. */
  "refund-approved": z.object({
    refundId: id,
    saleId: WireSaleId,
    shiftId,
    receiptNumber: count,
    originalReceiptNumber: count,
    lines: z.array(BasketLine).max(LINES_MAX),
    totals: BasketTotals,
    amount: WireMoney,
    to: z.discriminatedUnion("method", [
      z.object({ method: z.literal("cash") }),
      z.object({
        method: z.literal("prepaid"),
        tenderId: id,
        card: CardMention,
        route: z.enum(["online", "offline"]),
      }),
    ]),
    approvedBy: WireStaffId.nullable(),
  }),
  "refund-declined": z.object({
    refundId: id,
    saleId: WireSaleId,
    attemptId: WireAttemptId,
    code: z.string().max(60),
  }),

  /** `epoch`: that of the receipt, where it is not this one. */
  "receipt-reprinted": z.object({ receiptNumber: count, copy: count, epoch: WireEpoch.optional() }),
  "device-event": z.object({ device: z.string().max(60), event: z.string().max(60) }),

  "verifier-made": z.object({ cardId: WireCardId, passwordVersion: count }),
  "verifier-revoked": z.object({ cardId: WireCardId, passwordVersion: count }),
  "password-wrong": z.object({ card: CardMention, wrongTries: count, blockedHere: z.boolean() }),
  "grant-accepted": z.object({
    grantId: WireGrantId,
    cardId: WireCardId,
    amount: WireMoney,
    expiresAt: WireInstant,
  }),
  "grant-closed": z.object({
    grantId: WireGrantId,
    cardId: WireCardId,
    remaining: WireMoney,
    reason: z.enum(["expired", "recalled", "renewed"]),
  }),
} as const satisfies Record<string, z.ZodType>;

export type EntryKind = keyof typeof ENTRY_BODIES;
export type EntryBody<Kind extends EntryKind> = z.infer<(typeof ENTRY_BODIES)[Kind]>;

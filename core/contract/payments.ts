// What a merchant's own system asks of the back office over REST, and what staff may see of payments.
import { z } from "zod";
import { SearchText } from "./plain-text.ts";
import { allow } from "./roles.ts";
import { CardCredentials } from "./terminal.ts";
import { WireCardId, WireInstant, WireMerchantId, WireMoney, WireSaleId, WireTerminalId } from "./values.ts";

/** Chosen by the merchant, one per attempt: a resend under the same id has one effect and gets the same answer. */
export const PaymentId = z
  .string()
  .min(8)
  .max(80)
  .regex(/^[\w:.-]+$/);

/** A hold through the API ends by itself after this long where the merchant names no time. */
export const HOLD_MINUTES_DEFAULT = 7 * 24 * 60;
const HOLD_MINUTES_MAX = 30 * 24 * 60;

export const PAYMENT_STATES = ["held", "captured", "voided", "expired", "declined"] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];
/** How value was taken: through the API, at a till on line, from a grant, or inside the risk caps. */
export const PAYMENT_ROUTES = ["api", "online", "escrow", "risk"] as const;
export type PaymentRoute = (typeof PAYMENT_ROUTES)[number];

export const Payment = z.object({
  id: z.string().max(80),
  state: z.enum(PAYMENT_STATES),
  /** Of a declined payment: why, by the table of errors. */
  code: z.string().max(60).nullable(),
  amount: WireMoney,
  captured: WireMoney,
  refunded: WireMoney,
  commission: WireMoney,
  /** The card, masked: a merchant never gets its number. */
  card: z.string().max(40),
  triesLeft: z.number().int().min(0).nullable(),
  createdAt: WireInstant,
  expiresAt: WireInstant.nullable(),
});
export type Payment = z.infer<typeof Payment>;

/** As staff see it. */
export const PaymentRow = Payment.extend({
  merchantId: WireMerchantId,
  merchantName: z.string().max(80),
  terminalId: WireTerminalId.nullable(),
  /** The sale that it paid, where that was completed; it has a page. */
  saleId: WireSaleId.nullable(),
  cardId: WireCardId.nullable(),
  route: z.enum(PAYMENT_ROUTES),
});
export type PaymentRow = z.infer<typeof PaymentRow>;

const byId = z.object({ id: PaymentId });
const about = (summary: string) => ({ tags: ["payments"], summary });

export const paymentsContract = {
  authorise: allow("merchant")
    .route({ method: "POST", path: "/v1/payments", ...about("Hold an amount on a prepaid card") })
    .input(
      z.object({
        id: PaymentId,
        amount: WireMoney,
        card: CardCredentials,
        holdMinutes: z.number().int().min(1).max(HOLD_MINUTES_MAX).optional(),
      }),
    )
    .output(Payment),
  get: allow("merchant")
    .route({ method: "GET", path: "/v1/payments/{id}", ...about("What became of a payment") })
    .input(byId)
    .output(Payment),
  capture: allow("merchant")
    .route({
      method: "POST",
      path: "/v1/payments/{id}/capture",
      ...about("Take what was held, or part of it"),
    })
    .input(byId.extend({ captureId: PaymentId, amount: WireMoney.optional() }))
    .output(Payment),
  void: allow("merchant")
    .route({ method: "POST", path: "/v1/payments/{id}/void", ...about("Give up a hold") })
    .input(byId.extend({ voidId: PaymentId }))
    .output(Payment),
  refund: allow("merchant")
    .route({
      method: "POST",
      path: "/v1/payments/{id}/refund",
      ...about("Give back what was captured, or part of it"),
    })
    .input(byId.extend({ refundId: PaymentId, amount: WireMoney }))
    .output(Payment),
  list: allow("cashier", "manager", "operator")
    .route({ method: "GET", path: "/v1/console/payments", ...about("Search payments") })
    .input(
      z.object({
        query: SearchText.max(80).optional(),
        state: z.enum(PAYMENT_STATES).optional(),
        cardId: WireCardId.optional(),
        page: z.coerce.number().int().min(0).max(100_000).default(0),
        pageSize: z.coerce.number().int().min(1).max(200).default(50),
      }),
    )
    .output(z.object({ total: z.number().int().min(0), rows: z.array(PaymentRow) })),
};

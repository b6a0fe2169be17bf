// The queries of payments. A payment's money is in the ledger; its row says what it was for and how it stands.
import { z } from "zod";
import { PAYMENT_ROUTES, PAYMENT_STATES } from "#core/contract/payments.ts";
import { WireCardId, WireMerchantId, WireTerminalId } from "#core/contract/values.ts";
import type { TerminalId } from "#core/ids.ts";
import { type Money, money, zero } from "#core/money.ts";
import type { Instant } from "#core/time.ts";
import type { Bulk, ReadDb, Statement } from "#database/database.ts";
import { textsIn, textsParam } from "#database/insert-rows.ts";
import { currencyColumn, marks } from "../cards/store.ts";

const minor = z.string().transform(BigInt);
const instantColumn = z.coerce.number().transform((at) => at as Instant);

const PaymentRecord = z
  .object({
    payment_id: z.string(),
    caller: z.string(),
    request_id: z.string(),
    merchant_id: WireMerchantId,
    terminal_id: WireTerminalId.nullable(),
    sale_id: z.string().nullable(),
    tender_id: z.string().nullable(),
    card_id: WireCardId.nullable(),
    card_masked: z.string(),
    route: z.enum(PAYMENT_ROUTES),
    state: z.enum(PAYMENT_STATES),
    code: z.string().nullable(),
    tries_left: z.coerce.number().nullable(),
    currency: currencyColumn,
    amount: minor,
    captured: minor,
    refunded: minor,
    lost: minor,
    commission: minor,
    happened_at: instantColumn,
    recorded_at: instantColumn,
    expires_at: instantColumn.nullable(),
  })
  .transform((row) => {
    const amountOf = (value: bigint) => money(value, row.currency);
    return {
      paymentId: row.payment_id,
      caller: row.caller,
      requestId: row.request_id,
      merchantId: row.merchant_id,
      terminalId: row.terminal_id,
      saleId: row.sale_id,
      tenderId: row.tender_id,
      cardId: row.card_id,
      cardMasked: row.card_masked,
      route: row.route,
      state: row.state,
      code: row.code,
      triesLeft: row.tries_left,
      amount: amountOf(row.amount),
      captured: amountOf(row.captured),
      refunded: amountOf(row.refunded),
      /** The part of what was captured that no card could be charged for. */
      lost: amountOf(row.lost),
      /** What the merchant bears now: less what refunds gave back. */
      commission: amountOf(row.commission),
      happenedAt: row.happened_at,
      recordedAt: row.recorded_at,
      expiresAt: row.expires_at,
    };
  });
export type PaymentRecord = Readonly<z.infer<typeof PaymentRecord>>;

/** A decline that the ledger decided has its code in the ledger's own row. */
const SELECT = `SELECT p.payment_id, p.caller, p.request_id, p.merchant_id, p.terminal_id, p.sale_id, p.tender_id,
  p.card_id, p.card_masked, p.route, p.state, COALESCE(p.code, d.code) AS code, p.tries_left, p.currency,
  CAST(p.amount AS TEXT) AS amount, CAST(p.captured AS TEXT) AS captured, CAST(p.refunded AS TEXT) AS refunded,
  CAST(p.lost AS TEXT) AS lost, CAST(p.commission AS TEXT) AS commission, p.happened_at, p.recorded_at, p.expires_at
  FROM payment p LEFT JOIN ledger_decline d ON d.caller = p.caller AND d.id = p.request_id`;

export const paymentOf = (row: unknown): PaymentRecord => PaymentRecord.parse(row);

export async function paymentByRequest(
  db: ReadDb,
  caller: string,
  requestId: string,
): Promise<PaymentRecord | undefined> {
  const row = await db.get(`${SELECT} WHERE p.caller = ? AND p.request_id = ?`, [caller, requestId]);
  return row === undefined ? undefined : paymentOf(row);
}

/** Whether the books have ever decided anything under a caller's id. */
export async function isIdUsed(db: ReadDb, caller: string, id: string): Promise<boolean> {
  const row = await db.get("SELECT 1 AS used FROM ledger_request WHERE caller = ? AND id = ?", [caller, id]);
  return row !== undefined;
}

/** Several of one caller's payments, by the caller's own ids. */
export async function paymentsByRequests(
  db: ReadDb,
  caller: string,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, PaymentRecord>> {
  const rows = await db.all(`${SELECT} WHERE p.caller = ? AND ${textsIn(db, "p.request_id")}`, [
    caller,
    textsParam(db, requestIds),
  ]);
  return new Map(rows.map(paymentOf).map((payment) => [payment.requestId, payment]));
}

export async function paymentById(db: ReadDb, paymentId: string): Promise<PaymentRecord | undefined> {
  const row = await db.get(`${SELECT} WHERE p.payment_id = ?`, [paymentId]);
  return row === undefined ? undefined : paymentOf(row);
}

/** The payment behind a slip of a terminal: declined and voided attempts of the same tender are not it. */
export async function paymentByTender(
  db: ReadDb,
  terminalId: TerminalId,
  tenderId: string,
): Promise<PaymentRecord | undefined> {
  const row = await db.get(
    `${SELECT} WHERE p.terminal_id = ? AND p.tender_id = ? AND p.state IN ('held', 'captured')
     ORDER BY p.recorded_at DESC, p.payment_id DESC LIMIT 1`,
    [terminalId, tenderId],
  );
  return row === undefined ? undefined : paymentOf(row);
}

/** Every payment of a terminal that entries of its journal may be about. */
export async function paymentsOfTerminal(
  db: ReadDb,
  terminalId: TerminalId,
  about: Readonly<{ requestIds: readonly string[]; tenderIds: readonly string[] }>,
): Promise<readonly PaymentRecord[]> {
  const found = new Map<string, PaymentRecord>();
  const add = (rows: readonly unknown[]) => {
    for (const row of rows.map(paymentOf)) found.set(row.paymentId, row);
  };
  if (about.requestIds.length > 0) {
    add(
      await db.all(`${SELECT} WHERE p.caller = ? AND p.request_id IN (${marks(about.requestIds)})`, [
        `terminal:${terminalId}`,
        ...about.requestIds,
      ]),
    );
  }
  if (about.tenderIds.length > 0) {
    add(
      await db.all(`${SELECT} WHERE p.terminal_id = ? AND p.tender_id IN (${marks(about.tenderIds)})`, [
        terminalId,
        ...about.tenderIds,
      ]),
    );
  }
  return [...found.values()];
}

/** Holds whose time is over, oldest first. Only holds of the API have a time. */
export async function expiredHolds(
  db: ReadDb,
  at: Instant,
  limit: number,
): Promise<readonly PaymentRecord[]> {
  const rows = await db.all(
    `${SELECT} WHERE p.state = 'held' AND p.expires_at <= ? ORDER BY p.expires_at LIMIT ${limit}`,
    [at],
  );
  return rows.map(paymentOf);
}

export type NewPayment = Omit<PaymentRecord, "captured" | "refunded" | "lost" | "commission"> &
  Partial<Pick<PaymentRecord, "captured" | "lost" | "commission">>;

export function insertPayment(payment: NewPayment): Statement {
  const none = zero(payment.amount.currency);
  const { captured = none, lost = none, commission = none } = payment;
  return {
    sql: `INSERT INTO payment (payment_id, caller, request_id, merchant_id, terminal_id, sale_id, tender_id, card_id,
            card_masked, route, state, code, tries_left, currency, amount, captured, refunded, lost, commission,
            happened_at, recorded_at, expires_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
    params: [
      payment.paymentId,
      payment.caller,
      payment.requestId,
      payment.merchantId,
      payment.terminalId,
      payment.saleId,
      payment.tenderId,
      payment.cardId,
      payment.cardMasked,
      payment.route,
      payment.state,
      payment.code,
      payment.triesLeft,
      payment.amount.currency,
      payment.amount.minor,
      captured.minor,
      lost.minor,
      commission.minor,
      payment.happenedAt,
      payment.recordedAt,
      payment.expiresAt,
    ],
  };
}

/** A payment is captured once, so no two of these are about the same row. */
const CAPTURED: Bulk = {
  table: "payment",
  columns: { captured: "money", commission: "money", payment_id: "text" },
  sql: (rows) =>
    `UPDATE payment SET state = 'captured', captured = given.captured, commission = given.commission
     FROM (${rows}) AS given WHERE payment.payment_id = given.payment_id`,
};

export const setCaptured = (paymentId: string, captured: Money, commission: Money): Statement => ({
  bulk: CAPTURED,
  sql: "UPDATE payment SET state = 'captured', captured = ?, commission = ? WHERE payment_id = ?",
  params: [captured.minor, commission.minor, paymentId],
});

export const setEnded = (paymentId: string, state: "voided" | "expired"): Statement => ({
  sql: "UPDATE payment SET state = ? WHERE payment_id = ? AND state = 'held'",
  params: [state, paymentId],
});

export type NewRefund = Readonly<{
  refundId: string;
  paymentId: string;
  amount: Money;
  /** The part of the commission that goes back to the merchant. */
  commission: Money;
  happenedAt: Instant;
  recordedAt: Instant;
}>;

export const refundStatements = (refund: NewRefund): readonly Statement[] => [
  {
    sql: `UPDATE payment SET refunded = refunded + CAST(? AS BIGINT), commission = commission - CAST(? AS BIGINT)
          WHERE payment_id = ?`,
    params: [refund.amount.minor, refund.commission.minor, refund.paymentId],
  },
  {
    sql: `INSERT INTO payment_refund (refund_id, payment_id, amount, commission, currency, happened_at, recorded_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)`,
    params: [
      refund.refundId,
      refund.paymentId,
      refund.amount.minor,
      refund.commission.minor,
      refund.amount.currency,
      refund.happenedAt,
      refund.recordedAt,
    ],
  },
];

/** Which of these refunds are posted already. */
export async function knownRefunds(db: ReadDb, refundIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (refundIds.length === 0) return new Set();
  const rows = await db.all(
    `SELECT refund_id FROM payment_refund WHERE refund_id IN (${marks(refundIds)})`,
    refundIds,
  );
  return new Set(rows.map((row) => String(row.refund_id)));
}

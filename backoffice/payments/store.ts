// The queries of payments. A payment's money is in the ledger; its row says what it was for and how it stands.
import {
  PAYMENT_ROUTES,
  PAYMENT_STATES,
  type PaymentRoute,
  type PaymentState,
} from "#core/contract/payments.ts";
import type { CardId, MerchantId, SaleId, TerminalId } from "#core/ids.ts";
import { CURRENCIES, type Money, money, zero } from "#core/money.ts";
import { type Instant, instant } from "#core/time.ts";
import { bulkRows, type Columns, selected } from "#database/bulk-rows.ts";
import type { Bulk, ReadDb, Row, Statement } from "#database/database.ts";
import { textsIn, textsParam } from "#database/insert-rows.ts";
import { bigintOf, nullable, numberOf, oneOf, textOf } from "#database/row.ts";

export type PaymentRecord = Readonly<{
  paymentId: string;
  caller: string;
  requestId: string;
  merchantId: MerchantId;
  terminalId: TerminalId | null;
  saleId: SaleId | null;
  tenderId: string | null;
  cardId: CardId | null;
  cardMasked: string;
  route: PaymentRoute;
  state: PaymentState;
  code: string | null;
  triesLeft: number | null;
  /** Of one that a till asked for, declined for its balance: what the card could pay then, above zero. */
  takeable: Money | null;
  amount: Money;
  captured: Money;
  refunded: Money;
  /** The part of what was captured that no card could be charged for. */
  lost: Money;
  /** What the merchant bears now: less what refunds gave back. */
  commission: Money;
  happenedAt: Instant;
  recordedAt: Instant;
  expiresAt: Instant | null;
}>;

/** A decline that the ledger decided has its code in the ledger's own row. */
const COLUMNS: Columns = {
  payment_id: "p.payment_id",
  caller: "p.caller",
  request_id: "p.request_id",
  merchant_id: "p.merchant_id",
  terminal_id: "p.terminal_id",
  sale_id: "p.sale_id",
  tender_id: "p.tender_id",
  card_id: "p.card_id",
  card_masked: "p.card_masked",
  route: "p.route",
  state: "p.state",
  code: "COALESCE(p.code, d.code)",
  tries_left: "p.tries_left",
  takeable: "CAST(p.takeable AS TEXT)",
  currency: "p.currency",
  amount: "CAST(p.amount AS TEXT)",
  captured: "CAST(p.captured AS TEXT)",
  refunded: "CAST(p.refunded AS TEXT)",
  lost: "CAST(p.lost AS TEXT)",
  commission: "CAST(p.commission AS TEXT)",
  happened_at: "p.happened_at",
  recorded_at: "p.recorded_at",
  expires_at: "p.expires_at",
};
const FROM = "payment p LEFT JOIN ledger_decline d ON d.caller = p.caller AND d.id = p.request_id";
const SELECT = `SELECT ${selected(COLUMNS)} FROM ${FROM}`;

export function paymentOf(row: Row): PaymentRecord {
  const currency = oneOf(row, "currency", CURRENCIES);
  const amountOf = (column: string) => money(bigintOf(row, column), currency);
  const instantOf = (column: string) => instant(numberOf(row, column));
  return {
    paymentId: textOf(row, "payment_id"),
    caller: textOf(row, "caller"),
    requestId: textOf(row, "request_id"),
    merchantId: textOf(row, "merchant_id") as MerchantId,
    terminalId: nullable(row, "terminal_id", textOf) as TerminalId | null,
    saleId: nullable(row, "sale_id", textOf) as SaleId | null,
    tenderId: nullable(row, "tender_id", textOf),
    cardId: nullable(row, "card_id", textOf) as CardId | null,
    cardMasked: textOf(row, "card_masked"),
    route: oneOf(row, "route", PAYMENT_ROUTES),
    state: oneOf(row, "state", PAYMENT_STATES),
    code: nullable(row, "code", textOf),
    triesLeft: nullable(row, "tries_left", numberOf),
    takeable: row.takeable === null ? null : amountOf("takeable"),
    amount: amountOf("amount"),
    captured: amountOf("captured"),
    refunded: amountOf("refunded"),
    lost: amountOf("lost"),
    commission: amountOf("commission"),
    happenedAt: instantOf("happened_at"),
    recordedAt: instantOf("recorded_at"),
    expiresAt: row.expires_at === null ? null : instantOf("expires_at"),
  };
}

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
  const where = `p.caller = ? AND ${textsIn(db, "p.request_id")}`;
  const rows = await bulkRows(db, COLUMNS, `${FROM} WHERE ${where}`, [caller, textsParam(db, requestIds)]);
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
  const add = (rows: readonly Row[]) => {
    for (const row of rows.map(paymentOf)) found.set(row.paymentId, row);
  };
  if (about.requestIds.length > 0) {
    add(
      await db.all(`${SELECT} WHERE p.caller = ? AND ${textsIn(db, "p.request_id")}`, [
        `terminal:${terminalId}`,
        textsParam(db, about.requestIds),
      ]),
    );
  }
  if (about.tenderIds.length > 0) {
    add(
      await db.all(`${SELECT} WHERE p.terminal_id = ? AND ${textsIn(db, "p.tender_id")}`, [
        terminalId,
        textsParam(db, about.tenderIds),
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

export type NewPayment = Omit<PaymentRecord, "takeable" | "captured" | "refunded" | "lost" | "commission"> &
  Partial<Pick<PaymentRecord, "takeable" | "captured" | "lost" | "commission">>;

/** Of a payment that is inserted, in the order of their values; nothing of it was given back yet. */
const NEW_COLUMNS = {
  payment_id: "text",
  caller: "text",
  request_id: "text",
  merchant_id: "text",
  terminal_id: "text",
  sale_id: "text",
  tender_id: "text",
  card_id: "text",
  card_masked: "text",
  route: "text",
  state: "text",
  code: "text",
  tries_left: "integer",
  takeable: "money",
  currency: "text",
  amount: "money",
  captured: "money",
  lost: "money",
  commission: "money",
  happened_at: "integer",
  recorded_at: "integer",
  expires_at: "integer",
} as const satisfies Bulk["columns"];

const INTO = `INSERT INTO payment (${Object.keys(NEW_COLUMNS).join(", ")}, refunded)`;
const NEW = `${INTO} VALUES (${Object.keys(NEW_COLUMNS)
  .map(() => "?")
  .join(", ")}, 0)`;

/** Every payment has an id of its own, so no two of these are about the same row. */
const INSERTED: Bulk = {
  table: "payment",
  columns: NEW_COLUMNS,
  sql: (rows) => `${INTO} SELECT given.*, 0 FROM (${rows}) AS given`,
};

export function insertPayment(payment: NewPayment): Statement {
  const none = zero(payment.amount.currency);
  const { takeable = null, captured = none, lost = none, commission = none } = payment;
  return {
    bulk: INSERTED,
    sql: NEW,
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
      takeable === null ? null : takeable.minor,
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
  const rows = await db.all(`SELECT refund_id FROM payment_refund WHERE ${textsIn(db, "refund_id")}`, [
    textsParam(db, refundIds),
  ]);
  return new Set(rows.map((row) => String(row.refund_id)));
}

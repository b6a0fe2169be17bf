// Payments as staff search them. The model finds and counts; amounts are read by the store, which keeps 64 bits.
import { Op } from "sequelize";
import type { Payment, PaymentRow, PaymentState } from "#core/contract/payments.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import type { CardId } from "#core/ids.ts";
import type { ReadDb } from "#database/database.ts";
import { merchantNames } from "../merchants/store.ts";
import { completedSales } from "../reports/completed-sales.ts";
import type { PaymentDeps } from "./deps.ts";
import { paymentModel } from "./model.ts";
import { type PaymentRecord, paymentById } from "./store.ts";

export type PaymentSearch = Readonly<{
  /** Of a payment, sale or tender: the whole id; or a terminal or merchant. */
  query?: string | undefined;
  state?: PaymentState | undefined;
  cardId?: CardId | undefined;
  page: number;
  pageSize: number;
}>;

/** Newest first. */
export async function searchPayments(
  deps: PaymentDeps,
  search: PaymentSearch,
): Promise<Readonly<{ total: number; rows: PaymentRow[] }>> {
  const { query = "", state, cardId } = search;
  const found = await paymentModel(deps.database.sequelize()).findAndCountAll({
    attributes: ["payment_id"],
    where: {
      ...(state === undefined ? {} : { state }),
      ...(cardId === undefined ? {} : { card_id: cardId }),
      ...(query === "" ? {} : { [Op.or]: SEARCHED.map((column) => ({ [column]: query })) }),
    },
    order: [
      ["happened_at", "DESC"],
      ["payment_id", "DESC"],
    ],
    limit: search.pageSize,
    offset: search.page * search.pageSize,
  });
  const payments = await Promise.all(
    found.rows.map((row) => paymentById(deps.database.read, String(row.get("payment_id")))),
  );
  const known = payments.filter((payment) => payment !== undefined);
  return { total: found.count, rows: await paymentRows(deps.database.read, known) };
}

const SEARCHED = ["payment_id", "request_id", "sale_id", "tender_id", "terminal_id", "merchant_id"];

/** As a merchant sees it; `id` is the merchant's own. */
export const paymentView = (payment: PaymentRecord): Payment => ({
  id: payment.requestId,
  state: payment.state,
  code: payment.code,
  amount: wireMoney(payment.amount),
  captured: wireMoney(payment.captured),
  refunded: wireMoney(payment.refunded),
  commission: wireMoney(payment.commission),
  card: payment.cardMasked,
  triesLeft: payment.triesLeft,
  createdAt: wireInstant(payment.happenedAt),
  expiresAt: payment.expiresAt === null ? null : wireInstant(payment.expiresAt),
});

/** As staff see them. */
async function paymentRows(read: ReadDb, payments: readonly PaymentRecord[]): Promise<PaymentRow[]> {
  const [saleOf, names] = await Promise.all([
    completedSales(read, payments),
    merchantNames(
      read,
      payments.map(({ merchantId }) => merchantId),
    ),
  ]);
  return payments.map((payment) => ({
    ...paymentView(payment),
    merchantId: payment.merchantId,
    merchantName: names.get(payment.merchantId) ?? payment.merchantId,
    terminalId: payment.terminalId,
    saleId: saleOf(payment),
    cardId: payment.cardId,
    route: payment.route,
  }));
}

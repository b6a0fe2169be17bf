// The module of payments, as the rest of the back office uses it.
import type { z } from "zod";
import type { AuthoriseRequest, RefundRequest } from "#core/contract/terminal.ts";
import { type ErrorCode, fail } from "#core/errors.ts";
import type { AttemptId, MerchantId, TerminalId } from "#core/ids.ts";
import type { Money } from "#core/money.ts";
import { after, type DurationMs } from "#core/time.ts";
import { holdAmount } from "./authorise.ts";
import type { PaymentDeps } from "./deps.ts";
import { captureHold, expireHolds, voidHold } from "./end-hold.ts";
import { type PaymentSearch, searchPayments } from "./find-payments.ts";
import { gatheredPayments } from "./gathered-reads.ts";
import { refundPayment } from "./refund.ts";
import { rememberRefusal } from "./remember-refusal.ts";
import type { PaymentRecord } from "./store.ts";
import {
  attemptOfTerminal,
  authoriseForTerminal,
  balanceForTerminal,
  refundForTerminal,
  type TerminalCaller,
} from "./terminal-payments.ts";

export type Payments = ReturnType<typeof createPayments>;

/** Of a refund, before the ledger is asked; what the ledger refuses it remembers itself. */
const EARLY_REFUSALS: ReadonlySet<ErrorCode> = new Set(["PAYMENT_UNKNOWN", "HOLD_ENDED"]);

export type MerchantHold = Readonly<{
  id: string;
  amount: Money;
  number: string;
  password: string;
  holdFor: DurationMs;
}>;

/** Each function fails as the use case of its name says; ids are the merchant's or the terminal's own. */
export function createPayments(deps: PaymentDeps) {
  const callerOf = (merchantId: MerchantId) => `merchant:${merchantId}`;
  const paymentByRequest = gatheredPayments(deps.database.read);
  const known = async (merchantId: MerchantId, id: string): Promise<PaymentRecord> =>
    (await paymentByRequest(callerOf(merchantId), id)) ?? fail("PAYMENT_UNKNOWN");
  return {
    /** Holds for a merchant. A declined payment is an answer, with its code. */
    authorise: async (merchantId: MerchantId, hold: MerchantHold): Promise<PaymentRecord> => {
      const answer = await holdAmount(deps, {
        caller: callerOf(merchantId),
        requestId: hold.id,
        merchantId,
        terminalId: null,
        saleId: null,
        tenderId: null,
        amount: hold.amount,
        number: hold.number,
        password: hold.password,
        route: "api",
        expiresAt: after(deps.clock.now(), hold.holdFor),
      });
      return answer.kind === "payment" ? answer.payment : fail(answer.code);
    },
    get: known,
    /** `amount` defaults to the whole hold. */
    capture: async (merchantId: MerchantId, id: string, captureId: string, amount?: Money) => {
      const payment = await known(merchantId, id);
      if (payment.state === "declined") return fail("HOLD_ENDED", "the payment was declined");
      const order = { caller: callerOf(merchantId), requestId: captureId };
      return captureHold(deps, payment, { ...order, amount: amount ?? payment.amount });
    },
    void: async (merchantId: MerchantId, id: string, voidId: string) => {
      const payment = await known(merchantId, id);
      if (payment.state === "declined") return fail("HOLD_ENDED", "the payment was declined");
      return voidHold(deps, payment, { caller: callerOf(merchantId), requestId: voidId });
    },
    /** A refusal is remembered under `refundId`, also where the payment comes, or is captured, only later. */
    refund: async (merchantId: MerchantId, id: string, refundId: string, amount: Money) => {
      const order = { caller: callerOf(merchantId), requestId: refundId };
      return rememberRefusal(deps, order, EARLY_REFUSALS, async () =>
        refundPayment(deps, await known(merchantId, id), {
          ...order,
          refundId: `refund:${merchantId}:${refundId}`,
          amount,
        }),
      );
    },
    search: (search: PaymentSearch) => searchPayments(deps, search),
    /** To be called every minute or so. */
    expireHolds: () => expireHolds(deps),

    authoriseForTerminal: (terminal: TerminalCaller, asked: z.output<typeof AuthoriseRequest>) =>
      authoriseForTerminal(deps, terminal, asked),
    attemptOfTerminal: (terminalId: TerminalId, attemptId: AttemptId) =>
      attemptOfTerminal(deps, terminalId, attemptId),
    refundForTerminal: (terminal: TerminalCaller, asked: z.output<typeof RefundRequest>) =>
      refundForTerminal(deps, terminal, asked),
    balanceForTerminal: (terminal: TerminalCaller, credentials: Parameters<typeof balanceForTerminal>[2]) =>
      balanceForTerminal(deps, terminal, credentials),
  };
}

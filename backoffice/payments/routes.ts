// The routes of payments for merchants' own systems, and the console's search.
import { implement } from "@orpc/server";
import { HOLD_MINUTES_DEFAULT, paymentsContract } from "#core/contract/payments.ts";
import { moneyOf } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { MerchantId } from "#core/ids.ts";
import { minutes } from "#core/time.ts";
import type { Caller, RequestContext } from "../http/caller.ts";
import type { Payments } from "./create-payments.ts";
import { paymentView } from "./find-payments.ts";

export function paymentsRoutes(payments: Payments) {
  const os = implement(paymentsContract).$context<RequestContext>();
  return os.router({
    authorise: os.authorise.handler(async ({ input, context }) => {
      const { id, amount, card, holdMinutes = HOLD_MINUTES_DEFAULT } = input;
      return paymentView(
        await payments.authorise(merchantOf(context.caller), {
          id,
          amount: moneyOf(amount),
          ...card,
          holdFor: minutes(holdMinutes),
        }),
      );
    }),
    get: os.get.handler(async ({ input, context }) =>
      paymentView(await payments.get(merchantOf(context.caller), input.id)),
    ),
    capture: os.capture.handler(async ({ input, context }) => {
      const { id, captureId, amount } = input;
      const captured = amount === undefined ? undefined : moneyOf(amount);
      return paymentView(await payments.capture(merchantOf(context.caller), id, captureId, captured));
    }),
    void: os.void.handler(async ({ input, context }) =>
      paymentView(await payments.void(merchantOf(context.caller), input.id, input.voidId)),
    ),
    refund: os.refund.handler(async ({ input, context }) => {
      const { id, refundId, amount } = input;
      return paymentView(await payments.refund(merchantOf(context.caller), id, refundId, moneyOf(amount)));
    }),
    list: os.list.handler(({ input }) => payments.search(input)),
  });
}

function merchantOf(caller: Caller): MerchantId {
  return caller.kind === "merchant" ? caller.merchantId : fail("ROLE_REFUSED");
}

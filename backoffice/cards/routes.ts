// The routes of cards.
import { implement } from "@orpc/server";
import { cardsContract } from "#core/contract/cards.ts";
import { moneyOf, wireInstant } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { CardId, StaffId } from "#core/ids.ts";
import { askerOf, type Caller, type RequestContext } from "../http/caller.ts";
import type { Cards } from "./create-cards.ts";

export function cardsRoutes(cards: Cards) {
  const os = implement(cardsContract).$context<RequestContext>();
  const rowAfter = async (cardId: CardId) => {
    const { history: _history, grants: _grants, ...row } = await cards.detail(cardId);
    return row;
  };
  return os.router({
    issue: os.issue.handler(async ({ input, context }) => {
      const makerId = staffOf(context.caller);
      const batch = await cards.issue({ ...input, makerId, amount: moneyOf(input.amount) });
      return { ...batch, cards: [...batch.cards] };
    }),
    list: os.list.handler(async ({ input }) => {
      const { total, rows } = await cards.search(input);
      return { total, rows: [...rows] };
    }),
    get: os.get.handler(({ input }) => cards.detail(input.cardId)),
    block: os.block.handler(async ({ input, context }) => {
      await cards.block({ ...input, by: `staff:${staffOf(context.caller)}` });
      return rowAfter(input.cardId);
    }),
    unblock: os.unblock.handler(async ({ input, context }) => {
      await cards.unblock({ ...input, by: `staff:${staffOf(context.caller)}` });
      return rowAfter(input.cardId);
    }),
    end: os.end.handler(async ({ input, context }) => {
      await cards.end({ ...input, by: `staff:${staffOf(context.caller)}` }, input.ending);
      return rowAfter(input.cardId);
    }),
    reveal: os.reveal.handler(({ input, context }) =>
      cards.reveal({ ...input, by: staffOf(context.caller) }),
    ),
    register: os.register.handler(async ({ input, context }) => {
      const card = await cards.register(input, askerOf(context.caller));
      return { card: card.numberMasked, state: card.state, expiresAt: wireInstant(card.expiresAt) };
    }),
    changePassword: os.changePassword.handler(async ({ input, context }) => {
      const card = await cards.changePassword(input, askerOf(context.caller));
      return { card: card.numberMasked };
    }),
  });
}

function staffOf(caller: Caller): StaffId {
  return caller.kind === "staff" ? caller.staffId : fail("ROLE_REFUSED");
}

// The routes that tills ask, and those of the console about tills.
import { implement } from "@orpc/server";
import { terminalContract } from "#core/contract/terminal.ts";
import { terminalsContract } from "#core/contract/terminals.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { StaffId, TerminalId } from "#core/ids.ts";
import type { Caller, RequestContext } from "../http/caller.ts";
import type { Payments } from "../payments/create-payments.ts";
import type { Terminals } from "./create-terminals.ts";

/** What a till asks. Every route but the enrolment is signed; the server has checked by whom. */
export function terminalRoutes(terminals: Terminals, payments: Payments) {
  const os = implement(terminalContract).$context<RequestContext>();
  const trading = (caller: Caller) => terminals.trading(terminalOf(caller));
  return os.router({
    enrol: os.enrol.handler(({ input }) => terminals.enrol(input)),
    sync: os.sync.handler(({ input, context }) => terminals.sync(terminalOf(context.caller), input)),
    mark: os.mark.handler(({ context }) => terminals.mark(terminalOf(context.caller))),
    snapshot: os.snapshot.handler(({ input, context }) =>
      terminals.snapshot(terminalOf(context.caller), input.since),
    ),
    nudges: os.nudges.handler(({ context, signal }) => terminals.nudges(terminalOf(context.caller), signal)),
    authorise: os.authorise.handler(async ({ input, context }) =>
      payments.authoriseForTerminal(await trading(context.caller), input),
    ),
    attempt: os.attempt.handler(({ input, context }) =>
      payments.attemptOfTerminal(terminalOf(context.caller), input.attemptId),
    ),
    refund: os.refund.handler(async ({ input, context }) =>
      payments.refundForTerminal(await terminals.standing(terminalOf(context.caller)), input),
    ),
    balance: os.balance.handler(async ({ input, context }) =>
      payments.balanceForTerminal(await trading(context.caller), input),
    ),
  });
}

/** What the console asks about tills. */
export function terminalsRoutes(terminals: Terminals) {
  const os = implement(terminalsContract).$context<RequestContext>();
  return os.router({
    list: os.list.handler(async ({ input }) => {
      const { booksRestored, total, rows } = await terminals.find(input);
      return { booksRestored, total, rows: [...rows] };
    }),
    merchants: os.merchants.handler(async () => ({
      rows: (await terminals.merchants()).map(({ merchantId, name }) => ({ merchantId, name })),
    })),
    createCode: os.createCode.handler(async ({ input, context }) => {
      const { code, expiresAt } = await terminals.createCode({ ...input, madeBy: staffOf(context.caller) });
      return { code, expiresAt: wireInstant(expiresAt) };
    }),
    writeOff: os.writeOff.handler(async ({ input, context }) => {
      const { exposure, grants } = await terminals.writeOff({ ...input, by: staffOf(context.caller) });
      return { terminalId: input.terminalId, exposure: wireMoney(exposure), grants };
    }),
    workItems: os.workItems.handler(async ({ input }) => {
      const { total, rows } = await terminals.workItems(input);
      return { total, rows: [...rows] };
    }),
    takeWorkItem: os.takeWorkItem.handler(async ({ input, context }) => {
      await terminals.takeWorkItem({ ...input, by: staffOf(context.caller) });
      return { workItemId: input.workItemId };
    }),
    resolveWorkItem: os.resolveWorkItem.handler(async ({ input, context }) => {
      await terminals.resolveWorkItem({ ...input, by: staffOf(context.caller) });
      return { workItemId: input.workItemId };
    }),
  });
}

const terminalOf = (caller: Caller): TerminalId =>
  caller.kind === "terminal" ? caller.terminalId : fail("SIGN_IN_REQUIRED");

const staffOf = (caller: Caller): StaffId =>
  caller.kind === "staff" ? caller.staffId : fail("ROLE_REFUSED");
